"""Which version of a service is in effect, when and where: the newest one, and in the offices of a pilot the newest of
those that are for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, bindparam, exists, false, func, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from storage import asking
from storage.asking import Question
from storage.base import Id, Moment
from storage.processes import ProcessDefinition
from storage.releases import PilotOffice

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class InEffect:
    """The ids of the versions in effect, by service key. ``general`` is what is told to whoever names no office: the
    version for all offices, or that of a pilot where there is none for all; ``everywhere`` is what an office outside of
    every pilot has; ``pilots`` what each office of a pilot has. Whatever did not change is the same tuple."""

    general: tuple[int, ...] = ()
    everywhere: tuple[int, ...] = ()
    pilots: Mapping[int, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def anywhere(self) -> tuple[int, ...]:
        """The versions that are in effect at one office at least, or in general."""
        return tuple(dict.fromkeys((*self.general, *(one for theirs in self.pilots.values() for one in theirs))))

    def at(self, office_id: int | None) -> tuple[int, ...]:
        """The versions in effect at an office, or in general."""
        return self.general if office_id is None else self.pilots.get(office_id, self.everywhere)


def has_taken_effect(
    version: type[ProcessDefinition], moment: datetime | SQLCoreOperations[datetime]
) -> ColumnElement[bool]:
    """Whether a version has come into effect by then, and may have been followed by another."""
    return (version.effective_from <= moment) & version.withdrawn_at.is_(None)


def is_for(version: type[ProcessDefinition], office_id: int | SQLCoreOperations[int]) -> ColumnElement[bool]:
    """Whether an office has a version: all have it, or those of its pilot."""
    takes_part = exists().where(PilotOffice.definition_id == version.id, PilotOffice.office_id == office_id)
    return (version.is_pilot == false()) | takes_part.correlate_except(PilotOffice)


def is_in_effect(moment: datetime, office_id: int | SQLCoreOperations[int] | None = None) -> ColumnElement[bool]:
    """Whether a version is the newest that an office has at that moment; without an office, whether some may have it:
    no newer one is in effect for all."""
    newer = aliased(ProcessDefinition)
    theirs = newer.is_pilot == false() if office_id is None else is_for(newer, office_id)
    followed = exists().where(
        newer.service_key == ProcessDefinition.service_key,
        newer.version > ProcessDefinition.version,
        has_taken_effect(newer, moment),
        theirs,
    )
    holds = has_taken_effect(ProcessDefinition, moment) & ~followed.correlate_except(newer)
    return holds if office_id is None else holds & is_for(ProcessDefinition, office_id)


_TAKEN = select(ProcessDefinition.id).where(
    ProcessDefinition.service_key == bindparam("service_key"),
    has_taken_effect(ProcessDefinition, bindparam("moment", type_=Moment)),
)
# Most pages ask one of these, so they are written once.
_IN_GENERAL = _TAKEN.order_by(ProcessDefinition.is_pilot, ProcessDefinition.version.desc()).limit(1)
_AT_AN_OFFICE = (
    _TAKEN.where(is_for(ProcessDefinition, bindparam("office_id", type_=Id)))
    .order_by(ProcessDefinition.version.desc())
    .limit(1)
)

_MARK = Question(
    select(func.count(), func.coalesce(func.sum(ProcessDefinition.id), 0)).where(
        has_taken_effect(ProcessDefinition, bindparam("moment", type_=Moment))
    )
)


def newest_for(session: Session, service_key: str, office_id: int | None, *, now: datetime) -> int | None:
    """The version of a service that is in effect at an office, or in general; one statement."""
    asked = {"service_key": service_key, "moment": now}
    if office_id is None:
        return session.connection().scalar(_IN_GENERAL, asked)
    return session.connection().scalar(_AT_AN_OFFICE, asked | {"office_id": office_id})


def planned_at(
    session: Session, office_id: int, service_key: str | None, *, now: datetime
) -> Sequence[tuple[int, datetime]]:
    """The versions of a service, or of all, that an office will have, each with its moment, the soonest first."""
    wanted = select(ProcessDefinition.id, ProcessDefinition.effective_from).where(
        ProcessDefinition.effective_from > now,
        ProcessDefinition.withdrawn_at.is_(None),
        is_for(ProcessDefinition, office_id),
    )
    if service_key is not None:
        wanted = wanted.where(ProcessDefinition.service_key == service_key)
    rows = session.execute(wanted.order_by(ProcessDefinition.effective_from, ProcessDefinition.version))
    return [(row.id, row.effective_from) for row in rows]


def mark_of(session: Session, now: datetime) -> Mark:
    """What is another mark as soon as another version has taken effect."""
    count, total = asking.row(session, _MARK, moment=now)
    return count, int(total)


def read_in_effect(session: Session, now: datetime) -> InEffect:
    """What is in effect everywhere, in two statements."""
    rows = session.execute(
        select(ProcessDefinition.service_key, ProcessDefinition.id, ProcessDefinition.is_pilot)
        .where(has_taken_effect(ProcessDefinition, now))
        .order_by(ProcessDefinition.service_key, ProcessDefinition.version)
    ).all()
    everywhere = {row.service_key: row.id for row in rows if not row.is_pilot}
    piloted = {row.service_key: row.id for row in rows if row.is_pilot}
    if not piloted:
        ids = tuple(everywhere.values())
        return InEffect(ids, ids)
    takes_part: dict[int, set[int]] = {}
    for part in session.execute(select(PilotOffice.definition_id, PilotOffice.office_id)):
        takes_part.setdefault(part.office_id, set()).add(part.definition_id)
    pilots = {
        office_id: tuple({row.service_key: row.id for row in rows if not row.is_pilot or row.id in theirs}.values())
        for office_id, theirs in takes_part.items()
    }
    general = piloted | everywhere
    return InEffect(tuple(general[service_key] for service_key in sorted(general)), tuple(everywhere.values()), pilots)
