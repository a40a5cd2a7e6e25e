"""What would come of an office's promises if something were different there, for whoever watches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import BadAnswers
from engine.errors.what_if import DaysUnreadable, NothingToPlay, TooManyOfficers
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.queries.admin.watching import Watched
from engine.queries.shared.names import Names
from engine.reporting.office_today import OfficeToday, office_today
from engine.reporting.what_if import Change, Compared, Outcome, compare

MOST_OFFICERS: Final = 20
LISTED: Final = 100
AHEAD: Final = timedelta(days=92)
_NO_WORK: Final = (ADMINISTRATOR, ANALYST, APPROVER)
AWAY, MORE = "away-", "more-"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: numbers by the names of their fields (``None`` for what is no number), and days (``None`` for
    what is no day), those that were left open not among them."""

    numbers: Mapping[str, int | None]
    days: Mapping[str, date | None]


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """A case whose promise would go another way: of a hundred times it breaks ``now`` and ``then``."""

    key: str
    reference: str
    service: Bilingual
    day: datetime
    day_then: datetime
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An office that can be played: how many officers each group has, and what came of what was asked; none before."""

    code: str
    office: Bilingual
    groups: tuple[tuple[str, int], ...]
    open_cases: int
    compared: Compared | None = None
    would_break: tuple[OutcomeLine, ...] = ()
    would_hold: tuple[OutcomeLine, ...] = ()


def what_if(
    session: Session, house: House, names: Names, watch: Watched, asked: Asked | None, *, now: datetime
) -> WhatIf | None:
    """The one office that is watched, and what would come there of what was asked; none where several are watched.
    Eleven statements. ``BadAnswers`` names the fields that need attention."""
    office_id = watch.one_office()
    if office_id is None:
        return None
    today = office_today(session, house, office_id, now=now)
    groups, office = _groups(today), names.offices[office_id]
    open_ = len(today.cases) + today.paused + today.late
    if asked is None:
        return WhatIf(office.code, office.name, groups, open_)
    compared = compare(today, change_of(asked, [group for group, _ in groups], today.calendar.local_date(now)))
    lines = (
        tuple(_line(each, names) for each in found[:LISTED]) for found in (compared.would_break, compared.would_hold)
    )
    return WhatIf(office.code, office.name, groups, open_, compared, *lines)


def change_of(asked: Asked, groups: list[str], today: date) -> Change:
    """What would be different; ``BadAnswers`` where a field says nothing that can be played."""
    wrong: dict[str, object] = {}
    for name, number in asked.numbers.items():
        if number is None or number > MOST_OFFICERS:
            wrong[name] = TooManyOfficers(MOST_OFFICERS)
    away, more = (
        {group: asked.numbers.get(f"{what}{group}") or 0 for group in groups if asked.numbers.get(f"{what}{group}")}
        for what in (AWAY, MORE)
    )
    first, last, off = (asked.days.get(name) for name in ("first", "last", "off"))
    if away and not (first and last and today <= first <= last <= today + AHEAD):
        wrong["first"] = DaysUnreadable()
    if "off" in asked.days and not (off and today <= off <= today + AHEAD):
        wrong["off"] = DaysUnreadable()
    if wrong:
        raise BadAnswers(wrong)
    change = Change(away, first, last, more, frozenset({off} if off else ()))
    if not change:
        raise BadAnswers({f"{AWAY}{groups[0]}" if groups else "off": NothingToPlay()})
    return change


def _groups(today: OfficeToday) -> tuple[tuple[str, int], ...]:
    """The groups that work on cases here, by what finished cases needed and who is there."""
    members = Counter(group for one in today.officers for group in one.groups)
    needed = {visit.group for ways in today.ways.values() for way in ways for visit in way}
    return tuple((group, members[group]) for group in sorted(needed | set(members)) if group not in _NO_WORK)


def _line(found: Outcome, names: Names) -> OutcomeLine:
    case = found.case
    service = names.service(case.service_key)
    return OutcomeLine(case.key, case.reference, service, found.day, found.day_then, found.now, found.then)
