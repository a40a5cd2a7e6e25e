"""Certificates and other results once they are issued: read, printed together, used up, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case import events
from engine.case.access_log import note_access
from engine.case.holders import holds
from engine.case.kept_apart import is_apart
from engine.case.readers import works_on
from engine.documents import result_papers
from engine.documents.result_papers import Fact, ResultPage
from engine.errors import AlreadyRevoked, AlreadyUsed, NotAllowed, NotForOneUse, NotFound, NotInForce, PaperNotDrawn
from engine.house import House
from engine.khmer import Bilingual, khmer_digits
from engine.namesakes import office_name
from engine.packages.groups import CASE_WORKERS, HEAD
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.results.issuing import issued, verify_url
from engine.results.standing import state_of
from storage.applications import Application, Certificate
from storage.offices import Office

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """The PDF of a certificate under the name it is saved with."""

    filename: str
    content: bytes


def read(session: Session, house: House, actor: Actor, number: str, *, now: datetime) -> CertificateFile:
    """The PDF, for the applicant, the holder and officers of the office; an officer's look is kept for the applicant to
    see.

    ``NotFound`` for anybody else, as for a number that was never given; ``PaperNotDrawn`` until ``drawing`` has drawn
    it.
    """
    certificate, application = _find(session, number)
    _require_reader(session, actor, application, certificate, now)
    if not certificate.sha256:
        raise PaperNotDrawn(application.id, first=certificate.id)
    return CertificateFile(f"{certificate.number}.pdf", house.files.get(certificate.sha256))


def read_all(session: Session, house: House, actor: Actor, application_key: str, *, now: datetime) -> CertificateFile:
    """All results of an application that were not revoked as one PDF, behind a list of them where there are several.

    ``NotFound`` for those who may not read one of them, and where there is none; ``PaperNotDrawn`` as in ``read``.
    """
    row = session.execute(
        select(Application, Office)
        .join(Office, Office.id == Application.office_id)
        .where(Application.key == application_key)
    ).one_or_none()
    if row is None:
        raise NotFound
    application, office = row
    found = [one for one in issued(session, application.id) if one.revoked_at is None]
    if not found:
        raise NotFound
    _require_reader(session, actor, application, found[0], now)
    if not all(one.sha256 for one in found):
        raise PaperNotDrawn(application.id)
    papers = [house.files.get(one.sha256) for one in found]
    whole = papers[0] if len(papers) == 1 else result_papers.joined([_list(house, office, found), *papers])
    return CertificateFile(f"{application.reference}.pdf", whole)


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


def mark_used(session: Session, actor: Actor, number: str, *, now: datetime) -> None:
    """An officer of any office, who has the paper of a single use in hand, marks it as used: from now on it is.

    Raises ``NotForOneUse``, ``AlreadyUsed`` with the moment, ``NotInForce`` for one that is expired, revoked or
    replaced, ``NotAllowed`` for its own holder and for those who work on no cases.
    """
    certificate, application = _find(session, number, lock=True)
    is_theirs = application.applicant_id == actor.person_id or holds(session, certificate, actor.person_id)
    if is_theirs or not works_on_cases(actor):
        raise NotAllowed
    if not certificate.single_use:
        raise NotForOneUse
    if certificate.used_at is not None:
        raise AlreadyUsed(at=certificate.used_at)
    if state_of(certificate, now) != "valid":
        raise NotInForce
    certificate.used_at, certificate.used_by_id = now, actor.person_id
    events.record(session, application, "certificate_used", actor, at=now, data={"number": certificate.number})


def works_on_cases(actor: Actor) -> bool:
    """Whether somebody works on the cases of some office today."""
    offices = actor.offices(*CASE_WORKERS)
    return offices is None or bool(offices)


def _require_reader(
    session: Session, actor: Actor, application: Application, certificate: Certificate, now: datetime
) -> None:
    if application.applicant_id == actor.person_id or holds(session, certificate, actor.person_id):
        return
    here = any(actor.acts_for(group, application.office_id) for group in CASE_WORKERS)
    here = here and not is_apart(session, application, actor)
    if not here and not works_on(session, application, actor):
        raise NotFound
    note_access(session, actor, application.id, "certificate", now=now)


def _list(house: House, office: Office, found: Sequence[Certificate]) -> bytes:
    """What is handed over together, one line for each paper, to be signed for below."""
    first = found[0]
    facts = [
        Fact(
            Bilingual(khmer_digits(place), str(place)),
            Bilingual(f"{one.number}  {one.about_km}".strip(), f"{one.number}  {one.about_en}".strip()),
        )
        for place, one in enumerate(found, start=1)
    ]
    holder = first.holder.partition(" · ")
    page = ResultPage(
        title=Bilingual(f"បញ្ជី៖ {first.title_km}", f"List: {first.title_en}"),
        office=office_name(office),
        facts=(Fact(Bilingual("អ្នកកាន់", "Holder"), Bilingual(holder[0], holder[2])), *facts),
        address=verify_url(house, first.code),
        issued_at=first.issued_at,
        signed_by=Bilingual("អ្នកទទួល", "Received by"),
    )
    return result_papers.page(page, fonts=house.fonts)


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
