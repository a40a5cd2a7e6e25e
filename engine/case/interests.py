"""Declared interests: an officer to whom a case is more than work does none of its tasks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session

from engine.errors.desk import InterestDeclared
from engine.people.actors import Actor
from storage.applications import Application
from storage.colleagues import DeclaredInterest
from storage.people import Person


def has_interest(session: Session, application: Application, person_id: int | None) -> bool:
    """Whether this person has declared an interest in the case; asks the database only where anybody has."""
    if person_id is None or not application.has_interests:
        return False
    return session.get(DeclaredInterest, (application.id, person_id)) is not None


def require_no_interest(session: Session, application: Application, actor: Actor) -> None:
    """``InterestDeclared`` for whoever has declared one, and in the place of a colleague who has; for every way by
    which somebody takes, does or gives a task."""
    if any(has_interest(session, application, each) for each in actor.eyes):
        raise InterestDeclared


def has_none(application: Application) -> ColumnElement[bool]:
    """Over people: they have declared no interest in the case."""
    declared = DeclaredInterest.application_id == application.id, DeclaredInterest.person_id == Person.id
    return ~exists().where(*declared) if application.has_interests else true()


def interests_of(session: Session, application_id: int) -> list[DeclaredInterest]:
    """All that were declared in a case, the first first; one statement."""
    declared = select(DeclaredInterest).where(DeclaredInterest.application_id == application_id)
    return list(session.scalars(declared.order_by(DeclaredInterest.at)))
