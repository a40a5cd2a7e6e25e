"""What a user task of a diagram says about itself: its form, stage, deadlines and who may do it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.groups import APPLICANT
from engine.packages.loading import load_values
from engine.packages.ministry import Lane, MinistryManifest
from engine.packages.names import nearest
from engine.packages.problems import error
from engine.packages.said import about, filled, in_both
from engine.packages.schema import made
from engine.packages.session_rules import SESSIONS
from engine.packages.task_schema import (
    APPOINTMENT,
    CallSchema,
    DecisionSchema,
    ElementSchema,
    OperationSchema,
    TaskSchema,
    follows_from,
)
from engine.packages.texts import Texts
from engine.packages.yaml_files import Place
from engine.problems import Problem
from engine.working_time import clocks
from engine.working_time.terms import Share, Term

_BY_APPLICANT: Final = ("payment", "handover", "correction")
WAITING_TYPES: Final = ("userTask", "manualTask", "task")
"""What waits for a person; a task without a type does, too."""


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """One user task. ``warn`` is counted from the moment the task is ready, like ``due``, not backwards from it, or is
    a share of ``due``; ``remind`` is how long before that day an applicant is reminded. ``completes``: with it the
    papers are complete. ``level`` is the level of the office that has it, empty for the office of the case.
    ``any_day``: it is drawn behind the choice of a session, and can be done before that begins. ``visit``: an officer
    goes there to do it, to the address that the question ``place`` of the application asks (else the first one).
    ``plans``: the day that its form asks under this key is that of the visits of its process that follow."""

    element_id: str
    name: Bilingual
    lane: str
    group: str
    form: str | None
    stage: str | None
    kind: str
    due: Term | None
    warn: Term | Share | None
    escalate_to: str | None
    extension: Term | None
    not_by: tuple[str, ...]
    corrections: bool
    decides: str | None
    completes: bool
    fee: str | None = None
    remind: Term | None = None
    level: str = ""
    session: str | None = None
    any_day: bool = False
    visit: bool = False
    place: str | None = None
    plans: str | None = None
    file: str = "process.bpmn"

    @property
    def is_asked_of_applicant(self) -> bool:
        """Whether the applicant answers questions here, on a page of their own."""
        return self.group == APPLICANT and self.kind == "form"

    @property
    def is_chosen_by_applicant(self) -> bool:
        """Whether the applicant chooses a session here."""
        return self.group == APPLICANT and self.kind == APPOINTMENT

    @property
    def answers(self) -> str | None:
        """The form that is answered here, or what stands for it where a session is chosen."""
        return self.form or (f"{SESSIONS}.{self.session}" if self.session else None)

    @property
    def has_day_for_applicant(self) -> bool:
        """Whether ``due`` is a day until which the applicant should answer, correct or pay; what is paid at the cashier
        has one where somebody is reminded of it."""
        is_theirs = self.group == APPLICANT or self.remind is not None
        return is_theirs and self.waits_for_applicant and self.kind != "handover"

    @property
    def reminded_after(self) -> Term | None:
        """How long after it is ready the applicant is reminded of it; None where nobody is."""
        if self.due is None or self.remind is None:
            return None
        return replace(self.due, count=self.due.count - self.remind.count)

    @property
    def waits_for_applicant(self) -> bool:
        """Whether only the applicant can bring it about, in whichever lane it lies: what is theirs to answer, to pay,
        to correct or to collect."""
        return self.group == APPLICANT or self.kind in _BY_APPLICANT


def missing(tasks: Sequence[TaskSettings], *, pauses_while_unpaid: bool = True) -> str:
    """What the applicant alone can bring about, as a clock names it, when nothing else is missing than these tasks;
    empty while the office has something to do, or a fee is owed and the clock does not stand still for that. A
    correction is named before a payment, because the clock may begin anew after it."""
    if not tasks or not all(task.waits_for_applicant for task in tasks):
        return ""
    if not pauses_while_unpaid and any(task.kind == "payment" for task in tasks):
        return ""
    is_fee = all(task.kind in ("payment", "handover") for task in tasks)
    return clocks.WAITS_AT_THE_COUNTER if is_fee else clocks.WAITS_FOR_APPLICANT


@dataclass(frozen=True, slots=True)
class ReadTasks:
    """The settings of every user task, by element id; ``problems`` name the element of each mistake, and ``unread`` the
    elements with the setting that could not be read."""

    tasks: Mapping[str, TaskSettings]
    problems: tuple[Problem, ...]
    unread: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Around:
    """What the settings of a task refer to outside the diagram. ``lanes_unread``: lanes, or all of them (the empty
    name), that could not be read; ``words_unread`` the same for the names of elements."""

    ministry: MinistryManifest
    texts: Texts
    lanes_unread: Callable[[str], bool] = lambda _: False
    words_unread: Callable[[str], bool] = lambda _: False


def read_tasks(file: str, elements: Iterable[bpmn.Element], around: Around, calls: Collection[str] = ()) -> ReadTasks:
    """The settings of every user task as far as they can be read; ``calls`` are the elements that call a shared
    process."""
    tasks: dict[str, TaskSettings] = {}
    problems: list[Problem] = []
    waiting: list[bpmn.Element] = []
    unread: set[tuple[str, ...]] = set()
    for element in elements:
        waits = element.type in WAITING_TYPES
        waiting += [element] if waits else []
        schema = (
            TaskSchema if waits else CallSchema if element.id in calls else _OTHERS.get(element.type, ElementSchema)
        )
        read = load_values(made(schema), dict(element.properties), _STAND_INS)
        lost = {str(place[0]) for place in read.unread if place}
        told = [(place, message) for place, message in read.told if not follows_from(message, lost)]
        problems += (_wrong(file, element, _of_property(place, message)) for place, message in told)
        unread |= {(element.id, *map(str, place[:1])) for place in read.unread}
        if waits:
            problems += _misplaced(file, element, around)
            said = read.value or made(schema).load({"form": _UNREAD})
            if said["escalate_to"] is not None:
                problems += _unheard(file, element, said["escalate_to"], around.ministry)
                said["escalate_to"] = around.ministry.group_key(said["escalate_to"])
            name = around.texts.elements.get(element.id, Bilingual(*(element.name or element.id,) * 2))
            lane = element.lane or ""
            works = around.ministry.lanes.get(lane, Lane(""))
            if said["level"] and works.group == APPLICANT:
                problems.append(_wrong(file, element, _AT_NO_OFFICE))
            said["level"] = said["level"] or works.level
            tasks[element.id] = TaskSettings(element.id, name, lane, works.group, **said, file=element.file or file)
    return ReadTasks(MappingProxyType(tasks), (*problems, *_lanes(file, waiting, around)), frozenset(unread))


_OTHERS: Final = {
    "": CallSchema,
    "serviceTask": OperationSchema,
    "sendTask": OperationSchema,
    "businessRuleTask": DecisionSchema,
}
_UNREAD: Final = "unread"
_STAND_INS: Final = {"form": _UNREAD, "session": _UNREAD}


def _of_property(place: Place, message: str) -> Bilingual:
    sentence = in_both(message)
    if not place:
        return sentence
    return Bilingual(f"លក្ខណៈ “{place[0]}”៖ {sentence.km}", f"property “{place[0]}”: {sentence.en}")


def _misplaced(file: str, element: bpmn.Element, around: Around) -> Iterable[Problem]:
    if element.lane is None:
        yield _wrong(file, element, _NO_LANE)
    if element.id not in around.texts.elements and not around.words_unread(element.id):
        yield _wrong(file, element, filled(_NO_NAME, key=element.id))


def _lanes(file: str, waiting: Sequence[bpmn.Element], around: Around) -> Iterable[Problem]:
    """Lanes that the ministry does not have, each told once, at its first task."""
    lanes = around.ministry.lanes
    for lane in dict.fromkeys(element.lane for element in waiting if element.lane):
        if lane not in lanes and not around.lanes_unread(lane):
            inside = [element for element in waiting if element.lane == lane]
            sentence = filled(_UNKNOWN_LANE, lane=lane, number=str(len(inside)), known=nearest(lane, lanes))
            yield _wrong(file, inside[0], sentence)


def _unheard(file: str, element: bpmn.Element, group: str, ministry: MinistryManifest) -> Iterable[Problem]:
    if ministry.group_key(group) is None:
        yield _wrong(file, element, filled(_NO_GROUP, group=group, known=nearest(group, ministry.group_names)))


_NO_LANE: Final = Bilingual(
    "កិច្ចការនេះមិននៅក្នុងគន្លងណាទេ ដូច្នេះគ្មាននរណារកវាឃើញ។ សូមដាក់វា ឬសកម្មភាពដែលហៅវា ក្នុងគន្លងមួយ។",
    "The task lies in no lane, so nobody would find it; put it, or what calls it, into one.",
)
_UNKNOWN_LANE: Final = Bilingual(
    "គន្លង «{lane}» ({number} កិច្ចការ) មិនមានក្នុង ministry.yaml ទេ។ គន្លងដែលមាន៖ {known}។ សូមកែឈ្មោះគន្លង ឬបន្ថែមវាក្រោម lanes។",
    "The lane “{lane}” is not in ministry.yaml, so nobody would find what lies in it (tasks: {number}); "
    "lanes there: {known}. Correct the name of the lane, or "
    "add it under lanes.",
)
_NO_NAME: Final = Bilingual(
    "texts.yaml គ្មានឈ្មោះសម្រាប់កិច្ចការនេះទេ។ សូមសរសេរវាក្រោម elements: {key}។",
    "texts.yaml has no name for this task (elements: {key}); write it there.",
)
_NO_GROUP: Final = Bilingual(
    "escalate_to = {group}៖ គ្មានក្រុមនេះទេ។ សូមសរសេរមួយក្នុងចំណោម {known} ឬប្រកាសវាក្រោម groups ក្នុង ministry.yaml។",
    "escalate_to = {group}: there is no such group; write one of {known}, or declare it under groups in ministry.yaml.",
)
_AT_NO_OFFICE: Final = Bilingual(
    "level៖ អ្នកដាក់ពាក្យមិននៅក្នុងការិយាល័យណាទេ។ សូមដក level ចេញ ឬនៅការហៅដំណើរការរួម "
    "សូមសរសេរវាសម្រាប់កិច្ចការរបស់មន្ត្រីម្នាក់ៗ (sign.level)។",
    "level: the applicant is at no office; remove it, or at the call of a shared process write it for each task of "
    "officers alone (sign.level).",
)


def _wrong(file: str, element: bpmn.Element, sentence: Bilingual) -> Problem:
    name = element.name or element.id
    return error(element.file or file, "task", about(Bilingual(name, name), sentence), element_id=element.id)
