"""What a line of the history of the house says of before and after, and why: in the words of its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine import localise
from engine.queries.admin.security_log import SecurityLine
from engine.words import SecurityKind
from engine.working_time.terms import parse_term
from web.admin.hours_form import WEEKDAYS
from web.event_words import RAISED_TO, RULES
from web.wording import current_lang

ABOUT_WORDS: Final[Mapping[str, LazyString]] = {
    "staff": _l("Officers and their groups"),
    "absences": _l("Absences and deputies"),
    "offices": _l("Offices"),
    "offers": _l("Services that offices offer"),
    "calendars": _l("Hours and days off"),
    "rules": _l("How tasks are given, and to whom late cases go up"),
    "messages": _l("Words of messages"),
    "reports": _l("Who is told of monthly reports"),
    "money": _l("Shares and books"),
    "services": _l("Versions of services"),
    "chains": _l("Chains of escalation"),
    "messages": _l("Words of messages"),
    "reports": _l("Who is told of the monthly report"),
}
_FIELDS: Final[Mapping[str, LazyString]] = {
    "day": _l("Day"),
    "days": _l("Days"),
    "name_km": _l("Name in Khmer"),
    "name_en": _l("Name in English"),
    "address_km": _l("Address in Khmer"),
    "address_en": _l("Address in English"),
    "phone": _l("Telephone"),
    "works": _l("Works"),
    "hours": _l("Hours"),
}
_HELD: Final = frozenset(
    (
        SecurityKind.GROUP_GRANTED,
        SecurityKind.GROUP_DAYS_CHANGED,
        SecurityKind.GROUP_ENDED,
        SecurityKind.SERVICE_OFFERED,
        SecurityKind.OFFER_ENDED,
    )
)
"""Kinds whose lines have a first and a last day."""
_A_DAY: Final = len("2026-03-09")
_BEGINS: Final = frozenset(
    (
        SecurityKind.CHAIN_SET,
        SecurityKind.CHAIN_WITHDRAWN,
        SecurityKind.MESSAGE_CHANGED,
        SecurityKind.MESSAGE_WITHDRAWN,
    )
)
"""Kinds whose lines name what begins, and from when."""


def what_was(line: SecurityLine) -> str:
    """What was before, empty where nothing was."""
    if line.kind in (SecurityKind.GROUP_DAYS_CHANGED, SecurityKind.OFFER_ENDED):
        return _until(line.data.get("was"))
    return _written(line, line.data.get("was"))


def what_is(line: SecurityLine) -> str:
    """What is since then."""
    if line.kind in _HELD:
        return _days(line)
    if line.kind in _BEGINS:
        return _begins(line)
    if line.kind == SecurityKind.OFFICE_OPENED:
        return ""
    if line.kind == SecurityKind.CHAIN_SET:
        return f"{_chain(line.data.get('rungs'))}; {gettext('from %(day)s', day=_day(line.data.get('from')))}"
    first = _day(line.data.get("first")) if line.kind == SecurityKind.SETTINGS_CHANGED else ""
    written = _written(line, line.data.get("is"))
    return f"{written}; {gettext('from %(day)s', day=first)}" if first else written


def _chain(rungs: object) -> str:
    steps = rungs if isinstance(rungs, Sequence) and not isinstance(rungs, str) else ()
    told = (
        f"{RAISED_TO[to]}: {parse_term(after).text(current_lang()) if after else gettext('at once')}"
        for to, after in steps
    )
    return ", ".join(told) or str(gettext("As the service says"))


def reason_of(line: SecurityLine) -> str:
    """Why, in the words of whoever did it."""
    return str(line.data.get("reason") or "")


def _days(line: SecurityLine) -> str:
    if "first" not in line.data and "last" not in line.data:
        return ""
    first, last = _day(line.data.get("first")), line.data.get("last")
    if line.kind == SecurityKind.GROUP_ENDED and last is None:
        return str(gettext("ended at once"))
    begins = gettext("from %(day)s", day=first) if first else ""
    return " ".join(part for part in (begins, _until(last)) if part)


def _begins(line: SecurityLine) -> str:
    """Which message, or the chain of which service, and from which day."""
    what = str(line.data.get("message") or line.data.get("service") or "")
    written = str(line.data["from"])
    begins = date.fromisoformat(written) if len(written) == _A_DAY else datetime.fromisoformat(written)
    said = gettext("from %(day)s", day=localise.day(begins, current_lang(), weekday=False))
    return "; ".join(part for part in (what, said) if part)


def _until(written: object) -> str:
    return str(gettext("to %(day)s", day=_day(written)) if written else gettext("until further notice"))


def _written(line: SecurityLine, value: object) -> str:
    if value is None:
        return ""
    if line.kind == SecurityKind.TASK_RULES_CHANGED:
        return str(RULES.get(str(value), value))
    if line.kind == SecurityKind.VERSION_PUBLISHED:
        return (
            gettext("version %(number)s", number=localise.number(value, current_lang()))
            if isinstance(value, int)
            else ""
        )
    if isinstance(value, Mapping):
        # In the order of the table: databases keep the names of such a value in an order of their own.
        return "; ".join(f"{words}: {_value(value[name])}" for name, words in _FIELDS.items() if value.get(name))
    return _value(value)


def _value(value: object) -> str:
    """Hours as lines of a week, days as people write them, anything else as it is."""
    if value is True:
        return str(gettext("yes"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_piece(each) for each in value)
    return _day(value) or str(value)


def _piece(each: Any) -> str:
    if isinstance(each, Sequence) and not isinstance(each, str):
        *weekday, opens, closes = each
        named = f"{WEEKDAYS[weekday[0]]} " if weekday and isinstance(weekday[0], int) else ""
        return f"{named}{opens}–{closes}"
    return _value(each)


def _day(written: object) -> str:
    """A day as people read it; nothing for what is none."""
    try:
        return localise.day(date.fromisoformat(str(written)), current_lang(), weekday=False)
    except ValueError:
        return ""
