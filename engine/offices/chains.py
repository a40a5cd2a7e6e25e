"""Setting to whom a broken promise goes up at an office, after how long, and from which day on.

An administrator of an office sets the chains of that office, one for all offices those of every office. A chain that
holds is never changed or taken away, since cases are on it: another follows it from a later day on (decision 73).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.errors.chains import (
    ChainBeginsTooEarly,
    ChainEmpty,
    ChainHolds,
    ChainKnown,
    ChainTimeMissing,
    ChainTimeTooLong,
)
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.references import new_key
from engine.working_time.terms import WorkingDays, WorkingHours
from storage.chains import EscalationChain, RaisedTo
from storage.offices import Office
from storage.processes import ProcessDefinition
from storage.security_log import SecurityKind

MOST_DAYS: Final = 60
MOST_HOURS: Final = 400
_ORDER: Final = tuple(RaisedTo)


@dataclass(frozen=True, slots=True)
class Step:
    """To whom a case goes up, and how long after the step before: the first one after the breach; none: at once."""

    to: RaisedTo
    after: WorkingDays | WorkingHours | None = None


@dataclass(frozen=True, slots=True)
class NewChain:
    """A chain as it is set. ``office_code`` empty: at every office; ``service_key`` empty: for every service. Without
    ``steps`` cases go up as their service says, ``is_usual``."""

    office_code: str
    service_key: str
    from_day: date
    steps: tuple[Step, ...]
    is_usual: bool = False


def set_chain(session: Session, actor: Actor, new: NewChain, *, today: date, now: datetime) -> str:
    """Sets a chain from a day on, and gives its key. ``ChainEmpty``, ``ChainTimeMissing``, ``ChainTimeTooLong``,
    ``ChainBeginsTooEarly``, ``ChainKnown``; ``NotFound`` for an office or a service that there is not."""
    _require_may_set(session, actor, new.office_code)
    published = select(ProcessDefinition.id).where(ProcessDefinition.service_key == new.service_key).limit(1)
    if new.service_key and session.scalar(published) is None:
        raise NotFound
    if not new.steps and not new.is_usual:
        raise ChainEmpty
    _check(new.steps)
    if new.from_day <= today:
        raise ChainBeginsTooEarly
    chain = EscalationChain(
        key=new_key(),
        office_code=new.office_code,
        service_key=new.service_key,
        from_day=new.from_day,
        rungs=[[step.to.value, str(step.after or "")] for step in new.steps],
        made_at=now,
        made_by_id=actor.person_id,
    )
    try:
        with session.begin_nested():
            session.add(chain)
    except IntegrityError as there:
        raise ChainKnown from there
    _note(session, SecurityKind.CHAIN_SET, actor, chain, now)
    return chain.key


def withdraw(session: Session, actor: Actor, key: str, *, today: date, now: datetime) -> None:
    """Takes a chain away that does not hold yet; twice is harmless. ``ChainHolds`` for one that does."""
    wanted = select(EscalationChain).where(EscalationChain.key == key).with_for_update()
    chain = session.scalar(wanted.execution_options(populate_existing=True))
    if chain is None:
        raise NotFound
    _require_may_set(session, actor, chain.office_code)
    if chain.withdrawn_at is not None:
        return
    if chain.from_day <= today:
        raise ChainHolds
    chain.withdrawn_at, chain.withdrawn_by_id = now, actor.person_id
    session.flush()
    _note(session, SecurityKind.CHAIN_WITHDRAWN, actor, chain, now)


def _check(steps: Sequence[Step]) -> None:
    places = [_ORDER.index(step.to) for step in steps]
    if any(later <= before for before, later in pairwise(places)):
        raise ChainTimeMissing
    for place, step in enumerate(steps):
        if step.after is None:
            if place:
                raise ChainTimeMissing
            continue
        most = MOST_DAYS if isinstance(step.after, WorkingDays) else MOST_HOURS
        if not 1 <= step.after.count <= most:
            raise ChainTimeTooLong(hours=MOST_HOURS, days=MOST_DAYS)


def _require_may_set(session: Session, actor: Actor, office_code: str) -> None:
    office_id = None
    if office_code:
        office_id = session.scalar(select(Office.id).where(Office.code == office_code))
        if office_id is None:
            raise NotFound
    actor.require(office_id, ADMINISTRATOR)


def _note(session: Session, kind: SecurityKind, actor: Actor, chain: EscalationChain, now: datetime) -> None:
    data = {
        "office": chain.office_code,
        "service": chain.service_key,
        "from": chain.from_day.isoformat(),
        "chain": ", ".join(f"{to} {after}".strip() for to, after in chain.rungs),
        "rungs": list(chain.rungs),
    }
    security_log.note(session, kind, actor, data=data, at=now)
