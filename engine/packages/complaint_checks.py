"""Whether a service that is about another application asks for its number, and has officers who look into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.khmer import Bilingual
from engine.packages.forms import APPLY
from engine.packages.groups import COMPLAINTS
from engine.packages.names import nearest
from engine.packages.package import ServicePackage
from engine.packages.result_checks import about_key
from engine.packages.said import filled
from engine.problems import Problem


def check_complaint(package: ServicePackage) -> Iterator[Problem]:
    """``about`` names no line of text of the application's form, or nobody of the citizens' office has a task."""
    question, form = package.manifest.about, package.forms.get(APPLY)
    if question is None:
        return
    if form is not None and not package.unread.touches("forms", APPLY, question):
        lines = [part.key for part in form.components() if part.kind.names]
        if question not in lines:
            yield about_key(package, "about", filled(_NO_LINE, key=question, known=nearest(question, lines)))
    is_known = not package.unread.touches("process", "elements") and not package.unread.loses("tasks", "form", "kind")
    if is_known and all(task.group != COMPLAINTS for task in package.tasks.values()):
        yield about_key(package, "about", _NOBODY)


_NO_LINE: Final = Bilingual(
    "about៖ ទម្រង់ apply គ្មានសំណួរ “{key}” ដែលជាអត្ថបទមួយបន្ទាត់ទេ; មាន៖ {known}។ សូមសរសេរមួយ។",
    "about: the form apply has no question “{key}” that is a line of text; there are: {known}. Write one of them.",
)
_NOBODY: Final = Bilingual(
    "about៖ គ្មានកិច្ចការណាជារបស់ក្រុម complaints ទេ។ សូមដាក់កិច្ចការមួយក្នុងគន្លងរបស់ក្រុមនោះ ឬដក about ចេញ។",
    "about: no task is one of the group complaints; put one into a lane of that group, or remove about.",
)
