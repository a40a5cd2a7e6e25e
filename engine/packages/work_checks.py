"""What can be written but cannot work: refused before it is published, not in front of an applicant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.khmer import Bilingual
from engine.packages.forms import APPLY, Component, Form
from engine.packages.groups import APPLICANT, HAND_OVER, TAKE_PAYMENTS, has_tasks
from engine.packages.operations import WITHDRAWAL
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error, warning
from engine.packages.task_schema import APPOINTMENT
from engine.packages.task_settings import TaskSettings
from engine.problems import Problem

_DOERS: Final = {"payment": TAKE_PAYMENTS, "handover": HAND_OVER}


def check_work(package: ServicePackage) -> Iterator[Problem]:
    """Tasks that nobody could do, questions that nobody could answer, an end that no case reaches."""
    for task in package.tasks.values():
        if task.group and not package.unread.touches("tasks", task.element_id, "kind"):
            yield from (_task(task, sentence) for sentence in _undone(task))
    yield from _corrections(package)
    yield from _withdrawal(package)
    for form in package.forms.values():
        for component in form.components():
            yield from (_question(form, component, sentence) for sentence in _unanswerable(form, component))
            yield from _idle(form, component)


def _undone(task: TaskSettings) -> Iterator[Bilingual]:
    """Why nobody could do the task in its lane, or nobody would hear that it is late."""
    if not _can_do(task):
        lane = Bilingual(task.lane, task.lane)
        yield _filled({"payment": _PAYMENT_LANE, "handover": _HANDOVER_LANE}.get(task.kind, _OTHER_LANE), lane=lane)
    if task.escalate_to is not None and not has_tasks(task.escalate_to):
        yield _filled(_ESCALATES_TO_NOBODY, group=Bilingual(task.escalate_to, task.escalate_to))


def _can_do(task: TaskSettings) -> bool:
    if task.kind in ("form", APPOINTMENT):
        return task.group == APPLICANT or has_tasks(task.group)
    return task.group in _DOERS.get(task.kind, (task.group,))


def _corrections(package: ServicePackage) -> Iterator[Problem]:
    """Officers who may ask for corrections that no applicant could ever make."""
    if package.unread.loses("tasks", "kind", "corrections") or package.unread.touches("process", "elements"):
        return
    if not any(task.kind == "correction" for task in package.tasks.values()):
        yield from (_task(task, _NO_CORRECTION) for task in package.tasks.values() if task.corrections)


def _withdrawal(package: ServicePackage) -> Iterator[Problem]:
    if WITHDRAWAL in package.process.messages:
        return
    for element in package.process.elements.values():
        if element.properties.get("outcome") == "withdrawn":
            name = element.name or element.id
            yield _told(PROCESS, "message", element.id, _filled(_NO_WITHDRAWAL, name=Bilingual(name, name)))


def _unanswerable(form: Form, component: Component) -> Iterator[Bilingual]:
    for part in (component, *component.components):
        if _leaves_nothing(part):
            yield _NO_ANSWER_LEFT
    if any(part.kind.uploads for part in component.components):
        yield _UPLOAD_IN_GROUP
    is_given = component.readonly and component.computed is None
    if form.key != APPLY and (component.prefill is not None or is_given):
        yield _PREFILL_ELSEWHERE
    elif any(part.prefill is not None or (part.readonly and part.computed is None) for part in component.components):
        yield _PREFILL_IN_GROUP
    elif is_given and component.prefill is None and component.kind.asks:
        yield _NOTHING_TO_READ


def _leaves_nothing(component: Component) -> bool:
    """Whether its limits contradict each other; days that move with the calendar are not compared."""
    low, high = component.minimum, component.maximum
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
        return True
    if isinstance(low, str) and isinstance(high, str) and low[:1].isdigit() and len(low) == len(high) and low > high:
        return True
    lengths, items = (component.min_length, component.max_length), (component.min_items, component.max_items)
    return any(least is not None and most is not None and least > most for least, most in (lengths, items))


def _idle(form: Form, component: Component) -> Iterator[Problem]:
    for part in (component, *component.components):
        if part.idle:
            settings = ", ".join(part.idle)
            kind = Bilingual(part.kind.name, part.kind.name)
            sentence = _named(_filled(_IDLE, settings=Bilingual(settings, settings), kind=kind), part.label)
            yield warning(form.file, "form", sentence, element_id=part.key)


def _task(task: TaskSettings, sentence: Bilingual) -> Problem:
    return _told(task.file, "task", task.element_id, _named(sentence, task.name))


def _question(form: Form, component: Component, sentence: Bilingual) -> Problem:
    return _told(form.file, "form", component.key, _named(sentence, component.label))


def _told(file: str, rule: str, place: str, sentence: Bilingual) -> Problem:
    return error(file, rule, sentence, element_id=place)


def _named(sentence: Bilingual, name: Bilingual) -> Bilingual:
    return Bilingual(f"«{name.km}»៖ {sentence.km}", f"“{name.en}”: {sentence.en}")


def _filled(sentence: Bilingual, **blanks: Bilingual) -> Bilingual:
    km, en = ({key: words(language) for key, words in blanks.items()} for language in ("km", "en"))
    return Bilingual(sentence.km.format(**km), sentence.en.format(**en))


_PAYMENT_LANE = Bilingual(
    "ក្នុងគន្លង «{lane}» គ្មាននរណាអាចទទួលប្រាក់ ឬបង់ប្រាក់បានទេ។ "
    "សូមដាក់ការបង់ប្រាក់ក្នុងគន្លងរបស់បេឡាករ (cashier) ឬអ្នកដាក់ពាក្យ (applicant)។",
    "Nobody in the lane “{lane}” can pay or take a payment; put it into the lane of the cashier or of the applicant.",
)
_HANDOVER_LANE = Bilingual(
    "ក្នុងគន្លង «{lane}» គ្មាននរណាមានទំព័រសម្រាប់ប្រគល់លទ្ធផលទេ។ សូមដាក់ការប្រគល់ក្នុងគន្លងរបស់ការិយាល័យជួរមុខ (front_office) ឬប្រធាន (head)។",
    "Nobody in the lane “{lane}” has the desk for handovers; put it into the lane of the front office or of the head.",
)
_OTHER_LANE = Bilingual(
    "ក្នុងគន្លង «{lane}» គ្មាននរណាមានទំព័រសម្រាប់កិច្ចការទេ។ សូមដាក់វាក្នុងគន្លងរបស់មន្ត្រីដែលធ្វើការលើសំណុំរឿង។",
    "Nobody in the lane “{lane}” has a page for tasks; put it into the lane of officers who work on cases.",
)
_ESCALATES_TO_NOBODY = Bilingual(
    "escalate_to = {group}៖ ក្រុមនេះគ្មានទំព័រសម្រាប់កិច្ចការទេ ដូច្នេះគ្មាននរណាធ្វើកិច្ចការដែលយឺតឡើយ។ សូមសរសេរ head ឬ administrator។",
    "escalate_to = {group}: that group has no page for tasks, so nobody would take up a late one; "
    "write head or administrator.",
)
_NO_CORRECTION = Bilingual(
    "មន្ត្រីអាចសុំឱ្យកែ (corrections = yes) ប៉ុន្តែក្នុងគំនូសតាងគ្មានកិច្ចការ kind = correction ដែលអ្នកដាក់ពាក្យអាចកែបានទេ។ "
    "សូមគូរកិច្ចការនោះក្នុងគន្លងរបស់អ្នកដាក់ពាក្យ ឬដក corrections ចេញ។",
    "The officer may ask for corrections (corrections = yes), and the diagram has no task of kind correction in which "
    "the applicant could make them; draw one in the applicant's lane, or remove corrections.",
)
_NO_WITHDRAWAL = Bilingual(
    f"«{{name}}» បញ្ចប់ដោយ withdrawn ប៉ុន្តែគ្មានព្រឹត្តិការណ៍ណារង់ចាំសារ “{WITHDRAWAL}” ទេ "
    "ដូច្នេះគ្មានអ្នកណាដកពាក្យបានឡើយ។ សូមគូរព្រឹត្តិការណ៍ទទួលសារនោះ។",
    f"“{{name}}” ends with the outcome withdrawn, but no event waits for the message “{WITHDRAWAL}”, so nobody can "
    "withdraw; draw an event that catches it.",
)
_NO_ANSWER_LEFT = Bilingual(
    "ដែនកំណត់ផ្ទុយគ្នា៖ តូចបំផុតធំជាងធំបំផុត ដូច្នេះគ្មានចម្លើយណាត្រឹមត្រូវឡើយ។ សូមកែមួយ។",
    "The least is more than the most, so that no answer could be right; correct one of the limits.",
)
_IDLE = Bilingual(
    "{settings} គ្មានន័យសម្រាប់សំណួរប្រភេទ {kind} ទេ។ សូមដកចេញ ឬប្រើប្រភេទដែលវាមានន័យ។",
    "{settings} means nothing for a question of the kind {kind}; remove it, or use a kind for which it does.",
)
_UPLOAD_IN_GROUP = Bilingual(
    "ឯកសារមិនអាចដាក់ក្នុងក្រុមសំណួរដែលសួរច្រើនដងបានទេ។ សូមសួរវានៅក្រៅក្រុម ដោយប្រើ multiple។",
    "Files cannot be uploaded inside a repeating group; ask for them outside it, with multiple.",
)
_PREFILL_ELSEWHERE = Bilingual(
    "ចម្លើយពីគណនី (prefill, readonly) មានតែក្នុងទម្រង់ apply ប៉ុណ្ណោះ។ សូមដកវាចេញ។",
    "Answers of the account (prefill, readonly) are there in the form apply only; remove this.",
)
_PREFILL_IN_GROUP = Bilingual(
    "ចម្លើយពីគណនី (prefill, readonly) មិនអាចដាក់ក្នុងក្រុមសំណួរដែលសួរច្រើនដងបានទេ។ សូមដកវាចេញ។",
    "Answers of the account (prefill, readonly) cannot be put into a repeating group; remove this.",
)
_NOTHING_TO_READ = Bilingual(
    "សំណួរដែលអានបានតែប៉ុណ្ណោះ (readonly) ត្រូវការ prefill បើមិនដូច្នេះទេ វានឹងទទេជានិច្ច។",
    "A question that is only read (readonly) needs prefill, or it would stay empty for ever.",
)
