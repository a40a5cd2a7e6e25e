"""Which officer of a group has the tasks of each commune of an office; set by the head or an administrator."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.errors import NotFound, StalePage
from engine.errors.communes import NotOfTheGroup
from engine.offices.task_rules import WHO_SETS, ruled_groups
from engine.packages.gazetteer import Place, communes, districts
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.members import members
from engine.people.names import holder
from storage.commune_officers import CommuneOfficer
from storage.offices import Office, OfficeLevel
from storage.people import Person
from storage.security_log import SecurityKind

_PROVINCE: Final = 2
"""Signs of the code of a province."""
_MARK: Final = 16


@dataclass(frozen=True, slots=True)
class OfCommunes:
    """A group of an office, and whose the tasks of each commune are: the id of a person, ``None`` for nobody."""

    office_code: str
    group: str
    officers: Mapping[str, int | None]


def set_officers(session: Session, actor: Actor, wanted: OfCommunes, *, seen: str, today: date, now: datetime) -> None:
    """From now on tasks of the group go to the officers of these communes; what is ready already stays, and so do
    communes that are not named. ``StalePage`` when they are others than those ``seen`` (``mark_of``), ``NotFound`` for
    a group or a commune that the office has not, ``NotOfTheGroup`` for somebody who does not belong to it there."""
    found = select(Office).where(Office.code == wanted.office_code)
    office = session.scalar(found.with_for_update(key_share=True).execution_options(populate_existing=True))
    if office is None:
        raise NotFound
    actor.require(office.id, *WHO_SETS)
    covered = {one.code for district in communes_of(office).values() for one in district}
    if wanted.group not in ruled_groups(session, office, today) or not wanted.officers.keys() <= covered:
        raise NotFound
    before = officers_of(session, office, wanted.group)
    after = {commune: who for commune, who in {**before, **wanted.officers}.items() if who is not None}
    if after == before:
        return
    if mark_of(before) != seen:
        raise StalePage
    changed = {commune for commune in before.keys() | after.keys() if before.get(commune) != after.get(commune)}
    _require_members(session, office, wanted.group, {after[one] for one in changed & after.keys()}, today)
    _write(session, office, wanted.group, after)
    told = {"was": _said(before, changed), "is": _said(after, changed)}
    data = {"group": wanted.group, "office": office.code, **told}
    security_log.note(session, SecurityKind.TASK_RULES_CHANGED, actor, data=data, at=now)


def officers_of(session: Session, office: Office, group: str) -> dict[str, int]:
    """Whose the tasks of each commune are, by its code; one statement."""
    here = CommuneOfficer.office_id == office.id, CommuneOfficer.group == group
    rows = session.execute(select(CommuneOfficer.commune, CommuneOfficer.person_id).where(*here))
    return {row.commune: row.person_id for row in rows}


def communes_of(office: Office) -> Mapping[Place, tuple[Place, ...]]:
    """The communes for which the office works, by their districts: those of its own, or of its province; none for the
    office of a ministry."""
    if office.level == OfficeLevel.MINISTRY:
        return {}
    here = [one for one in districts(office.code[:_PROVINCE]) if one.code.startswith(office.code)]
    found = {one: tuple(part for part in communes(one.code) if part.is_offered) for one in here if one.is_offered}
    return {district: parts for district, parts in found.items() if parts}


def mark_of(officers: Mapping[str, int]) -> str:
    """What somebody saw of the officers of communes."""
    said = ",".join(f"{commune}={who}" for commune, who in sorted(officers.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:_MARK]


def _require_members(session: Session, office: Office, group: str, people: set[int], today: date) -> None:
    here = set(session.scalars(members((group,), office.id, today)))
    for stranger in sorted(people - here):
        person = session.get(Person, stranger)
        raise NotOfTheGroup(name=holder(person)) if person else NotFound


def _write(session: Session, office: Office, group: str, officers: Mapping[str, int]) -> None:
    here = CommuneOfficer.office_id == office.id, CommuneOfficer.group == group
    session.execute(delete(CommuneOfficer).where(*here))
    session.add_all(
        CommuneOfficer(office_id=office.id, group=group, commune=commune, person_id=who)
        for commune, who in officers.items()
    )
    others = [one for one in office.by_commune if one != group]
    office.by_commune = sorted([*others, group]) if officers else others


def _said(officers: Mapping[str, int], communes: set[str]) -> str:
    return ", ".join(f"{commune}: {officers[commune]}" for commune in sorted(communes & officers.keys()))
