"""Whether the tasks of a diagram lie at offices that a case can go to: a case goes up from where it came in, and what
the applicant comes for stays there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.khmer import Bilingual
from engine.packages.manifest import OFFICE_LEVELS
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error
from engine.packages.said import about, filled
from engine.packages.task_settings import TaskSettings
from engine.problems import Problem

_AT_THE_WINDOW: Final = ("payment", "handover")


def check_levels(package: ServicePackage) -> Iterator[Problem]:
    """Tasks at a level to which a case of this service could not go, or to which its applicant would have to."""
    for task in package.tasks.values():
        if task.level not in OFFICE_LEVELS or package.unread.touches("service", "office_levels"):
            continue  # a level that there is not is told where it is written
        if task.kind in _AT_THE_WINDOW:
            yield _told(package, task, _STAYS, level=task.level)
        for window in package.manifest.office_levels:
            if OFFICE_LEVELS.index(task.level) > OFFICE_LEVELS.index(window):
                yield _told(package, task, _BELOW, level=task.level, window=window)


def _told(package: ServicePackage, task: TaskSettings, sentence: Bilingual, **facts: str) -> Problem:
    file = package.process.elements[task.element_id].file or PROCESS
    return error(file, "level", about(task.name, filled(sentence, lane=task.lane, **facts)), element_id=task.element_id)


_STAYS: Final = Bilingual(
    "ការបង់ប្រាក់ និងការប្រគល់ធ្វើនៅការិយាល័យដែលទទួលពាក្យ តែគន្លង «{lane}» នៅថ្នាក់ {level}។ "
    "សូមដាក់កិច្ចការក្នុងគន្លងដែលគ្មាន level ក្នុង ministry.yaml។",
    "payments and handovers are done at the office where the case came in, and the lane “{lane}” lies at the level "
    "{level}; put the task into a lane that has no level in ministry.yaml.",
)
_BELOW: Final = Bilingual(
    "សំណុំរឿងអាចទទួលនៅការិយាល័យថ្នាក់ {window} (office_levels) ដែលគ្មានការិយាល័យថ្នាក់ {level} តែមួយសម្រាប់គន្លង «{lane}» ទេ។ "
    "សូមសរសេរថ្នាក់ដែលស្មើ ឬខ្ពស់ជាង ឬដក {window} ចេញពី office_levels។",
    "a case can come in at an office of the level {window} (office_levels), and there is no one office of the level "
    "{level} for it to go to, as the lane “{lane}” or the task says; write the same level or a higher one, or take "
    "{window} out of office_levels.",
)
