"""The officers of a load: when each is away, who stands in meanwhile, and what the simulator knows of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from engine.offices.substitutes import can_be_stood_in
from engine.packages import ServicePackage
from engine.reporting.invented import absences
from engine.reporting.open_minutes import OpenMinutes
from engine.reporting.playing import Officer

ABSENCES: Final = 2
"""How many absences an officer has in a hundred working days."""


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """A group at an office (its code)."""

    group: str
    code: str

    @property
    def called(self) -> str:
        """What the simulator calls the work there that a deputy does too."""
        return f"{self.group}@{self.code}"

    @property
    def desk(self) -> str:
        """What it calls the work at the desk, for which nobody stands in: money and results."""
        return f"{self.called}/desk"


@dataclass(frozen=True, slots=True, order=True)
class Hand:
    """An officer: the ``number``-th at their post, from 1."""

    post: Post
    number: int


@dataclass(frozen=True, slots=True)
class Leave:
    """An officer is away from the first to the last day, and somebody stands in."""

    hand: Hand
    first: date
    last: date
    deputy: Hand | None


def _apart(packages: Iterable[ServicePackage]) -> frozenset[tuple[str, str]]:
    """Pairs of groups between which nobody stands in, both ways round: of one case, who did a task of the one may not
    do one of the other."""
    pairs = set()
    for package in packages:
        for task in package.tasks.values():
            pairs |= {(task.group, package.tasks[other].group) for other in task.not_by if other in package.tasks}
    return frozenset(pairs | {(other, group) for group, other in pairs})


def leaves_of(
    seed: str, hands: Sequence[Hand], packages: Iterable[ServicePackage], axis: OpenMinutes, end: int
) -> Iterator[Leave]:
    """Who is away on which days up to the minute ``end``; somebody of the office who is there on all of them stands in,
    unless somebody else has to do what they do."""
    apart = _apart(packages)
    away: dict[Hand, list[tuple[date, date]]] = {}
    for hand in hands:
        chance = Random(f"{seed}/away/{hand.post.called}/{hand.number}")  # noqa: S311
        days: list[tuple[date, date]] = []
        often = ABSENCES if can_be_stood_in(hand.post.group) else 0  # of others the house records none
        for begin, back in absences(often, chance, end):
            first, last = (axis.calendar.local_date(axis.moment(minute)) for minute in (begin + 1, back))
            if not days or first > days[-1][1]:
                days.append((first, last))
        away[hand] = days
    for hand, days in away.items():
        for first, last in days:
            yield Leave(hand, first, last, _deputy(hand, away, apart, (first, last)))


def _deputy(
    hand: Hand,
    away: Mapping[Hand, Sequence[tuple[date, date]]],
    apart: Collection[tuple[str, str]],
    days: tuple[date, date],
) -> Hand | None:
    def may(one: Hand) -> bool:
        is_of_group = one.post == hand.post or (one.post.group, hand.post.group) not in apart
        is_there = not any(begin <= days[1] and end >= days[0] for begin, end in away[one])
        return one != hand and one.post.code == hand.post.code and is_of_group and is_there

    here = (one for one in away if can_be_stood_in(one.post.group) and may(one))
    return min(here, key=lambda one: (one.post != hand.post, one), default=None)


def officers_of(hands: Sequence[Hand], leaves: Sequence[Leave], axis: OpenMinutes) -> list[Officer]:
    """The officers as the simulator plays them."""
    away: dict[Hand, list[tuple[int, int]]] = defaultdict(list)
    stands: dict[Hand, list[tuple[int, int, str]]] = defaultdict(list)
    for leave in leaves:
        midnights = (
            datetime.combine(day, time(), axis.calendar.zone) for day in (leave.first, leave.last + timedelta(days=1))
        )
        begin, closing = (axis.at(midnight) for midnight in midnights)
        end = closing + 1  # the first minute of the next day: the last of this one is still away
        away[leave.hand].append((begin, end))
        if leave.deputy is not None and leave.deputy.post != leave.hand.post:
            stands[leave.deputy].append((begin, end, leave.hand.post.called))
    work_of = {one: frozenset({one.post.called, one.post.desk}) for one in hands}
    return [Officer(work_of[one], tuple(away[one]), tuple(stands[one])) for one in hands]
