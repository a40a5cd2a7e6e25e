"""Who is asked about a case by a colleague: they read it until they have answered."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.people.actors import Actor
from storage.applications import Application
from storage.colleagues import ColleagueQuestion


def is_asked(session: Session, application: Application, actor: Actor) -> bool:
    """Whether a question about the case waits for the actor; one statement."""
    if not actor.memberships or actor.person_id is None:
        return False
    asked = select(ColleagueQuestion.id).where(
        ColleagueQuestion.application_id == application.id, ColleagueQuestion.is_open(), or_(*asked_of(actor))
    )
    return session.scalar(asked.limit(1)) is not None


def asked_of(actor: Actor) -> list[ColumnElement[bool]]:
    """Over questions: the ways by which one is for the actor, by name or by a group of an office to which they belong;
    each is found by an index of its own. Nobody answers what they asked themselves."""
    groups = sorted((group, office) for group, office in actor.memberships if office is not None)
    return [
        ColleagueQuestion.asked_of_id == actor.person_id,
        *(
            and_(
                ColleagueQuestion.office_id == office,
                ColleagueQuestion.group == group,
                ColleagueQuestion.asked_by_id != actor.person_id,
            )
            for group, office in groups
        ),
    ]
