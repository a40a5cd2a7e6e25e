"""A draft at the counter: all its questions and documents on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.applicant_forms import typed_on
from engine.applications.drafts import fixed_answers
from engine.applications.photo_links import LinkShown, link_of
from engine.applications.whole_form import open_at_counter
from engine.case.continuations import with_facts
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import Component, reckoned, understood
from engine.people.actors import Actor
from engine.queries.citizen.drafts import Heading, heading_of
from engine.queries.citizen.places import DocumentPlace, Upload, document_places, uploads_of
from storage.applications import TRAY


@dataclass(frozen=True, slots=True)
class FormSection:
    """The questions of one page of the form."""

    key: str
    title: Bilingual
    parts: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class KindOffered:
    """What a file can be: a document of the service or of a question of its form."""

    key: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class CounterForm:
    """Everything that a draft asks. ``values`` are shown as they were typed; ``tray`` holds the files of which nobody
    said what they are, ``kinds`` what they can be. ``link``: a telephone may send photos now. ``revision``: of what was
    saved last."""

    heading: Heading
    sections: tuple[FormSection, ...]
    values: Mapping[str, Any]
    files: Mapping[str, tuple[Upload, ...]]
    documents: tuple[DocumentPlace, ...]
    tray: tuple[Upload, ...]
    kinds: tuple[KindOffered, ...]
    link: LinkShown | None
    revision: int


def counter_form(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    *,
    typed: Mapping[str, Any] | None = None,
    now: datetime,
) -> CounterForm:
    """A draft of the actor's counter with what was answered before, or with what a browser has just posted.

    Documents are those that the answers need. ``NotFound`` for every other draft, ``AlreadySubmitted``.
    """
    filing = open_at_counter(session, house, actor, key, now=now)
    form, today = filing.form, filing.calendar.local_date(now)
    fixed = fixed_answers(session, filing, form.components())
    values = filing.application.answers | (typed_on(form, typed) if typed is not None else {}) | fixed
    values |= reckoned(form, values, today=today)
    answers = understood(form, values, today=today)
    there = uploads_of(session, filing.application.id)
    facts = with_facts(session, filing.package, filing.application)
    documents = document_places(filing.package, {**facts, **answers}, there)
    sections = tuple(
        FormSection(page.key, page.title, tuple(page.visible(answers))) for page in form.visible_pages(answers)
    )
    return CounterForm(
        heading=heading_of(session, house, filing, actor),
        sections=sections,
        values=values,
        files=there,
        documents=documents,
        tray=there.get(TRAY, ()),
        kinds=_kinds(documents, sections),
        link=link_of(session, filing, now=now),
        revision=filing.application.revision,
    )


def _kinds(documents: tuple[DocumentPlace, ...], sections: tuple[FormSection, ...]) -> tuple[KindOffered, ...]:
    asked = [KindOffered(place.key, place.label) for place in documents]
    uploads = (part for section in sections for part in section.parts if part.kind.uploads)
    return (*asked, *(KindOffered(part.key, part.label) for part in uploads))
