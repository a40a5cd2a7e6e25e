"""Renewing and changing: an application that begins from a certificate of the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.beginning import Desk, desk_of, new_draft, reopened, require_begun
from engine.applications.filing import Filing
from engine.case.continuations import continuation_of
from engine.case.holders import holds, holds_with_paper
from engine.catalog.published import Published
from engine.errors import (
    CannotContinue,
    ContinuationRuns,
    NotFound,
    NotInForce,
    NotTheirCertificate,
    RenewalNotOpen,
    RenewalTooLate,
    ServiceNotOffered,
)
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.packages import APPLY, carried, naming, prefilled
from engine.packages.register_rules import RenewalRule
from engine.people.actors import Actor
from engine.people.identities import account_facts
from engine.results.issuing import newest_answers
from engine.results.standing import last_day_of, state_of
from engine.typed.codes import typed_paper_number
from storage.applications import Application, ApplicationStatus, Certificate
from storage.continuations import Continuation, ContinuationKind
from storage.people import Person

CONTINUATION_REFUSALS: Final = (
    CannotContinue,
    ContinuationRuns,
    NotInForce,
    NotTheirCertificate,
    RenewalNotOpen,
    RenewalTooLate,
    ServiceNotOffered,
)
"""Why a certificate cannot be renewed or changed; nothing was begun."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody wants: which certificate (its number, as typed), renewed or changed, at which office."""

    number: str
    kind: ContinuationKind
    office_id: int


@dataclass(frozen=True, slots=True)
class Parent:
    """The certificate that is renewed or changed, with the case it came from and its service."""

    certificate: Certificate
    application: Application

    @property
    def service_key(self) -> str:
        return self.certificate.of_service or self.application.service_key


def parent_of_number(session: Session, typed: str, holder: Person, *, shown: bool) -> Parent:
    """The certificate with this number in the register, however it is typed; ``NotTheirCertificate`` when there is none
    or somebody else holds it. ``shown``: an officer has the paper in hand."""
    found = _parent(session, Certificate.number == (typed_paper_number(typed) or typed))
    if found is None:
        raise NotTheirCertificate
    one = found.certificate
    if not holds(session, one, holder.id) and not (shown and holds_with_paper(one, holder)):
        raise NotTheirCertificate
    return found


def service_for(
    session: Session,
    house: House,
    service_key: str,
    kind: ContinuationKind,
    *,
    now: datetime,
    office_id: int | None = None,
) -> Published | None:
    """The service that renews or changes certificates of a service at an office: that itself, or one that ``renews``
    it."""
    for published in house.catalog.all_current(session, now=now, office_id=office_id):
        manifest = published.package.manifest
        if manifest.certificate_of == service_key and kind in manifest.kinds:
            return published
    return None


def continue_certificate(
    session: Session,
    house: House,
    actor: Actor,
    chosen: Chosen,
    *,
    applicant_id: int | None = None,
    now: datetime,
) -> str:
    """The key of a draft that renews or changes a certificate of the actor, or (``applicant_id``) of somebody whom the
    front office of that office helps, filled in with what was answered for it; the one there is when there is one.

    Refusals: ``NotTheirCertificate``, ``CannotContinue``, those of ``require_open``, ``ContinuationRuns``,
    ``ServiceNotOffered``, ``QuotaReached``.
    """
    desk = desk_of(session, actor, chosen.office_id, applicant_id)
    parent = parent_of_number(session, chosen.number, desk.applicant, shown=applicant_id is not None)
    published = service_for(session, house, parent.service_key, chosen.kind, now=now, office_id=chosen.office_id)
    if published is None:
        raise CannotContinue
    rule = rule_of(session, house, parent.service_key, now=now, office_id=chosen.office_id)
    require_open(parent, chosen.kind, rule, now=now)
    require_none_runs(session, parent.certificate.id)
    require_begun(session, house, desk, published, now=now)
    begun = _unfinished(session, desk, parent, chosen.kind)
    if begun is not None:
        return reopened(session, desk, begun, now=now)
    account = prefilled(published.package.forms[APPLY], account_facts(desk.applicant))
    answers = taken_over(session, house, parent, published) | account
    draft = new_draft(session, desk, published, answers, now=now)
    session.add(Continuation(application_id=draft.id, certificate_id=parent.certificate.id, kind=chosen.kind))
    return draft.key


def _unfinished(session: Session, desk: Desk, parent: Parent, kind: ContinuationKind) -> Application | None:
    return session.scalar(
        select(Application)
        .join(Continuation, Continuation.application_id == Application.id)
        .where(Continuation.certificate_id == parent.certificate.id, Continuation.kind == kind)
        .where(Application.status == ApplicationStatus.DRAFT, Application.channel == desk.channel)
        .limit(1)
    )


