"""The open tasks that reach an officer: those of the own groups and those that escalated to them, at the own offices,
and never one of an own application, nor of one that is about what they worked on.

The same is said twice: as one condition, for a task that is at hand, and as ways for lists (``engine.queries.shared.
stretches``), of which each is answered by one of the partial indexes of open tasks. Officers with as many groups and
offices share their ways, which hold names in place of values: putting a statement together costs more than asking it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, false, not_, or_, select, text, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from engine.case.readers import escalated_to, levels_for
from engine.case.standing_in import AT_A_DESK
from engine.packages.groups import APPLICANT, HEAD
from engine.people.actors import Actor
from engine.queries.shared.stretches import KEPT, Way
from storage.applications import Application
from storage.complaints import KeptApart
from storage.open_tasks import HAS_ESCALATED, HAS_ESCALATED_FROM_A_DESK, IS_AT_A_DESK, IS_CLAIMED, IS_READY
from storage.processes import TaskKind, TaskStatus, UserTask

_Own = aliased(Application)
Offices = tuple[int, ...] | None
"""Ids of offices; ``None`` stands for all of them."""
_Form = tuple[bool | None, bool]
"""Whether a spot is at one office (``None``: everywhere), and whether only tasks of one group are meant."""
_Forms = tuple[_Form, ...]
_Heads = Literal["nowhere", "some", "everywhere"]
"""Of which offices an officer is the head."""
MOST_WAYS: Final = 40
"""So many ways of an officer are each at one office. Where there were more, all offices of a group are one way and all
of a level are one, which the database has to put in order itself: a statement of more takes too long to put together,
and SQLite takes none of five hundred."""
_STATUSES: Final = 2
"""Tasks that escalated are read by their status, ready and claimed."""


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The tasks of the actor's groups at the actor's offices, by their own group or by escalation; nobody works on
    an application of their own."""
    by_group = [
        and_(or_(UserTask.group == group, escalated_to(group)), _at_offices(actor.offices(group)))
        for group in sorted(actor.groups)
    ]
    # Desks ask this, where no deputy works: only tasks of the actor's own groups.
    own = _Own.applicant_id == actor.person_id
    is_own = UserTask.application_id.in_(select(_Own.id).where(own)) if actor.person_id is not None else false()
    return and_(or_(*by_group, false()), ~is_own, shown_to(KeptApart.person_id == actor.person_id))


