"""A play as its page shows it: what the applicant sees, what each group has, clocks, messages, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.packages import ServicePackage, answer_text
from engine.packages.groups import APPLICANT
from engine.packages.package import PROCESS
from engine.packages.playing.case import Happening, What
from engine.packages.playing.clocks import PromiseClock, promise_clocks
from engine.packages.playing.examples import scenarios_of
from engine.packages.playing.play import Action, Move
from engine.packages.playing.walking import Leg, Walk, due_moments, variables_of
from engine.packages.scenario_fees import Bill
from engine.people.actors import Actor
from engine.queries.analyst.elements import ElementShown, shown_in
from engine.queries.analyst.package_drafts import DraftLine, line
from engine.queries.analyst.play_messages import MessageShown, message_shown
from engine.studio.keeping import find
from engine.studio.plays import walked
from storage.processes import TaskKind


@dataclass(frozen=True, slots=True)
class TaskShown:
    """An open task. ``urgency`` is that of inboxes; ``not_before`` the moment of the session at which it is done;
    ``amount`` what is paid at it, in riel."""

    element: ElementShown
    kind: str
    group: str
    level: str
    has_form: bool
    session: str | None
    due_at: datetime | None
    urgency: str
    not_before: datetime | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class HappeningShown:
    """Something that happened at a move: an element, stage, message or other name in words."""

    what: str
    at: datetime
    name: Bilingual


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A move with what it brought about. ``answers`` are what was answered, in words. The first is the sending, without
    an ``action``; ``fits`` is false for those that the draft does not allow any more."""

    count: int
    action: str
    name: Bilingual
    at: datetime
    session: datetime | None
    answers: tuple[tuple[Bilingual, Bilingual], ...]
    happened: tuple[HappeningShown, ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class FeeShown:
    """A fee of the case in riel: its title, and whether it is ``expected``, ``due`` or ``paid``."""

    title: Bilingual
    amount: int
    status: str


@dataclass(frozen=True, slots=True)
class AskedShown:
    """A service task that asks the outside: the register, or a connector. ``known`` is what scenarios answer there, as
    it is written."""

    element: ElementShown
    action: str
    known: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SessionShown:
    """A kind of session: when those begin that are published, and the one that was chosen."""

    key: str
    title: Bilingual
    published: tuple[datetime, ...]
    chosen: datetime | None
    is_changeable: bool


@dataclass(frozen=True, slots=True)
class PlayPage:
    """Everything about a play; all moments are aware. ``clock`` is what it shows now; ``here`` and ``where`` are the
    elements that wait, ``passed`` those that were passed; ``drawings`` have some of either, ``unreached`` none.
    ``awaited`` are the messages and signals that the case would hear."""

    line: DraftLine
    key: str
    name: str
    revision: int
    walk: Walk
    clock: datetime
    stage: Bilingual | None
    stages: tuple[tuple[Bilingual, str], ...]
    tasks: tuple[TaskShown, ...]
    here: tuple[str, ...]
    where: tuple[ElementShown, ...]
    passed: tuple[str, ...]
    drawings: tuple[str, ...]
    unreached: tuple[str, ...]
    awaited: tuple[tuple[str, ElementShown], ...]
    clocks: tuple[PromiseClock, ...]
    coming: tuple[HappeningShown, ...]
    fees: tuple[FeeShown, ...]
    messages: tuple[MessageShown, ...]
    variables: Mapping[str, Any]
    moves: tuple[MoveShown, ...]
    asked: AskedShown | None
    sessions: tuple[SessionShown, ...]

    @property
    def mine(self) -> tuple[TaskShown, ...]:
        """What the applicant has to do; a fee may be paid at the counter, too."""
        return tuple(one for one in self.tasks if one.group == APPLICANT or one.kind == TaskKind.PAYMENT)

    @property
    def theirs(self) -> tuple[TaskShown, ...]:
        """What officers have to do."""
        return tuple(one for one in self.tasks if one.group != APPLICANT)


def play_page(session: Session, house: House, actor: Actor, key: str, play_key: str) -> PlayPage:
    """A play that was sent, walked on the newest save; ``NotFound``, ``ErrorsBeforePlay``."""
    row, found = walked(session, house, actor, key, play_key)
    case, package = found.case, found.case.package
    tasks = tuple(tasks_shown(found))
    messages = tuple(message_shown(package, house, told) for leg in found.legs for told in leg.told)
    waits = case.snapshot.subscriptions if case.snapshot else ()
    timers = case.snapshot.timers if case.snapshot else ()
    awaited = tuple(
        (one.name, shown_in(one.element_id, package)) for one in waits if one.name in package.process.messages
    )
    asked = {found.asked.element_id} if found.asked else set()
    here = (
        asked
        | {one.element.id for one in tasks}
        | {one.element_id for one in waits}
        | {one.element_id for one in timers}
    )
    drawn = _drawn(package, {*here, *case.path})
    stage = case.stages[-1] if case.stages else ""
    return PlayPage(
        line=line(session, find(session, actor, key)),
        key=row.key,
        name=row.name,
        revision=row.revision,
        walk=found,
        clock=case.now,
        stage=package.texts.stages.get(stage),
        stages=tuple(_stages(package, case.stages)),
        tasks=tasks,
        here=tuple(sorted(here)),
        where=tuple(shown_in(one, package) for one in sorted(here)),
        passed=tuple(dict.fromkeys(case.path)),
        drawings=drawn,
        unreached=tuple(file for file in package.drawings if file not in drawn),
        awaited=awaited,
        clocks=promise_clocks(case),
        coming=tuple(_shown(package, Happening(What(what), at, name)) for at, what, name in due_moments(found)),
        fees=tuple(_fee(package, bill) for bill in case.bills.all),
        messages=messages,
        variables=variables_of(found),
        moves=tuple(_moves(found, messages)),
        asked=_asked(found),
        sessions=tuple(sessions_shown(found)),
    )


def _drawn(package: ServicePackage, met: set[str]) -> tuple[str, ...]:
    """The drawings in which the case is or was, and always that of the service."""
    files = {element.file for name, element in package.process.elements.items() if name in met}
    return tuple(file for file in package.drawings if file == PROCESS or file in files)


def tasks_shown(found: Walk) -> Iterator[TaskShown]:
    """What waits for somebody."""
    case, package = found.case, found.case.package
    for task in case.ready():
        settings, clock = package.tasks[task.element_id], case.clock_of_task(task)
        bill = next((one for one in case.bills.all if one.task == task.id), None)
        late, warned = (at is not None and at <= case.now for at in (clock.due_at, clock.warned_at))
        yield TaskShown(
            element=shown_in(task.element_id, package),
            kind=settings.kind,
            group=settings.group,
            level=settings.level or case.level,
            has_form=bool(settings.form) or settings.kind == TaskKind.CORRECTION,
            session=settings.session,
            due_at=clock.due_at,
            urgency="breached" if late else "warned" if warned else "ok",
            not_before=case.sessions.day_of(task.element_id, case.now),
            amount=bill.amount if bill else None,
        )


def _stages(package: ServicePackage, reached: list[str]) -> Iterator[tuple[Bilingual, str]]:
    """The stages of the service with where the application is; those it did not pass are to come."""
    now = reached[-1] if reached else ""
    for key in package.manifest.stages:
        state = "now" if key == now else "done" if key in reached else "next"
        yield package.texts.stages.get(key, Bilingual(key, key)), state


def _fee(package: ServicePackage, bill: Bill) -> FeeShown:
    title = package.texts.fee_titles.get(bill.key) or package.manifest.title
    return FeeShown(title, bill.amount, "paid" if bill.is_paid else "due" if bill.task else "expected")


def _moves(found: Walk, messages: Iterable[MessageShown]) -> Iterator[MoveShown]:
    package, zone = found.case.package, found.case.working_time.zone
    titles = iter([one.title for one in messages])
    legs: list[Leg | None] = [*found.legs, *[None] * (len(found.play.moves) + 1 - len(found.legs))]
    for count, (move, leg) in enumerate(zip((None, *found.play.moves), legs, strict=True)):
        at = (move.at if move else found.play.starts).replace(tzinfo=zone)
        happened = tuple(_shown(package, one, titles) for one in leg.happened) if leg else ()
        name = _name_of(package, move)
        answers = tuple(_answers(found, move)) if move else ()
        session = move.session.replace(tzinfo=zone) if move and move.session else None
        fits = found.stopped_at is None or count <= found.stopped_at
        yield MoveShown(count, move.action.value if move else "", name, at, session, answers, happened, fits)


def _name_of(package: ServicePackage, move: Move | None) -> Bilingual:
    if move is None or move.action == Action.WAIT:
        return Bilingual("", "")
    if move.action in (Action.CHANGE, Action.PUBLISH):
        rule = package.manifest.session(move.name)
        return rule.title if rule else Bilingual(move.name, move.name)
    return shown_in(move.name, package).name


def _answers(found: Walk, move: Move) -> Iterator[tuple[Bilingual, Bilingual]]:
    settings = found.case.package.tasks.get(move.name)
    name = "apply" if settings and settings.kind == TaskKind.CORRECTION else settings.form if settings else None
    form = found.case.package.forms.get(name or "")
    for key, value in move.answers.items():
        part = form.component(key) if form else None
        if part is not None:
            yield part.label, Bilingual(*(answer_text(part, value, language) for language in ("km", "en")))
        else:
            yield Bilingual(key, key), Bilingual(str(value), str(value))


def _shown(package: ServicePackage, one: Happening, titles: Iterator[Bilingual] | None = None) -> HappeningShown:
    if one.what == What.MESSAGE and titles is not None:
        return HappeningShown(one.what.value, one.at, next(titles))
    known = package.texts.stages.get(one.name) if one.what == What.STAGE else None
    if one.what in (What.REMINDED, What.WARNED, What.LATE, What.TIMER):
        known = shown_in(one.name, package).name
    return HappeningShown(one.what.value, one.at, known or Bilingual(one.name, one.name))


def _asked(found: Walk) -> AskedShown | None:
    if found.asked is None or not found.fits:
        return None
    name, package = found.asked.element_id, found.case.package
    known = (one.connectors[name] for one in scenarios_of(package) if name in one.connectors)
    return AskedShown(shown_in(name, package), found.asked.action.value, next(known, {}))


def sessions_shown(found: Walk) -> Iterator[SessionShown]:
    """The kinds of sessions of the service."""
    case = found.case
    for rule in case.package.manifest.sessions:
        published, chosen = case.sessions.published.get(rule.key, ()), case.sessions.seats.get(rule.key)
        moments = tuple(case.moment(one) for one in published)
        is_changeable = chosen is not None and rule.changeable is not None
        yield SessionShown(rule.key, rule.title, moments, case.moment(chosen) if chosen else None, is_changeable)
