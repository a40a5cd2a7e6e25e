"""Steps that failed: kept with their input, seen by administrators, taken again from the same place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update

from engine import bpmn
from engine.bpmn import Step
from engine.case.kept_apart import kept_out
from engine.case.messages import tell_officer_about
from engine.case.turn import Turn
from engine.catalog.masking import shown
from engine.documents.pdf import DocumentFailed
from engine.khmer import Bilingual
from engine.packages import ResultUnclear
from engine.packages.groups import ADMINISTRATOR
from engine.people import notices
from engine.people.members import members
from engine.people.notices import News
from storage.notices import NoticeKind, NoticePlace
from storage.people import Person
from storage.processes import FailedPart, Incident, IncidentKind, IncidentStatus

LONGEST_REASON: Final = 500

_KINDS: Final = {"scriptTask": FailedPart.SCRIPT, "businessRuleTask": FailedPart.DECISION}


@dataclass(frozen=True, slots=True)
class Failure:
    """What administrators are told about a step that failed. ``used`` are the variables it used; they are masked before
    they are kept. ``reason`` names kinds of values, never a value: values may be personal."""

    element_id: str
    what: FailedPart
    expression: str
    reason: str
    reason_km: str
    used: Mapping[str, Any]


def raise_incident(turn: Turn, step: Step, failure: bpmn.StepFailed) -> None:
    """Keeps a step of the process that failed."""
    element = turn.case.published.process.elements.get(failure.element_id)
    what = _KINDS.get(element.type if element else "", FailedPart.EXPRESSION)
    told = Failure(failure.element_id, what, failure.expression or "", failure.reason, failure.reason.km, failure.used)
    keep(turn, step, told)


def raise_failed_operation(turn: Turn, step: Step, failure: Exception) -> None:
    """Keeps a house operation that failed: which, with which parameters, and the kind of failure. Of a result that
    could not be issued or drawn, also what was wrong with its rule or template."""
    kind = type(failure).__name__
    if isinstance(failure, DocumentFailed | ResultUnclear):
        kind = f"{kind}: {failure}"[:LONGEST_REASON]
    reason = f"{step.name}: {kind}"
    reason_km = f"ប្រតិបត្តិការ {step.name} បរាជ័យ៖ {kind}"
    told = Failure(step.element_id, FailedPart.OPERATION, step.name, reason, reason_km, step.variables)
    keep(turn, step, told)


def raise_office_missing(turn: Turn, step: Step, element_id: str, missing: Bilingual) -> None:
    """Keeps a step that leads to an office that is not open; taken again once it is."""
    reason = f"No {missing.en} is open. Open it with “owso offices open”, then take the step again."
    reason_km = f"គ្មាន{missing.km}ណាបើកទេ។ សូមបើកដោយ “owso offices open” រួចធ្វើជំហាននេះម្តងទៀត។"
    keep(turn, step, Failure(element_id, FailedPart.UNKNOWN, "", reason, reason_km, {}))


def raise_unreckoned_fee(turn: Turn, step: Step, element_id: str, file: str) -> None:
    """Keeps a step that leads to a payment whose fee the table in this file does not give for what is known."""
    reason = f"{file} gives no fee for what is known of this case; correct a variable, or the table in a new version"
    reason_km = f"{file} មិនផ្តល់ថ្លៃសម្រាប់អ្វីដែលដឹងនៃសំណុំរឿងនេះទេ។ សូមកែអថេរ ឬកែតារាងក្នុងកំណែថ្មី"
    keep(turn, step, Failure(element_id, FailedPart.DECISION, file, reason, reason_km, {}))


def keep(turn: Turn, step: Step, failure: Failure) -> None:
    """Writes an incident down, with the step that a retry takes again; the same failure again is one attempt more."""
    case = turn.case
    element = case.published.process.elements.get(failure.element_id)
    told = {
        "expression": failure.expression,
        "reason": str(failure.reason),
        "reason_km": failure.reason_km,
        "variables": shown(case.published.package, failure.used),
    }
    open_one = _open_one(turn, step.operation, failure.element_id)
    if open_one is not None:
        open_one.attempts += 1
        for name, value in told.items():
            setattr(open_one, name, value)
        return
    turn.session.add(
        Incident(
            instance_id=case.instance.id,
            application_id=case.application.id,
            element_id=failure.element_id,
            element_name=(element.name if element else None) or "",
            kind=IncidentKind(step.operation),
            what=failure.what,
            input=step.recorded(),
            raised_at=turn.now,
            **told,
        )
    )
    data = {name: told[name] for name in ("expression", "reason", "reason_km")}
    turn.record("incident", element_id=failure.element_id, data=data)
    _tell_administrators(turn, failure)


def _tell_administrators(turn: Turn, failure: Failure) -> None:
    """At once, those of the office and of the whole house; not whoever has just tried the step and sees it."""
    office, application = turn.case.office, turn.case.application
    administrators = members((ADMINISTRATOR,), office.id, turn.case.calendar.local_date(turn.now))
    told = select(Person).where(Person.id.in_(administrators), Person.id != (turn.actor.person_id or 0))
    out = kept_out(turn.session, application)
    people = [one for one in turn.session.scalars(told.order_by(Person.id)) if one.id not in out]
    subject = f"{application.id}/{application.event_seq}"
    about = News(NoticeKind.INCIDENT, subject, NoticePlace.INCIDENTS, reference=application.reference or "")
    notices.tell(turn.session, about, [person.id for person in people], now=turn.now)
    for person in people:
        reason = Bilingual(failure.reason_km, str(failure.reason))(person.language)
        key = f"{application.id}/incident/{application.event_seq}"
        tell_officer_about(turn, person, turn.house.texts["incident_raised"], key=key, reason=reason)


def stands(turn: Turn) -> bool:
    """Whether anything of the case waits to be taken again; one statement at most."""
    of_step = (row for row in turn.session.new if isinstance(row, Incident))  # not written yet
    if any(row.instance_id == turn.case.instance.id for row in of_step):
        return True
    standing = select(Incident.id).where(
        Incident.instance_id == turn.case.instance.id, Incident.status == IncidentStatus.OPEN
    )
    return turn.session.scalar(standing.limit(1)) is not None


def retry_with(turn: Turn, kind: str, element_id: str, step: Step) -> None:
    """Has a retry of the open incident of this kind take another step than the one that failed."""
    turn.session.flush()
    open_one = _open_one(turn, kind, element_id)
    if open_one is not None:
        open_one.input = step.recorded()


def _open_one(turn: Turn, kind: str, element_id: str) -> Incident | None:
    return turn.session.scalar(
        select(Incident).where(
            Incident.instance_id == turn.case.instance.id,
            Incident.kind == kind,
            Incident.element_id == element_id,
            Incident.status == IncidentStatus.OPEN,
        )
    )


def close_all(turn: Turn) -> None:
    """The case is over: nothing of it is to be tried again."""
    turn.session.execute(
        update(Incident)
        .where(Incident.instance_id == turn.case.instance.id, Incident.status == IncidentStatus.OPEN)
        .values(status=IncidentStatus.RESOLVED, resolved_at=turn.now)
    )


def close_at(turn: Turn, element_id: str) -> None:
    """The case was taken past this element by hand: what failed there is not to be tried again."""
    here = Incident.instance_id == turn.case.instance.id, Incident.element_id == element_id
    turn.session.execute(
        update(Incident)
        .where(*here, Incident.status == IncidentStatus.OPEN)
        .values(status=IncidentStatus.RESOLVED, resolved_at=turn.now, resolved_by_id=turn.actor.person_id)
    )
