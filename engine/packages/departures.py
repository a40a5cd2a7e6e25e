"""Where a service departs from its ``law.yaml``: it asks for more, takes longer, or gives less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.fee_inputs import inputs_of
from engine.packages.fee_rules import FeeRule
from engine.packages.feel import BadExpression, Condition
from engine.packages.fees import FeeTable, FeeUndetermined
from engine.packages.forms import APPLY, Component
from engine.packages.law import DOCUMENTS, FEE, TERM, VALIDITY, Law, LegalFee, law_of
from engine.packages.package import SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.result_rules import NOTICE, Validity
from engine.packages.said import filled
from engine.packages.trial_answers import can_be, case_in_words, every_number, values_to_try
from engine.problems import Problem
from engine.working_time.terms import CalendarLength, fits_within

_A_DAY: Final = date(2026, 1, 1)
_MOST_CASES: Final = 2_000
_UNLIMITED: Final = 10**9


@dataclass(frozen=True, slots=True)
class Departure:
    """One place where the service departs from the law: the part (``PARTS``), and the finding with the remedy."""

    part: str
    problem: Problem


def departures(package: ServicePackage) -> tuple[Departure, ...]:
    """Every place where the service asks for more, takes longer or gives less than the law says; none for a package
    without ``law.yaml``. Raises PackageRejected."""
    law = law_of(package)
    if law is None:
        return ()
    found = {FEE: _fees, DOCUMENTS: _documents, TERM: _terms, VALIDITY: _validity}
    return tuple(Departure(part, problem) for part, look in found.items() for problem in look(package, law))


def deviations(package: ServicePackage) -> tuple[Problem, ...]:
    """The findings alone."""
    return tuple(departure.problem for departure in departures(package))


def _fees(package: ServicePackage, law: Law) -> Iterator[Problem]:
    for rule in package.manifest.fees:
        lines = [line for line in law.cap if line.fee in (None, rule.key)]
        yield from _fee(package, rule, [line for line in lines if line.for_each is None], of_row=False)
        yield from _fee(package, rule, [line for line in lines if line.for_each is not None], of_row=True)


def _fee(package: ServicePackage, rule: FeeRule, lines: list[LegalFee], *, of_row: bool) -> Iterator[Problem]:
    """Of the lines that speak of one row (``of_row``), or of those that speak of the whole fee."""
    if lines and rule.for_each is not None and not of_row and rule.at_most is None:
        yield _departs(_SEVERAL, lines[0].source, key=rule.key, most=lines[0].amount.source)
        return
    table = package.fees[rule.key]
    asked = {name: one.component for name, one in inputs_of(package, rule).items()}
    conditions = [line.when for line in lines if line.when is not None]
    names = {*table.names(), *(name for line in lines for name in line.amount.names)}
    told_of: set[int] = set()
    for answers in _cases(names, conditions, asked, _cells(table)) if lines else ():
        place = next((at for at, line in enumerate(lines) if line.when is None or line.when.holds(answers)), None)
        if place is None or place in told_of:
            continue
        problem = _above(rule, table, lines[place], answers, of_row=of_row)
        if problem is not None:
            told_of.add(place)
            yield problem


def _above(
    rule: FeeRule, table: FeeTable, line: LegalFee, answers: Mapping[str, Any], *, of_row: bool
) -> Problem | None:
    try:
        most = line.amount.fraction(answers)
        row = table.hits(answers)[0]
        whole = rule.for_each is not None and not of_row
        asks = Fraction(rule.at_most or 0) if whole else _total(rule, table, answers)
    except (BadExpression, FeeUndetermined):
        return None  # nobody can be asked for it, which another check tells
    if asks <= most:
        return None
    case = case_in_words(answers, answers)
    words = _departs(_FEE, line.source, key=rule.key, here=_riel(asks), most=_riel(most), case=case and f" ({case})")
    return replace(words, file=table.file, line=row.source_line)


def _total(rule: FeeRule, table: FeeTable, answers: Mapping[str, Any]) -> Fraction:
    """What is asked with these answers, within the limits of the fee; a fee above its own cap is refused."""
    total = Fraction(0)
    for row in table.hits(answers):
        total += row.quantity.fraction(answers) * row.unit_amount.fraction(answers)
    if total and rule.at_least is not None:
        total = max(total, Fraction(rule.at_least))
    limits = [limit for limit in (rule.at_most, rule.cap) if limit is not None]
    return min([total, *map(Fraction, limits)])


def _cells(table: FeeTable) -> dict[str, list[Any]]:
    """What the table compares each of its inputs with."""
    found: dict[str, list[Any]] = {name: [] for name in table.inputs}
    for row in table.rows:
        for name, test in zip(table.inputs, row.tests, strict=True):
            found[name] += test.literals
    return found


def _cases(
    names: Iterable[str],
    conditions: Iterable[Condition],
    asked: Mapping[str, Component],
    marks: Mapping[str, list[Any]],
) -> Iterator[Mapping[str, Any]]:
    """Answers that the form lets stand together: all that there are where these are few, else those at and beside what
    they are compared with. None where something asks for a name that is not known, which another check tells."""
    compared = {name: list(found) for name, found in marks.items()}
    wanted = set(names)
    for condition in conditions:
        wanted |= condition.names
        for name, value in condition.compared:
            compared.setdefault(name, []).append(value)
    if not wanted <= asked.keys():
        return
    tried = {name: values_to_try(asked[name], compared.get(name, ()), _UNLIMITED) for name in sorted(wanted)}
    every = {name: every_number(asked[name]) or values for name, values in tried.items()}
    if prod(map(len, every.values())) <= _MOST_CASES:
        tried = every
    for place, values in enumerate(product(*tried.values())):
        answers = dict(zip(tried, values, strict=True))
        if place >= _MOST_CASES:
            return
        if can_be(answers, asked):
            yield answers


def _documents(package: ServicePackage, law: Law) -> Iterator[Problem]:
    if not law.documents:
        return
    allowed = {key: fact for fact in law.documents for key in fact.keys}
    for rule in package.manifest.documents:
        fact = allowed.get(rule.key)
        if rule.required is False:
            continue
        if fact is None:
            yield _departs(_DOCUMENT, law.documents[0].source, key=rule.key)
        elif rule.copies > fact.copies.get(rule.key, rule.copies):
            most = str(fact.copies[rule.key])
            yield _departs(_COPIES, fact.source, key=rule.key, here=str(rule.copies), most=most)


def _terms(package: ServicePackage, law: Law) -> Iterator[Problem]:
    form = package.forms.get(APPLY)
    if law.days is None or form is None:
        return
    asked = {component.key: component for component in form.components()}
    mine, theirs = package.manifest.term, law.days.term
    conditions = [case.when for rule in (mine, theirs) for case in rule.cases if case.when is not None]
    seen = set()
    for answers in _cases((), conditions, asked, {}):
        pair = (mine.of(answers), theirs.of(answers))
        if pair not in seen and not fits_within(*pair):
            here, most = (Bilingual(length.text("km"), length.text("en")) for length in pair)
            yield _departs(_TERM, law.days.source, key="term", here=here, most=most)
        seen.add(pair)


def _validity(package: ServicePackage, law: Law) -> Iterator[Problem]:
    manifest = package.manifest
    if law.validity is None or manifest.certificate is None or manifest.result == NOTICE:
        return
    held, least = manifest.validity or Validity(), law.validity.holds
    if held in (least, Validity()):
        return
    if least.until is not None or least.as_parent:
        yield _departs(_OTHER, law.validity.source, key="validity")
    elif held.until is None and not held.as_parent:
        yield from _shorter(held, least, law.validity.source)


def _shorter(held: Validity, least: Validity, source: Bilingual) -> Iterator[Problem]:
    if held.single_use and not least.single_use:
        yield _departs(_ONCE, source, key="validity")
    if held.by is not None and held.by == least.by:
        pairs = [(length, least.lengths.get(choice)) for choice, length in held.lengths.items()]
    else:
        mine, theirs = (list(rule.lengths.values()) or [rule.length] for rule in (held, least))
        pairs = list(product(mine, theirs))
    for given, wanted in dict.fromkeys(pairs):
        if _ends(given) < _ends(wanted):
            yield _departs(_SHORTER, source, key="validity", here=_length(given), most=_length(wanted))


def _ends(length: CalendarLength | None) -> date:
    return date.max if length is None else length.after(_A_DAY)


def _length(length: CalendarLength | None) -> Bilingual:
    return _NO_END if length is None else Bilingual(length.text("km"), length.text("en"))


def _riel(amount: Fraction) -> str:
    return str(amount.numerator // amount.denominator)


def _departs(sentence: Bilingual, source: Bilingual, *, key: str, **facts: str | Bilingual) -> Problem:
    return error(SERVICE, "law", filled(sentence, key=key, source=source, **facts), element_id=key)


_NO_END: Final = Bilingual("គ្មានកំណត់", "time without end")
_FEE: Final = Bilingual(
    "ថ្លៃ “{key}” គឺ {here} រៀល{case} តែច្បាប់អនុញ្ញាតមិនលើសពី {most} រៀល ({source})។ សូមបន្ថយថ្លៃ ឬសរសេរ at_most។",
    "The fee “{key}” is {here} riel{case}, and the law allows at most {most} riel ({source}). Lower the price, or "
    "write at_most.",
)
_SEVERAL: Final = Bilingual(
    "ថ្លៃ “{key}” គិតតាមជួរ ហើយសរុបអាចលើស {most} រៀលដែលច្បាប់អនុញ្ញាត ({source})។ សូមសរសេរ at_most ឬ for_each ក្នុង law.yaml។",
    "The fee “{key}” is counted for each row, and all together may be more than the {most} riel that the law allows "
    "({source}). Write at_most, or for_each in law.yaml.",
)
_DOCUMENT: Final = Bilingual(
    "ឯកសារ “{key}” ត្រូវបានទាមទារ តែច្បាប់មិនទាមទារទេ ({source})។ សូមដកវាចេញ ឬសរសេរ required: false។",
    "The document “{key}” is asked, and the law does not ask for it ({source}). Remove it, or write required: false.",
)
_COPIES: Final = Bilingual(
    "ឯកសារ “{key}” ត្រូវបានទាមទារ {here} ច្បាប់ តែច្បាប់ទាមទារមិនលើសពី {most} ({source})។ សូមបន្ថយ copies។",
    "Of the document “{key}” {here} copies are asked, and the law asks for at most {most} ({source}). Lower copies.",
)
_TERM: Final = Bilingual(
    "រយៈពេល {here} អាចវែងជាង {most} ដែលច្បាប់កំណត់ ({source})។ សូមបន្ថយ term។",
    "The term of {here} may be longer than the {most} of the law ({source}). Shorten term.",
)
_SHORTER: Final = Bilingual(
    "សុពលភាព {here} ខ្លីជាង {most} ដែលច្បាប់ផ្តល់ ({source})។ សូមពន្យារ validity។",
    "The validity of {here} is shorter than the {most} that the law gives ({source}). Lengthen validity.",
)
_ONCE: Final = Bilingual(
    "លទ្ធផលប្រើបានតែម្ដង តែច្បាប់មិនកំណត់ដូច្នេះទេ ({source})។ សូមដក single_use ចេញ។",
    "The result is for one use only, and the law does not say so ({source}). Remove single_use.",
)
_OTHER: Final = Bilingual(
    "សុពលភាពមិនដូចដែលច្បាប់ផ្តល់ទេ ({source})។ សូមសរសេរ validity ដូចក្នុង law.yaml។",
    "The validity is not the one that the law gives ({source}). Write validity as in law.yaml.",
)
