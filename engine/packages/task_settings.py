"""What a user task of a diagram says about itself: its form, stage, deadlines and who may do it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from marshmallow import ValidationError, post_load, pre_load, validate

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.groups import APPLICANT
from engine.packages.manifest import OFFICE_LEVELS, OUTCOMES
from engine.packages.ministry import Lane, MinistryManifest
from engine.packages.problems import PackageRejected, error
from engine.packages.schema import (
    KEY,
    OF_PART,
    PlainText,
    StrictSchema,
    TermField,
    WarningField,
    flat,
    one_of,
    sentence,
)
from engine.packages.session_rules import SESSIONS
from engine.packages.texts import Texts
from engine.problems import Problem
from engine.working_time import clocks
from engine.working_time.terms import Share, Term, WorkingDays

APPOINTMENT: Final = "appointment"
"""The kind of task in which a session is chosen."""
KINDS: Final = ("form", "payment", "handover", "correction", APPOINTMENT)
_BY_APPLICANT: Final = ("payment", "handover", "correction")
COMPLETES: Final = "completes"
"""The property of an element with which the papers of an application are complete."""
WAITING_TYPES: Final = ("userTask", "manualTask")


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """One user task. ``warn`` is counted from the moment the task is ready, like ``due``, not backwards from it, or is
    a share of ``due``; ``remind`` is how long before that day an applicant is reminded. ``completes``: with it the
    papers are complete. ``level`` is the level of the office that has it, empty for the office of the case.
    ``any_day``: it is drawn behind the choice of a session, and can be done before that begins."""

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


class TaskSchema(StrictSchema):
    """The properties of a user task."""

    form = PlainText(load_default=None, validate=OF_PART)
    stage = PlainText(load_default=None, validate=KEY)
    kind = PlainText(load_default="form", validate=one_of(*KINDS))
    due = TermField(load_default=None)
    warn = WarningField(load_default=None)
    escalate_to = PlainText(load_default=None)
    extension = TermField(load_default=None)
    not_by = PlainText(load_default="")
    corrections = PlainText(load_default="no", validate=one_of("yes", "no"))
    decides = PlainText(load_default=None, validate=KEY)
    completes = PlainText(load_default="no", validate=one_of("yes", "no"))
    fee = PlainText(load_default=None, validate=KEY)
    remind = TermField(load_default=None)
    level = PlainText(load_default="", validate=one_of(*OFFICE_LEVELS))
    session = PlainText(load_default=None, validate=KEY)
    any_day = PlainText(load_default="no", validate=one_of("yes", "no"))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        _consistent(data)
        return {
            **data,
            "not_by": tuple(data["not_by"].replace(",", " ").split()),
            "corrections": data["corrections"] == "yes",
            "completes": data[COMPLETES] == "yes",
            "any_day": data["any_day"] == "yes",
        }


class _ElementSchema(StrictSchema):
    """Every other element may say which stage is reached there, and how the application ends."""

    stage = PlainText(validate=KEY)
    outcome = PlainText(validate=one_of(*OUTCOMES))
    correlation = PlainText()
    completes = PlainText(validate=one_of("yes", "no"))


class _CallSchema(_ElementSchema):
    """The call of a shared process: what holds for the tasks in it that do not say it themselves. What it says for one
    task (``check.due``) is read at that."""

    due = TermField()
    warn = WarningField()
    escalate_to = PlainText()
    extension = TermField()
    remind = TermField()
    fee = PlainText(validate=KEY)
    not_by = PlainText()
    level = PlainText(validate=one_of(*OFFICE_LEVELS))
    form = PlainText(
        validate=validate.Regexp(
            r"^\s*[a-z][a-z0-9_]*\s*=\s*[a-z][a-z0-9_]*\s*(?:,\s*[a-z][a-z0-9_]*\s*=\s*[a-z][a-z0-9_]*\s*)*\Z",
            error="“{input}”: write which form of the shared process is replaced by which of yours: check=my_check.",
        )
    )

    @pre_load
    def for_all(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if "." not in name}


def _consistent(data: Mapping[str, Any]) -> None:
    due, warn, remind = data["due"], data["warn"], data["remind"]
    if due is None:
        for key in ("warn", "escalate_to", "extension", "remind"):
            if data[key] is not None:
                raise ValidationError("This needs a due term (property “due”).", key)
    if isinstance(warn, Share):
        if isinstance(due, WorkingDays) and due.count * warn.percent < 100:
            raise ValidationError("This share of the due term is less than a day; write due in working hours.", "warn")
    elif warn is not None and (type(warn) is not type(due) or warn.count >= due.count):
        raise ValidationError("The warning must come before the task is due, in the same unit.", "warn")
    if remind is not None and (type(remind) is not type(due) or remind.count >= due.count):
        raise ValidationError(
            "The reminder comes that long before the task is due: shorter, in the same unit.", "remind"
        )
    _of_its_kind(data)


def _of_its_kind(data: Mapping[str, Any]) -> None:
    """What a task of its kind has, and no other."""
    if data["level"] and data["kind"] != "form":
        raise ValidationError("Payments, handovers and corrections stay at the office of the case; remove it.", "level")
    if data["kind"] == "form" and data["form"] is None:
        raise ValidationError("The task needs a form, or a kind that has its own page.", "form")
    if data["any_day"] == "yes" and data["kind"] != "form":
        raise ValidationError("Only a task with a form can wait for the day of a session; remove it.", "any_day")
    if data["fee"] is not None and data["kind"] != "payment":
        raise ValidationError("Only a task of kind payment takes a fee.", "fee")
    _names_its_session(data)
    if data["kind"] != "form" and data["form"] is not None:
        raise ValidationError(f"A {data['kind']} task has its own page and no form.", "form")


def _names_its_session(data: Mapping[str, Any]) -> None:
    if (data["kind"] == APPOINTMENT) != (data["session"] is not None):
        raise ValidationError(
            "A task of kind appointment names its session, a key under sessions in service.yaml; no other task does.",
            "session",
        )


def read_tasks(
    file: str, elements: Iterable[bpmn.Element], ministry: MinistryManifest, texts: Texts, calls: Collection[str] = ()
) -> dict[str, TaskSettings]:
    """The settings of every user task, by element id; raises PackageRejected naming the element of each mistake.
    ``calls`` are the elements that call a shared process."""
    tasks: dict[str, TaskSettings] = {}
    problems: list[Problem] = []
    for element in elements:
        waits = element.type in WAITING_TYPES
        schema = TaskSchema() if waits else _CallSchema() if element.id in calls else _ElementSchema()
        try:
            read = schema.load(dict(element.properties))
        except ValidationError as refused:
            for place, message in flat(refused.messages, ()):
                where = f"property “{place[0]}”: " if place else ""
                problems.append(_wrong(file, element, f"{where}{sentence(message)}"))
            continue
        if waits:
            problems.extend(_misplaced(file, element, ministry, texts))
            lane = element.lane or ""
            name = texts.elements.get(element.id, Bilingual(element.id, element.id))
            works = ministry.lanes.get(lane, Lane(""))
            if read["escalate_to"] is not None:
                problems.extend(_unheard(file, element, read["escalate_to"], ministry))
                read["escalate_to"] = ministry.group_key(read["escalate_to"])
            if read["level"] and works.group == APPLICANT:
                problems.append(_wrong(file, element, _AT_NO_OFFICE.en, _AT_NO_OFFICE.km))
            read["level"] = read["level"] or works.level
            tasks[element.id] = TaskSettings(element.id, name, lane, works.group, **read, file=element.file or file)
    if problems:
        raise PackageRejected(problems)
    return tasks


def _misplaced(file: str, element: bpmn.Element, ministry: MinistryManifest, texts: Texts) -> Iterable[Problem]:
    if element.lane is None:
        yield _wrong(file, element, "The task lies in no lane, so nobody would find it; put it into one.")
    elif element.lane not in ministry.lanes:
        known = ", ".join(ministry.lanes)
        yield _wrong(file, element, f"The lane “{element.lane}” is not in ministry.yaml; lanes there: {known}.")
    if element.id not in texts.elements:
        yield _wrong(file, element, f"texts.yaml has no name for this task (elements: {element.id}).")


def _unheard(file: str, element: bpmn.Element, group: str, ministry: MinistryManifest) -> Iterable[Problem]:
    if ministry.group_key(group) is None:
        known = ", ".join(ministry.group_names)
        said = (sentence.format(group=group, known=known) for sentence in (_NO_GROUP.en, _NO_GROUP.km))
        yield _wrong(file, element, *said)


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


def _wrong(file: str, element: bpmn.Element, message: str, message_km: str = "") -> Problem:
    name = element.name or element.id
    found = error(element.file or file, "task", f"“{name}”: {message}", element_id=element.id)
    return replace(found, message_km=f"«{name}»៖ {message_km}") if message_km else found
