"""The certificates that somebody holds, and what can be done with each: renewed (from which day), or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.continuing import renewal_days
from engine.case.holders import held_by as is_held_by
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.namesakes import office_name
from engine.packages import ServiceManifest
from engine.results.standing import CertificateState, last_day_of, state_of
from storage.applications import Application, ApplicationStatus, Certificate, ResultKind
from storage.continuations import Continuation, ContinuationKind
from storage.offices import Office

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate. ``renew_from``: the day from which it may be renewed (None: it is not renewed, or no more);
    ``may_renew`` whether that day has come. ``continued_by``: the reference of an application that renews or changes it
    now; nothing else can then."""

    number: str
    kind: str
    title: Bilingual
    about: Bilingual
    office: Bilingual
    office_id: int
    expires_at: datetime | None
    single_use: bool
    state: CertificateState
    renew_from: date | None
    may_renew: bool
    may_change: bool
    continued_by: str | None


def held_by(session: Session, house: House, person_id: int, *, now: datetime) -> tuple[Held, ...]:
    """What the person holds, the newest first, without what was revoked or replaced; four statements at most."""
    rows = session.execute(
        select(Certificate, Application, Office)
        .join(Application, Application.id == Certificate.application_id)
        .join(Office, Office.id == Application.office_id)
        .where(is_held_by(person_id), Certificate.kind != ResultKind.NOTICE)
        .where(Certificate.revoked_at.is_(None), Certificate.replaced_at.is_(None))
        .order_by(Certificate.id.desc())
        .limit(MOST)
    ).all()
    if not rows:
        return ()
    services = {one.service_key: one.package.manifest for one in house.catalog.all_current(session, now=now)}
    today = _Today(_running(session, [row[0].id for row in rows]), services, now)
    return tuple(_held(*row, today) for row in rows)


def _running(session: Session, certificates: list[int]) -> Mapping[int, str]:
    found = session.execute(
        select(Continuation.certificate_id, Application.reference)
        .join(Application, Application.id == Continuation.application_id)
        .where(Continuation.certificate_id.in_(certificates), Application.status == ApplicationStatus.RUNNING)
    )
    return {row.certificate_id: row.reference or "" for row in found}


@dataclass(frozen=True, slots=True)
class _Today:
    """What counts for every certificate: applications that run, by the certificate they continue, the services in
    effect by key, and the moment."""

    running: Mapping[int, str]
    services: Mapping[str, ServiceManifest]
    now: datetime

    @property
    def day(self) -> date:
        return self.now.astimezone(PHNOM_PENH).date()

    def kinds_for(self, service: str) -> set[str]:
        """What can be done with certificates of a service, by itself or by one that renews it."""
        return {kind for one in self.services.values() if one.certificate_of == service for kind in one.kinds}


def _held(one: Certificate, application: Application, office: Office, today: _Today) -> Held:
    service, state = one.of_service or application.service_key, state_of(one, today.now)
    kinds, own = today.kinds_for(service), today.services.get(service)
    opens, until = renewal_days(one, own.renewal if own else None)
    in_time = (
        ContinuationKind.RENEWAL in kinds and state in ("valid", "expired") and until is not None and today.day <= until
    )
    continued_by = today.running.get(one.id)
    return Held(
        number=one.number,
        kind=one.kind,
        title=Bilingual(one.title_km, one.title_en),
        about=Bilingual(one.about_km, one.about_en),
        office=office_name(office),
        office_id=office.id,
        expires_at=one.expires_at,
        single_use=one.single_use,
        state=state,
        renew_from=(opens or last_day_of(one)) if in_time else None,
        may_renew=in_time and continued_by is None and (opens is None or opens <= today.day),
        may_change=ContinuationKind.CHANGE in kinds and state == "valid" and continued_by is None,
        continued_by=continued_by,
    )
