"""Whether grounds of a refusal are choices that are always made where an application is refused, and nowhere else, and
what was found where one is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.forms import APPLY, Component, Form
from engine.packages.groups import APPLICANT
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.package import ServicePackage
from engine.packages.problems import error
from engine.packages.said import about
from engine.problems import Problem

DECIDING: Final = frozenset(name for name, one in HOUSE_OPERATIONS.items() if one.decides)
"""The operations that decide an application."""
REFUSING: Final = frozenset(name for name, one in HOUSE_OPERATIONS.items() if one.decides in ("rejected", "refused"))
"""The operations that refuse an application."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A property of questions whose choices are kept: of which questions, and what is said of one that is no choice,
    may be left out, stands in a row or in a form of the applicant, or behind whose task nothing of ``behind`` lies."""

    rule: str
    parts: Callable[[Form], tuple[Component, ...]]
    behind: frozenset[str]
    no_choice: Bilingual
    left_out: Bilingual
    in_a_row: Bilingual
    not_an_officers: Bilingual
    nothing_behind: Bilingual


def check_grounds(package: ServicePackage) -> Iterator[Problem]:
    """Grounds and findings that are no choice, that may be left out, that stand in a row of a list or in a form of the
    applicant, and those at a task behind which nothing is refused, or decided."""
    for form in package.forms.values():
        if not package.unread.touches("forms", form.key):
            for mark in (_GROUND, _FINDING):
                yield from _of_form(package, form, mark)


def _of_form(package: ServicePackage, form: Form, mark: _Mark) -> Iterator[Problem]:
    for part in form.components():
        marked = (inner for inner in part.components if getattr(inner, mark.rule))
        yield from (_at(form, inner, mark, mark.in_a_row) for inner in marked)
    if not mark.parts(form):
        return
    where = None if package.unread.loses("tasks", "form", "kind") else _misplaced(package, form, mark)
    for part in mark.parts(form):
        if not part.kind.options:
            yield _at(form, part, mark, mark.no_choice)
        elif not part.required:
            yield _at(form, part, mark, mark.left_out)
        if where is not None:
            yield _at(form, part, mark, where)


def _misplaced(package: ServicePackage, form: Form, mark: _Mark) -> Bilingual | None:
    """Why the form is none in which an officer refuses, or decides."""
    tasks = [task for task in package.tasks.values() if task.form == form.key]
    if form.key == APPLY or any(task.group == APPLICANT for task in tasks):
        return mark.not_an_officers
    there = {element.id for element in package.process.elements.values() if element.operation in mark.behind}
    if tasks and all(there.isdisjoint(bpmn.behind(package.process, task.element_id)) for task in tasks):
        return mark.nothing_behind
    return None


def _at(form: Form, part: Component, mark: _Mark, sentence: Bilingual) -> Problem:
    return error(form.file, mark.rule, about(part.label, sentence), element_id=part.key)


_GROUND: Final = _Mark(
    rule="ground",
    parts=Form.grounds,
    behind=REFUSING,
    no_choice=Bilingual(
        "មូលហេតុនៃការបដិសេធ (ground) ត្រូវតែជាជម្រើស (radio, select ឬ checklist)។ សូមប្តូរប្រភេទសំណួរ ឬដក ground ចេញ។",
        "A ground of a refusal (ground) is a choice: a radio, select or checklist; change the question, or remove "
        "ground.",
    ),
    left_out=Bilingual(
        "មូលហេតុនៃការបដិសេធ (ground) ត្រូវតែឆ្លើយជានិច្ចនៅពេលបដិសេធ។ សូមសរសេរ required និង hide សម្រាប់សេចក្តីសម្រេចផ្សេង។",
        "A ground of a refusal (ground) must be given whenever something is refused; write required, and hide it where "
        "nothing is.",
    ),
    in_a_row=Bilingual(
        "មូលហេតុនៃការបដិសេធ (ground) មិនអាចនៅក្នុងជួរដែលសួរច្រើនដងបានទេ។ សូមដាក់វានៅក្រៅបញ្ជី។",
        "A ground of a refusal (ground) cannot stand in a row that is asked several times; put it outside of the list.",
    ),
    not_an_officers=Bilingual(
        "មូលហេតុនៃការបដិសេធ (ground) ត្រូវជ្រើសដោយមន្ត្រី មិនមែនដោយអ្នកដាក់ពាក្យទេ។ សូមដាក់វាក្នុងទម្រង់របស់កិច្ចការមន្ត្រី។",
        "A ground of a refusal (ground) is chosen by an officer, not by the applicant; put it into the form of their "
        "task.",
    ),
    nothing_behind=Bilingual(
        "ក្រោយកិច្ចការនៃទម្រង់នេះ គ្មានការបដិសេធទេ (applications.reject ឬ accounts.refuse) ដូច្នេះ ground គ្មានន័យ។ សូមដកវាចេញ។",
        "Behind the task of this form nothing is refused (applications.reject or accounts.refuse), so a ground means "
        "nothing; remove it.",
    ),
)
_FINDING: Final = _Mark(
    rule="finding",
    parts=Form.findings,
    behind=DECIDING,
    no_choice=Bilingual(
        "អ្វីដែលរកឃើញ (finding) ត្រូវតែជាជម្រើស (radio, select ឬ checklist)។ សូមប្តូរប្រភេទសំណួរ ឬដក finding ចេញ។",
        "What was found (finding) is a choice: a radio, select or checklist; change the question, or remove finding.",
    ),
    left_out=Bilingual(
        "អ្វីដែលរកឃើញ (finding) ត្រូវតែឆ្លើយជានិច្ច។ សូមសរសេរ required និង hide សម្រាប់ករណីដែលគ្មានអ្វីត្រូវរក។",
        "What was found (finding) must always be said; write required, and hide it where nothing was looked for.",
    ),
    in_a_row=Bilingual(
        "អ្វីដែលរកឃើញ (finding) មិនអាចនៅក្នុងជួរដែលសួរច្រើនដងបានទេ។ សូមដាក់វានៅក្រៅបញ្ជី។",
        "What was found (finding) cannot stand in a row that is asked several times; put it outside of the list.",
    ),
    not_an_officers=Bilingual(
        "អ្វីដែលរកឃើញ (finding) ត្រូវជ្រើសដោយមន្ត្រី មិនមែនដោយអ្នកដាក់ពាក្យទេ។ សូមដាក់វាក្នុងទម្រង់របស់កិច្ចការមន្ត្រី។",
        "What was found (finding) is chosen by an officer, not by the applicant; put it into the form of their task.",
    ),
    nothing_behind=Bilingual(
        "ក្រោយកិច្ចការនៃទម្រង់នេះ គ្មានអ្វីត្រូវសម្រេចទេ (ដូចជា applications.approve) ដូច្នេះ finding មិនត្រូវបានរាប់។ សូមដកវាចេញ។",
        "Behind the task of this form nothing is decided (such as by applications.approve), so a finding is not "
        "counted; remove it.",
    ),
)
