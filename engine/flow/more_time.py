"""More time for a promise that is still kept: the head of the office gives it, with a reason, as the law allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.case.catching_up import catch_up
from engine.case.concerned import require_other
from engine.case.holding import calendar_at
from engine.case.messages import tell_about
from engine.case.opening import lock_case_by_key
from engine.case.raised_to import acts_from_above
from engine.case.turn import Turn
from engine.errors import CaseEnded, CaseSuspended, NotAllowed, StalePage
from engine.errors.promises import NoMoreTime, NothingPromised, PromiseBroken, PromiseStandsStill, TooMuchTime
from engine.house import House
from engine.khmer import latin_digits, tidy
from engine.packages.clock_rules import MoreTime
from engine.packages.groups import HEAD
from engine.people.actors import Actor
from engine.reasons import reason_given
from engine.working_time import more_time, promises
from storage.applications import Application
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.processes import LIVE_INSTANCE, InstanceStatus

GIVEN: Final = "time_given"
"""The kind of the event."""
_MOST_DIGITS: Final = 5


def give(
    session: Session, house: House, actor: Actor, key: str, typed: str, *, reason: str, shown: int, now: datetime
) -> None:
    """Moves the promised day of a case, and that of the law, by so many working days or hours, and tells the applicant
    the new day and the reason.

    ``shown``: how often time had been given on the page; since given by somebody else, or by a second click, it is
    ``StalePage``. ``NoMoreTime`` where the service allows none or no more, ``TooMuchTime`` for more than it allows at
    once; ``PromiseBroken``, ``PromiseStandsStill``, ``NothingPromised``, ``OwnCase``, ``CaseEnded``, ``ReasonMissing``.
    """
    turn, rule, promised = _in_hand(session, house, actor, key, now)
    given = max(clock.times_given for clock in promised)
    if given != shown:
        raise StalePage
    if given >= rule.times:
        raise NoMoreTime
    count, why = _count(typed, rule), reason_given(reason)
    application, was = turn.case.application, turn.case.application.promised_at
    for clock in promised:
        more_time.give(clock, count, calendar_at(turn, clock.office_id))
    becomes = application.promised_at = promises.promised_at(promised)
    data = {
        "count": count,
        "was": was.isoformat() if was else None,
        "is": becomes.isoformat() if becomes else None,
    }
    turn.record(GIVEN, data=data, personal={"reason": why})
    message, person = house.texts["time_given"], turn.case.applicant
    tell_about(turn, person, message, key=f"{application.id}/time_given/{given}", reason=why)


def may_give(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor heads the office of the case, or heads one above to which it was raised; a statement for those
    who do not head its own."""
    return actor.acts_for(HEAD, application.office_id) or acts_from_above(session, application, actor, HEAD)


def _in_hand(
    session: Session, house: House, actor: Actor, key: str, now: datetime
) -> tuple[Turn, MoreTime, Sequence[Clock]]:
    """The case, locked, what may be given, and the promises to the applicant, which run and are kept so far."""
    case = lock_case_by_key(session, house, key)
    if not may_give(session, case.application, actor):
        raise NotAllowed
    require_other(session, case.application, actor)
    if case.instance.status == InstanceStatus.SUSPENDED:
        raise CaseSuspended
    if case.instance.status not in LIVE_INSTANCE:
        raise CaseEnded
    rule = case.published.package.manifest.clock.extension
    if rule is None:
        raise NoMoreTime
    turn = Turn(session, house, case, actor, now)
    running = promises.open_clocks(session, case.application.id)
    catch_up(turn, running)
    promised = [clock for clock in running if clock.kind != ClockKind.TASK]
    if not promised:
        raise NothingPromised
    if any(clock.breached_at or (clock.watch_at is not None and clock.watch_at < now) for clock in promised):
        raise PromiseBroken
    if any(clock.status == ClockStatus.PAUSED for clock in promised):
        raise PromiseStandsStill
    return turn, rule, promised


def _count(typed: str, rule: MoreTime) -> int:
    """How many working days or hours are given."""
    digits = latin_digits(tidy(typed[: 4 * _MOST_DIGITS]))
    count = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else 0
    if not 1 <= count <= rule.by.count:
        raise TooMuchTime(most=rule.by.count)
    return count