def shown_to(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Over tasks: none of a case about which somebody worked on what it is about (``whose``, over ``KeptApart``), but
    for what is asked of the head (``engine.case.kept_apart``)."""
    apart = UserTask.application_id.in_(select(KeptApart.application_id).where(whose))
    return not_(and_(UserTask.group != HEAD, apart))


@dataclass(frozen=True, slots=True)
class Ways:
    """How open tasks reach an officer: claimed by them or by whom they stand in for, ready for one of their groups,
    escalated to one of them and ready or claimed; and how they wait at their desks for payments and for handovers.
    ``held``: claimed by a colleague, whose id stands for ``who``, within reach, or at an office that the officer
    heads."""

    claimed: tuple[Way, ...]
    held: tuple[Way, ...]
    ready: tuple[Way, ...]
    escalated_ready: tuple[Way, ...]
    escalated_claimed: tuple[Way, ...]
    payments: tuple[Way, ...]
    handovers: tuple[Way, ...]


def reach_of(actor: Actor) -> tuple[Ways, Mapping[str, object]]:
    """The ways of the actor, and the values that stand in them."""
    whole = [_Spot(group, _all_or(actor.offices(group))) for group in sorted(actor.groups)]
    ready = _apart(whole)
    escalated = _escalated(ready) if len(ready) <= MOST_WAYS else ()
    is_apart = len(ready) + _STATUSES * len(escalated) <= MOST_WAYS
    if not is_apart:
        ready, escalated = whole, _by_level(actor)
    stands = [_Spot(stand.group, (stand.office_id,)) for stand in actor.stands]
    spots = {"r": ready, "e": escalated, "w": whole, "s": stands}
    values: dict[str, object] = {} if actor.person_id is None else {"me": actor.person_id}
    for name, found in spots.items():
        for number, spot in enumerate(found):
            values |= spot.values(f"{name}{number}")
    for name, found in (("w", whole), ("s", stands)):
        values |= {f"{name}{number}_from": levels_for(spot.group) for number, spot in enumerate(found)}
    values |= {f"s{number}_who": stand.person_id for number, stand in enumerate(actor.stands)}
    forms = [tuple(spot.form for spot in found) for found in (ready, escalated, whole)]
    headed = actor.offices(HEAD)
    values["headed"] = tuple(sorted(headed or ()))
    heads: _Heads = "nowhere" if headed == frozenset() else "everywhere" if headed is None else "some"
    has_me = actor.person_id is not None
    return _ways_of(*forms, stands=len(stands), has_me=has_me, is_apart=is_apart, heads=heads), values


@dataclass(frozen=True, slots=True)
class _Spot:
    """A group, or a level that tasks escalate to, at these offices; ``of``: only tasks of this group."""

    group: str
    places: Offices
    of: str = ""

    @property
    def form(self) -> _Form:
        return (None if self.places is None else len(self.places) == 1), bool(self.of)

    def values(self, name: str) -> dict[str, object]:
        """What stands in the tests of this name."""
        where = () if self.places is None else self.places[0] if len(self.places) == 1 else self.places
        return {name: self.group, f"{name}_at": where, f"{name}_of": self.of}


@lru_cache(maxsize=KEPT)
def _ways_of(
    ready: _Forms, escalated: _Forms, whole: _Forms, *, stands: int, has_me: bool, is_apart: bool, heads: _Heads
) -> Ways:
    ours: list[BindParameter[Any]] = [bindparam("me"), *(bindparam(f"s{number}_who") for number in range(stands))]
    own = select(_Own.id).where(or_(*(_Own.applicant_id == each for each in ours)))
    me = KeptApart.person_id == bindparam("me")
    not_theirs: Way = (UserTask.application_id.not_in(own),) if has_me else ()
    not_own: Way = (*not_theirs, shown_to(me)) if has_me else ()
    groups = [(*_tests(f"r{number}", UserTask.group, form), *not_own) for number, form in enumerate(ready)]
    rest = not_own if is_apart else (_within(whole), *not_own)
    levels = [(*_tests(f"e{number}", UserTask.escalated_to, form), *rest) for number, form in enumerate(escalated)]

    def desk(kind: TaskKind) -> tuple[Way, ...]:
        mine = UserTask.kind == kind
        by_group = tuple((text(IS_AT_A_DESK), mine, *way) for way in groups)
        return by_group + tuple((text(HAS_ESCALATED_FROM_A_DESK), mine, *way) for way in levels)

    mine, whose = (UserTask.assignee_id == bindparam(name) for name in ("me", "who"))
    deputy = [
        _of_a_stand(number, (*not_theirs, shown_to(or_(me, KeptApart.person_id == bindparam(f"s{number}_who")))))
        for number in range(stands)
    ]
    return Ways(
        claimed=(
            *(((text(IS_CLAIMED), mine, _within(whole), *not_own),) if has_me and whole else ()),
            *(way.claimed for way in deputy),
        ),
        held=((text(IS_CLAIMED), whose, or_(_within(whole), _headed(heads)), *not_own),) if whole else (),
        ready=(*((text(IS_READY), *way) for way in groups), *(way.ready for way in deputy)),
        escalated_ready=(
            *((text(HAS_ESCALATED), UserTask.status == TaskStatus.READY, *way) for way in levels),
            *(way.escalated for way in deputy),
        ),
        escalated_claimed=tuple((text(HAS_ESCALATED), UserTask.status == TaskStatus.CLAIMED, *way) for way in levels),
        payments=desk(TaskKind.PAYMENT),
        handovers=desk(TaskKind.HANDOVER),
    )


def _headed(heads: _Heads) -> ColumnElement[bool]:
    """Of an office that the officer heads: the head may take a task from whoever has it."""
    where = {"nowhere": false(), "everywhere": true(), "some": UserTask.office_id.in_(_several("headed"))}[heads]
    return and_(UserTask.group != APPLICANT, where)


@dataclass(frozen=True, slots=True)
class _OfAStand:
    """How the tasks of an absent colleague's group reach a deputy."""

    claimed: Way
    ready: Way
    escalated: Way


def _of_a_stand(number: int, not_own: Way) -> _OfAStand:
    name = f"s{number}"
    group, at_office = _tests(name, UserTask.group, (True, False))
    levels = UserTask.escalated_to.in_(_several(f"{name}_from"))
    here = (at_office, UserTask.kind.not_in(AT_A_DESK), *not_own)
    theirs = UserTask.assignee_id == bindparam(f"{name}_who")
    return _OfAStand(
        claimed=(text(IS_CLAIMED), theirs, or_(group, levels), *here),
        ready=(text(IS_READY), group, *here),
        escalated=(text(HAS_ESCALATED), UserTask.status == TaskStatus.READY, levels, *here),
    )


def _within(whole: _Forms) -> ColumnElement[bool]:
    """Within reach, but for own applications."""
    found = []
    for number, form in enumerate(whole):
        of_group, *at = _tests(f"w{number}", UserTask.group, form)
        found.append(and_(or_(of_group, UserTask.escalated_to.in_(_several(f"w{number}_from"))), *at))
    return or_(*found)


def _tests(name: str, column: InstrumentedAttribute[str], form: _Form) -> tuple[ColumnElement[bool], ...]:
    at_one, has_group = form
    found = [column == bindparam(name)]
    if at_one is not None:
        place = f"{name}_at"
        found.append(UserTask.office_id == bindparam(place) if at_one else UserTask.office_id.in_(_several(place)))
    return (*found, UserTask.group == bindparam(f"{name}_of")) if has_group else tuple(found)


def _several(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _apart(whole: Sequence[_Spot]) -> Sequence[_Spot]:
    """Each group of the actor with one office where they belong to it, or with all offices."""
    found: list[_Spot] = []
    for spot in whole:
        offices = (None,) if spot.places is None else tuple((one,) for one in spot.places)
        found += [_Spot(spot.group, office) for office in offices]
    return found


def _escalated(spots: Sequence[_Spot]) -> Sequence[_Spot]:
    """By the level that it escalated to. Whoever has several groups is shown what escalated to one of them wherever
    they work, so also by the group of the task."""
    by_level = dict.fromkeys(_Spot(level, spot.places) for spot in spots for level in levels_for(spot.group))
    levels = dict.fromkeys(spot.group for spot in by_level)
    also = [
        _Spot(level, spot.places, of=spot.group)
        for spot in spots
        for level in levels
        if _Spot(level, spot.places) not in by_level and _Spot(level, None) not in by_level
    ]
    return [*by_level, *also]


def _by_level(actor: Actor) -> Sequence[_Spot]:
    """Each level once, at all offices of the actor; which of its tasks reach them is asked of each."""
    places = [_all_or(actor.offices(group)) for group in actor.groups]
    levels = dict.fromkeys(level for group in sorted(actor.groups) for level in levels_for(group))
    offices = None if None in places else tuple(sorted({office for found in places for office in found or ()}))
    return [_Spot(level, offices) for level in levels]


def _all_or(offices: frozenset[int] | None) -> Offices:
    return None if offices is None else tuple(sorted(offices))


def _at_offices(offices: frozenset[int] | None) -> ColumnElement[bool]:
    return true() if offices is None else UserTask.office_id.in_(sorted(offices))
