"""Whether a certificate is real and still valid: what anybody may know who holds it and reads its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.typed.codes import normal_code, typed_paper_number
from storage.applications import Application, Certificate
from storage.offices import Office

CertificateState = Literal["valid", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """What stands on the certificate, and whether it holds today."""

    number: str
    code: str
    holder: str
    title: Bilingual
    office: Bilingual
    office_id: int
    application_key: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    state: CertificateState


def verify(session: Session, typed: str, *, now: datetime) -> CertificateShown:
    """The certificate that carries this code, or this number in large print; ``NotFound`` when none does."""
    number = typed_paper_number(typed)
    return _shown(session, Certificate.number == number if number else Certificate.code == normal_code(typed), now)


def certificate(session: Session, number: str, *, now: datetime) -> CertificateShown:
    """The certificate with this number, for officers; ``NotFound`` when it was never given."""
    return _shown(session, Certificate.number == number, now)


def _shown(session: Session, which: ColumnElement[bool], now: datetime) -> CertificateShown:
    row = session.execute(
        select(Certificate, Application.key, Office)
        .join(Application, Application.id == Certificate.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(which)
    ).one_or_none()
    if row is None:
        raise NotFound
    found, application_key, office = row
    return CertificateShown(
        number=found.number,
        code=found.code,
        holder=found.holder,
        title=Bilingual(km=found.title_km, en=found.title_en),
        office=office_name(office),
        office_id=office.id,
        application_key=application_key,
        issued_at=found.issued_at,
        expires_at=found.expires_at,
        revoked_at=found.revoked_at,
        state=_state(found, now),
    )


def _state(found: Certificate, now: datetime) -> CertificateState:
    if found.revoked_at is not None:
        return "revoked"
    return "expired" if found.expires_at is not None and found.expires_at < now else "valid"
