"""The register of certificates, asked by services: what somebody holds, and whether a number stands there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.case.continuations import service_of
from engine.case.holders import held_by
from engine.results.standing import last_day_of, state_of
from storage.applications import Application, Certificate, ResultKind


def service_of_number(session: Session, number: str) -> str:
    """The service whose certificate has this number; empty when it was never given."""
    rows = select(service_of()).select_from(Certificate).join(Application, Application.id == Certificate.application_id)
    return session.scalar(rows.where(Certificate.number == number)) or ""


def holds(session: Session, person_id: int, service_key: str, *, valid: bool, now: datetime) -> bool:
    """Whether somebody holds a certificate of the service: one in force, or (``valid`` false) any that was not revoked;
    one statement."""
    states = [state_of(one, now) for one in _of_service(session, service_key, held_by(person_id))]
    return "valid" in states if valid else any(state != "revoked" for state in states)


def look_up(
    session: Session, service_key: str, *, number: str = "", person_id: int | None = None, now: datetime
) -> dict[str, Any]:
    """What a diagram learns: whether a certificate of the service is ``found`` with this number, of this person, or
    both; whether it is ``valid``; and its last day (``expires``, null without one). Of several, one in force that
    holds longest, else the newest."""
    wanted = [Certificate.number == number] if number else []
    wanted += [held_by(person_id)] if person_id is not None else []
    rows = _of_service(session, service_key, *wanted)
    in_force = [one for one in rows if state_of(one, now) == "valid"]
    best = max(in_force, key=_lasts, default=rows[-1] if rows else None)
    last_day = last_day_of(best) if best is not None else None
    return {"found": best is not None, "valid": bool(in_force), "expires": last_day.isoformat() if last_day else None}


def _lasts(certificate: Certificate) -> float:
    return certificate.expires_at.timestamp() if certificate.expires_at else float("inf")


def _of_service(session: Session, service_key: str, *wanted: ColumnElement[bool]) -> list[Certificate]:
    rows = select(Certificate).join(Application, Application.id == Certificate.application_id)
    real = Certificate.kind != ResultKind.NOTICE
    return list(session.scalars(rows.where(service_of() == service_key, real, *wanted).order_by(Certificate.id)))
