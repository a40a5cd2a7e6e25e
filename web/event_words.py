"""The events of a case as sentences: one table from the kind of an event to its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine import localise
from engine.case.giving import BY_COMMUNE
from engine.khmer import Bilingual
from engine.money.banks import bank_words
from engine.words import Bank, ClockKind, Outcome, RaisedTo, TaskRule
from web.labels import group_label
from web.wording import current_lang, in_language

WORDS: Final[Mapping[str, LazyString]] = {
    "submitted": _l("The application was sent."),
    "begun_by_case": _l("The case was begun by the case %(reference)s: %(name)s."),
    "begun_by_clock": _l("The case was begun by the clock: %(element)s."),
    "papers_brought": _l("Somebody else brought the papers for the applicant."),
    "forwarded": _l("Forwarded from %(left)s to %(office)s."),
    "sent_here_all_the_same": _l("Sent here although the place of business belongs to %(office)s."),
    "resubmitted": _l("The applicant answered the correction."),
    "withdrawal_asked": _l("The applicant asked to withdraw."),
    "stage": _l("Stage reached: %(stage)s."),
    "task_claimed": _l("%(element)s: claimed."),
    "claim_released": _l("%(element)s: claim released."),
    "task_assigned": _l("%(element)s: given to %(officer)s."),
    "task_given": _l("%(element)s: given to %(officer)s by the rule “%(rule)s”."),
    "task_taken_back": _l("%(element)s: taken back from %(officer)s into the group."),
    "visit_planned": _l("%(element)s: planned for %(day)s."),
    "visit_moved": _l("%(element)s: moved to %(day)s."),
    "visit_called_off": _l("%(element)s: the day %(day)s was called off."),
    "task_completed": _l("%(element)s: completed."),
    "task_recalled": _l("%(element)s: taken back by whoever completed it; nobody had gone on."),
    "task_cancelled": _l("%(element)s: cancelled, the process took it back."),
    "paid": _l("The fee was paid: %(amount)s, receipt %(receipt)s."),
    "fee_free": _l("%(fee)s: nothing is to be paid. %(citation)s"),
    "fee_paid_before": _l("%(fee)s: it was paid before, nothing more is due."),
    "refund_asked": _l("Somebody asks for %(amount)s of the receipt %(receipt)s to be paid back."),
    "refunded": _l("%(amount)s of the receipt %(receipt)s was paid back, slip %(refund)s."),
    "write_off_asked": _l("Somebody asks for a fee of %(amount)s to be written off: %(fee)s."),
    "written_off": _l("%(fee)s: %(amount)s was written off; nothing is to be paid."),
    "remission_declined": _l("What was asked about %(amount)s is off."),
    "void_asked": _l("Somebody asks for the receipt %(receipt)s to be made void."),
    "void_declined": _l("The receipt %(receipt)s stands: it is not made void."),
    "receipt_void": _l("The receipt %(receipt)s was made void; the fee is to be paid again."),
    "suspended": _l("The case was suspended: nothing moves until it is resumed."),
    "resumed": _l("The case was resumed."),
    "cancelled": _l("The case was cancelled by hand."),
    "skipped": _l("%(element)s: skipped by hand."),
    "moved": _l("The case was taken by hand to %(element)s."),
    "corrected": _l("The variable %(name)s was corrected: %(was)s became %(is)s."),
    "intervention_proposed": _l("%(element)s: an act by hand was proposed; a second administrator must confirm it."),
    "intervention_confirmed": _l("%(element)s: the act by hand that a colleague proposed was confirmed."),
    "intervention_refused": _l("%(element)s: the proposed act by hand is off."),
    "transferred": _l("The case was taken from version %(from_version)s to version %(to_version)s of its service."),
    "transfer_undone": _l("The case was taken back from version %(from_version)s to version %(to_version)s."),
    "message_thrown": _l("%(element)s: the message %(name)s was sent to another case."),
    "signal_thrown": _l("%(element)s: the signal %(name)s was given to all cases that listen."),
    "bank_disagrees": _l("The bank reports %(paid)s for a code of this application. That confirms nothing."),
    "bank_note_cleared": _l("The cashier dealt with what the bank reported."),
    "grounds_given": _l("Grounds of the refusal: %(why)s."),
    "finding_given": _l("Found: %(why)s."),
    "papers_complete": _l("The papers are complete; the time of the office counts from now."),
    "crossed": _l("The case went to %(office)s."),
    "handover_refused": _l("Somebody came for the result; it was not handed over."),
    "handed_over": _l("The result was handed over."),
    "certificate_issued": _l("The certificate was issued."),
    "papers_drawn": _l("The papers were drawn."),
    "certificate_used": _l("The certificate %(number)s was marked as used."),
    "certificate_replaced": _l("The certificate %(number)s was replaced by a newer one."),
    "certificate_revoked": _l("The certificate was revoked."),
    "answered_at_counter": _l("%(element)s: answered at the counter, with the help of an officer."),
    "session_chosen": _l("%(session)s: the day was chosen: %(begins)s, %(place)s."),
    "session_changed": _l("%(session)s: another day was chosen: %(begins)s, %(place)s."),
    "session_cancelled": _l("%(session)s: the office cancelled the day %(begins)s; another one is to be chosen."),
    "session_moved": _l("%(session)s: the day %(begins)s is held at another place: %(place)s."),
    "asked_anew": _l("%(element)s: asked anew, with days from then."),
    "reminded": _l("%(element)s: the applicant was reminded."),
    "warned": _l("Warning: %(clock)s ends soon."),
    "breached": _l("Late: %(clock)s was not kept."),
    "breached_again": _l("Late again: the new day of %(clock)s was not kept."),
    "raised": _l("Raised to %(level)s: %(clock)s was not kept. %(office)s"),
    "taken_up": _l("%(officer)s takes care of it, for %(level)s."),
    "told_from_above": _l("The applicant was written to, for %(level)s."),
    "decided_by_silence": _l("The legal term passed without a decision. By law the case is %(outcome)s."),
    "time_given": _l("More time was given; the promised day is now %(until)s."),
    "deadlines_recomputed": _l("The calendar of the office changed; due days were reckoned again."),
    "incident": _l("Incident at %(element)s: %(reason)s"),
    "retry": _l("The step at %(element)s was taken again."),
    "identity_overturned": _l("The account that this verified is no longer verified: the number is somebody else's."),
    "note_written": _l("A note for the officers was written."),
    "note_withdrawn": _l("A note for the officers was withdrawn."),
    "colleague_asked": _l("A colleague was asked."),
    "colleague_answered": _l("A colleague answered."),
    "question_taken_back": _l("A question to a colleague was taken back."),
    "interest_declared": _l(
        "An officer declared that the case touches an interest of theirs; a colleague does its tasks."
    ),
    "kept_apart": _l("Officers who worked on application %(reference)s do none of the tasks of this case."),
    "ended": _l("The case ended: %(outcome)s."),
}

PAID_AT_BANK: Final = _l("The fee was paid: %(amount)s, receipt %(receipt)s; at the bank: %(bank)s, %(paid_on)s.")
"""A payment that the paper of a bank shows."""

STEPS: Final[Mapping[str, LazyString]] = {
    "start": _l("The process started."),
    "complete": _l("The process went on."),
    "fail": _l("The process took the way for a failed call."),
    "timers": _l("A timer of the process fired."),
    "deliver": _l("The process received the message %(name)s."),
    "cancel": _l("The process was ended."),
    "skip": _l("The process went on past an element."),
    "move": _l("The process went on from another element."),
    "correct": _l("The process got another variable."),
    "signal": _l("The process heard the signal %(name)s."),
}

CLOCKS: Final[Mapping[str, LazyString]] = {
    ClockKind.NORM: _l("the promise of the office"),
    ClockKind.TERM: _l("the legal term"),
    ClockKind.TASK: _l("the due day of the task"),
}

RAISED_TO: Final[Mapping[str, LazyString]] = {
    RaisedTo.HEAD: _l("the head of the office"),
    RaisedTo.ADMINISTRATOR: _l("the administrators"),
    RaisedTo.PROVINCE: _l("the province"),
    RaisedTo.GOVERNOR: _l("the governor"),
    RaisedTo.MINISTRY: _l("the ministry"),
}
"""To whom a late case goes up."""

OUTCOMES: Final[Mapping[str, LazyString]] = {
    Outcome.APPROVED: _l("approved"),
    Outcome.REJECTED: _l("rejected"),
    Outcome.WITHDRAWN: _l("withdrawn"),
    Outcome.VERIFIED: _l("verified"),
    Outcome.REFUSED: _l("refused"),
    Outcome.CANCELLED: _l("cancelled"),
    Outcome.LAPSED: _l("lapsed, nobody answered"),
}

RULES: Final[Mapping[str, LazyString]] = {
    "": _l("by hand"),
    TaskRule.IN_TURN: _l("in turn"),
    TaskRule.LEAST_LOADED: _l("whoever has the fewest"),
    TaskRule.SAME_OFFICER: _l("same officer as before in the case"),
}
"""How tasks come to the officers of a group."""
GIVEN_BY: Final[Mapping[str, LazyString]] = {**RULES, BY_COMMUNE: _l("the officer of the commune")}
"""The same, and what comes before the rule."""

ROLES: Final[Mapping[str, LazyString]] = {
    "clock": _l("the clock"),
    "bank": _l("the bank"),
    "case": _l("another case"),
    "connector": _l("a connector"),
    "operator": _l("the operator"),
    "helper": _l("for the applicant"),
    "rule": _l("the rule of the office"),
}


def event_text(kind: str, element: Bilingual | None, stage: Bilingual | None, data: Mapping[str, Any]) -> str:
    """What happened, in the reader's language; the name of an unknown kind as it is."""
    words = STEPS.get(str(data.get("operation"))) if kind == "step" else WORDS.get(kind)
    if kind == "paid" and data.get("bank"):
        words = PAID_AT_BANK
    if words is None:
        return kind
    return str(words) % _Event(element, stage, data)


