"""Issuing: a granted application gets its result, or one for each row that was found in order, numbered without gaps,
drawn once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import Case
from engine.case.session_words import on_papers
from engine.case.turn import Turn
from engine.documents.result_papers import Attached
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import (
    APPLY,
    NamedHolder,
    ResultDue,
    ServicePackage,
    findings,
    found_in,
    named_holder,
    results_due,
    row_list,
    row_words,
)
from engine.packages.register_rules import RenewalRule
from engine.people.names import holder
from engine.references import new_tracking_code, next_number
from engine.results.certificate_paper import CertificateFacts, answers_in_words, draw
from engine.results.kept_facts import digest_of, kept
from engine.results.successions import Succession, succeed, succession_of
from storage.applications import Application, Certificate, Document, Opinion, ResultKind
from storage.base import Id
from storage.loading import Rows, given, load

LAST_SECOND = time(23, 59, 59)
FIRST_SECOND = time(0, 0)


def issue(turn: Turn) -> tuple[Certificate, ...]:
    """Numbers and keeps the results of a granted application; those it has already when it has some. The paper of the
    first is drawn with it, so that a template which fails stops the case here; those of the others are drawn later from
    what is kept now (``engine.results.drawing``).

    A number is the service's series, the office, the year and a gapless count: ``GH-02-26-000012``. A result holds
    through the day that the service's validity reaches. None at all where the service issues one for each row of a
    list and no row was chosen. Raises ``ResultUnclear`` (engine.packages) where an answer is missing.
    """
    session, case = turn.session, turn.case
    existing = issued(session, case.application.id)
    if existing:
        return existing
    package = case.published.package
    answers = newest_answers(session, package, case.application)
    succession = succession_of(turn)
    due = results_due(package, answers, succession.counts_from, succession.kept_end)
    files = _documents(session, case)
    papers = Papers(
        files,
        tuple(Attached(turn.house.files.get(digest), media_type) for digest, media_type in files),
        succession,
        answers_in_words(findings(package), found_in(package, answers)),
        on_papers(session, case),
        named_holder(package, answers) or NamedHolder("", ""),
    )
    made = tuple(_made(turn, place, one, papers) for place, one in enumerate(due))
    session.add_all(made)
    session.flush()
    succeed(turn, succession, made)
    for certificate in made:
        drawn = {"sha256": certificate.sha256} if certificate.sha256 else {"drawn_from": digest_of(certificate)}
        turn.record("certificate_issued", data={"number": certificate.number, **drawn})
    return made


_OF_APPLICATION: Final = Rows(
    Certificate,
    which=lambda rows: rows.where(Certificate.application_id == given("application_id", Id)).order_by(
        Certificate.place
    ),
)


def issued(session: Session, application_id: int) -> tuple[Certificate, ...]:
    """The results of an application in their order; one statement."""
    return tuple(one for (one,) in load(session, _OF_APPLICATION, application_id=application_id))


def newest_answers(session: Session, package: ServicePackage, application: Application) -> dict[str, Mapping[str, Any]]:
    """What was answered last in each form of a case, the newest form last: by the applicant, and by officers; one
    statement."""
    answers: dict[str, Mapping[str, Any]] = {}
    wanted = select(Opinion).where(Opinion.application_id == application.id).order_by(Opinion.id)
    for opinion in session.scalars(wanted):
        task = package.tasks.get(opinion.element_id)
        if task is not None and task.form is not None:
            answers.pop(task.form, None)  # the newest stands last
            answers[task.form] = opinion.answers
    return answers | {APPLY: application.answers}


def verify_url(house: House, code: str) -> str:
    """The public page that says whether the certificate with this code is valid; what its QR shows."""
    return f"{house.base_url}/verify/{code}"


@dataclass(frozen=True, slots=True)
class Papers:
    """What the papers of a case share: the applicant's document behind the stamp page (its ``files`` by hash and media
    type, and their bytes), the one before them, what was found and the sessions that were chosen, in words, and who
    holds them (no names: the applicant)."""

    files: tuple[tuple[str, str], ...]
    documents: tuple[Attached, ...]
    succession: Succession
    found: Mapping[str, Bilingual]
    sessions: Mapping[str, Mapping[str, Bilingual]]
    owner: NamedHolder


def _made(turn: Turn, place: int, due: ResultDue, papers: Papers) -> Certificate:
    case, house, package = turn.case, turn.house, turn.case.published.package
    facts = _facts(turn, due, papers)
    paper: dict[str, Any] = (
        {"to_draw": kept(facts, case.published.definition_id, papers.files), "draw_at": turn.now}
        if place
        else {"sha256": house.files.put(draw(package, facts, fonts=house.fonts))}
    )
    title = papers.succession.title or package.manifest.title
    group, manifest = row_list(package), package.manifest
    about = row_words(group, due.row) if group is not None else Bilingual("", "")
    renewable = _renewable_from(case, papers.succession.renewal, due.last_day)
    return Certificate(
        application_id=case.application.id,
        place=place,
        row_place=due.row_place,
        kind=ResultKind(manifest.result),
        number=facts.number,
        code=facts.code,
        holder=facts.holder.km if facts.holder.km == facts.holder.en else f"{facts.holder.km} · {facts.holder.en}",
        title_km=title.km,
        title_en=title.en,
        about_km=about.km,
        about_en=about.en,
        of_service=manifest.renews or "",
        owner_km=papers.owner.name_km,
        owner_latin=papers.owner.name_latin,
        owner_id_number=papers.owner.id_number,
        issued_at=facts.issued_at,
        expires_at=facts.expires_at,
        single_use=manifest.validity is not None and manifest.validity.single_use,
        renewable_from=renewable,
        renewal_due_at=renewable,
        **paper,
    )


def _facts(turn: Turn, due: ResultDue, papers: Papers) -> CertificateFacts:
    case, now = turn.case, turn.now
    package = case.published.package
    number, code = _next_number(turn.session, case, now), new_tracking_code()
    group = row_list(package)
    return CertificateFacts(
        number=number,
        code=code,
        reference=case.application.reference or "",
        verify_url=verify_url(turn.house, code),
        holder=holder(case.applicant) if not papers.owner.name_km else papers.owner.names,
        office=office_name(case.office),
        issued_at=now,
        expires_at=_end_of(case, due.last_day),
        answers=answers_in_words(tuple(package.forms[APPLY].components()), case.application.answers),
        row=answers_in_words(group.components, due.row) if group is not None else {},
        found=papers.found,
        sessions=papers.sessions,
        replaces=papers.succession.number,
        title=papers.succession.title,
        documents=papers.documents,
    )


def _next_number(session: Session, case: Case, now: datetime) -> str:
    rule = case.published.package.manifest.certificate
    if rule is None:
        raise LookupError("the service names no certificate series")
    year = case.calendar.local_date(now).year
    sequence = next_number(session, f"certificate/{rule.series}/{case.office.code}/{year}")
    return f"{rule.series}-{case.office.code}-{year % 100:02d}-{sequence:06d}"


def _end_of(case: Case, last_day: date | None) -> datetime | None:
    """The last second of the last valid day; None when the result is valid without end."""
    return None if last_day is None else datetime.combine(last_day, LAST_SECOND, tzinfo=case.calendar.zone)


def _renewable_from(case: Case, rule: RenewalRule | None, last_day: date | None) -> datetime | None:
    """The beginning of the first day on which the result may be renewed; None where it is not renewed."""
    if rule is None or last_day is None:
        return None
    return datetime.combine(rule.opens.before(last_day), FIRST_SECOND, tzinfo=case.calendar.zone)


def _documents(session: Session, case: Case) -> tuple[tuple[str, str], ...]:
    """The applicant's document that gets our stamp page: every file that lies in its place."""
    rule = case.published.package.manifest.certificate
    if rule is None or rule.document is None:
        return ()
    rows = session.scalars(
        select(Document)
        .where(Document.application_id == case.application.id, Document.replaced_at.is_(None))
        .where(Document.document_key == rule.document)
        .order_by(Document.id)
    )
    return tuple((row.sha256, row.media_type) for row in rows)
