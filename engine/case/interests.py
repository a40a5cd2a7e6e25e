"""Declared interests: an officer to whom a case is more than work does none of its tasks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors.desk import InterestDeclared
from storage.applications import Application
from storage.colleagues import DeclaredInterest


def has_interest(session: Session, application: Application, person_id: int | None) -> bool:
    """Whether this person has declared an interest in the case; asks the database only where anybody has."""
    if person_id is None or not application.has_interests:
        return False
    return session.get(DeclaredInterest, (application.id, person_id)) is not None


def require_no_interest(session: Session, application: Application, person_id: int | None) -> None:
    """``InterestDeclared`` for whoever has declared one; for every way by which somebody takes or does a task."""
    if has_interest(session, application, person_id):
        raise InterestDeclared


def interests_of(session: Session, application_id: int) -> list[DeclaredInterest]:
    """All that were declared in a case, the first first; one statement."""
    declared = select(DeclaredInterest).where(DeclaredInterest.application_id == application_id)
    return list(session.scalars(declared.order_by(DeclaredInterest.at)))
