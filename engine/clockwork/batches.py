"""Cases that are due, gone through many at a time: one transaction finds, locks, does and keeps some dozens.

Whoever comes second passes over those that the first one holds and takes the next, so workers share the work and none
waits. A batch in which one case breaks is undone as a whole, and each of its cases is taken by itself: what broke stops
that case, and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import ColumnElement, Select, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.case.opening import Case, try_lock_case, try_lock_cases
from engine.house import House
from storage.database import give_way
from storage.processes import InstanceStatus, ProcessInstance

TOGETHER: Final = 60
"""So many rows in one transaction: an officer who wants one of the cases waits for all of them, a tenth of a second."""
MOST: Final = 120
"""So many rows of each kind in one sweep, so that the next look at what is due is never far."""
MOST_BROKEN: Final = 1000
"""After so many cases that broke, a sweep gives up: it is no longer the cases."""
IS_RUNNING: Final = ProcessInstance.status.not_in([each for each in InstanceStatus if each != InstanceStatus.RUNNING])
"""Of an instance, said so that no database begins with all that run and looks for what is due among them."""
log = structlog.get_logger("owso.schedule")


class Act(Protocol):
    """Does to locked cases what is due; to how many there was something to do."""

    def __call__(self, session: Session, house: House, cases: list[Case], /, *, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Due:
    """Rows that say of a case that something is due: from which ``moment`` on, of which instance (``belongs``), and
    which of them count at a moment."""

    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    id: InstrumentedAttribute[int]
    belongs: ColumnElement[bool]
    which: Callable[[datetime], ColumnElement[bool]]

    def work_off(self, house: House, act: Act, *, now: datetime, most: int = MOST) -> int:
        """Has ``act`` done to the cases that are due, the longest due first; to how many it was. A case that breaks is
        tried once, however many of its rows are due, and takes no other's place."""
        done, left, after = 0, most, None
        broken: set[int] = set()
        while left > 0 and len(broken) < MOST_BROKEN:
            found = self._rows(now, after, broken).limit(min(TOGETHER, left))
            in_vain = 0
            try:
                with house.database.transaction() as session:
                    give_way(session)
                    cases, last = try_lock_cases(session, house, found)
                    did = act(session, house, cases, now=now) if cases else 0
            except Exception:  # said for the case that it comes from, if it comes again
                did, in_vain, last = _one_by_one(house, act, found, now, broken)
            if last is None:
                break
            done += did  # what was kept
            left, after = left - TOGETHER + in_vain, (last[0], last[1])
        return done

    def _rows(
        self, now: datetime, after: tuple[datetime, int] | None, without: AbstractSet[int]
    ) -> Select[*tuple[Any, ...]]:
        rows: Select[*tuple[Any, ...]] = (
            select(self.moment, self.id).join(ProcessInstance, self.belongs).where(self.which(now))
        )
        if after is not None:
            behind = literal(after[0], self.moment.type), literal(after[1], self.id.type)
            rows = rows.where(tuple_(self.moment, self.id) > tuple_(*behind))
        if without:
            rows = rows.where(ProcessInstance.application_id.not_in(sorted(without)))
        return rows.order_by(self.moment, self.id)


def _one_by_one(
    house: House, act: Act, found: Select[*tuple[Any, ...]], now: datetime, broken: set[int]
) -> tuple[int, int, Any]:
    """To how many of the cases it was done, each in its own transaction, how many of the rows that were found are of
    cases that broke (which are added to ``broken``), and the last of them."""
    with house.database.reading() as session:
        rows = session.execute(found.add_columns(ProcessInstance.application_id)).all()
    done = 0
    for application_id in dict.fromkeys(row[2] for row in rows):
        try:
            with house.database.transaction() as session:
                case = try_lock_case(session, house, application_id)
                did = 0 if case is None else act(session, house, [case], now=now)
            done += did
        except Exception as failure:  # whatever breaks stops this case, and no other
            broken.add(application_id)
            what = getattr(act, "__name__", "")
            log.error("sweep_failed", work=what, application=application_id, failure=type(failure).__name__)
    return done, sum(row[2] in broken for row in rows), rows[-1] if rows else None
