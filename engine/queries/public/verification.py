"""Whether a certificate is real and still valid: what anybody may know who holds it and reads its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.results.standing import CertificateState, state_of
from engine.typed.codes import normal_code, typed_paper_number
from storage.applications import Application, Certificate
from storage.offices import Office

_Newer = aliased(Certificate)


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """What stands on the certificate, and whether it holds today."""

    kind: str
    number: str
    code: str
    holder: str
    title: Bilingual
    about: Bilingual
    office: Bilingual
    office_id: int
    application_key: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    single_use: bool
    used_at: datetime | None
    replaced_at: datetime | None
    replaced_by: str | None
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
        select(Certificate, Application.key, Office, _Newer.number)
        .join(Application, Application.id == Certificate.application_id)
        .join(Office, Office.id == Application.office_id)
        .outerjoin(_Newer, _Newer.replaces_id == Certificate.id)
        .where(which)
    ).first()
    if row is None:
        raise NotFound
    found, application_key, office, newer = row
    return CertificateShown(
        kind=found.kind,
        number=found.number,
        code=found.code,
        holder=found.holder,
        title=Bilingual(km=found.title_km, en=found.title_en),
        about=Bilingual(km=found.about_km, en=found.about_en),
        office=office_name(office),
        office_id=office.id,
        application_key=application_key,
        issued_at=found.issued_at,
        expires_at=found.expires_at,
        revoked_at=found.revoked_at,
        single_use=found.single_use,
        used_at=found.used_at,
        replaced_at=found.replaced_at,
        replaced_by=newer,
        state=state_of(found, now),
    )
