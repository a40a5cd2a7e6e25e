"""Whether every fee is paid, once, when applicants are told, and from what is known by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.fee_inputs import givers
from engine.packages.fee_rules import ON_APPROVAL, ON_SUBMISSION, THE_FEE, FeeRule
from engine.packages.feel import BadExpression
from engine.packages.fees import FeeTable
from engine.packages.names import nearest
from engine.packages.order_checks import Drawn, drawn_of, first_reached, told_at
from engine.packages.package import SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.reckoning import fee_of_task
from engine.packages.said import filled
from engine.packages.task_settings import TaskSettings
from engine.packages.yaml_files import lines_of
from engine.problems import Problem


def check_payments(package: ServicePackage) -> Iterator[Problem]:
    """Payments of no fee, fees without a payment or with two, and payments that come too late, too early, or before
    what they are reckoned from."""
    unread = package.unread
    if any(unread.touches("service", key) for key in ("fee", "fees")):
        return
    paying = [task for task in package.tasks.values() if task.kind == "payment"]
    yield from (told for task in paying for told in _which(package, task))
    # Of a fee that a payment misspells, that payment may be the one.
    spelt = all(fee_of_task(package, task) for task in paying)
    drawn = drawn_of(package)
    for rule in package.manifest.fees if spelt else ():
        if rule.key not in package.fees:
            continue
        tasks = [task for task in paying if fee_of_task(package, task) == rule]
        yield from _of_fee(package, rule, tasks, drawn)


def fee_problem(package: ServicePackage, rule: FeeRule, sentence: Bilingual, place: str = "") -> Problem:
    """A sentence about a fee, at its line of ``service.yaml``."""
    written = ("fee",) if rule.key == THE_FEE else ("fees", rule.key)
    line = lines_of(SERVICE, package.files[SERVICE]).line((*written, place) if place else written)
    name = "" if rule.key == THE_FEE else rule.key
    km, en = (f"«{name}»៖ ", f"“{name}”: ") if name else ("", "")
    return error(SERVICE, "fee", Bilingual(km + sentence.km, en + sentence.en), line=line)


def _which(package: ServicePackage, task: TaskSettings) -> Iterator[Problem]:
    """What is wrong with how a payment task names its fee."""
    known = nearest(task.fee or "", (rule.key for rule in package.manifest.fees))
    if not package.manifest.fees:
        yield told_at(package, task.element_id, _NO_FEE)
    elif fee_of_task(package, task) is None and task.fee is None:
        yield told_at(package, task.element_id, filled(_WHICH_FEE, known=known))
    elif fee_of_task(package, task) is None:
        yield told_at(package, task.element_id, filled(_UNKNOWN_FEE, fee=task.fee or "", known=known))


def _of_fee(package: ServicePackage, rule: FeeRule, tasks: Sequence[TaskSettings], drawn: Drawn) -> Iterator[Problem]:
    table = package.fees[rule.key]
    if not tasks:
        if any(_costs(table)):
            yield fee_problem(package, rule, _NO_PAYMENT)
        return
    yield from _twice(package, tasks)
    misplaced = [*_moment(package, rule, tasks, drawn), *_inputs(package, rule, tasks, drawn)]
    yield from misplaced
    if not misplaced and all(_costs(table)):
        given = (*drawn.issuing, *drawn.handing, *drawn.ending)
        kept = (*drawn.approving, *given) if rule.pay == ON_SUBMISSION else given
        for key in first_reached(kept, drawn.without([task.element_id for task in tasks])):
            yield told_at(package, key, filled(_UNPAID, task=tasks[0].name))


def _twice(package: ServicePackage, tasks: Sequence[TaskSettings]) -> Iterator[Problem]:
    """Two payments of one fee on one way."""
    for first in tasks:
        ahead = bpmn.ahead_of(package.process, first.element_id)
        for second in tasks:
            if second is not first and second.element_id in ahead:
                yield told_at(package, second.element_id, filled(_SECOND_PAYMENT, first=first.name))
                return


def _moment(package: ServicePackage, rule: FeeRule, tasks: Sequence[TaskSettings], drawn: Drawn) -> Iterator[Problem]:
    """Payments that come at another time than applicants are told."""
    if rule.pay == ON_SUBMISSION:
        if givers(package, rule):
            name = next(iter(givers(package, rule)))
            yield fee_problem(package, rule, filled(_NOT_BEFORE, name=Bilingual(name, name)), "pay")
        early = drawn.without(drawn.deciding)
        yield from (told_at(package, task.element_id, _PAYS_LATE) for task in tasks if task.element_id not in early)
    elif rule.pay == ON_APPROVAL:
        early = drawn.without(drawn.approving)
        yield from (told_at(package, task.element_id, _PAYS_EARLY) for task in tasks if task.element_id in early)


def _inputs(package: ServicePackage, rule: FeeRule, tasks: Sequence[TaskSettings], drawn: Drawn) -> Iterator[Problem]:
    """Payments to which a way leads that does not pass what the fee is reckoned from."""
    if rule.pay == ON_SUBMISSION:
        return
    for name, giving in givers(package, rule).items():
        without = drawn.without(giving)
        for task in tasks:
            if task.element_id in without:
                known: Mapping[str, TaskSettings] = package.tasks
                place = known[min(giving)].name if giving else Bilingual("—", "—")
                words = filled(_NOT_YET, name=Bilingual(name, name), task=place)
                yield told_at(package, task.element_id, words)
                return


def _costs(table: FeeTable) -> Iterator[bool]:
    """Of each rule whether it costs something; a rule whose amount depends on the answers does."""
    for row in table.rows:
        amounts = (row.quantity, row.unit_amount)
        try:
            yield all(amount.names or amount.value({}) != 0 for amount in amounts)
        except BadExpression:
            yield True


_NO_FEE = Bilingual(
    "service.yaml មិនមានថ្លៃសេវា (fee) ទេ ដូច្នេះគ្មានអ្វីត្រូវបង់ឡើយ។ សូមបន្ថែមថ្លៃសេវា ឬដកកិច្ចការនេះចេញ។",
    "service.yaml has no fee, so there is nothing to pay; add the fee, or remove the task.",
)
_WHICH_FEE = Bilingual(
    "សេវានេះមានថ្លៃច្រើន ({known}) ហើយកិច្ចការនេះមិនប្រាប់ថាទទួលថ្លៃមួយណាទេ។ សូមសរសេរលក្ខណៈ fee ជាមួយថ្លៃមួយ។",
    "The service has several fees ({known}), and this task does not say which it takes; give it the property fee with "
    "one of them.",
)
_UNKNOWN_FEE = Bilingual(
    "គ្មានថ្លៃឈ្មោះ “{fee}” ក្នុង service.yaml ទេ; មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ ឬបន្ថែមវា។",
    "There is no fee “{fee}” in service.yaml; there are: {known}. Write one of them, or add it.",
)
_NO_PAYMENT = Bilingual(
    "សេវានេះមានថ្លៃ ប៉ុន្តែគ្មានកិច្ចការណាទទួលប្រាក់ទេ ដូច្នេះគ្មាននរណាអាចបង់បានឡើយ។ "
    "សូមគូរកិច្ចការដែលមាន kind = payment ក្នុងគន្លងរបស់បេឡាករ ឬដកថ្លៃសេវា (fee) ចេញ។",
    "The service has a fee, and no task takes the payment, so nobody could pay it; draw a user task with "
    "kind = payment in the lane of the cashier, or remove the fee.",
)
_SECOND_PAYMENT = Bilingual(
    "ថ្លៃនេះបានបង់រួចហើយនៅ «{first}» លើផ្លូវដដែល។ សូមដកការបង់ប្រាក់មួយចេញ ឬឱ្យវាទទួលថ្លៃផ្សេង (fee)។",
    "This fee is paid by “{first}” already, on the same way; remove one of the payments, or let it take another fee "
    "(property fee).",
)
_UNPAID = Bilingual(
    "សំណុំរឿងអាចមកដល់ទីនេះដោយមិនបានបង់ថ្លៃសេវា ព្រោះមានផ្លូវមួយមិនឆ្លងកាត់ «{task}»។ "
    "សូមដឹកនាំគ្រប់ផ្លូវមកទីនេះឆ្លងកាត់ការបង់ប្រាក់ ឬឱ្យថ្លៃក្នុងតារាងស្មើ 0 សម្រាប់អ្នកដែលមិនត្រូវបង់។",
    "A case can come here without the fee being paid, by a way that does not pass “{task}”; lead every way here "
    "through the payment, or let the fee table give 0 for those who do not pay.",
)
_PAYS_LATE = Bilingual(
    "service.yaml ប្រាប់អ្នកដាក់ពាក្យថាបង់ពេលដាក់ពាក្យ (pay: on_submission) ប៉ុន្តែការបង់ប្រាក់នេះមកដល់តែក្រោយសេចក្តីសម្រេចប៉ុណ្ណោះ។ "
    "សូមគូរវានៅមុខសេចក្តីសម្រេច ឬសរសេរ pay: on_approval។",
    "service.yaml tells applicants that they pay on submission (pay: on_submission), and this payment comes only after "
    "the decision; draw it before that, or write pay: on_approval.",
)
_PAYS_EARLY = Bilingual(
    "service.yaml ប្រាប់អ្នកដាក់ពាក្យថាបង់ពេលពាក្យសុំត្រូវបានយល់ព្រម (pay: on_approval) ប៉ុន្តែការបង់ប្រាក់នេះអាចមកដល់មុន "
    "applications.approve។ សូមគូរវានៅក្រោយប្រតិបត្តិការនោះ ឬសរសេរ pay: on_submission។",
    "service.yaml tells applicants that they pay when the application is approved (pay: on_approval), and this payment "
    "can come before applications.approve; draw it after that, or write pay: on_submission or on_request.",
)
_NOT_BEFORE = Bilingual(
    "ថ្លៃដែលបង់ពេលដាក់ពាក្យ ត្រូវបង្ហាញមុនពេលផ្ញើ ប៉ុន្តែ “{name}” មន្ត្រីរកឃើញតែក្រោយមក។ "
    "សូមសរសេរ pay: on_request ឬ pay: on_approval ឬសួរវាក្នុងទម្រង់ apply។",
    "A fee that is paid on submission is shown before sending, and “{name}” is only found by an officer later; write "
    "pay: on_request or pay: on_approval, or ask it in the form apply.",
)
_NOT_YET = Bilingual(
    "ថ្លៃនេះគិតពី “{name}” ដែល «{task}» ផ្តល់ឱ្យ ប៉ុន្តែមានផ្លូវមួយមកទីនេះមិនឆ្លងកាត់វាទេ។ សូមគូរវានៅមុខការបង់ប្រាក់ លើគ្រប់ផ្លូវ។",
    "The fee is worked out from “{name}”, which “{task}” gives, and a way leads here that does not pass it; draw that "
    "before the payment, on every way.",
)
