"""What must be right between the files of a package before it may be published."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.khmer import Bilingual
from engine.packages.applicant_checks import check_applicant_tasks
from engine.packages.beside import services_beside
from engine.packages.certificate_checks import check_certificate
from engine.packages.choice_checks import check_choices
from engine.packages.complaint_checks import check_complaint
from engine.packages.decision_checks import check_decisions
from engine.packages.drafts import Draft, draft_of
from engine.packages.drawn_checks import check_drawn
from engine.packages.due_checks import check_dues
from engine.packages.extension_checks import check_extension
from engine.packages.fee_checks import check_fees
from engine.packages.file_checks import check_documents, check_keys, check_known_files, check_stages
from engine.packages.followed import ways_are_known
from engine.packages.form_rule_checks import check_form_rules
from engine.packages.ground_checks import check_grounds
from engine.packages.holders import check_holder
from engine.packages.law_checks import check_law_file
from engine.packages.level_checks import check_levels
from engine.packages.order_checks import check_order
from engine.packages.package import SCENARIOS, ServicePackage, read_files
from engine.packages.payment_checks import check_payments
from engine.packages.problems import PackageRejected, error, warning
from engine.packages.register_checks import check_register, check_services_named
from engine.packages.result_checks import check_results
from engine.packages.result_flow_checks import check_result_flow
from engine.packages.said import filled
from engine.packages.scenario_coverage import check_reasons
from engine.packages.scenarios import scenarios_as_far
from engine.packages.session_checks import check_sessions
from engine.packages.silence_checks import check_silence
from engine.packages.task_checks import check_messages, check_operations, check_tasks
from engine.packages.term_checks import check_terms
from engine.packages.timer_checks import check_timers
from engine.packages.traffic_checks import check_traffic
from engine.packages.variable_checks import check_variables
from engine.packages.visit_checks import check_visits
from engine.packages.weaving import Woven
from engine.packages.work_checks import check_work
from engine.problems import Problem


def check_package(path: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the package in a folder; empty when it may be published. Never raises."""
    try:
        return check_files(read_files(path), known=services_beside(path))
    except PackageRejected as rejected:
        return rejected.problems
    except OSError as unreadable:
        return (error(str(path), "files", filled(_UNREADABLE, reason=str(unreadable.strerror))),)


def check_files(files: Mapping[str, bytes], *, known: Collection[str] | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with these files as a package; empty when it may be published. ``known`` are the keys of
    the services there are (None: nobody knows), beside the package's own."""
    return check_draft(draft_of(files), known=known)


def check_draft(draft: Draft, *, known: Collection[str] | None = None) -> tuple[Problem, ...]:
    """The same for files that are read already: what is wrong with each of them and between them, all at once. What
    follows from something that could not be read is not said besides."""
    package = draft.package
    checks = (*_CHECKS, *_OF_WAYS) if ways_are_known(package) else _CHECKS
    found = [problem for check in checks for problem in check(package)]
    named = [] if known is None else check_services_named(package, {*known, package.manifest.key})
    return placed(package.files, package.woven, [*draft.problems, *found, *named])


def placed(files: Mapping[str, bytes], copies: Woven, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Every finding once, in the file that the analyst opens, those that name an element with the line of that."""
    return tuple(dict.fromkeys(_with_line(problem, files, copies) for problem in problems))


def _with_line(problem: Problem, files: Mapping[str, bytes], copies: Woven) -> Problem:
    file, own = copies.source(problem)
    if file != problem.file:
        problem = replace(problem, file=file, line=None)
    if problem.line is not None or problem.element_id is None or own is None:
        return problem
    source = files.get(file, b"")
    written = next((form for ending, form in _NAMED.items() if problem.file.endswith(ending)), _NAMED[".bpmn"])
    place = re.search(written.replace(b"?", re.escape(own.encode())), source)
    return problem if place is None else replace(problem, line=source.count(b"\n", 0, place.start()) + 1)


_NAMED: Final = {
    ".bpmn": rb'\bid="?"',
    ".json": rb'"(key|path|id)"\s*:\s*"?"',
    ".yaml": rb"\bkey: *?\b",
}
"""How an element, a question or a document is named in the files where it lies; ``?`` stands for its id."""


def _scenarios(package: ServicePackage) -> Iterator[Problem]:
    if SCENARIOS not in package.files:
        yield warning(SCENARIOS, "files", _NO_SCENARIOS)
        return
    yield from scenarios_as_far(SCENARIOS, package.files[SCENARIOS], package).problems
    yield from check_reasons(package)


Check = Callable[[ServicePackage], Iterator[Problem]]
_CHECKS: Final[tuple[Check, ...]] = (
    check_keys,
    check_known_files,
    check_law_file,
    check_drawn,
    check_stages,
    check_documents,
    check_variables,
    check_tasks,
    check_fees,
    check_operations,
    check_messages,
    check_traffic,
    check_work,
    check_levels,
    check_terms,
    check_extension,
    check_silence,
    check_applicant_tasks,
    check_sessions,
    check_visits,
    check_complaint,
    check_grounds,
    check_form_rules,
    check_decisions,
    check_choices,
    check_timers,
    check_certificate,
    check_results,
    check_holder,
    check_register,
    _scenarios,
)
_OF_WAYS: Final[tuple[Check, ...]] = (check_payments, check_order, check_result_flow, check_dues)
"""What is said of the ways of the diagram, when they can be followed."""
_UNREADABLE: Final = Bilingual(
    "មិនអាចអានថតបានទេ៖ {reason}។ សូមពិនិត្យសិទ្ធិ។", "The folder cannot be read: {reason}; look at its permissions."
)
_NO_SCENARIOS: Final = Bilingual(
    "កញ្ចប់គ្មានករណីសាកល្បងទេ ដូច្នេះគ្មានអ្វីបង្ហាញថាវាធ្វើអ្វីដែលត្រូវធ្វើ។ សូមសរសេរវា។",
    "The package has no scenarios, so nothing shows that it does what it should; write some.",
)
