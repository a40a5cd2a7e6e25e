"""Sending at the counter: with who brought the papers, where that is not the applicant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.filing import open_filing
from engine.applications.submitting import Submitted, submit
from engine.case import events
from engine.errors import BadAnswers, NotFound
from engine.errors.counter import NeitherNameNorPaper, WhyHereMissing
from engine.house import House
from engine.khmer import tidy
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from storage.applications import Application, ApplicationStatus, Channel
from storage.events import CaseEvent

BROUGHT: Final = "papers_brought"
LONGEST: Final = 200
"""Signs of a name, and of what is said about a paper."""


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brings the papers for the applicant, and which paper with which number showed it; both empty where the
    applicant comes in person."""

    name: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """What is said when the counter sends: who ``brought`` the papers, and ``why_here`` where the place of business
    belongs to another office."""

    brought: Brought = Brought()
    why_here: str = ""


def send_at_counter(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    sending: Sending,
    *,
    shown: str | None = None,
    now: datetime,
) -> Submitted:
    """Sends a draft of the actor's counter, and writes into its history who brought the papers. Sending it twice gives
    the same answer and is written down once. ``BadAnswers`` names ``brought_by`` or ``brought_paper`` when one of both
    is given, ``why_here`` where the place of business leads to another office and nobody says why it is sent here; the
    other refusals are those of ``submitting.submit``."""
    brought = sending.brought
    filing = open_filing(session, house, actor, key, lock=True, now=now)
    application = filing.application
    if application.channel != Channel.COUNTER or not actor.acts_for(FRONT_OFFICE, application.office_id):
        raise NotFound
    is_new = application.status == ApplicationStatus.DRAFT
    name, paper = tidy(brought.name)[:LONGEST], tidy(brought.paper)[:LONGEST]
    if is_new and bool(name) != bool(paper):
        raise BadAnswers({"brought_paper" if name else "brought_by": NeitherNameNorPaper()})
    try:
        sent = submit(session, house, actor, key, shown=shown, why_here=sending.why_here, now=now)
    except WhyHereMissing as refusal:
        raise BadAnswers({"why_here": refusal}) from refusal
    if is_new and name:
        personal = {"brought_by": name, "paper": paper}
        events.record(session, application, BROUGHT, actor, at=now, personal=personal)
    return sent


def brought_by(session: Session, application: Application) -> Brought | None:
    """Who brought the papers of an application, where that was somebody else and is not erased; one statement for what
    was filed at the counter, none for others."""
    if application.channel != Channel.COUNTER:
        return None
    said = select(CaseEvent.personal).where(CaseEvent.application_id == application.id, CaseEvent.kind == BROUGHT)
    personal = session.scalar(said.limit(1))
    return Brought(personal["brought_by"], personal["paper"]) if personal else None
