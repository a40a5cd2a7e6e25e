"""Applications: sent with the fee that was shown, promised a day, and withdrawn when the applicant wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.applications.complaints import keep_apart
from engine.applications.continuing import require_continuable
from engine.applications.drafts import fixed_answers
from engine.applications.filing import Filing, fees_told, open_filing, require_offered, seen
from engine.applications.forwarding import tell_history
from engine.applications.places import Elsewhere, record_elsewhere, require_place
from engine.applications.prerequisites import require_prerequisites
from engine.bpmn import Step
from engine.case import events, promising
from engine.case.continuations import facts_about, with_facts
from engine.case.fees import Told, tell
from engine.case.messages import tell_about
from engine.case.opening import lock_case, new_case
from engine.case.turn import Turn
from engine.errors import AlreadyVerified, BadAnswers, CannotWithdraw, DocumentMissing, IdentityNotVerified, StalePage
from engine.errors.businesses import AtTheCounterOnly, BusinessNotVerified
from engine.errors.counter import PapersUnsorted
from engine.flow.advance import advance
from engine.house import House
from engine.packages import APPLY, ServicePackage, routing_variables, validate_all
from engine.packages.fee_rules import ON_SUBMISSION
from engine.packages.operations import WITHDRAWAL
from engine.people.actors import Actor
from engine.people.identities import said_about_oneself, take_over
from engine.people.representatives import is_business
from engine.references import new_reference, new_tracking_code, tracking_digits
from storage.applications import TRAY, Application, ApplicationStatus, Channel, Document, Outcome
from storage.people import IdentityStatus, Person


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the applicant is given: numbers to write down, the promised day (``None`` while the fee is missing) and the
    fee in whole riel."""

    key: str
    reference: str
    tracking_code: str
    promised_at: datetime | None
    fee_total: int


def submit(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    *,
    shown: str | None = None,
    why_here: str = "",
    now: datetime,
) -> Submitted:
    """Sends a draft: its process starts and its promise runs. Sending it twice gives the same answer.

    ``shown`` is the mark of the page that was agreed to (``filing.seen``). ``why_here``: why a counter sends it here
    although the place of business belongs elsewhere (``WhyHereMissing``). Other refusals: ``StalePage``,
    ``ServiceNotOffered``, ``IdentityNotVerified``, ``AlreadyVerified``, ``BadAnswers``, ``DocumentMissing``,
    ``FeeUnclear``, ``PrerequisiteMissing``, and those of ``continuing.require_continuable``.
    """
    filing = open_filing(session, house, actor, key, lock=True, now=now)
    application = filing.application
    if application.status != ApplicationStatus.DRAFT:
        return _receipt(application)
    if shown is not None and shown != seen(filing, now):
        raise StalePage
    applicant = session.get_one(Person, application.applicant_id, with_for_update=True, populate_existing=True)
    today = filing.calendar.local_date(now)
    require_offered(session, filing.office, filing.published, today)
    place = require_place(session, filing, why_here, now=now)
    _require_identity(filing, applicant)
    answers = application.answers | fixed_answers(session, filing, filing.form.components())
    application.answers = checked_answers(filing, answers, now)
    require_documents(session, filing.package, application)
    require_continuable(session, house, filing, now=now)
    require_prerequisites(session, house, filing, now=now)
    told = fees_told(session, filing, now=now)
    _number(session, filing, applicant, told, now)
    _ask_for(session, filing, applicant, actor, now, is_promised=_begins_at_once(filing, told))
    _tell_how_it_came(session, application, actor, place, now=now)
    facts = facts_about(session, filing.package, application)
    step = Step("start", variables=routing_variables(filing.package, APPLY, application.answers) | facts)
    turn = Turn(session, house, new_case(session, house, application, now=now), actor, now)
    keep_apart(turn)
    advance(turn, step)
    _tell_received(turn, applicant)
    return _receipt(application)


def _tell_received(turn: Turn, applicant: Person) -> None:
    application, package = turn.case.application, turn.case.published.package
    is_promised = application.promised_at is not None
    promise = {} if is_promised else promising.days_not_yet(package, application, applicant.language)
    words, key = turn.house.texts["application_received"], f"{application.id}/received"
    tell_about(turn, applicant, words, key=key, **promise)


