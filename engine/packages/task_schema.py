"""The properties of elements of a diagram as they are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from marshmallow import ValidationError, post_load, pre_load, validate

from engine import bpmn
from engine.packages.manifest import OFFICE_LEVELS, OUTCOMES
from engine.packages.said import Said
from engine.packages.schema import KEY, OF_PART, PlainText, StrictSchema, TermField, WarningField, one_of
from engine.working_time.terms import Share, WorkingDays

APPOINTMENT: Final = "appointment"
"""The kind of task in which a session is chosen."""
KINDS: Final = ("form", "payment", "handover", "correction", APPOINTMENT)
COMPLETES: Final = "completes"
"""The property of an element with which the papers of an application are complete."""


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
    visit = PlainText(load_default="no", validate=one_of("yes", "no"))
    place = PlainText(load_default=None, validate=KEY)
    plans = PlainText(load_default=None, validate=KEY)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        _consistent(data)
        return {
            **data,
            "not_by": tuple(data["not_by"].replace(",", " ").split()),
            "corrections": data["corrections"] == "yes",
            "completes": data[COMPLETES] == "yes",
            "any_day": data["any_day"] == "yes",
            "visit": data["visit"] == "yes",
        }


class ElementSchema(StrictSchema):
    """Every other element may say which stage is reached there, and how the application ends."""

    stage = PlainText(validate=KEY)
    outcome = PlainText(validate=one_of(*OUTCOMES))
    correlation = PlainText()
    completes = PlainText(validate=one_of("yes", "no"))


class OperationSchema(ElementSchema):
    """A service task whose operation is written in properties: by editors that have no other place for it."""

    operator = PlainText()
    result = PlainText()

    @pre_load
    def without_parameters(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if not name.startswith(bpmn.PARAMETER)}


class DecisionSchema(ElementSchema):
    """A business rule task whose decision is written as a property."""

    decision = PlainText()


class CallSchema(ElementSchema):
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
            error=Said(
                "“{input}”៖ សូមសរសេរថាទម្រង់ណានៃដំណើរការរួមត្រូវជំនួសដោយទម្រង់ណារបស់អ្នក៖ check=my_check។",
                "“{input}”: write which form of the shared process is replaced by which of yours: check=my_check.",
            ),
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
                raise ValidationError(_NEEDS_DUE, key)
    if isinstance(warn, Share):
        if isinstance(due, WorkingDays) and due.count * warn.percent < 100:
            raise ValidationError(_SMALL_SHARE, "warn")
    elif warn is not None and (type(warn) is not type(due) or warn.count >= due.count):
        raise ValidationError(_LATE_WARNING, "warn")
    if remind is not None and (type(remind) is not type(due) or remind.count >= due.count):
        raise ValidationError(_EARLY_REMINDER, "remind")
    _of_its_kind(data)


def _of_its_kind(data: Mapping[str, Any]) -> None:
    """What a task of its kind has, and no other."""
    if data["level"] and data["kind"] != "form":
        raise ValidationError(_STAYS, "level")
    if data["kind"] == "form" and data["form"] is None:
        raise ValidationError(_NO_FORM, "form")
    if data["any_day"] == "yes" and data["kind"] != "form":
        raise ValidationError(_NO_DAY_TO_WAIT_FOR, "any_day")
    if data["kind"] != "form" and (data["visit"] == "yes" or data["plans"] is not None):
        raise ValidationError(_NO_VISIT, "visit" if data["visit"] == "yes" else "plans")
    if data["place"] is not None and data["visit"] != "yes":
        raise ValidationError(_PLACE_OF_NO_VISIT, "place")
    if data["fee"] is not None and data["kind"] != "payment":
        raise ValidationError(_TAKES_NO_FEE, "fee")
    if (data["kind"] == APPOINTMENT) != (data["session"] is not None):
        raise ValidationError(_NAMES_ITS_SESSION, "session")
    if data["kind"] != "form" and data["form"] is not None:
        raise ValidationError(_OWN_PAGE.format(kind=data["kind"]), "form")


_NEEDS_DUE: Final = Said("វាត្រូវការរយៈពេល (លក្ខណៈ “due”)។ សូមសរសេរវា។", "This needs a due term (property “due”).")
_SMALL_SHARE: Final = Said(
    "ភាគរយនេះតិចជាងមួយថ្ងៃ។ សូមសរសេរ due ជាម៉ោងធ្វើការ (working hours)។",
    "This share of the due term is less than a day; write due in working hours.",
)
_LATE_WARNING: Final = Said(
    "ការព្រមានត្រូវមកមុនថ្ងៃកំណត់ (due) ដោយប្រើឯកតាដូចគ្នា។ សូមសរសេរ warn ខ្លីជាង due។",
    "The warning must come before the task is due, in the same unit.",
)
_EARLY_REMINDER: Final = Said(
    "ការរំលឹកមកមុនថ្ងៃកំណត់ប៉ុណ្ណេះ។ សូមសរសេរ remind ខ្លីជាង due ក្នុងឯកតាដូចគ្នា។",
    "The reminder comes that long before the task is due: shorter, in the same unit.",
)
_NO_FORM: Final = Said(
    "កិច្ចការនេះត្រូវការទម្រង់ (form) ឬប្រភេទ (kind) ដែលមានទំព័រផ្ទាល់ខ្លួន៖ payment, handover, correction, appointment។",
    "The task needs a form, or a kind that has its own page: payment, handover, correction or appointment.",
)
_NO_DAY_TO_WAIT_FOR: Final = Said(
    "មានតែកិច្ចការដែលមានទម្រង់ប៉ុណ្ណោះអាចរង់ចាំថ្ងៃនៃពេលណាត់។ សូមដក any_day ចេញ។",
    "Only a task with a form can wait for the day of a session; remove any_day.",
)
_NO_VISIT: Final = Said(
    "ការចុះពិនិត្យ និងការកំណត់ថ្ងៃរបស់វា ជាកិច្ចការដែលមានទម្រង់ (kind = form)។ សូមដកវាចេញ។",
    "A visit, and what plans its day, is a task with a form (kind = form); remove this.",
)
_PLACE_OF_NO_VISIT: Final = Said(
    "place ប្រាប់កន្លែងដែលត្រូវចុះពិនិត្យ។ សូមសរសេរ visit = yes ឬដកវាចេញ។",
    "place says where a visit goes; write visit = yes, or remove it.",
)
_STAYS: Final = Said(
    "ការបង់ប្រាក់ ការប្រគល់ ការកែ និងការណាត់ជួប ស្ថិតនៅការិយាល័យនៃសំណុំរឿង។ សូមដក level ចេញ។",
    "Payments, handovers, corrections and appointments stay at the office of the case; remove level.",
)
_NAMES_ITS_SESSION: Final = Said(
    "កិច្ចការដែលមាន kind = appointment ដាក់ឈ្មោះពេលណាត់ (session) ជាពាក្យគន្លឹះក្រោម sessions ក្នុង service.yaml; "
    "កិច្ចការផ្សេងមិនដាក់ទេ។ សូមសរសេរវា ឬដកវាចេញ។",
    "A task of kind appointment names its session, a key under sessions in service.yaml; no other task does.",
)
_TAKES_NO_FEE: Final = Said(
    "មានតែកិច្ចការដែលមាន kind = payment ទេដែលទទួលថ្លៃ។ សូមដក fee ចេញ ឬសរសេរ kind នោះ។",
    "Only a task of kind payment takes a fee; remove fee, or write that kind.",
)
_OWN_PAGE: Final = Said(
    "កិច្ចការប្រភេទ {kind} មានទំព័រផ្ទាល់ខ្លួន ហើយគ្មានទម្រង់ទេ។ សូមដក form ចេញ។",
    "A {kind} task has its own page and no form; remove form.",
)


def follows_from(message: str, unread: Collection[str]) -> bool:
    """Whether what is said of two settings that do not fit says nothing new, because one of these could not be read."""
    of_due = message in (_NEEDS_DUE, _SMALL_SHARE, _LATE_WARNING, _EARLY_REMINDER) and "due" in unread
    if message == _PLACE_OF_NO_VISIT and "visit" in unread:
        return True
    return of_due or (message in (_NO_FORM, _TAKES_NO_FEE, _STAYS, _NAMES_ITS_SESSION, _NO_VISIT) and "kind" in unread)
