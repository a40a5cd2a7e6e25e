"""Whether the terms of a service can be kept and reckoned: norms within terms, warnings within both, a clock that
starts before the office decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.followed import ways_are_known
from engine.packages.forms import APPLY
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.names import nearest
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.said import about, filled
from engine.packages.task_schema import COMPLETES
from engine.packages.term_rules import TermRule
from engine.problems import Problem
from engine.working_time.terms import Share, Term, WorkingDays, fits_within


def check_terms(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with the terms of a service and the moment from which they count."""
    manifest = package.manifest
    for key, rule in (("term", manifest.term), ("norm", manifest.norm)):
        if rule is not None:
            yield from _names(package, key, rule)
    unread = package.unread
    if not any(unread.touches("service", key) for key in ("term", "norm", "clock")):
        yield from _norm(package)
        yield from _warning(package)
    if not unread.touches("service", "clock") and ways_are_known(package):
        yield from _completeness(package)


def leaves_a_warning(share: Share, length: Term) -> bool:
    """Whether a share of a term is a moment before its end: of a term in days at least one whole day."""
    if isinstance(length, WorkingDays):
        return length.count * share.percent >= 100
    return True


def _names(package: ServicePackage, key: str, rule: TermRule) -> Iterator[Problem]:
    form = package.forms.get(APPLY)
    asked = {component.key for component in form.components()} if form else set()
    unknown = {name for case in rule.cases if case.when for name in case.when.names - asked}
    for name in sorted(unknown):
        if not package.unread.touches("forms", APPLY, name):
            yield _told(package, key, _NOT_ASKED, key=key, name=name, known=nearest(name, sorted(asked)))


def _norm(package: ServicePackage) -> Iterator[Problem]:
    term, norm = package.manifest.term, package.manifest.norm
    if norm is None:
        return
    if len(term.cases) > 1 and len(norm.cases) > 1 and term.conditions != norm.conditions:
        yield _told(package, "norm", _OTHER_CONDITIONS)
        return
    if len(term.cases) == len(norm.cases):
        pairs = [(mine.length, theirs.length) for mine, theirs in zip(norm.cases, term.cases, strict=True)]
    else:
        pairs = [(mine, theirs) for mine in norm.lengths for theirs in term.lengths]
    for mine, theirs in pairs:
        if not fits_within(mine, theirs):
            facts = {"norm": Bilingual(mine.text("km"), mine.text("en"))}
            yield _told(package, "norm", _TOO_LONG, **facts, term=Bilingual(theirs.text("km"), theirs.text("en")))


def _warning(package: ServicePackage) -> Iterator[Problem]:
    share = package.manifest.clock.warn
    rules = [rule for rule in (package.manifest.term, package.manifest.norm) if rule is not None]
    for length in dict.fromkeys(length for rule in rules for length in rule.lengths):
        if share is not None and not leaves_a_warning(share, length):
            facts = {"term": Bilingual(length.text("km"), length.text("en"))}
            yield _told(package, "clock", _NO_WARNING, share=str(share), **facts)


def _completeness(package: ServicePackage) -> Iterator[Problem]:
    """``clock: {starts: complete}`` and the element that completes go together, and lie before every decision."""
    elements = package.process.elements
    completing = [key for key, element in elements.items() if element.properties.get(COMPLETES) == "yes"]
    if package.manifest.clock.starts != "complete":
        for key in completing:
            yield _at(package, key, _IDLE)
        return
    if not completing:
        yield _told(package, "clock", _NOTHING_COMPLETES)
        return
    for key in completing:
        task = package.tasks.get(key)
        if task is not None and task.corrections:
            yield _at(package, key, _ALSO_RETURNED)
    early = bpmn.reached_without(package.process, completing)
    for key, element in elements.items():
        operation = HOUSE_OPERATIONS.get(element.operation)
        if operation is not None and operation.decides == "approved" and key in early:
            yield _at(package, key, _NEVER_STARTS)


def _told(package: ServicePackage, named: str, sentence: Bilingual, **facts: str | Bilingual) -> Problem:
    source = package.files[SERVICE]
    place = re.search(rb"^%s\s*:" % named.encode(), source, re.MULTILINE)
    line = source.count(b"\n", 0, place.start()) + 1 if place else None
    return error(SERVICE, "term", filled(sentence, **facts), line=line)


