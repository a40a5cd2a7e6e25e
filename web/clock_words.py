"""The days of a promise as sentences: what happened on each, why a clock stood still, what began it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine import localise
from engine.flow.by_hand import SUSPENDED_BY_HAND
from engine.khmer import khmer_digits
from engine.working_time.calendar import Does, Hours
from engine.working_time.clocks import WAITS_AT_THE_COUNTER, WAITS_FOR_APPLICANT, WAITS_FOR_SESSION
from engine.working_time.day_by_day import Day, DayByDay, State
from engine.working_time.promises import WAS_NO_WORKING_DAY
from engine.working_time.terms import Months, Term, WorkingHours
from web.wording import current_lang, in_language

FIRST_SHOWN: Final = 100
LAST_SHOWN: Final = 20
"""So many days from both ends of a long term are listed; those between are counted."""

STATES: Final[Mapping[State, LazyString]] = {
    "began": _l("The day on which it began does not count."),
    "counted": _l("Working day"),
    "closed": _l("The office does not work on this day of the week."),
    "stood_still": _l("The clock stood still when the office closed."),
    "waits": _l("The time is used up. It ends on the next day on which the office works."),
    "ends": _l("The time was used up before. It ends when the office closes on this day."),
}
OFFICE: Final[Mapping[Does, LazyString]] = {
    "usual": _l("Working day"),
    "other_hours": _l("Other hours on this day alone"),
    "worked": _l("Worked, although it is usually a day off"),
    "weekend": _l("The office does not work on this day of the week."),
    "day_off": _l("Day off"),
}
REASONS: Final[Mapping[str, LazyString]] = {
    WAITS_FOR_APPLICANT: _l("It waited for an answer or a correction of the applicant."),
    WAITS_AT_THE_COUNTER: _l("It waited for the applicant to pay or to collect."),
    WAITS_FOR_SESSION: _l("It waited for the day that was chosen."),
    SUSPENDED_BY_HAND: _l("The case was suspended by an administrator."),
    WAS_NO_WORKING_DAY: _l("The day was decreed a day off, or its hours changed, after it had begun."),
}
"""Why a clock stands still, by the reason in its ledger."""
BEGINS: Final[Mapping[str, LazyString]] = {
    "submitted": _l("the application was sent"),
    "paid": _l("the fee was paid"),
    "complete": _l("the papers were found complete"),
    "corrected": _l("the applicant sent it again, and the time began anew"),
    "task": _l("the task came to the office"),
}
"""What began the time that counts."""


def shortened(days: Sequence[Day]) -> list[Day | int]:
    """The days to be listed; of a long term a number stands for those between the first and the last."""
    between = len(days) - FIRST_SHOWN - LAST_SHOWN
    return list(days) if between <= 0 else [*days[:FIRST_SHOWN], between, *days[-LAST_SHOWN:]]


def day_text(day: Day) -> str:
    """Whether a day counts and why, in a sentence."""
    if day.state == "stood_still":
        return reason_text(day.reason)
    if day.state == "closed" or (day.state == "counted" and day.office != "usual"):
        text = str(OFFICE[day.office])
    else:
        text = str(STATES[day.state])
    if day.name is not None:
        text = _with_colon(text.rstrip(".។"), in_language(day.name))
    if day.state == "counted" and day.reason:
        text = gettext("%(what)s. Part of it does not count: %(why)s", what=text, why=reason_text(day.reason))
    return text


def reason_text(reason: str) -> str:
    """Why a clock stood still; one of another day by its name."""
    return str(REASONS.get(reason, reason or STATES["stood_still"]))


def stretch_text(kind: str, reason: str) -> str:
    """What a clock did for a while: it ran, began anew, or stood still for a reason."""
    if kind == "pause":
        return reason_text(reason)
    return str(gettext("It began anew.") if kind == "restart" else gettext("It ran."))


def hours_text(hours: Hours) -> str:
    """The hours of an office on a day: ``07:30–11:30, 14:00–17:00``; a dash for a day off."""
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours) or "–"


def used_text(used: int, days: DayByDay, term: Term) -> str:
    """How much of a term is used up: ``3 of 5``, or in hours and minutes."""
    if isinstance(term, WorkingHours):
        return str(gettext("%(used)s of %(whole)s", used=_hours(used), whole=_hours(days.whole)))
    lang = current_lang()
    return str(gettext("%(used)s of %(whole)s", used=_number(used, lang), whole=_number(days.whole, lang)))


def more_text(count: int, term: Term) -> str:
    """So many working days or hours, in words."""
    return "" if isinstance(term, Months) else replace(term, count=count).text(current_lang())


def began_text(began: str, since: datetime) -> str:
    """What began the time and when."""
    return _with_colon(localise.moment(since, current_lang()), str(BEGINS[began]))


def _with_colon(what: str, more: str) -> str:
    return f"{what}៖ {more}" if current_lang() == "km" else f"{what}: {more}"


def _hours(minutes: int) -> str:
    lang = current_lang()
    hours, left = divmod(minutes, 60)
    if not left:
        return str(gettext("%(hours)s h", hours=_number(hours, lang)))
    return str(gettext("%(hours)s h %(minutes)s min", hours=_number(hours, lang), minutes=_number(left, lang)))


def _number(value: int, lang: str) -> str:
    return localise.number(value, lang)


def _clock(at: time) -> str:
    text = at.strftime("%H:%M")
    return khmer_digits(text) if current_lang() == "km" else text