def clock_text(kind: str) -> str:
    """The words for a kind of clock: norm, term or task."""
    return str(CLOCKS.get(kind, kind))


def role_text(role: str) -> str:
    """Who acted, by role: the groups of an officer, the applicant, the clock, the operator."""
    return str(ROLES[role]) if role in ROLES else ", ".join(group_label(group) for group in role.split("+"))


@dataclass(frozen=True, slots=True)
class _Event:
    """What the words of an event have places for. A page tells dozens of events, and the words of each name one place
    or two of thirty: each is worked out when it is asked for."""

    element: Bilingual | None
    stage: Bilingual | None
    data: Mapping[str, Any]

    def __getitem__(self, place: str) -> str:
        if place in _AS_WRITTEN:
            return self.written(place)
        if place in _IN_BOTH:
            begins = _IN_BOTH[place]
            return in_language(Bilingual(self.written(f"{begins}_km"), self.written(f"{begins}_en")))
        return _FACTS[place](self)

    def written(self, name: str) -> str:
        return str(self.data.get(name, ""))


_AS_WRITTEN: Final = frozenset(
    ("name", "reference", "from_version", "to_version", "was", "is", "paid", "receipt", "number", "refund")
)
"""Places for what the history has as it is said."""
_IN_BOTH: Final[Mapping[str, str]] = {
    "officer": "officer",
    "office": "to",
    "left": "from",
    "fee": "fee",
    "why": "why",
    "citation": "citation",
    "session": "session",
    "place": "place",
}
"""Places for what the history has in both languages, and how the names of the two begin there."""
_FACTS: Final[Mapping[str, Callable[[_Event], str]]] = {
    "element": lambda event: in_language(event.element) if event.element else str(gettext("the process")),
    "stage": lambda event: in_language(event.stage) if event.stage else event.written("stage"),
    "clock": lambda event: _clock(event.element, event.data),
    "level": lambda event: str(RAISED_TO.get(event.written("level"), "")),
    "outcome": lambda event: _outcome(event.written("outcome")),
    "reason": lambda event: _reason(event.data),
    "rule": lambda event: str(GIVEN_BY.get(event.written("rule"), "")),
    "amount": lambda event: _amount(event.data.get("amount")),
    "bank": lambda event: _bank(event.data),
    "begins": lambda event: _moment(event.data.get("begins")),
    "paid_on": lambda event: _day(event.data.get("paid_on")),
    "until": lambda event: _moment(event.data.get("is")),
    "day": lambda event: _day(event.data.get("day")),
}


