"""The settings of elements as editors offer them: what each is called, what it is chosen from, and where it belongs.

``task_schema`` says what may be written; every name there has a row here. The panel of the studio and the templates for
other editors are made of these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.khmer import Bilingual
from engine.packages.manifest import OFFICE_LEVELS, OUTCOMES
from engine.packages.task_schema import APPOINTMENT, KINDS

YES_NO: Final = ("yes", "no")
FORM, PAYMENT, HANDOVER, CORRECTION = KINDS[:4]
KIND_WORDS: Final = {
    FORM: Bilingual("ទម្រង់", "Form"),
    PAYMENT: Bilingual("ការបង់ប្រាក់", "Payment"),
    HANDOVER: Bilingual("ការប្រគល់", "Handover"),
    CORRECTION: Bilingual("ការកែតម្រូវ", "Correction"),
    APPOINTMENT: Bilingual("ការណាត់", "Appointment"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A property of an element as somebody sets it. ``source`` names what it is chosen from: names of the package
    (``forms``, ``stages``, ``groups``, ``fees``, ``sessions``, ``questions`` of its form, ``tasks``, ``operations``,
    ``decisions``, ``variables``), ``words`` for the fixed ``choices``, ``term`` for a length of time, empty for text.
    ``kinds``: the kinds of user task that have it, all when empty."""

    name: str
    label: Bilingual
    hint: Bilingual
    source: str = ""
    choices: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


