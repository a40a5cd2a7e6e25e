"""Where a case stands on the drawing of its service, and what it went through on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.reading import note_reader
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.queries.shared.drawn import Drawing, drawings, drawn_names
from engine.versions.replaying import Ways, found_case, walked
from storage.applications import Application
from storage.processes import LIVE_INSTANCE, ProcessInstance


@dataclass(frozen=True, slots=True)
class CourseShown:
    """The course of a case: the drawings, that of the service first, ``names`` of their elements and ``marks`` (passed,
    now) by id; and in words where the case stands and what it went through, in the order in which it came there."""

    application_key: str
    reference: str
    service: Bilingual
    drawings: tuple[Drawing, ...]
    names: Mapping[str, Bilingual]
    marks: Mapping[str, str]
    stands_at: tuple[Bilingual, ...]
    went_through: tuple[Bilingual, ...]


def open_course(session: Session, house: House, actor: Actor, application_key: str, *, now: datetime) -> CourseShown:
    """The course of the case under this address; the applicant can read who looked. ``NotFound`` for a draft, for none
    and for a case that is not the actor's to read."""
    application = session.scalar(select(Application).where(Application.key == application_key))
    if application is None or application.submitted_at is None:
        raise NotFound
    note_reader(session, application, actor, "case", now=now)
    instance, office = found_case(session, application.id)
    published = house.catalog.of(session, instance.definition_id)
    walk = walked(session, house, instance, house.calendars.of(session, office))
    here = _rests(published, instance, now)
    names = drawn_names(published.package)
    return CourseShown(
        application_key=application.key,
        reference=application.reference or "",
        service=published.package.manifest.title,
        drawings=tuple(drawings(published.package)),
        names=names,
        marks=_marks(walk.passed, _flows(walk.ways, instance), here),
        stands_at=_in_words(here, names),
        went_through=_in_words(walk.passed, names),
    )


def _rests(published: Published, instance: ProcessInstance, now: datetime) -> tuple[str, ...]:
    """The elements at which its tokens rest; of a case that is over none."""
    if instance.status not in LIVE_INSTANCE:
        return ()
    return tuple(each.element_id for each in bpmn.positions(published.process, instance.state, now=now))


def _flows(ways: Iterable[Ways], instance: ProcessInstance) -> Iterator[str]:
    """What it took on the version on which it stands; flows of one before may lie elsewhere now."""
    return (flow for way in ways if way.definition_id == instance.definition_id for flow in way.flows)


def _marks(passed: Iterable[str], flows: Iterable[str], here: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys((*passed, *flows), "passed") | dict.fromkeys(here, "now")


def _in_words(elements: Iterable[str], names: Mapping[str, Bilingual]) -> tuple[Bilingual, ...]:
    return tuple(names[each] for each in dict.fromkeys(elements) if each in names)
