"""The clocks of a case that is played: the promise of the service, and until when each open task is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.packages.forms import APPLY
from engine.packages.scenario_case import RehearsedCase
from engine.packages.task_settings import TaskSettings
from engine.working_time import clocks
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import Share, Term

TERM, NORM = "term_late", "norm_late"
_KINDS: Final = (NORM, TERM)


@dataclass(frozen=True, slots=True)
class TaskClock:
    """When an open task is due, UTC, and when whoever has it is warned or reminded; None where there is no such day."""

    due_at: datetime | None = None
    warned_at: datetime | None = None
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PromiseClock:
    """The legal term or the promise of the office: how long it is, how much of it was ``used`` in its own unit, when it
    ends if nothing changes, and why it stands still, empty while it runs. ``state``: ``to_come``, ``running``,
    ``standing`` or ``over``."""

    kind: str
    length: Term
    state: str
    used: int
    due_at: datetime | None
    reason: str
    is_late: bool


def clock_of(settings: TaskSettings, since: datetime, working_time: WorkingTime) -> TaskClock:
    """The clock of a task that is ready since a moment."""
    if settings.due is None:
        return TaskClock()
    due = working_time.add(since, settings.due)
    if settings.waits_for_applicant:
        reminded = settings.reminded_after
        is_asked = settings.has_day_for_applicant
        return TaskClock(
            due if is_asked else None, None, working_time.add(since, reminded) if is_asked and reminded else None
        )
    if isinstance(settings.warn, Share):
        return TaskClock(due, clocks.share_at(settings.warn, settings.due, clocks.begin(since), working_time))
    return TaskClock(due, working_time.add(since, settings.warn) if settings.warn else None)


def lengths(case: RehearsedCase) -> Iterator[tuple[str, Term]]:
    """The promise of the office, where it has one, and the legal term, for the answers of the case."""
    answers = case.answers.get(APPLY, {})
    manifest = case.package.manifest
    if manifest.norm is not None:
        yield NORM, manifest.norm.of(answers)
    yield (NORM if manifest.norm is None else TERM), manifest.term.of(answers)


def promise_ends(case: RehearsedCase) -> tuple[tuple[str, datetime], ...]:
    """When what was promised ends, and the legal term, as far as anybody knows."""
    ledger = case.clock.ledger
    found = ((kind, clocks.due_at(length, ledger, case.working_time)) for kind, length in lengths(case) if ledger)
    return tuple((kind, at) for kind, at in found if at is not None)


def promise_clocks(case: RehearsedCase) -> tuple[PromiseClock, ...]:
    """The promise and the term as they stand now."""
    return tuple(_promise(case, kind, length) for kind, length in lengths(case))


def _promise(case: RehearsedCase, kind: str, length: Term) -> PromiseClock:
    ledger, now = case.clock.ledger, case.now
    if not ledger:
        return PromiseClock(kind, length, "over" if case.clock.is_over else "to_come", 0, None, "", is_late=False)
    last = clocks.present(ledger, at=now)[-1]
    state = "over" if case.clock.is_over else "standing" if last.kind == "pause" else "running"
    open_ledger = (*ledger[:-1], replace(ledger[-1], ended_at=None)) if case.clock.is_over else ledger
    due = clocks.due_at(length, open_ledger, case.working_time)
    used = clocks.consumed(length, ledger, case.working_time, now=now)
    left = clocks.remaining(length, ledger, case.working_time, now=now)
    late = left < 0 or (left == 0 and state == "running" and due is not None and due <= now)
    return PromiseClock(kind, length, state, used, due, last.reason if state == "standing" else "", is_late=late)
