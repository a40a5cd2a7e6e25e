"""Whether a fee table gives every possible case a fee, one only, from names that are known and in words that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from engine.khmer import Bilingual
from engine.packages.amount_checks import check_amounts, check_cap
from engine.packages.case_facts import FACTS
from engine.packages.coverage import Row, find
from engine.packages.fee_inputs import inputs_of, rows_of
from engine.packages.fee_rules import FeeRule
from engine.packages.fees import FeeTable
from engine.packages.forms import Component
from engine.packages.order_checks import filled
from engine.packages.package import SERVICE, TEXTS, ServicePackage
from engine.packages.payment_checks import fee_problem
from engine.packages.problems import error, warning
from engine.packages.yaml_files import YamlFile, read_yaml
from engine.problems import Problem


def check_fees(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with the fees of a service and their tables."""
    yield from _words(package)
    for variable in package.manifest.variables:
        if variable.name in FACTS:
            words = filled(_NAME_OF_FACT, name=_same(variable.name))
            line = read_yaml(SERVICE, package.files[SERVICE]).line(("variables", variable.name))
            yield replace(error(SERVICE, "variables", words.en, line=line), message_km=words.km)
    for rule in package.manifest.fees:
        rows = rows_of(package, rule)
        if rule.for_each is not None and rows is None:
            yield fee_problem(package, rule, filled(_NO_GROUP, name=_same(".".join(rule.for_each))), "for_each")
            continue
        if rows is not None and rule.at_least is None and _may_be_empty(rows):
            yield fee_problem(package, rule, filled(_NO_ROWS, name=_same(rows.key)), "for_each")
        yield from _table(package, rule)


def _table(package: ServicePackage, rule: FeeRule) -> Iterator[Problem]:
    table, known = package.fees[rule.key], inputs_of(package, rule)
    asked = {name: known[name].component for name in table.names() if name in known}
    unknown = sorted(table.names() - set(asked))
    for name in unknown:
        words = filled(_UNKNOWN_NAME, name=_same(name), facts=_same(", ".join(FACTS)))
        yield replace(error(table.file, "fees", words.en, line=_line_of(table, name)), message_km=words.km)
    if not unknown:
        yield from check_coverage(table, asked)
        yield from check_amounts(table, asked)
        yield from check_cap(table, rule, asked)


def _line_of(table: FeeTable, name: str) -> int | None:
    """The line of the first rule that uses the name; of the first rule for an input."""
    using = (row.source_line for row in table.rows if name in row.quantity.names | row.unit_amount.names)
    return next(using, next((row.source_line for row in table.rows), None))


def _words(package: ServicePackage) -> Iterator[Problem]:
    """Lines, citations and names of fees that lack words, and words that nothing uses."""
    rows = [row for table in package.fees.values() for row in table.rows]
    lines, citations = {row.line for row in rows}, {row.citation for row in rows}
    files = ", ".join(dict.fromkeys(table.file for table in package.fees.values()))
    titles = {rule.key for rule in package.manifest.fees}
    texts = package.texts
    both = partial(_both, read_yaml(TEXTS, package.files[TEXTS]))
    yield from both("fees", set(texts.fees), lines, f"line of {files}" if files else "fee line")
    if package.fees:
        yield from both("citations", set(texts.citations), citations, f"citation of {files}")
    needed = titles if len(titles) > 1 else set(texts.fee_titles) & titles
    yield from both("fee_titles", set(texts.fee_titles), needed, "fee of service.yaml")


def _both(file: YamlFile, section: str, written: set[str], needed: set[str], what: str) -> Iterator[Problem]:
    for key in sorted(needed - written):
        km = f"{section}៖ ខ្វះពាក្យសម្រាប់ “{key}”។ សូមបន្ថែមវាជាខ្មែរ និងអង់គ្លេស។"
        found = error(TEXTS, "texts", f"{section}: the words for “{key}” are missing.", line=file.line((section,)))
        yield replace(found, message_km=km)
    for key in sorted(written - needed):
        km = f"{section}៖ គ្មានអ្វីប្រើ “{key}” ទេ។ សូមដកវាចេញ ឬកែឈ្មោះ។"
        found = error(TEXTS, "texts", f"{section}: “{key}” is no {what}.", line=file.line((section, key)))
        yield replace(found, message_km=km)


