"""Certificates: the numbered result of an application, rendered once, kept for ever, revoked when it must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case import events
from engine.case.access_log import note_access
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.errors import AlreadyRevoked, NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import CASE_WORKERS, HEAD
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.references import new_tracking_code, next_number
from engine.results.certificate_paper import CertificateFacts, answers_in_words, draw
from storage.applications import Application, Certificate
from storage.people import Person

LAST_SECOND = time(23, 59, 59)
LONGEST_REASON = 1000


def issue(turn: Turn) -> Certificate:
    """Numbers, renders and keeps the certificate of a granted application; the one it has already when it has one.

    The number is the service's series, the office, the year and a gapless count: ``GH-02-26-000012``. It is valid
    through the day that the service's validity reaches, counted from the day of issue.
    """
    session, house, case = turn.session, turn.house, turn.case
    existing = session.scalar(select(Certificate).where(Certificate.application_id == case.application.id))
    if existing is not None:
        return existing
    facts = _facts(turn)
    title = case.published.package.manifest.title
    certificate = Certificate(
        application_id=case.application.id,
        number=facts.number,
        code=facts.code,
        holder=facts.holder.km if facts.holder.km == facts.holder.en else f"{facts.holder.km} · {facts.holder.en}",
        title_km=title.km,
        title_en=title.en,
        sha256=house.files.put(draw(case.published.package, facts, fonts=house.fonts)),
        issued_at=facts.issued_at,
        expires_at=facts.expires_at,
    )
    session.add(certificate)
    session.flush()
    told = {"number": certificate.number, "sha256": certificate.sha256}
    turn.record("certificate_issued", data=told)
    return certificate


def verify_url(house: House, code: str) -> str:
    """The public page that says whether the certificate with this code is valid; what its QR shows."""
    return f"{house.base_url}/verify/{code}"


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """The PDF of a certificate under the name it is saved with."""

    filename: str
    content: bytes


def read(session: Session, house: House, actor: Actor, number: str, *, now: datetime) -> CertificateFile:
    """The PDF, for the applicant and for officers of the office; an officer's look is kept for the applicant to see.

    ``NotFound`` for anybody else, as for a number that was never given.
    """
    certificate, application = _find(session, number)
    if application.applicant_id != actor.person_id:
        if not any(actor.acts_for(group, application.office_id) for group in CASE_WORKERS):
            raise NotFound
        note_access(session, actor, application, "certificate", now=now)
    return CertificateFile(f"{certificate.number}.pdf", house.files.get(certificate.sha256))


def revoke(session: Session, actor: Actor, number: str, reason: str, *, now: datetime) -> None:
    """The head of the office ends a certificate before its time, with the reason.

    Raises ``ReasonMissing``, ``AlreadyRevoked``, and ``NotAllowed`` for everybody but the head.
    """
    certificate, application = _find(session, number, lock=True)
    actor.require(application.office_id, HEAD)
    reason = reason_given(reason, longest=LONGEST_REASON)
    if certificate.revoked_at is not None:
        raise AlreadyRevoked
    certificate.revoked_at = now
    facts = {"number": certificate.number}
    told = {"reason": reason}
    events.record(session, application, "certificate_revoked", actor, at=now, data=facts, personal=told)


def holder(person: Person) -> Bilingual:
    """The name of a person in both scripts; the one there is when there is only one."""
    return Bilingual(km=person.name_km or person.name_latin, en=person.name_latin or person.name_km)


def _facts(turn: Turn) -> CertificateFacts:
    case, now = turn.case, turn.now
    number, code = _next_number(turn.session, case, now), new_tracking_code()
    return CertificateFacts(
        number=number,
        code=code,
        reference=case.application.reference or "",
        verify_url=verify_url(turn.house, code),
        holder=holder(case.applicant),
        office=office_name(case.office),
        issued_at=now,
        expires_at=_expiry(case, now),
        answers=answers_in_words(case.published.package, case.application.answers),
    )


def _next_number(session: Session, case: Case, now: datetime) -> str:
    rule = case.published.package.manifest.certificate
    if rule is None:
        raise LookupError("the service names no certificate series")
    year = case.calendar.local_date(now).year
    sequence = next_number(session, f"certificate/{rule.series}/{case.office.code}/{year}")
    return f"{rule.series}-{case.office.code}-{year % 100:02d}-{sequence:06d}"


def _expiry(case: Case, now: datetime) -> datetime | None:
    """The last second of the last valid day; None when the result is valid without end."""
    validity = case.published.package.manifest.validity
    if validity is None:
        return None
    last_day = validity.after(case.calendar.local_date(now))
    return datetime.combine(last_day, LAST_SECOND, tzinfo=case.calendar.zone)


def _find(session: Session, number: str, *, lock: bool = False) -> tuple[Certificate, Application]:
    wanted = (
        select(Certificate, Application)
        .join(Application, Application.id == Certificate.application_id)
        .where(Certificate.number == number)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    certificate, application = found
    return certificate, application
