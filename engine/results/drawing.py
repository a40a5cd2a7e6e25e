"""Papers of a case with several results are drawn after the step that issued them: by whoever sweeps next, or when
somebody asks for one first. Nothing is locked meanwhile, and a worker that dies leaves the rest to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy import select

from engine.case import events
from engine.claiming import Queue, Soonest, next_attempt, soonest
from engine.documents.pdf import DocumentFailed
from engine.house import House
from engine.people.actors import THE_CLOCK
from engine.results.certificate_paper import draw_all
from engine.results.kept_facts import facts_of
from storage.applications import Application, Certificate

AT_ONCE: Final = 10
"""So many papers of a case are drawn together and then kept: they take little more time than one."""
PAPERS: Final = Queue(
    Certificate,
    Certificate.id,
    Certificate.draw_at,
    is_open=lambda _now: Certificate.draw_at.is_not(None),
    taken={Certificate.draw_attempts: Certificate.draw_attempts + 1},
)
log = structlog.get_logger("owso.papers")


def draw_due(house: House, *, now: datetime) -> int:
    """Draws the papers that wait, those of one case together; for how many of them a worker was needed."""
    return PAPERS.work_off(house.database, partial(_draw, house, now), now=now)


def draw_now(house: House, application_id: int, *, first: int = 0, now: datetime) -> None:
    """Draws the papers of a case that wait, from that of this certificate on, for somebody who asks for one. Those that
    cannot be drawn are left to the next sweep."""
    while waiting := _waiting(house, application_id, first=first):
        try:
            _keep(house, _drawn(house, waiting), application_id, now)
        except DocumentFailed as failure:
            log.error("paper_not_drawn", certificate=waiting[0].id, failure=str(failure))
            return


def next_due(after: datetime | None = None) -> Soonest:
    """When the next paper may be drawn."""
    return soonest(Certificate.draw_at, after=after)


def _draw(house: House, now: datetime, claimed: Certificate) -> bool:
    """Draws the claimed paper with others of its case; false where they had been drawn, or cannot be."""
    waiting = _waiting(house, claimed.application_id, first=claimed.id)
    try:
        return bool(waiting) and _keep(house, _drawn(house, waiting), claimed.application_id, now)
    except DocumentFailed as failure:
        log.error("paper_not_drawn", certificate=claimed.id, failure=str(failure))
        with house.database.transaction() as session:
            row = session.get_one(Certificate, claimed.id, with_for_update=True)
            if not row.sha256:
                row.draw_at = next_attempt(now, row.draw_attempts, f"certificate/{row.id}/paper")
        return False


def _waiting(house: House, application_id: int, *, first: int = 0) -> Sequence[Certificate]:
    """Papers of a case that are not drawn, at most so many as are drawn together, from this one on."""
    with house.database.reading() as session:
        wanted = select(Certificate).where(Certificate.application_id == application_id, Certificate.sha256 == "")
        return session.scalars(wanted.where(Certificate.id >= first).order_by(Certificate.id).limit(AT_ONCE)).all()


def _drawn(house: House, waiting: Sequence[Certificate]) -> Mapping[int, str]:
    """The hash of each paper by the id of its certificate, when all of them lie in the store. Where they cannot be
    drawn together, the first alone: one that fails holds up no other."""
    with house.database.reading() as session:
        definition_id = (waiting[0].to_draw or {})["definition"]
        package = house.catalog.of(session, definition_id).package
    facts = [facts_of(one, house.files) for one in waiting]
    try:
        papers = draw_all(package, facts, fonts=house.fonts)
    except DocumentFailed:
        papers = draw_all(package, facts[:1], fonts=house.fonts)
    return {one.id: house.files.put(paper) for one, paper in zip(waiting, papers, strict=False)}


def _keep(house: House, drawn: Mapping[int, str], application_id: int, now: datetime) -> bool:
    """Writes down what was drawn, and in the history under which hash; nothing that another worker has written."""
    with house.database.transaction() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        rows = session.scalars(
            select(Certificate)
            .where(Certificate.id.in_(drawn), Certificate.sha256 == "")
            .order_by(Certificate.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        for row in rows:
            row.sha256, row.to_draw, row.draw_at = drawn[row.id], None, None
        if rows:
            told = {"papers": {row.number: row.sha256 for row in rows}}
            events.record(session, application, "papers_drawn", THE_CLOCK, at=now, data=told)
    return bool(rows)
