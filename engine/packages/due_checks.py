"""Whether officers who are each in time are in time together: what their tasks are due in, on the longest way, beside
the term of the law."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.package import SERVICE, ServicePackage
from engine.packages.problems import warning
from engine.packages.said import filled
from engine.packages.task_schema import COMPLETES
from engine.packages.task_settings import TaskSettings
from engine.packages.yaml_files import lines_of
from engine.problems import Problem
from engine.working_time.terms import DAYS_OF_A_MONTH, HOURS_OF_A_DAY, Months, Term, WorkingDays


def check_dues(package: ServicePackage) -> Iterator[Problem]:
    """Tasks of the office that may together take longer than the law allows, though each is done when it is due."""
    unread = package.unread
    if any(unread.loses("service", key) for key in ("term", "clock")) or unread.loses("tasks", "due"):
        return
    takes = {
        key: _hours(task.due) for key, task in package.tasks.items() if task.due and _is_of_the_office(package, task)
    }
    longest = max(package.manifest.term.lengths, key=_hours)
    way = bpmn.longest_way(package.process, takes, after=_starting(package), until=_deciding(package))
    if way.length > _hours(longest):
        names = [package.tasks[key].name for key in way.elements]
        dues = [package.tasks[key].due for key in way.elements]
        said = Bilingual(
            *(
                " + ".join(
                    f"{name(one)} ({due.text(one) if due else ''})" for name, due in zip(names, dues, strict=True)
                )
                for one in ("km", "en")
            )
        )
        term = Bilingual(longest.text("km"), longest.text("en"))
        total = Bilingual(*(_counted(way.length, longest).text(one) for one in ("km", "en")))
        line = lines_of(SERVICE, package.files[SERVICE]).line(("term",))
        yield warning(SERVICE, "due", filled(_TOGETHER, way=said, total=total, term=term), line=line)


def _hours(term: Term) -> int:
    """Hours of an open office: as many as a term surely has, for the shortest month."""
    if isinstance(term, Months):
        return term.count * DAYS_OF_A_MONTH * HOURS_OF_A_DAY
    return term.count * HOURS_OF_A_DAY if isinstance(term, WorkingDays) else term.count


def _counted(hours: int, like: Term) -> Term:
    """So many hours in the unit of a term, begun ones as whole."""
    unit = _hours(type(like)(1))
    return type(like)(-(-hours // unit))


def _is_of_the_office(package: ServicePackage, task: TaskSettings) -> bool:
    """Whether the clock runs while the task is open: it stands still for what only the applicant can bring about."""
    runs_while_unpaid = task.kind == "payment" and not package.manifest.clock.pauses_while_unpaid
    return runs_while_unpaid or not task.waits_for_applicant


def _starting(package: ServicePackage) -> Collection[str]:
    """The elements with which the clock begins, none where that is the sending of the application."""
    starts = package.manifest.clock.starts
    if starts == "paid":
        return [key for key, task in package.tasks.items() if task.kind == "payment"]
    if starts == "complete":
        return [key for key, one in package.process.elements.items() if one.properties.get(COMPLETES) == "yes"]
    return ()


def _deciding(package: ServicePackage) -> Collection[str]:
    """The elements at which the office has decided, and the clock ends."""
    operations = {key: HOUSE_OPERATIONS.get(one.operation) for key, one in package.process.elements.items()}
    return [key for key, operation in operations.items() if operation is not None and operation.decides]


_TOGETHER: Final = Bilingual(
    "កិច្ចការទាំងនេះកើតឡើងមួយបន្ទាប់ពីមួយ៖ {way}។ សរុប {total} ដែលវែងជាងរយៈពេលតាមច្បាប់ {term} ទោះបីម្នាក់ៗធ្វើទាន់ពេលក៏ដោយ។ "
    "សូមបន្ថយ due នៃកិច្ចការណាមួយ។",
    "These tasks come one after the other: {way}. Together they may take {total}, more than the term of {term}, though "
    "each is done in time; shorten the due of some.",
)
