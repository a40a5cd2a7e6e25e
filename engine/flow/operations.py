"""What the house itself does when a process reaches a service task: named operations, in the step's own transaction.

An operation gets the case and the parameters drawn in the diagram and gives back routing variables. Whatever it raises
becomes an incident at that element; the savepoint around it undoes what it had written. What a diagram may name, and
with which parameters, is declared in ``engine.packages.house_operations``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from engine.case.grounds import grounds_given, in_words, keep_findings, keep_grounds
from engine.case.messages import tell_about
from engine.case.rivals import deciding_task, rivals_of
from engine.case.turn import Turn
from engine.errors import ClaimsMeet, PersonKnown, VerifiedOtherwise
from engine.packages import APPLY
from engine.packages.draws import is_drawn
from engine.packages.house_operations import HOUSE_OPERATIONS, OF_APPLICANT
from engine.packages.texts import GROUNDS, said_in
from engine.people.actors import serving
from engine.people.identities import end_claim, said_about_oneself, verify_claim
from engine.results.issuing import issue
from engine.results.register import look_up
from engine.typed.codes import typed_paper_number
from storage.applications import Outcome
from storage.people import IdentityStatus, Person

Variables = dict[str, Any]

REFUSED_TO_OFFICERS: Final = (ClaimsMeet, PersonKnown, VerifiedOtherwise)
"""What an operation refuses to the officer whose answer led to it, who can answer otherwise. It is no incident."""


@dataclass(frozen=True, slots=True)
class Call:
    """A service task that was reached: in whose turn at which case, which operation, where, with which parameters.
    ``task_ref``: by which token, for several may reach it in one step."""

    turn: Turn
    operation: str
    element_id: str
    parameters: Mapping[str, Any]
    task_ref: str


def verify_account(call: Call) -> Variables:
    """The applicant is who this application says. ``REFUSED_TO_OFFICERS`` when the number is somebody else's."""
    turn, case = call.turn, call.turn.case
    said = said_about_oneself(case.published.package.forms[APPLY], case.application.answers)
    if verify_claim(turn.session, case.applicant, said, case.office.id, now=turn.now):
        _require_alone(turn)
    return _decide(call)


def refuse_account(call: Call) -> Variables:
    """The identity could not be confirmed; the person may try again with a new application."""
    end_claim(call.turn.session, call.turn.case.applicant, IdentityStatus.REFUSED)
    keep_grounds(call.turn, call.element_id)
    return _decide(call)


def approve(call: Call) -> Variables:
    """The application is granted; the promise is kept as soon as all that comes with it is done."""
    return _decide(call)


def reject(call: Call) -> Variables:
    """The application is refused with reasons, and on the grounds that its officers chose."""
    keep_grounds(call.turn, call.element_id)
    return _decide(call)


def send_message(call: Call) -> Variables:
    """Tells the applicant the text that the diagram names, with the officer's reason where there is one."""
    _tell(call, [call.turn.case.applicant])
    return {}


def send_message_to_group(call: Call) -> Variables:
    """Tells a text of the diagram to every member of a group who serves the office of the case today; where the group
    has nobody there, nobody is told."""
    turn = call.turn
    named = str(call.parameters["group"])
    group = turn.case.published.package.ministry.group_key(named) or named
    members = serving(group, turn.case.office.id, turn.case.calendar.local_date(turn.now))
    _tell(call, turn.session.scalars(select(Person).where(Person.id.in_(members)).order_by(Person.id)))
    return {}


def issue_certificate(call: Call) -> Variables:
    """The certificate, or one for each row of a list, numbered and rendered; see ``engine.results.issuing``."""
    made = issue(call.turn)
    return {"certificate_number": made[0].number if made else None, "certificate_count": len(made)}


def draw_case(call: Call) -> Variables:
    """Whether the case is among those that are drawn by lot; see ``engine.packages.draws``."""
    is_among = is_drawn(call.turn.case.application.key, call.element_id, int(call.parameters["percent"]))
    return {"drawn": is_among}


def find_certificate(call: Call) -> Variables:
    """What the register says of a certificate of a service: by its number, else of the applicant."""
    turn, asked = call.turn, call.parameters
    number = typed_paper_number(str(asked.get("number") or "")) or str(asked.get("number") or "")
    whose = asked.get("holder") or ("" if number else OF_APPLICANT)
    person = turn.case.applicant.id if whose == OF_APPLICANT else None
    return look_up(turn.session, str(asked["service"]), number=number, person_id=person, now=turn.now)


PERFORMERS: Mapping[str, Callable[[Call], Variables]] = {
    "accounts.verify": verify_account,
    "accounts.refuse": refuse_account,
    "applications.approve": approve,
    "applications.reject": reject,
    "cases.draw": draw_case,
    "certificates.find": find_certificate,
    "certificates.issue": issue_certificate,
    "messages.send": send_message,
    "messages.send_to_group": send_message_to_group,
}
"""Who performs each operation of the house; what asks the outside is queued by ``engine.flow.connector_calls``."""

PLAIN: Final = frozenset(
    {"applications.approve", "applications.reject", "cases.draw", "messages.send", "messages.send_to_group"}
)
"""Operations that write rows of the case alone, and ask for nothing that its step has just written but its fees."""


def _require_alone(turn: Turn) -> None:
    """``ClaimsMeet`` while a claim of somebody else on the same number waits for an officer: both are decided together
    (``engine.tasks.meeting_claims``)."""
    session, application = turn.session, turn.case.application
    if any(deciding_task(session, rival.id) for rival in rivals_of(session, application)):
        raise ClaimsMeet


def _decide(call: Call) -> Variables:
    turn, application = call.turn, call.turn.case.application
    application.outcome = Outcome(HOUSE_OPERATIONS[call.operation].decides)
    application.decided_at = turn.now
    keep_findings(turn, call.element_id)
    return {}


def _tell(call: Call, people: Iterable[Person]) -> None:
    case = call.turn.case
    message = case.published.package.texts.messages[call.parameters["message"]]
    key = f"{case.application.id}/{call.element_id}/{case.instance.revision}/{call.task_ref}"
    reason = str(call.parameters.get("reason") or "")
    grounds = in_words(grounds_given(call.turn) if GROUNDS in said_in(message) else ())
    for person in people:
        tell_about(call.turn, person, message, key=key, reason=reason, grounds=grounds(person.language))
