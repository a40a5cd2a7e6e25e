"""The open tasks that reach an officer: those of the own groups and those that escalated to them, at the own offices,
and never one of an own application.

The same is said twice: as one condition, for a task that is at hand, and as ways for lists (``engine.queries.shared.
stretches``), of which each is answered by one of the partial indexes of open tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select, text
from sqlalchemy.orm import aliased

from engine.case.readers import escalated_to, levels_for
from engine.people.actors import Actor
from engine.queries.shared.stretches import Way
from storage.applications import Application
from storage.processes import (
    HAS_ESCALATED,
    HAS_ESCALATED_FROM_A_DESK,
    IS_AT_A_DESK,
    IS_CLAIMED,
    IS_READY,
    TaskKind,
    TaskStatus,
    UserTask,
)

_Own = aliased(Application)
Offices = tuple[int, ...] | None
"""Ids of offices; ``None`` stands for all of them."""
MOST_WAYS: Final = 30
"""Of how many pairs of group and office each is a way of its own. Beyond it the offices of a group are one way, which
the database has to put in order itself."""


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The tasks of the actor's groups at the actor's offices, by their own group or by escalation; nobody works on
    an application of their own."""
    by_group = [
        and_(or_(UserTask.group == group, escalated_to(group)), *_at(_all_or(actor.offices(group))))
        for group in sorted(actor.groups)
    ]
    return and_(or_(*by_group, false()), *not_own(actor))


def not_own(actor: Actor) -> Way:
    """No task of an application of the actor. Theirs are few and found by an index, whatever list is read."""
    if actor.person_id is None:
        return ()
    return (UserTask.application_id.not_in(select(_Own.id).where(_Own.applicant_id == actor.person_id)),)


def claimed_ways(actor: Actor) -> tuple[Way, ...]:
    """What the actor claimed and still may work on."""
    if actor.person_id is None or not actor.groups:
        return ()
    return ((text(IS_CLAIMED), UserTask.assignee_id == actor.person_id, within_reach(actor)),)


def ready_ways(actor: Actor) -> tuple[Way, ...]:
    """What nobody has claimed, by the actor's groups."""
    own = not_own(actor)
    return tuple((text(IS_READY), UserTask.group == group, *_at(places), *own) for group, places in _places(actor))


def escalated_ways(actor: Actor, *statuses: TaskStatus) -> tuple[Way, ...]:
    """What escalated to a group of the actor and reaches them, in any of these statuses."""
    own = not_own(actor)
    return tuple(
        (text(HAS_ESCALATED), UserTask.status == status, *way, *own) for way in _escalated(actor) for status in statuses
    )


def desk_ways(actor: Actor, kind: TaskKind) -> tuple[Way, ...]:
    """What waits at the actor's desks for payments or for handovers, claimed or not."""
    own, at_desk = not_own(actor), UserTask.kind == kind
    by_group = tuple(
        (text(IS_AT_A_DESK), at_desk, UserTask.group == group, *_at(places), *own) for group, places in _places(actor)
    )
    escalated = tuple((text(HAS_ESCALATED_FROM_A_DESK), at_desk, *way, *own) for way in _escalated(actor))
    return by_group + escalated


def _escalated(actor: Actor) -> Iterator[Way]:
    """By the level that it escalated to. Whoever has several groups is shown what escalated to one of them wherever
    they work, so also by the group of the task."""
    by_level = {(level, places) for group, places in _places(actor) for level in levels_for(group)}
    for level, places in sorted(by_level, key=str):
        yield (UserTask.escalated_to == level, *_at(places))
    levels = {level for level, _ in by_level}
    for group, places in _places(actor):
        for level in sorted(level for level in levels if not {(level, places), (level, None)} & by_level):
            yield (UserTask.escalated_to == level, *_at(places), UserTask.group == group)


def _places(actor: Actor) -> tuple[tuple[str, Offices], ...]:
    """Each group of the actor with one office where they belong to it, or with all offices."""
    found = {group: _all_or(actor.offices(group)) for group in sorted(actor.groups)}
    apart = tuple(
        (group, one)
        for group, places in found.items()
        for one in ([None] if places is None else ((each,) for each in places))
    )
    return apart if len(apart) <= MOST_WAYS else tuple(found.items())


def _all_or(offices: frozenset[int] | None) -> Offices:
    return None if offices is None else tuple(sorted(offices))


def _at(places: Offices) -> Way:
    if places is None:
        return ()
    return (UserTask.office_id == places[0],) if len(places) == 1 else (UserTask.office_id.in_(places),)
