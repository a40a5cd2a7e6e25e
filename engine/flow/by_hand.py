"""What an administrator does by hand: suspends, resumes or cancels a case, skips or moves a token, corrects a variable.

Each is an event with its reason. Where the process moves, the step goes through the funnel like any other, so the
history can be replayed. ``shown`` is the revision of the case on the page: if the case went on since, ``StalePage``.
Nobody does any of it in a case of their own (``OwnCase``), and what would reach or pass payment, decision or issue is
only proposed (``engine.flow.interventions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Step
from engine.case import days_ahead
from engine.case.catching_up import catch_up
from engine.case.holding import calendar_at
from engine.case.messages import tell_about
from engine.case.opening import Case
from engine.case.turn import Turn
from engine.errors import NotFound, WrongValue
from engine.flow import throwing
from engine.flow.advance import advance
from engine.flow.interventions import take_or_propose
from engine.flow.taking import Planned, Went, place_of, taken_in_hand
from engine.house import House
from engine.khmer import latin_digits, tidy
from engine.people.actors import Actor
from engine.people.identities import end_claim
from engine.working_time import promises
from storage.applications import Outcome
from storage.clocks import ClockKind
from storage.people import IdentityStatus
from storage.processes import InstanceStatus, UserTask

SUSPENDED_BY_HAND: Final = "suspended"
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def suspend(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, shown: int | None = None, now: datetime
) -> None:
    """Nothing moves until the case is resumed: no step, no timer, and its promises stand still."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    hold(turn, why)


def hold(turn: Turn, why: Mapping[str, Any]) -> None:
    """The same for a case in hand, by whoever has reason to; nothing where it is held already."""
    session, case = turn.session, turn.case
    if case.instance.status == InstanceStatus.SUSPENDED:
        return
    case.instance.status = InstanceStatus.SUSPENDED
    clocks = promises.open_clocks(session, case.application.id)
    catch_up(turn, clocks)
    for clock in clocks:
        promises.pause([clock], calendar_at(turn, clock.office_id), SUSPENDED_BY_HAND, turn.now)
    _show_due(session, case)
    turn.record("suspended", personal=why)


def resume(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, shown: int | None = None, now: datetime
) -> None:
    """The case goes on, and its promises with the time they had left. Timers that fell due meanwhile fire now, and
    messages and signals that were kept for it arrive."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    if case.instance.status != InstanceStatus.SUSPENDED:
        return
    case.instance.status = InstanceStatus.RUNNING
    clocks = promises.open_clocks(session, case.application.id)
    catch_up(turn, clocks)
    going_on = [clock for clock in clocks if promises.stands_still_for(clock) == SUSPENDED_BY_HAND]
    for clock in going_on:
        promises.resume([clock], calendar_at(turn, clock.office_id), restarts=False, now=now)
    _show_due(session, case)
    days_ahead.follow(turn)
    turn.record("resumed", personal=why)
    throwing.bring_kept(turn)


def cancel(
    session: Session, house: House, actor: Actor, key: str, reason: str, *, shown: int | None = None, now: datetime
) -> None:
    """Ends the case here and now, suspended or not, and tells the applicant why. A decision that was taken stays."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    application, applicant = case.application, case.applicant
    application.outcome = application.outcome or Outcome.CANCELLED
    if case.published.package.manifest.purpose == "account":
        end_claim(session, applicant, IdentityStatus.UNVERIFIED)
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
) -> Went:
    """The token leaves its element without the work there being done, or that is proposed."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    place = place_of(turn, token_id)
    return take_or_propose(turn, Planned(Step("skip", task_ref=token_id), place, place), why)


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
) -> Went:
    """The token goes to another element of the same process, which begins, or that is proposed."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    place = place_of(turn, token_id)
    step = Step("move", task_ref=token_id, element_id=target_id)
    return take_or_propose(turn, Planned(step, place, target_id, {"from": place}), why)


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
) -> Went:
    """A routing variable gets another value of the kind it has, or that is proposed."""
    turn, why = taken_in_hand(session, house, actor, key, reason=reason, shown=shown, now=now)
    case = turn.case
    variables = bpmn.variables(case.published.process, case.instance.state, now=now)
    if name not in variables:
        raise NotFound
    value = as_typed(typed, variables[name])
    data = {"name": name, "was": variables[name], "is": value}
    return take_or_propose(turn, Planned(Step("correct", variables={name: value}), data=data), why)


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
