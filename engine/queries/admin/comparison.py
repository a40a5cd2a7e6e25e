"""Offices side by side, by one service: what came in, what was decided and on time, how long it takes, where it waits.

Whoever watches an office sees it beside all offices taken together, whoever watches several sees each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.packages.groups import APPLICANT
from engine.queries.admin.reports import Period
from engine.queries.admin.watching import Watched
from engine.queries.shared.names import Names
from storage.clocks import UsualTime
from storage.step_times import StepTally
from storage.tallies import MonthChange, MonthTally

FEWEST: Final = 10
"""Promises that ended, below which a share is chance."""
_COUNTED: Final = ("received", "granted", "refused", "on_time", "late", "income")
_ORDERS: Final[Mapping[str, str]] = {
    "late": "on_time_percent",
    "received": "received",
    "finished": "finished",
    "days": "half",
    "waiting": "waiting_percent",
}
ORDERS: Final = tuple(_ORDERS)
_LEAST_FIRST: Final = ("late",)


@dataclass(frozen=True, slots=True)
class OfficeCompared:
    """One office, or all of them (no ``code``). ``half`` and ``most``: working days within which half and nine of ten
    were decided in the last twelve months, for one office; ``waiting_percent``: how much of the time that the office
    had its tasks they waited to be taken."""

    code: str
    office: Bilingual | None
    received: int
    finished: int
    on_time: int
    late: int
    income: int
    half: int | None
    most: int | None
    waiting_percent: int | None

    @property
    def on_time_percent(self) -> int | None:
        """How many in a hundred of the promises that ended were kept, rounded down."""
        ended = self.on_time + self.late
        return 100 * self.on_time // ended if ended else None

    @property
    def is_few(self) -> bool:
        """So few promises ended that their share says little."""
        return self.on_time + self.late < FEWEST


@dataclass(frozen=True, slots=True)
class Comparison:
    """The offices that are watched, in the order that was asked for, and all offices together."""

    offices: tuple[OfficeCompared, ...]
    together: OfficeCompared


def comparison(session: Session, names: Names, watch: Watched, period: Period, *, order: str) -> Comparison:
    """The offices of what is watched by the service that was asked for; three statements."""
    service = watch.service
    counted = _counted(session, service, period)
    usual = {row.office_id: row for row in session.scalars(select(UsualTime).where(UsualTime.service_key == service))}
    waiting = _waiting(session, names, service, period)
    offices = [
        _compared(names, office_id, counted.get(office_id), usual.get(office_id), waiting.get(office_id))
        for office_id in counted.keys() | waiting.keys()
        if _is_watched(watch, office_id)
    ]
    return Comparison(_in_order(offices, order), _together(counted.values(), waiting.values()))


def _is_watched(watch: Watched, office_id: int) -> bool:
    asked = watch.only is None or office_id in watch.only
    return asked and (watch.offices is None or office_id in watch.offices or watch.service in watch.services)


def _in_order(offices: Iterable[OfficeCompared], order: str) -> tuple[OfficeCompared, ...]:
    """The one that needs to be looked at first; those of which nothing is known, last."""
    value = attrgetter(_ORDERS[order])
    sign = 1 if order in _LEAST_FIRST else -1

    def place(one: OfficeCompared) -> tuple[bool, int, str]:
        number = value(one)
        return number is None, sign * (number or 0), one.code

    return tuple(sorted(offices, key=place))


def _counted(session: Session, service: str, period: Period) -> dict[int, Any]:
    parts = [
        select(table.office_id, *(getattr(table, name) for name in _COUNTED)).where(
            table.month.in_(period.months), table.service_key == service
        )
        for table in (MonthTally, MonthChange)
    ]
    all_ = union_all(*parts).subquery()
    sums = (func.sum(all_.c[name]).label(name) for name in _COUNTED)
    rows = session.execute(select(all_.c.office_id, *sums).group_by(all_.c.office_id))
    return {row.office_id: row for row in rows if any(row[1:])}


def _waiting(session: Session, names: Names, service: str, period: Period) -> dict[int, tuple[int, int]]:
    """Of each office the minutes in which its tasks waited, and all that it had them."""
    package = names.services.get(service)
    theirs = [key for key, task in package.tasks.items() if task.group == APPLICANT] if package else []
    waited, worked = func.sum(StepTally.waited_minutes), func.sum(StepTally.worked_minutes)
    wanted = select(StepTally.office_id, waited, worked).where(
        StepTally.service_key == service,
        StepTally.month.in_(period.months),
        StepTally.element_id.not_in(theirs),
    )
    rows = session.execute(wanted.group_by(StepTally.office_id))
    return {office: (int(waits), int(waits) + int(works)) for office, waits, works in rows}


def _compared(
    names: Names, office_id: int, counted: Any, usual: UsualTime | None, waiting: tuple[int, int] | None
) -> OfficeCompared:
    office = names.offices[office_id]
    return OfficeCompared(
        code=office.code,
        office=office.name,
        **_numbers([counted] if counted is not None else []),
        half=usual.half if usual else None,
        most=usual.most if usual else None,
        waiting_percent=_percent([waiting] if waiting else []),
    )


def _together(counted: Iterable[Any], waiting: Iterable[tuple[int, int]]) -> OfficeCompared:
    return OfficeCompared("", None, **_numbers(counted), half=None, most=None, waiting_percent=_percent(waiting))


def _numbers(rows: Iterable[Any]) -> dict[str, int]:
    sums = dict.fromkeys(_COUNTED, 0)
    for row in rows:
        for name in _COUNTED:
            sums[name] += int(getattr(row, name))
    finished = sums.pop("granted") + sums.pop("refused")
    return sums | {"finished": finished}


def _percent(parts: Iterable[tuple[int, int]]) -> int | None:
    found = list(parts)
    all_ = sum(whole for _, whole in found)
    return round(100 * sum(part for part, _ in found) / all_) if all_ else None
