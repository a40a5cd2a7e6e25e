"""What another version would have done with a case, as analysts and administrators read it: no personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.kept_apart import is_apart
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, ANALYST
from engine.people.actors import Actor
from engine.people.ministries import offices_of_service
from engine.queries.analyst.elements import shown
from engine.versions.rehearsing import Rehearsal, rehearse
from storage.applications import Application
from storage.processes import ProcessDefinition, ProcessInstance


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    """A case and what its recorded inputs lead to on a version. ``names`` are the words for the elements met there and
    then; ``versions`` are those that can be tried, ``stands_on`` is its own."""

    application_key: str
    reference: str
    service_key: str
    title: Bilingual
    stands_on: int
    versions: tuple[int, ...]
    found: Rehearsal
    names: Mapping[str, Bilingual]


def key_of(session: Session, reference: str) -> str:
    """The address of the case with this reference; ``NotFound``."""
    key = session.scalar(
        select(Application.key)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.reference == reference)
    )
    if key is None:
        raise NotFound
    return key


def rehearsal_page(session: Session, house: House, actor: Actor, application_key: str, version: int) -> RehearsalPage:
    """The inputs of a case on a version; ``NotFound`` for a draft and for a case that is not this person's business."""
    row = session.execute(
        select(Application, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.key == application_key)
    ).one_or_none()
    if row is None:
        raise NotFound
    application, instance = row
    theirs = offices_of_service(session, actor, application.service_key, ADMINISTRATOR, ANALYST)
    if (theirs is not None and application.office_id not in theirs) or is_apart(session, application, actor):
        raise NotFound
    own = house.catalog.of(session, instance.definition_id)
    there = house.catalog.numbered(session, own.service_key, version)
    numbers = select(ProcessDefinition.version).where(ProcessDefinition.service_key == own.service_key)
    found = rehearse(session, house, application.id, there)
    met = {element for step in found.steps for element in (step.about, *step.then, *(step.there or ()))}
    met |= {found.element_id, *found.waits}
    return RehearsalPage(
        application_key=application.key,
        reference=application.reference or "",
        service_key=own.service_key,
        title=own.package.manifest.title,
        stands_on=own.version,
        versions=tuple(session.scalars(numbers.order_by(ProcessDefinition.version.desc())).all()),
        found=found,
        names={one: shown(one, there if one in there.process.elements else own).name for one in met if one},
    )
