"""Setting who gets which share of the income, and from which day on.

The administrator of the nation sets shares for all, for a ministry or for one service; that of a ministry for the
ministry and its services. Receipts are divided by what holds on their day, so shares begin on a later day than they
are set, and none that hold are changed or taken away: others follow them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound
from engine.errors.shares import SharesBeginTooEarly, SharesHold, SharesKnown, SharesNotWhole
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.ministries import ministries_of
from engine.reasons import reason_given
from engine.references import new_key
from storage.offices import Ministry
from storage.processes import ProcessDefinition
from storage.security_log import SecurityKind
from storage.shares import WHOLE, Receiver, ShareTable

PERCENT: Final = WHOLE // 100


@dataclass(frozen=True, slots=True)
class NewShares:
    """Shares as they are set: for a service, for a ministry (``service_key`` empty) or for the nation (both empty);
    ``parts`` in hundredths of a percent; ``source``: which decision says so."""

    ministry_key: str
    service_key: str
    from_day: date
    parts: Mapping[Receiver, int]
    source: str
    is_illustrative: bool = False


def set_shares(session: Session, actor: Actor, new: NewShares, *, today: date, now: datetime) -> str:
    """Sets shares from a day on, and gives their key. ``SharesNotWhole``, ``SharesBeginTooEarly``, ``ReasonMissing``
    without a source, ``SharesKnown``; ``NotFound`` for a ministry or a service that there is not."""
    require_may_set(session, actor, new.ministry_key)
    _require_there(session, new)
    source = reason_given(new.source)
    together = sum(new.parts.values())
    if together != WHOLE or min(new.parts.values()) < 0:
        raise SharesNotWhole(percent=f"{together / PERCENT:g}")
    if new.from_day <= today:
        raise SharesBeginTooEarly
    table = ShareTable(
        key=new_key(),
        ministry_key=new.ministry_key,
        service_key=new.service_key,
        from_day=new.from_day,
        source=source,
        is_illustrative=new.is_illustrative,
        made_at=now,
        made_by_id=actor.person_id,
        **{receiver.value: part for receiver, part in new.parts.items()},
    )
    try:
        with session.begin_nested():
            session.add(table)
    except IntegrityError as there:
        raise SharesKnown from there
    _note(session, SecurityKind.SHARES_SET, actor, table, now)
    return table.key


def withdraw(session: Session, actor: Actor, key: str, *, today: date, now: datetime) -> None:
    """Takes shares away that do not hold yet; twice is harmless. ``SharesHold`` for those that do."""
    wanted = select(ShareTable).where(ShareTable.key == key).with_for_update()
    table = session.scalar(wanted.execution_options(populate_existing=True))
    if table is None:
        raise NotFound
    require_may_set(session, actor, table.ministry_key)
    if table.withdrawn_at is not None:
        return
    if table.from_day <= today:
        raise SharesHold
    table.withdrawn_at, table.withdrawn_by_id = now, actor.person_id
    session.flush()
    _note(session, SecurityKind.SHARES_WITHDRAWN, actor, table, now)


def require_may_set(session: Session, actor: Actor, ministry_key: str) -> None:
    """``NotAllowed`` for whoever looks after neither the nation nor this ministry."""
    theirs = ministries_of(session, actor, ADMINISTRATOR)
    if theirs is not None and ministry_key not in theirs:
        raise NotAllowed


def _require_there(session: Session, new: NewShares) -> None:
    if new.ministry_key and session.scalar(select(Ministry.id).where(Ministry.key == new.ministry_key)) is None:
        raise NotFound
    if not new.service_key:
        return
    published = select(ProcessDefinition.id).where(ProcessDefinition.service_key == new.service_key).limit(1)
    if new.service_key.partition(".")[0] != new.ministry_key or session.scalar(published) is None:
        raise NotFound


def _note(session: Session, kind: SecurityKind, actor: Actor, table: ShareTable, now: datetime) -> None:
    data: dict[str, str | int] = {
        "ministry": table.ministry_key,
        "service": table.service_key,
        "from": table.from_day.isoformat(),
    }
    data |= {receiver.value: part for receiver, part in table.parts.items()}
    security_log.note(session, kind, actor, data=data, at=now)