def require_open(parent: Parent, kind: ContinuationKind, rule: RenewalRule | None, *, now: datetime) -> None:
    """Raises unless the certificate may be renewed or changed at this moment: ``NotInForce``, ``RenewalNotOpen``,
    ``RenewalTooLate``. ``rule`` is that of the service whose certificate it is."""
    one = parent.certificate
    state = state_of(one, now)
    if kind == ContinuationKind.CHANGE or state in ("revoked", "replaced", "used") or one.expires_at is None:
        if state != "valid":
            raise NotInForce
        if kind == ContinuationKind.RENEWAL:  # it holds without end: there is nothing to renew
            raise CannotContinue
        return
    opens, until = renewal_days(one, rule)
    today = now.astimezone(PHNOM_PENH).date()
    if opens is not None and today < opens:
        raise RenewalNotOpen(day=opens)
    if until is not None and today > until:
        raise RenewalTooLate(day=until)


def renewal_days(one: Certificate, rule: RenewalRule | None) -> tuple[date | None, date | None]:
    """The first and the last day on which a certificate may be renewed. The first is that of the day of issue; the
    rule of today speaks for certificates that have none, and says how long after the end it is still possible."""
    last_day = last_day_of(one)
    if last_day is None:
        return None, None
    kept = one.renewable_from.astimezone(PHNOM_PENH).date() if one.renewable_from else None
    opens = kept or (rule.opens.before(last_day) if rule else None)
    return opens, rule.grace.after(last_day) if rule and rule.grace else last_day


def require_continuable(session: Session, house: House, filing: Filing, *, now: datetime) -> None:
    """The same once more when it is sent, under the lock of the certificate: of two that are sent at once one goes, the
    other is told (``ContinuationRuns``). Nothing for an application that begins from no certificate."""
    continuation = continuation_of(session, filing.application.id)
    if continuation is None:
        return
    parent = _parent(session, Certificate.id == continuation.certificate_id, lock=True)
    if parent is None:
        raise NotFound
    rule = rule_of(session, house, parent.service_key, now=now, office_id=filing.office.id)
    require_open(parent, continuation.kind, rule, now=now)
    require_none_runs(session, parent.certificate.id)


def require_none_runs(session: Session, certificate_id: int) -> None:
    """Raises ``ContinuationRuns`` while another application renews or changes the certificate."""
    running = session.scalar(
        select(Application.reference)
        .join(Continuation, Continuation.application_id == Application.id)
        .where(Continuation.certificate_id == certificate_id, Application.status == ApplicationStatus.RUNNING)
        .limit(1)
    )
    if running is not None:
        raise ContinuationRuns(reference=running)


def rule_of(
    session: Session, house: House, service_key: str, *, now: datetime, office_id: int | None = None
) -> RenewalRule | None:
    """When certificates of this service may be renewed, by its version in effect at an office."""
    try:
        return house.catalog.current(session, service_key, now=now, office_id=office_id).package.manifest.renewal
    except NotFound:
        return None


def taken_over(session: Session, house: House, parent: Parent, published: Published) -> dict[str, Any]:
    """The answers with which the new application begins: those of the case that the certificate came from, without
    what must be confirmed anew, and without what is personal to an applicant who does not hold it any more. Of a list
    with a certificate for each row, only its row."""
    before = house.catalog.of(session, parent.application.definition_id).package
    answers = dict(parent.application.answers)
    rule, place = before.manifest.certificate, parent.certificate.row_place
    if rule is not None and rule.for_each is not None and place is not None:
        found = newest_answers(session, before, parent.application).get(rule.for_each.form, {})
        rows = found.get(rule.for_each.field) or ()
        answers[rule.for_each.field] = [rows[place]] if place < len(rows) else []
    form = published.package.forms[APPLY]
    confirmed = {part.key for part in form.components() if part.required and part.kind.scalar == "boolean"}
    known = carried(form, before.forms[APPLY], answers)
    theirs = before.forms[APPLY].personal_keys() | naming(before) if parent.certificate.owner_latin else frozenset()
    return {key: value for key, value in known.items() if key not in confirmed | theirs}


def _parent(session: Session, which: Any, *, lock: bool = False) -> Parent | None:
    wanted = (
        select(Certificate, Application).join(Application, Application.id == Certificate.application_id).where(which)
    )
    if lock:
        wanted = wanted.with_for_update(of=Certificate).execution_options(populate_existing=True)
    row = session.execute(wanted).one_or_none()
    return None if row is None else Parent(*row)
