"""What the house itself does when a process reaches a service task: named operations, in the step's own transaction.

An operation gets the case and the parameters drawn in the diagram and gives back routing variables. Whatever it raises
becomes an incident at that element; the savepoint around it undoes what it had written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.results.certificates import issue

Variables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A service task that was reached: in whose turn at which case, where, with which parameters."""

    turn: Turn
    element_id: str
    parameters: Mapping[str, Any]


def verify_account(call: Call) -> Variables:
    """The applicant is who they say they are."""
    call.turn.case.applicant.identity_status = "verified"
    return _decide(call, "verified")


def refuse_account(call: Call) -> Variables:
    """The identity could not be confirmed; the person may try again with a new application."""
    call.turn.case.applicant.identity_status = "refused"
    return _decide(call, "refused")


def approve(call: Call) -> Variables:
    """The application is granted; the promise is kept as soon as all that comes with it is done."""
    return _decide(call, "approved")


def reject(call: Call) -> Variables:
    """The application is refused with reasons."""
    return _decide(call, "rejected")


def send_message(call: Call) -> Variables:
    """Tells the applicant the text that the diagram names, with the officer's reason where there is one."""
    case = call.turn.case
    message = case.published.package.texts.messages[call.parameters["message"]]
    key = f"{case.application.id}/{call.element_id}/{case.instance.revision}"
    reason = str(call.parameters.get("reason") or "")
    tell_about(call.turn, case.applicant, message, key=key, reason=reason)
    return {}


def issue_certificate(call: Call) -> Variables:
    """The certificate, numbered and rendered; see ``engine.results.certificates``."""
    certificate = issue(call.turn)
    return {"certificate_number": certificate.number}


OPERATIONS: Mapping[str, Callable[[Call], Variables]] = {
    "accounts.verify": verify_account,
    "accounts.refuse": refuse_account,
    "applications.approve": approve,
    "applications.reject": reject,
    "certificates.issue": issue_certificate,
    "messages.send": send_message,
}


def _decide(call: Call, outcome: str) -> Variables:
    turn, application = call.turn, call.turn.case.application
    application.outcome = outcome
    application.decided_at = turn.now
    return {}
