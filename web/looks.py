"""Which pages show a person or their case, and what their look is called where that person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.queries.citizen.looks import Look
from engine.words import LookWhy

OF_A_CASE: Final[Mapping[str, str]] = {
    "admin.by_hand": "by_hand",
    "admin.case_history": "history",
    "admin.case_history_csv": "history",
    "admin.incident": "incident",
    "admin.message": "message",
    "analyst.rehearsal": "rehearsal",
    "citizen.application": "application",
    "citizen.appointment": "appointment",
    "citizen.change_appointment": "appointment",
    "citizen.correct": "application",
    "citizen.khqr": "payment",
    "citizen.payment": "payment",
    "citizen.question": "question",
    "citizen.withdraw": "application",
    "office.handover": "handover",
    "office.remission": "remission",
    "office.payment": "payment",
    "office.payment_write_off": "payment",
    "office.receipt": "receipt",
    "office.receipt_pdf": "receipt",
    "office.receipt_refund": "receipt",
    "office.refund_pdf": "remission",
    "office.receipt_slip": "bank_slip",
    "office.visit_day": "visit",
    "office.walk_in_done": "counter",
    "results.slip": "slip",
}
"""Pages about one case that note the look as soon as they know the case (``web.context.note_case``), by endpoint."""

ELSEWHERE: Final[Mapping[str, str]] = {
    "admin.account": "account",
    "citizen.check": "draft",
    "citizen.document": "document",
    "citizen.documents": "draft",
    "citizen.page": "draft",
    "citizen.upload": "draft",
    "office.dispute": "compared",
    "office.case": "case",
    "office.case_clock": "clock",
    "office.raised_case": "raised",
    "office.colleagues": "case",
    "office.course": "case",
    "office.document_pages": "document",
    "office.task": "task",
    "office.visit": "task",
    "office.search": "search",
    "office.walk_in": "looked_up",
    "office.walk_in_business": "counter",
    "office.walk_in_check": "draft",
    "office.walk_in_contact": "counter",
    "office.walk_in_form": "draft",
    "office.walk_in_person": "counter",
    "office.walk_in_tray": "draft",
    "office.walk_in_verify": "counter",
    "results.all": "certificate",
    "results.certificate": "certificate",
    "results.certificate_file": "certificate",
    "results.use": "certificate",
}
"""Pages that note it where they read the data, or for every person found."""

LISTS: Final[Mapping[str, str]] = {
    "admin.aged_cases": "list_of_clocks",
    "admin.clock_list": "list_of_clocks",
    "admin.fees_of_cases": "list_of_fees",
    "admin.control_cases": "list_of_clocks",
    "admin.house_history": "list_of_security",
    "admin.house_history_csv": "list_of_security",
    "admin.jumps": "list_of_clocks",
    "admin.steps_slowest": "list_of_clocks",
    "admin.what_if": "list_of_clocks",
    "admin.incidents": "list_of_incidents",
    "admin.outbox": "list_of_messages",
    "admin.security_log": "list_of_security",
    "office.book": "list_of_receipts",
    "office.book_close": "list_of_receipts",
    "office.asked": "list_of_questions",
    "office.raised": "list_of_raised",
    "office.cashier": "list_of_fees",
    "office.handovers": "list_of_results",
    "office.inbox": "list_of_tasks",
    "office.remissions": "list_of_remissions",
    "office.replacements": "list_of_replacements",
    "office.session": "list_of_seats",
    "office.visits": "list_of_visits",
    "office.visits_sheet": "route_sheet",
    "office.voids": "list_of_void_receipts",
}
"""Lists of work: each notes every case that it shows once a day for each reader, since it is opened all day long
(``web.context.note_listed``)."""

WORDS: Final[Mapping[str, LazyString]] = {
    "account": _l("the page of your account"),
    "application": _l("your page of the application, at the counter"),
    "appointment": _l("the choice of a day, to choose it with you"),
    "bank_slip": _l("the slip of a bank payment"),
    "by_hand": _l("the page for acting by hand"),
    "case": _l("the application"),
    "certificate": _l("the certificate"),
    "clock": _l("a promised day of the application, and why it is that one"),
    "complained_of": _l("the application, because of the complaint"),
    "counter": _l("your data at the counter"),
    "code_shown": _l("took a code at the counter that had reached you"),
    "contact_asked": _l("asked a colleague to let another telephone or e-mail reach your account"),
    "contact_kept": _l("let the telephone or e-mail of your account stay"),
    "contact_proved": _l("took down your telephone or e-mail at the counter, after you proved it"),
    "contact_replaced": _l("let another telephone or e-mail reach your account"),
    "document": _l("a document"),
    "draft": _l("an application that is being filled in with you"),
    "handover": _l("the page for handing over"),
    "history": _l("the history of the case"),
    "incident": _l("a step that failed"),
    "list_of_clocks": _l("in a list of work: promised days"),
    "list_of_drafts": _l("in a list of work: begun at the counter and not sent"),
    "list_of_fees": _l("in a list of work: the cashier"),
    "list_of_incidents": _l("in a list of work: steps that failed"),
    "list_of_messages": _l("in a list of work: messages"),
    "list_of_remissions": _l("in a list of work: refunds and write-offs"),
    "list_of_proposals": _l("in a list of work: proposals by hand"),
    "list_of_questions": _l("in a list of work: questions of colleagues"),
    "list_of_raised": _l("in a list of work: late cases that went up to somebody"),
    "list_of_replacements": _l("in a list of work: lost telephones"),
    "list_of_receipts": _l("in a list of work: the book of a cashier"),
    "list_of_results": _l("in a list of work: results to hand over"),
    "list_of_seats": _l("in a list of work: who has a seat in a session"),
    "list_of_security": _l("in the security log: sign-ins and accounts"),
    "list_of_tasks": _l("in a list of work: the inbox"),
    "list_of_visits": _l("in a list of work: visits"),
    "list_of_void_receipts": _l("in a list of work: void receipts"),
    "disputed": _l("saw an identity paper with your number at the counter"),
    "compared": _l("compared your identity papers with those of somebody who gives the same number"),
    "looked_up": _l("looked you up at the counter"),
    "message": _l("a message to you"),
    "paper_agrees": _l("compared your identity paper at the counter: it agrees"),
    "paper_differs": _l("compared an identity paper with your account at the counter: it does not agree"),
    "remission": _l("a refund or a write-off"),
    "payment": _l("the page of the cashier"),
    "photo_link": _l("let a telephone send photos into the application"),
    "question": _l("what you are asked, to answer it with you"),
    "raised": _l("who takes care of your late application above its office"),
    "receipt": _l("the receipt"),
    "registered": _l("registered you at the counter"),
    "replay": _l("a replay of the case"),
    "rehearsal": _l("a rehearsal of the case"),
    "route_sheet": _l("on the route sheet of a day of visits"),
    "search": _l("found in a search"),
    "slip": _l("the slip"),
    "slip_made": _l("printed the slip for your account at home"),
    "task": _l("a task of the application"),
    "verified": _l("verified your account at the counter"),
    "visit": _l("the day of a visit"),
}
"""Every kind of look, in the words of whoever was looked at."""

PURPOSES: Final[Mapping[str, LazyString]] = {
    "task": _l("Work on the application"),
    "counter": _l("Serving at the counter"),
    "money": _l("Fees and receipts"),
    "search": _l("A search for a case"),
    "care": _l("Looking after the system and its cases"),
    "service": _l("Improving the service"),
}
"""What a look was for, where it follows from the page (``engine.case.look_purposes``)."""

WHYS: Final[Mapping[LookWhy, LazyString]] = {
    LookWhy.HERE: _l("The person is here"),
    LookWhy.ASKED: _l("The person asked us, by telephone or in writing"),
    LookWhy.AUTHORITY: _l("Another office or authority asked"),
    LookWhy.COMPLAINT: _l("A complaint or a mistake is looked into"),
    LookWhy.OTHER: _l("Another reason"),
}
"""The usual reasons for looking beyond one's own offices."""


def look_text(page: str) -> str:
    """The kind of look in the reader's language; one of another day by its name."""
    return str(WORDS.get(page, page))


def seen_text(look: Look) -> str:
    """What somebody saw, with the file or the paper where there was one."""
    return ": ".join(filter(None, (look_text(look.page), look.detail or look.paper)))


def purpose_text(purpose: str) -> str:
    """What a look was for, or the reason that was given, in the reader's language."""
    return str({**PURPOSES, **{why.value: text for why, text in WHYS.items()}}.get(purpose, purpose))