def _may_be_empty(rows: Component) -> bool:
    return rows.hide is not None or not (rows.min_items or rows.required)


def _same(word: str) -> Bilingual:
    return Bilingual(word, word)


def check_coverage(table: FeeTable, asked: Mapping[str, Component]) -> Iterator[Problem]:
    """Cells that nobody means, the first case without a fee, and the first with two where the table is UNIQUE;
    ``asked`` are the questions."""
    yield from _flaws(table)
    rows = tuple(Row(row.id, row.tests, row.source_line) for row in table.rows)
    for finding in find(table.inputs, rows, asked, left_out=True):
        if finding.kind == "too-large":
            yield warning(table.file, "fee-coverage", "The table is too large to be checked for gaps and overlaps.")
        elif finding.kind == "gap":
            km = f"គ្មានច្បាប់ណាផ្តល់ថ្លៃទេ ពេល {finding.case}។ សូមបន្ថែមមួយ។"
            found = error(table.file, "fee-gap", f"No rule gives a fee when {finding.case}; add one.")
            yield replace(found, message_km=km)
        elif table.hit_policy == "UNIQUE":
            yield _overlap(table, finding.rows, finding.case)


def _overlap(table: FeeTable, rows: Iterable[Row], case: str) -> Problem:
    named = [row.id for row in rows]
    en = f"{' and '.join(named)} both match when {case}, which UNIQUE forbids; change one, or use FIRST or COLLECT."
    km = f"{' និង '.join(named)} ត្រូវគ្នាទាំងអស់ ពេល {case} ដែល UNIQUE មិនអនុញ្ញាត។ សូមកែមួយ ឬប្រើ FIRST ឬ COLLECT។"
    return replace(error(table.file, "fee-overlap", en, line=list(rows)[1].line), message_km=km)


def _flaws(table: FeeTable) -> Iterator[Problem]:
    """Cells that can be computed, but that nobody means as they stand."""
    for row in table.rows:
        for cell in row.tests:
            for flaw in cell.flaws:
                message = f"{row.id}: “{cell.source}” {_FLAWS[flaw]}"
                kind = warning if flaw == "cell-twice" else error
                yield kind(table.file, "fee-cell", message, line=row.source_line)


_FLAWS: Final[Mapping[str, str]] = {
    "cell-empty": "is a range in which no value lies; write a single value as [5..5] or 5.",
    "cell-order": "compares with what has no order; compare with numbers or texts.",
    "cell-twice": "lists a value twice; remove one of them, or correct it.",
}
_UNKNOWN_NAME = Bilingual(
    "តារាងប្រើ “{name}” ដែលមិនមែនជាអថេរ (variables) ជួរនៃក្រុម (for_each) ឬការពិតនៃសំណុំរឿង ({facts}) ទេ។ សូមប្រកាសវា ឬកែឈ្មោះ។",
    "The table looks at “{name}”, which is no routing variable of a form, no field of the rows that the fee is for, "
    "and no fact of the case ({facts}); declare it under variables, or correct the name.",
)
_NAME_OF_FACT = Bilingual(
    "“{name}” ជាឈ្មោះដែលប្រព័ន្ធប្រើសម្រាប់ការពិតនៃសំណុំរឿង។ សូមដាក់ឈ្មោះផ្សេងឱ្យអថេរ។",
    "“{name}” is a name of the house for a fact of the case; give the variable another name.",
)
_NO_GROUP = Bilingual(
    "for_each ដាក់ឈ្មោះ “{name}” ដែលមិនមែនជាក្រុមសំណួរដដែលៗ (dynamiclist)។ សូមសរសេរ key នៃក្រុម ឬ form.key។",
    "for_each names “{name}”, which is no repeating group (dynamiclist); write the key of one of the form apply, or "
    "form.key.",
)
_NO_ROWS = Bilingual(
    "ក្រុម “{name}” អាចទទេ ហើយពេលនោះគ្មានថ្លៃទេ។ សូមសរសេរ min_items (ហើយសួរជានិច្ច) ឬ at_least។",
    "The group “{name}” may be empty, and then there is no fee; write min_items there and ask it always, or write "
    "at_least.",
)
