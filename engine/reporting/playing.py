"""An office played ahead: cases come to steps, officers take up what is due first, work at it and are away.

A simulation of single events in the open minutes of an office, and pure: the same input gives the same output. What is
drawn by chance is drawn before, by whoever makes the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final, Literal

_READY: Final = 0
_FREE: Final = 1
_CALLED: Final = 2
_Event = tuple[int, int, int, int]
"""At which minute, in which order of those that come at the same, what happens, and to which case or officer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A step on the way of a case: ``after`` minutes since the step before (``paused``: during which only the applicant
    could go on), the work of an officer of ``group`` in minutes, and how long it takes altogether where nobody of the
    office is of that group."""

    element: str
    group: str
    work: int
    after: int = 0
    paused: bool = False
    lasts: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A case: when it comes (in open minutes), how pressing it is (the least first), the steps that lie before it, and
    whether somebody has begun with the first."""

    key: str
    comes: int
    presses: int
    visits: tuple[Visit, ...]
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who works: the groups, from when to when they are away (in open minutes, in order), and from when to
    when they do the tasks of which other group in the place of a colleague."""

    groups: frozenset[str]
    away: tuple[tuple[int, int], ...] = ()
    stands: tuple[tuple[int, int, str], ...] = ()

    def does(self, group: str, minute: int) -> bool:
        """Whether they take tasks of the group at this minute."""
        return group in self.groups or any(group == each and begin <= minute < end for begin, end, each in self.stands)


@dataclass(slots=True)
class Passed:
    """What became of a case: when it came to each step, in minutes; when somebody took it, and who by their place (None
    where nobody of the office does it); when each was done, and when all were. ``None`` where it was not over in the
    time that was played."""

    ready: list[int] = field(default_factory=list)
    taken: list[tuple[int, int | None]] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    ended: int | None = None


def play(jobs: Sequence[Job], officers: Sequence[Officer], *, until: int) -> list[Passed]:
    """Plays the office up to a minute. Of each case what became of it, in their order."""
    return _Play(jobs, officers, until).run()


class _Play:
    def __init__(self, jobs: Sequence[Job], officers: Sequence[Officer], until: int) -> None:
        self._jobs, self._officers, self._until = jobs, officers, until
        self._passed = [Passed() for _ in jobs]
        self._events: list[_Event] = []
        self._order = 0
        self._piles: dict[str, list[tuple[int, int, int]]] = {}
        self._staffed = frozenset(group for officer in officers for group in officer.groups)
        self._idle = set(range(len(officers)))
        self._in_hand: dict[int, int] = {}

    def run(self) -> list[Passed]:
        for place, job in enumerate(self._jobs):
            if job.visits:
                self._plan(job.comes + job.visits[0].after, _READY, place)
            else:
                self._passed[place].ended = job.comes
        for officer, one in enumerate(self._officers):
            for begin, _, _ in one.stands:
                self._plan(begin, _CALLED, officer)
        while self._events:
            minute, _, kind, place = heappop(self._events)
            if minute > self._until:
                break
            if kind == _READY:
                self._arrive(place, minute)
            elif kind == _FREE or place in self._idle:
                self._idle.discard(place)
                self._free(place, minute)
        return self._passed

    def _plan(self, minute: int, kind: Literal[0, 1, 2], place: int) -> None:
        self._order += 1
        heappush(self._events, (minute, self._order, kind, place))

    def _arrive(self, place: int, minute: int) -> None:
        """A case comes to its next step: somebody who has nothing else takes it, or it waits."""
        job, passed = self._jobs[place], self._passed[place]
        if len(passed.ready) > len(passed.done):  # nobody of the office does it: it is over by itself
            self._done(place, minute)
            return
        visit = job.visits[len(passed.done)]
        passed.ready.append(minute)
        if visit.group not in self._staffed:
            passed.taken.append((minute, None))
            self._plan(minute + max(visit.lasts, visit.work), _READY, place)
            return
        self._order += 1
        presses = -1 if job.begun and not passed.done else job.presses
        heappush(self._piles.setdefault(visit.group, []), (presses, self._order, place))
        for officer in sorted(self._idle):
            if self._officers[officer].does(visit.group, minute):
                self._idle.discard(officer)
                back = _back(self._officers[officer].away, minute)
                self._plan(back, _FREE, officer)
                if back == minute:
                    return

    def _free(self, officer: int, minute: int) -> None:
        """Somebody has nothing in hand any more: the task is done, and they take up the most pressing one."""
        if (place := self._in_hand.pop(officer, None)) is not None:
            self._done(place, minute)
        back = _back(self._officers[officer].away, minute)
        if back > minute:
            self._plan(back, _FREE, officer)
            return
        pile = min((pile for pile in self._theirs(officer, minute) if pile), default=None)
        if pile is None:
            self._idle.add(officer)
            return
        _, _, place = heappop(pile)
        self._in_hand[officer] = place
        self._passed[place].taken.append((minute, officer))
        work = self._jobs[place].visits[len(self._passed[place].done)].work
        self._plan(_finished(self._officers[officer].away, minute, work), _FREE, officer)

    def _theirs(self, officer: int, minute: int) -> Iterable[list[tuple[int, int, int]]]:
        one = self._officers[officer]
        return (pile for group, pile in self._piles.items() if one.does(group, minute))

    def _done(self, place: int, minute: int) -> None:
        job, passed = self._jobs[place], self._passed[place]
        passed.done.append(minute)
        if len(passed.done) == len(job.visits):
            passed.ended = minute
        else:
            self._plan(minute + job.visits[len(passed.done)].after, _READY, place)


def _back(away: Sequence[tuple[int, int]], minute: int) -> int:
    """When somebody is at work, from this minute on."""
    for begin, end in away:
        if begin <= minute < end:
            minute = end
    return minute


def _finished(away: Sequence[tuple[int, int]], minute: int, work: int) -> int:
    """When work is done that begins at this minute and rests while whoever does it is away."""
    end = minute + work
    for begin, back in away:
        if minute <= begin < end:
            end += back - begin
    return end