def withdraw(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> None:
    """Ends a running application at the applicant's wish. Harmless when it was withdrawn already.

    ``CannotWithdraw`` once it is decided, or where the process does not provide for it.
    """
    filing = open_filing(session, house, actor, key, now=now)
    case = lock_case(session, house, filing.application.id)
    application = case.application
    if application.outcome == Outcome.WITHDRAWN:
        return
    if application.status != ApplicationStatus.RUNNING or application.decided_at is not None:
        raise CannotWithdraw
    turn = Turn(session, house, case, actor, now)
    turn.record("withdrawal_asked")
    try:
        advance(turn, Step("deliver", name=WITHDRAWAL))
    except bpmn.NobodyWaits as refused:
        raise CannotWithdraw from refused


def checked_answers(filing: Filing, answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The answers as they are kept for good; ``BadAnswers`` names each field that needs attention."""
    clean, errors = validate_all(filing.form, answers, today=filing.calendar.local_date(now))
    if errors:
        raise BadAnswers(dict(errors))
    return clean


def missing_documents(session: Session, package: ServicePackage, application: Application) -> list[str]:
    """The keys of documents that these answers make necessary and nobody has uploaded."""
    return _missing(session, package, application, _kinds_there(session, application))


def require_documents(session: Session, package: ServicePackage, application: Application) -> None:
    """Raises ``DocumentMissing`` with the name of the first required document that is not there, and ``PapersUnsorted``
    while nobody has said of a file what it is."""
    there = _kinds_there(session, application)
    if TRAY in there:
        raise PapersUnsorted
    missing = _missing(session, package, application, there)
    if missing:
        raise DocumentMissing(document=package.texts.documents[missing[0]].label)


def _kinds_there(session: Session, application: Application) -> set[str]:
    here = Document.application_id == application.id, Document.replaced_at.is_(None)
    return set(session.scalars(select(Document.document_key).where(*here)))


def _missing(session: Session, package: ServicePackage, application: Application, there: set[str]) -> list[str]:
    answers = with_facts(session, package, application)
    return [rule.key for rule in package.documents_to_send if rule.key not in there and rule.is_required(answers)]


def _receipt(application: Application) -> Submitted:
    return Submitted(
        key=application.key,
        reference=application.reference or "",
        tracking_code=application.tracking_code or "",
        promised_at=application.promised_at,
        fee_total=application.fee_total,
    )


def _tell_how_it_came(
    session: Session, application: Application, actor: Actor, elsewhere: Elsewhere | None, *, now: datetime
) -> None:
    """What a counter did before, for the history: forwarded it, or sends it here all the same."""
    if application.channel == Channel.COUNTER:
        tell_history(session, application, actor, now=now)
    if elsewhere is not None:
        record_elsewhere(session, application, actor, elsewhere, now=now)


def _require_identity(filing: Filing, applicant: Person) -> None:
    """An ordinary service is for verified people, a complaint for everybody with an account; the verification itself
    makes the account wait."""
    manifest = filing.package.manifest
    if manifest.purpose == "application":
        if manifest.is_for_verified and applicant.identity_status != IdentityStatus.VERIFIED:
            raise BusinessNotVerified if is_business(applicant) else IdentityNotVerified
        return
    if is_business(applicant):
        raise AtTheCounterOnly
    if applicant.identity_status == IdentityStatus.VERIFIED:  # at the counter, since the draft was begun
        raise AlreadyVerified
    applicant.identity_status = IdentityStatus.PENDING


def _number(session: Session, filing: Filing, applicant: Person, told: Told, now: datetime) -> None:
    """Reference, tracking code, fee lines: what makes a draft an application."""
    application = filing.application
    year = filing.calendar.local_date(now).year
    application.reference = new_reference(session, filing.office.code, year)
    application.tracking_code = new_tracking_code()
    application.tracking_digits = tracking_digits(applicant.phone, applicant.id_number)
    application.definition_id = filing.published.definition_id
    application.status, application.submitted_at = ApplicationStatus.RUNNING, now
    application.revision += 1
    tell(session, filing.package, application, told, now=now)


def _begins_at_once(filing: Filing, told: Told) -> bool:
    """Whether the promise starts now: where the clock starts with a payment, only when nothing is paid first."""
    starts = filing.package.manifest.clock.starts
    if starts != "paid":
        return starts == "submitted"
    first = [fee for rule, fee in told if rule.pay == ON_SUBMISSION] or [fee for _, fee in told]
    return all(fee is not None and not fee.total for fee in first)


def _ask_for(
    session: Session, filing: Filing, applicant: Person, actor: Actor, now: datetime, *, is_promised: bool
) -> None:
    """Writes the history's first event and starts the promise, unless that starts with the payment."""
    application, manifest = filing.application, filing.package.manifest
    if manifest.purpose == "account":
        take_over(applicant, said_about_oneself(filing.form, application.answers))
        application.tracking_digits = tracking_digits(applicant.phone, applicant.id_number)
    data = {
        "service": application.service_key,
        "version": filing.published.version,
        "office": filing.office.code,
        "channel": application.channel,
        "fee_total": application.fee_total,
    }
    events.record(session, application, "submitted", actor, at=now, data=data, personal=application.answers)
    if is_promised:
        promising.begin(session, application, filing.package, filing.calendar, now=now)