def _at(package: ServicePackage, element_id: str, sentence: Bilingual) -> Problem:
    element = package.process.elements[element_id]
    drawn = element.name or element.id
    name = package.texts.elements.get(element_id, Bilingual(drawn, drawn))
    return error(element.file or PROCESS, "term", about(name, sentence), element_id=element_id)


_NOT_ASKED: Final = Bilingual(
    "“{key}” អាស្រ័យលើ “{name}” ដែលទម្រង់ apply មិនសួរ; វាសួរ៖ {known}។ សូមសួរវានៅទីនោះ ឬប្រើសំណួរផ្សេង។",
    "“{key}” depends on “{name}”, which the form apply does not ask; it asks: {known}. Ask it there, or "
    "use another question.",
)
_OTHER_CONDITIONS: Final = Bilingual(
    "ការសន្យា (norm) និងរយៈពេលតាមច្បាប់ (term) មានលក្ខខណ្ឌខុសគ្នា ដូច្នេះមិនដឹងថាមួយណានៅក្នុងមួយណាទេ។ សូមសរសេរ when ដដែល តាមលំដាប់ដដែល។",
    "norm and term have different conditions, so nobody can say which lies within which; write the same “when”s in "
    "the same order.",
)
_TOO_LONG: Final = Bilingual(
    "ការសន្យា {norm} មិនប្រាកដថាចប់មុនរយៈពេលតាមច្បាប់ {term} ទេ។ សូមសរសេររយៈពេលខ្លីជាង "
    "(ក្នុងមួយថ្ងៃធ្វើការមាន ៧ ម៉ោង ក្នុងមួយខែមានយ៉ាងតិច ១៥ ថ្ងៃធ្វើការ)។",
    "The norm must not be longer than the term: {norm} may end after {term}; write a shorter one (a working day has 7 "
    "hours, a month at least 15 working days).",
)
_NO_WARNING: Final = Bilingual(
    "{share} នៃ {term} គឺតិចជាងមួយថ្ងៃ ដូច្នេះគ្មានការព្រមានទេ។ សូមសរសេរ warn ធំជាង ឬរយៈពេលជាម៉ោងធ្វើការ។",
    "{share} of {term} is less than a day, so nobody would be warned; write a larger warn, or the term in working "
    "hours.",
)
_NOTHING_COMPLETES: Final = Bilingual(
    "នាឡិកាចាប់ពីពេលឯកសារគ្រប់ (starts: complete) ប៉ុន្តែគ្មានធាតុណាមាន completes = yes ទេ ដូច្នេះវាមិនដែលចាប់ផ្តើមឡើយ។ "
    "សូមដាក់លក្ខណៈនេះលើធាតុក្រោយពេលពិនិត្យឯកសារ។",
    "The clock starts when the papers are complete (starts: complete), and no element has completes = yes, so it would "
    "never start; give that property to the element behind the check of the papers.",
)
_IDLE: Final = Bilingual(
    "completes = yes គ្មានន័យទេ ព្រោះនាឡិកាមិនចាប់ពីពេលឯកសារគ្រប់។ សូមសរសេរ clock: {starts: complete} ក្នុង service.yaml ឬដកវាចេញ។",
    "completes = yes means nothing here, because the clock does not start then; write clock: {starts: complete} in "
    "service.yaml, or remove it.",
)
_ALSO_RETURNED: Final = Bilingual(
    "កិច្ចការនេះអាចបញ្ជូនពាក្យឱ្យកែ (corrections = yes) ដូច្នេះឯកសារមិនទាន់គ្រប់រាល់ពេលវាចប់ទេ។ "
    "សូមដាក់ completes លើធាតុក្រោយច្រកចេញនៃផ្លូវដែលត្រឹមត្រូវ។",
    "this task may send the application back (corrections = yes), so the papers are not complete whenever it is done; "
    "give completes to an element behind the gateway, on the way where all is in order.",
)
_NEVER_STARTS: Final = Bilingual(
    "សំណុំរឿងអាចយល់ព្រមនៅទីនេះដោយនាឡិកាមិនដែលចាប់ផ្តើម ព្រោះមានផ្លូវមួយមិនឆ្លងកាត់ធាតុ completes = yes ទេ។ សូមដឹកនាំគ្រប់ផ្លូវឆ្លងកាត់ធាតុនោះ។",
    "A case could be approved here without its clock ever starting, by a way that passes no element with completes = "
    "yes; lead every way through one.",
)
