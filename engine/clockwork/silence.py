"""What the law makes of silence: its term has passed without a decision, and the service says what follows.

The process draws what that is, from an event that waits for the message ``silence``. It comes once: with the decision
the clocks end. Where nothing waits for it, or a step fails before the decision, the term is broken like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engine.bpmn import Step
from engine.case.messages import tell_about
from engine.case.turn import Turn
from engine.flow.advance import advance
from engine.packages.operations import SILENCE
from storage.clocks import Clock, ClockKind
from storage.processes import InstanceStatus, Subscription, ThrownKind


def decide(turn: Turn, broken: Sequence[Clock]) -> bool:
    """Has a locked case decided by silence, when the term of the law is among the clocks whose day has just passed for
    the first time. False when it was not: then the day is broken."""
    case = turn.case
    decides = case.published.package.manifest.clock.silence
    term = next((clock for clock in broken if clock.kind == ClockKind.TERM and not clock.breaches), None)
    is_open = case.application.decided_at is None and case.instance.status == InstanceStatus.RUNNING
    if not decides or term is None or not is_open or not _hears(turn):
        return False
    passed = term.watch_at
    advance(turn, Step("deliver", name=SILENCE))
    if case.application.decided_at is None:
        return False  # what stopped on the way is an incident; what stops behind the decision is one too, and it stands
    data = {"outcome": decides, "term": term.term, "due_at": passed.isoformat() if passed else None}
    turn.record("decided_by_silence", data=data)
    texts = turn.house.texts
    message = texts["silence_approved"] if decides == "approved" else texts["silence_rejected"]
    tell_about(turn, case.applicant, message, key=f"{case.application.id}/silence")
    return True


def _hears(turn: Turn) -> bool:
    waits = Subscription.kind == ThrownKind.MESSAGE, Subscription.name == SILENCE
    found = select(Subscription.id).where(Subscription.instance_id == turn.case.instance.id, *waits)
    return turn.session.scalar(found.limit(1)) is not None
