"""The trials of a service that were asked for before: what was tried on which cases, by whom, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.people.actors import Actor
from engine.people.ministries import offices_of_service
from engine.queries.analyst.trials import TrialLine
from engine.versions import trials
from storage.offices import Office
from storage.people import Person
from storage.processes import ProcessDefinition
from storage.trials import Trial

MOST: Final = 20
"""As many stand in a list, the newest."""


@dataclass(frozen=True, slots=True)
class TrialListed:
    """A trial with what was asked for: cases of an ``office`` (None: of all), sent from ``since`` on and before
    ``until``, at most so many. ``asked_by`` None: the operator of the installation."""

    line: TrialLine
    office: Bilingual | None
    since: datetime | None
    until: datetime | None
    most: int
    asked_by: Bilingual | None


def of_service(session: Session, actor: Actor, service_key: str, *, most: int = MOST) -> tuple[TrialListed, ...]:
    """The newest trials of a service that somebody may read, the newest first; one statement beside their rights."""
    offices = offices_of_service(session, actor, service_key, *trials.READERS)
    readable = Trial.office_id.in_(sorted(offices or ())) | (Trial.asked_by_id == actor.person_id)
    wanted = (
        select(
            *(Trial.key, Trial.status, Trial.total, Trial.done, Trial.asked_at, Trial.since, Trial.until, Trial.most),
            *(ProcessDefinition.version, Person.name_km, Person.name_latin),
            *(Office.name_km.label("office_km"), Office.name_en.label("office_en"), Office.code, Office.namesakes),
        )
        .outerjoin(ProcessDefinition, ProcessDefinition.id == Trial.definition_id)
        .outerjoin(Person, Person.id == Trial.asked_by_id)
        .outerjoin(Office, Office.id == Trial.office_id)
        .where(Trial.service_key == service_key)
        .order_by(Trial.id.desc())
        .limit(most)
    )
    return tuple(_listed(row) for row in session.execute(wanted if offices is None else wanted.where(readable)))


def how_far(session: Session, actor: Actor, key: str) -> TrialLine:
    """How far one trial is; ``NotFound``, ``NotAllowed``."""
    row = trials.found(session, actor, key)
    return TrialLine(row.key, None, row.status, row.total, row.done, row.asked_at)


def _listed(row: Any) -> TrialListed:
    km, latin = row.name_km, row.name_latin
    return TrialListed(
        line=TrialLine(row.key, row.version, row.status, row.total, row.done, row.asked_at),
        office=told_apart(row.office_km, row.office_en, row.code, row.namesakes) if row.code else None,
        since=row.since,
        until=row.until,
        most=row.most,
        asked_by=Bilingual(km=km or latin or "", en=latin or km or "") if km or latin else None,
    )
