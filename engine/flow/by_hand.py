"""What an administrator does by hand: suspends, resumes or cancels a case, skips or moves a token, corrects a variable.

Each is an event with its reason. Where the process moves, the step goes through the funnel like any other, so the
history can be replayed. ``shown`` is the revision of the case on the page: if the case went on since, ``StalePage``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import incidents
from engine.case.messages import tell_about
from engine.case.opening import Case, lock_case_by_key
from engine.case.turn import Turn
from engine.errors import CaseEnded, CaseSuspended, MoveRefused, NotFound, StalePage, WrongValue
from engine.flow import throwing
from engine.flow.advance import advance
from engine.house import House
from engine.khmer import latin_digits, tidy
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.working_time import promises
from storage.applications import Outcome
from storage.clocks import ClockKind
from storage.people import IdentityStatus
from storage.processes import LIVE_INSTANCE, InstanceStatus, UserTask

SUSPENDED_BY_HAND: Final = "suspended"
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def suspend(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, shown: int | None = None, now: datetime
) -> None:
    """Nothing moves until the case is resumed: no step, no timer, and its promises stand still."""
    turn, why = _taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    if case.instance.status == InstanceStatus.SUSPENDED:
        return
    case.instance.status = InstanceStatus.SUSPENDED
    clocks = promises.open_clocks(session, case.application.id)
    promises.pause(clocks, case.calendar, SUSPENDED_BY_HAND, now)
    _show_due(session, case)
    turn.record("suspended", personal=why)


def resume(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, shown: int | None = None, now: datetime
) -> None:
    """The case goes on, and its promises with the time they had left. Timers that fell due meanwhile fire now, and
    messages and signals that were kept for it arrive."""
    turn, why = _taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    if case.instance.status != InstanceStatus.SUSPENDED:
        return
    case.instance.status = InstanceStatus.RUNNING
    clocks = promises.open_clocks(session, case.application.id)
    going_on = [clock for clock in clocks if promises.stands_still_for(clock) == SUSPENDED_BY_HAND]
    promises.resume(going_on, case.calendar, restarts=False, now=now)
    _show_due(session, case)
    turn.record("resumed", personal=why)
    throwing.bring_kept(turn)


def cancel(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, shown: int | None = None, now: datetime
) -> None:
    """Ends the case here and now, suspended or not, and tells the applicant why. A decision that was taken stays."""
    turn, why = _taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    application, applicant = case.application, case.applicant
    application.outcome = application.outcome or Outcome.CANCELLED
    if case.published.package.manifest.purpose == "account" and applicant.identity_status == IdentityStatus.PENDING:
        applicant.identity_status = IdentityStatus.UNVERIFIED
    case.instance.status = InstanceStatus.RUNNING
    turn.record("cancelled", personal=why)
    message = house.texts["case_cancelled"]
    tell_about(turn, applicant, message, key=f"{application.id}/cancelled", **why)
    advance(turn, Step("cancel"))


def skip(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    token_id: str,
    *,
    reason: str,
    shown: int | None = None,
    now: datetime,
) -> bool:
    """The token leaves its element without the work there being done. False when what follows failed (an incident)."""
    turn, why = _taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    element_id = _place(turn, token_id)
    turn.record("skipped", element_id=element_id, personal=why)
    return _by_hand(turn, Step("skip", task_ref=token_id), element_id)


def move(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    token_id: str,
    *,
    target_id: str,
    reason: str,
    shown: int | None = None,
    now: datetime,
) -> bool:
    """The token goes to another element of the same process, which begins. False when that failed (an incident)."""
    turn, why = _taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    element_id = _place(turn, token_id)
    turn.record("moved", element_id=target_id, data={"from": element_id}, personal=why)
    return _by_hand(turn, Step("move", task_ref=token_id, element_id=target_id), element_id)


def correct(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    name: str,
    *,
    typed: str,
    reason: str,
    shown: int | None = None,
    now: datetime,
) -> bool:
    """A routing variable gets another value of the kind it has. False when what follows failed (an incident)."""
    turn, why = _taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    variables = bpmn.variables(case.published.process, case.instance.state, now=now)
    if name not in variables:
        raise NotFound
    value = as_typed(typed, variables[name])
    data = {"name": name, "was": variables[name], "is": value}
    turn.record("corrected", data=data, personal=why)
    return _by_hand(turn, Step("correct", variables={name: value}), "")


def as_typed(typed: str, before: Any) -> Any:
    """What somebody typed as a value of the same kind as before; ``WrongValue`` when it is none."""
    text = tidy(typed)
    if isinstance(before, bool):
        if text.lower() not in (*_YES, *_NO):
            raise WrongValue
        return text.lower() in _YES
    if isinstance(before, int | float):
        return _number(latin_digits(text), whole=isinstance(before, int))
    if before is not None and not isinstance(before, str):
        raise WrongValue
    return text


def _number(text: str, *, whole: bool) -> int | float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise WrongValue from None


def _taken_in_hand(
    session: Session, house: House, actor: Actor, key: str, *, reason: str, shown: int | None, now: datetime
) -> tuple[Turn, Mapping[str, str]]:
    """The administrator's turn at the case, locked, and the reason as it is recorded."""
    case = lock_case_by_key(session, house, key)
    actor.require(case.office.id, ADMINISTRATOR)
    if case.instance.status not in LIVE_INSTANCE:
        raise CaseEnded
    if shown is not None and shown != case.instance.revision:
        raise StalePage
    return Turn(session, house, case, actor, now), {"reason": reason_given(reason)}


def _place(turn: Turn, token_id: str) -> str:
    """The element at which the token rests."""
    for position in bpmn.positions(turn.case.published.process, turn.case.instance.state, now=turn.now):
        if position.id == token_id:
            return position.element_id
    raise StalePage


def _by_hand(turn: Turn, step: Step, element_id: str) -> bool:
    if turn.case.instance.status == InstanceStatus.SUSPENDED:
        raise CaseSuspended
    if element_id:
        incidents.close_at(turn, element_id)
    try:
        return advance(turn, step)
    except (bpmn.MoveNotPossible, bpmn.TaskNotReady) as refused:
        raise MoveRefused from refused


def _show_due(session: Session, case: Case) -> None:
    """What inboxes and the applicant are shown follows the clocks."""
    clocks = promises.open_clocks(session, case.application.id)
    case.application.promised_at = (
        promises.promised_at(clocks) if _is_promised(clocks) else case.application.promised_at
    )
    moments = {clock.user_task_id: clock.due_at for clock in clocks if clock.user_task_id is not None}
    for task in session.scalars(select(UserTask).where(UserTask.id.in_(moments))):
        task.due_at = moments[task.id]


def _is_promised(clocks: Any) -> bool:
    return any(clock.kind != ClockKind.TASK for clock in clocks)