_KIND = Setting(
    "kind",
    Bilingual("ប្រភេទ", "Kind"),
    Bilingual("អ្វីដែលធ្វើនៅទីនេះ", "What is done here"),
    "words",
    KINDS,
)
_FORM = Setting(
    "form",
    Bilingual("ទម្រង់", "Form"),
    Bilingual("ឯកសារក្នុង forms/", "A file in forms/"),
    "forms",
    kinds=(FORM,),
)
_SESSION = Setting(
    "session",
    Bilingual("ពេលណាត់", "Session"),
    Bilingual("ពាក្យគន្លឹះក្រោម sessions ក្នុង service.yaml", "A key under sessions in service.yaml"),
    "sessions",
    kinds=(APPOINTMENT,),
)
_STAGE = Setting(
    "stage",
    Bilingual("ដំណាក់កាល", "Stage"),
    Bilingual("ដំណាក់កាលដែលឈានដល់នៅទីនេះ", "The stage that is reached here"),
    "stages",
)
_DUE = Setting(
    "due",
    Bilingual("ផុតកំណត់ក្នុង", "Due in"),
    Bilingual("ឧទាហរណ៍ 2 working days ឬ 4 working hours", "Such as 2 working days, or 4 working hours"),
    "term",
)
_WARN = Setting(
    "warn",
    Bilingual("ព្រមានក្រោយ", "Warn after"),
    Bilingual("រាប់ដូច due ឬជាភាគរយរបស់វា៖ 80 %", "Counted like due, or a share of it: 80 %"),
    "term",
)
_ESCALATE = Setting(
    "escalate_to",
    Bilingual("បញ្ជូនបន្តទៅ", "Escalate to"),
    Bilingual("ក្រុមដែលឃើញវាដែរ ពេលយឺត", "The group that sees it too when it is late"),
    "groups",
)
_EXTENSION = Setting(
    "extension",
    Bilingual("ថ្ងៃថ្មីក្រោយ", "New day after"),
    Bilingual("រាប់ពីពេលយឺត", "Counted from the breach"),
    "term",
)
_REMIND = Setting(
    "remind",
    Bilingual("រំលឹកមុន", "Remind before"),
    Bilingual("រំលឹកអ្នកដាក់ពាក្យ មុនចុង due", "The applicant is reminded that long before the end of due"),
    "term",
)
_NOT_BY = Setting(
    "not_by",
    Bilingual("មិនមែនដោយអ្នកដែលបានធ្វើ", "Not by who did"),
    Bilingual("ភ្នែកបួន៖ ធាតុដែលចែកដោយដកឃ្លា", "Four eyes: elements, parted by blanks"),
    "tasks",
)
_LEVEL = Setting(
    "level",
    Bilingual("កម្រិតការិយាល័យ", "Level of office"),
    Bilingual("ទទេ៖ តាមគន្លងរបស់វា", "Empty: what its lane says"),
    "words",
    OFFICE_LEVELS,
    (FORM,),
)
_FEE = Setting(
    "fee",
    Bilingual("ថ្លៃសេវា", "Fee"),
    Bilingual("ពាក្យគន្លឹះនៃថ្លៃសេវា បើមានច្រើន", "The key of the fee, where there are several"),
    "fees",
    kinds=(PAYMENT,),
)
_CORRECTIONS = Setting(
    "corrections",
    Bilingual("អាចសុំឱ្យកែ", "May ask for corrections"),
    Bilingual("មន្ត្រីចង្អុលអ្វីត្រូវកែ និងមូលហេតុ", "The officer points at what must be mended, and why"),
    "words",
    YES_NO,
    (FORM,),
)
_DECIDES = Setting(
    "decides",
    Bilingual("សម្រេច", "Decides"),
    Bilingual("សំណួរដែលចម្លើយក្លាយជាអថេរ", "The question whose answer becomes a variable"),
    "questions",
    kinds=(FORM,),
)
_COMPLETES = Setting(
    "completes",
    Bilingual("ឯកសារគ្រប់គ្រាន់", "Papers are complete"),
    Bilingual("ពេលធាតុនេះត្រូវបានឆ្លងកាត់", "When this element is passed"),
    "words",
    YES_NO,
)
_ANY_DAY = Setting(
    "any_day",
    Bilingual("ធ្វើមុនថ្ងៃណាត់បាន", "May be done before the session"),
    Bilingual("សម្រាប់កិច្ចការក្រោយការណាត់", "For a task behind an appointment"),
    "words",
    YES_NO,
    (FORM,),
)
_VISIT = Setting(
    "visit",
    Bilingual("ចុះពិនិត្យទីតាំង", "A visit"),
    Bilingual(
        "មន្ត្រីទៅដល់កន្លែង៖ មានថ្ងៃ និងអាចធ្វើលើទូរស័ព្ទ", "An officer goes there: it has a day, and a page for a telephone"
    ),
    "words",
    YES_NO,
    (FORM,),
)
_PLACE = Setting(
    "place",
    Bilingual("កន្លែងដែលត្រូវទៅ", "Where the visit goes"),
    Bilingual("សំណួរអាសយដ្ឋានក្នុងពាក្យសុំ; ទទេ៖ អាសយដ្ឋានទីមួយ", "An address of the application; empty: the first one"),
    kinds=(FORM,),
)
_PLANS = Setting(
    "plans",
    Bilingual("កំណត់ថ្ងៃចុះពិនិត្យ", "Plans the visit"),
    Bilingual("សំណួរក្នុងទម្រង់ ដែលចម្លើយជាថ្ងៃនៃការចុះពិនិត្យ", "The question of its form that asks the day of the visit"),
    kinds=(FORM,),
)
_OUTCOME = Setting(
    "outcome",
    Bilingual("លទ្ធផល", "Outcome"),
    Bilingual("ពាក្យសុំបញ្ចប់ដូចម្តេច", "How the application ends"),
    "words",
    OUTCOMES,
)
_CORRELATION = Setting(
    "correlation",
    Bilingual("ភ្ជាប់តាម", "Correlation"),
    Bilingual("កន្សោមដែលសម្គាល់សារ", "An expression that tells messages apart"),
    "variables",
)
_FORMS_REPLACED = Setting(
    "form",
    Bilingual("ទម្រង់ជំនួស", "Forms replaced"),
    Bilingual("check=my_check", "check=my_check"),
)
_OPERATOR = Setting(
    "operator",
    Bilingual("ប្រតិបត្តិការ", "Operation"),
    Bilingual("អ្វីដែលប្រព័ន្ធធ្វើ", "What the house does"),
    "operations",
)
_RESULT = Setting(
    "result",
    Bilingual("អថេរទទួលចម្លើយ", "Variable for the answer"),
    Bilingual("សម្រាប់ប្រតិបត្តិការដែលឆ្លើយ", "For operations that answer"),
)
_DECISION = Setting(
    "decision",
    Bilingual("សេចក្តីសម្រេច", "Decision"),
    Bilingual("id នៃសេចក្តីសម្រេចក្នុង decisions/", "The id of a decision in decisions/"),
    "decisions",
)

OF_TASK: Final = (
    _KIND, _FORM, _SESSION, _FEE, _STAGE, _DUE, _WARN, _REMIND, _ESCALATE, _EXTENSION, _NOT_BY, _LEVEL, _DECIDES,
    _CORRECTIONS, _COMPLETES, _ANY_DAY, _VISIT, _PLACE, _PLANS,
)  # fmt: skip
OF_ELEMENT: Final = (_STAGE, _OUTCOME, _CORRELATION, _COMPLETES)
OF_OPERATION: Final = (*OF_ELEMENT, _OPERATOR, _RESULT)
OF_DECISION: Final = (*OF_ELEMENT, _DECISION)
OF_CALL: Final = (
    _STAGE, _DUE, _WARN, _REMIND, _ESCALATE, _EXTENSION, _FEE, _NOT_BY, _LEVEL, _FORMS_REPLACED, _OUTCOME, _CORRELATION,
    _COMPLETES,
)  # fmt: skip
