"""Whose own case it is: nobody intervenes by hand where they stand to gain or have helped."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.interests import require_no_interest
from engine.case.kept_apart import is_apart
from engine.errors import OwnCase
from engine.errors.desk import WorkedOnIt
from engine.people import mandates
from engine.people.actors import Actor
from storage.applications import Application, Document
from storage.events import CaseEvent

_HELPING: Final = ("submitted", "resubmitted")


def is_own(session: Session, application: Application, person_id: int | None) -> bool:
    """Whether the person applies, filed the application, or helped at the counter with a document or an answer."""
    if person_id is None:
        return False
    if person_id in (application.applicant_id, application.filed_by_id):
        return True
    brought = select(Document.id).where(Document.application_id == application.id, Document.uploaded_by_id == person_id)
    sent = select(CaseEvent.seq).where(
        CaseEvent.application_id == application.id,
        CaseEvent.actor_id == person_id,
        CaseEvent.kind.in_(_HELPING),
    )
    return any(session.scalar(each.limit(1)) is not None for each in (brought, sent))


def require_other(session: Session, application: Application, actor: Actor) -> None:
    """``OwnCase`` for somebody whose own case it is, or the case of somebody for whom they act, ``InterestDeclared``,
    and ``WorkedOnIt`` for whoever worked on what the case is about."""
    if is_apart(session, application, actor):
        raise WorkedOnIt
    require_no_interest(session, application, actor)
    if is_own(session, application, actor.person_id) or helps_here(session, application, actor):
        raise OwnCase


def helps_here(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor may act for the applicant, or the absent colleague in whose place they act; asks the database
    only about somebody who acts for anybody."""
    who = [actor.person_id] if actor.helps else []
    who += [actor.instead.person_id] if actor.instead is not None else []
    return any(mandates.may_act_for(session, each, application.applicant_id) for each in who)