def _outcome(outcome: str) -> str:
    return str(OUTCOMES.get(outcome, outcome)) or str(gettext("without a decision"))


def _amount(amount: Any) -> str:
    return localise.money(amount, current_lang()) if isinstance(amount, int) else ""


def _bank(data: Mapping[str, Any]) -> str:
    """The bank of a payment; a word that is no bank any more as the history has it."""
    code = str(data.get("bank", ""))
    known = Bank(code) if code in set(Bank) else None
    return in_language(bank_words(known, str(data.get("bank_name") or code)))


def _moment(written: Any) -> str:
    return localise.moment(datetime.fromisoformat(written), current_lang()) if isinstance(written, str) else ""


def _day(written: Any) -> str:
    return localise.day(date.fromisoformat(written), current_lang(), weekday=False) if isinstance(written, str) else ""


def _reason(data: Mapping[str, Any]) -> str:
    """Why a step failed, in the reader's language where the history has it in both."""
    english = str(data.get("reason", ""))
    return in_language(Bilingual(str(data.get("reason_km") or english), english))


def _clock(element: Bilingual | None, data: Mapping[str, Any]) -> str:
    """Which clock an event is about; that of a task is named after the task."""
    if data.get("clock") == ClockKind.TASK and element:
        return str(gettext("the due day of “%(task)s”", task=in_language(element)))
    return clock_text(str(data.get("clock", "")))
