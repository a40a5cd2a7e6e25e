"""Whether grounds of a refusal are choices that are always made where an application is refused, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
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

REFUSING: Final = frozenset(name for name, one in HOUSE_OPERATIONS.items() if one.decides in ("rejected", "refused"))
"""The operations that refuse an application."""


def check_grounds(package: ServicePackage) -> Iterator[Problem]:
    """Grounds that are no choice, that may be left out, that stand in a row of a list or in a form of the applicant,
    and those at a task behind which nothing is refused."""
    for form in package.forms.values():
        if not package.unread.touches("forms", form.key):
            yield from _of_form(package, form)


def _of_form(package: ServicePackage, form: Form) -> Iterator[Problem]:
    for part in form.components():
        yield from (_at(form, inner, _IN_A_ROW) for inner in part.components if inner.ground)
    if not form.grounds():
        return
    where = None if package.unread.loses("tasks", "form", "kind") else _misplaced(package, form)
    for part in form.grounds():
        if not part.kind.options:
            yield _at(form, part, _NO_CHOICE)
        elif not part.required:
            yield _at(form, part, _LEFT_OUT)
        if where is not None:
            yield _at(form, part, where)


def _misplaced(package: ServicePackage, form: Form) -> Bilingual | None:
    """Why the form is none in which an officer refuses."""
    tasks = [task for task in package.tasks.values() if task.form == form.key]
    if form.key == APPLY or any(task.group == APPLICANT for task in tasks):
        return _NOT_AN_OFFICERS
    refusing = {element.id for element in package.process.elements.values() if element.operation in REFUSING}
    if tasks and all(refusing.isdisjoint(bpmn.behind(package.process, task.element_id)) for task in tasks):
        return _REFUSES_NOTHING
    return None


def _at(form: Form, part: Component, sentence: Bilingual) -> Problem:
    return error(form.file, "ground", about(part.label, sentence), element_id=part.key)


_NO_CHOICE: Final = Bilingual(
    "មូលហេតុនៃការបដិសេធ (ground) ត្រូវតែជាជម្រើស (radio, select ឬ checklist)។ សូមប្តូរប្រភេទសំណួរ ឬដក ground ចេញ។",
    "A ground of a refusal (ground) is a choice: a radio, select or checklist; change the question, or remove ground.",
)
_LEFT_OUT: Final = Bilingual(
    "មូលហេតុនៃការបដិសេធ (ground) ត្រូវតែឆ្លើយជានិច្ចនៅពេលបដិសេធ។ សូមសរសេរ required និង hide សម្រាប់សេចក្តីសម្រេចផ្សេង។",
    "A ground of a refusal (ground) must be given whenever something is refused; write required, and hide it where "
    "nothing is.",
)
_IN_A_ROW: Final = Bilingual(
    "មូលហេតុនៃការបដិសេធ (ground) មិនអាចនៅក្នុងជួរដែលសួរច្រើនដងបានទេ។ សូមដាក់វានៅក្រៅបញ្ជី។",
    "A ground of a refusal (ground) cannot stand in a row that is asked several times; put it outside of the list.",
)
_NOT_AN_OFFICERS: Final = Bilingual(
    "មូលហេតុនៃការបដិសេធ (ground) ត្រូវជ្រើសដោយមន្ត្រី មិនមែនដោយអ្នកដាក់ពាក្យទេ។ សូមដាក់វាក្នុងទម្រង់របស់កិច្ចការមន្ត្រី។",
    "A ground of a refusal (ground) is chosen by an officer, not by the applicant; put it into the form of their task.",
)
_REFUSES_NOTHING: Final = Bilingual(
    "ក្រោយកិច្ចការនៃទម្រង់នេះ គ្មានការបដិសេធទេ (applications.reject ឬ accounts.refuse) ដូច្នេះ ground គ្មានន័យ។ សូមដកវាចេញ។",
    "Behind the task of this form nothing is refused (applications.reject or accounts.refuse), so a ground means "
    "nothing; remove it.",
)
