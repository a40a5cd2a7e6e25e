"""Whether a fee table gives every possible case a fee, one only, from names that are known and in words that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
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
from engine.packages.manifest import RoutingVariable
from engine.packages.names import misspelt, nearest
from engine.packages.package import SERVICE, TEXTS, ServicePackage
from engine.packages.payment_checks import fee_problem
from engine.packages.problems import error, warning
from engine.packages.said import filled
from engine.packages.yaml_files import lines_of
from engine.problems import Problem


def check_fees(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with the fees of a service and their tables."""
    yield from _words(package)
    for variable in package.manifest.variables:
        if variable.name in FACTS:
            words = filled(_NAME_OF_FACT, name=_same(variable.name))
            line = lines_of(SERVICE, package.files[SERVICE]).line(("variables", variable.name))
            yield error(SERVICE, "variables", words, line=line)
    for rule in package.manifest.fees:
        rows = rows_of(package, rule)
        if rule.for_each is not None and rows is None:
            if package.unread.touches("forms", *rule.for_each):
                continue
            yield fee_problem(package, rule, _no_group(package, rule.for_each), "for_each")
            continue
        if rows is not None and rule.at_least is None and _may_be_empty(rows):
            yield fee_problem(package, rule, filled(_NO_ROWS, name=_same(rows.key)), "for_each")
        yield from _table(package, rule)


def _table(package: ServicePackage, rule: FeeRule) -> Iterator[Problem]:
    table, known = package.fees.get(rule.key), inputs_of(package, rule)
    if table is None:
        return
    asked = {name: known[name].component for name in table.names() if name in known}
    unknown = sorted(table.names() - set(asked))
    for name in unknown if not may_be_given(package, rule, unknown) else ():
        there = nearest(name, [one for one in known if one not in FACTS])
        words = filled(_UNKNOWN_NAME, name=_same(name), facts=_same(", ".join(FACTS)), known=_same(there))
        yield error(table.file, "fees", words, line=_line_of(table, name))
    if not unknown and not package.unread.touches("fees", rule.key):
        yield from check_coverage(table, asked)
        yield from check_amounts(table, asked)
        yield from check_cap(table, rule, asked)


def _line_of(table: FeeTable, name: str) -> int | None:
    """The line of the first rule that uses the name; of the first rule for an input."""
    using = (row.source_line for row in table.rows if name in row.quantity.names | row.unit_amount.names)
    return next(using, next((row.source_line for row in table.rows), None))


def _words(package: ServicePackage) -> Iterator[Problem]:
    """Lines, citations and names of fees that lack words, and words that nothing uses."""
    unread = package.unread
    if unread.loses("service", "fee", "fees", "decision") or any(
        rule.key not in package.fees for rule in package.manifest.fees
    ):
        return
    rows = [row for table in package.fees.values() for row in table.rows]
    lines, citations = {row.line for row in rows}, {row.citation for row in rows}
    files = ", ".join(dict.fromkeys(table.file for table in package.fees.values()))
    titles = {rule.key for rule in package.manifest.fees}
    texts = package.texts
    both = partial(_both, package)
    yield from both("fees", set(texts.fees), lines, filled(_A_LINE, files=files or "–"))
    if package.fees:
        yield from both("citations", set(texts.citations), citations, filled(_A_CITATION, files=files))
    needed = titles if len(titles) > 1 else set(texts.fee_titles) & titles
    yield from both("fee_titles", set(texts.fee_titles), needed, _A_FEE)


def may_be_given(package: ServicePackage, rule: FeeRule, unknown: Collection[str]) -> bool:
    """Whether what nothing seems to give could come from something that could not be read."""
    unread, variables = package.unread, {one.name: one for one in package.manifest.variables}
    lost = [one for name, one in variables.items() if name in unknown]
    if any(unread.touches("forms", one.form, one.field) or _is_told(package, one) for one in lost):
        return True
    of_rows = rule.for_each is not None and unread.touches("forms", *rule.for_each)
    return of_rows or unread.touches("service", "variables") or unread.loses("tasks", "form", "decides")


def _is_told(package: ServicePackage, variable: RoutingVariable) -> bool:
    """Whether a variable takes an answer that is not there, which is told where it is declared."""
    form = package.forms.get(variable.form)
    return form is None or form.component(variable.field) is None


def _no_group(package: ServicePackage, place: tuple[str, str]) -> Bilingual:
    groups = [
        f"{form.key}.{part.key}" for form in package.forms.values() for part in form.components() if part.kind.repeats
    ]
    name = ".".join(place)
    return filled(_NO_GROUP, name=_same(name), known=_same(nearest(name, groups)))


def _both(
    package: ServicePackage, section: str, written: set[str], needed: set[str], what: Bilingual
) -> Iterator[Problem]:
    """Words that lack, and words of nothing, each at its line; nothing of a file that could not be read."""
    if package.unread.touches("texts", section):
        return
    file = lines_of(TEXTS, package.files[TEXTS])
    # Words that nothing seems to use may be those of a rule that could not be read.
    idle = sorted(written - needed if not package.unread.touches("fees") else ())
    for key in sorted(needed - written - set(misspelt(idle, needed - written).values())):
        yield error(TEXTS, "texts", filled(_NO_WORDS, section=section, key=key), line=file.line((section,)))
    for key in idle:
        sentence = filled(_FOR_NOTHING, section=section, key=key, what=what, known=nearest(key, sorted(needed)))
        yield error(TEXTS, "texts", sentence, line=file.line((section, key)))


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
            yield warning(table.file, "fee-coverage", _TOO_LARGE)
        elif finding.kind == "gap":
            yield error(table.file, "fee-gap", filled(_GAP, case=finding.case))
        elif table.hit_policy == "UNIQUE":
            yield _overlap(table, finding.rows, finding.case)


def _overlap(table: FeeTable, rows: Iterable[Row], case: str) -> Problem:
    named = [row.id for row in rows]
    en = f"{' and '.join(named)} both match when {case}, which UNIQUE forbids; change one, or use FIRST or COLLECT."
    km = f"{' និង '.join(named)} ត្រូវគ្នាទាំងអស់ ពេល {case} ដែល UNIQUE មិនអនុញ្ញាត។ សូមកែមួយ ឬប្រើ FIRST ឬ COLLECT។"
    return error(table.file, "fee-overlap", Bilingual(km, en), line=list(rows)[1].line)


def _flaws(table: FeeTable) -> Iterator[Problem]:
    """Cells that can be computed, but that nobody means as they stand."""
    for row in table.rows:
        for cell in row.tests:
            for flaw in cell.flaws:
                words = Bilingual(f"{row.id}៖ “{cell.source}”", f"{row.id}: “{cell.source}”")
                message = Bilingual(f"{words.km} {_FLAWS[flaw].km}", f"{words.en} {_FLAWS[flaw].en}")
                kind = warning if flaw == "cell-twice" else error
                yield kind(table.file, "fee-cell", message, line=row.source_line)


_FLAWS: Final[Mapping[str, Bilingual]] = {
    "cell-empty": Bilingual(
        "ជាចន្លោះដែលគ្មានតម្លៃណានៅក្នុងទេ។ សូមសរសេរតម្លៃតែមួយជា [5..5] ឬ 5។",
        "is a range in which no value lies; write a single value as [5..5] or 5.",
    ),
    "cell-order": Bilingual(
        "ប្រៀបធៀបនឹងអ្វីដែលគ្មានលំដាប់។ សូមប្រៀបធៀបនឹងលេខ ឬអត្ថបទ។",
        "compares with what has no order; compare with numbers or texts.",
    ),
    "cell-twice": Bilingual(
        "រាយតម្លៃមួយពីរដង។ សូមលុបមួយចេញ ឬកែវា។", "lists a value twice; remove one of them, or correct it."
    ),
}
_TOO_LARGE: Final = Bilingual(
    "តារាងធំពេក មិនអាចពិនិត្យចន្លោះខ្វះ និងការត្រួតគ្នាបានទេ។ សូមបំបែកវា ឬពិនិត្យដោយដៃ។",
    "The table is too large to be checked for gaps and overlaps; split it, or look at it by hand.",
)
_GAP: Final = Bilingual("គ្មានច្បាប់ណាផ្តល់ថ្លៃទេ ពេល {case}។ សូមបន្ថែមមួយ។", "No rule gives a fee when {case}; add one.")
_A_LINE: Final = Bilingual("ជួរនៃ {files} ", "line of {files}")
_A_CITATION: Final = Bilingual("ឯកសារយោងនៃ {files} ", "citation of {files}")
_A_FEE: Final = Bilingual("ថ្លៃក្នុង service.yaml ", "fee of service.yaml")
_NO_WORDS: Final = Bilingual(
    "{section}៖ ខ្វះពាក្យសម្រាប់ “{key}”។ សូមបន្ថែមវាជាខ្មែរ និងអង់គ្លេស។",
    "{section}: the words for “{key}” are missing; add them in Khmer and English.",
)
_FOR_NOTHING: Final = Bilingual(
    "{section}៖ “{key}” មិនមែនជា{what}ទេ; មាន៖ {known}។ សូមកែឈ្មោះ ឬដកវាចេញ។",
    "{section}: “{key}” is no {what}; there are: {known}. Correct the name, or remove it.",
)
_UNKNOWN_NAME = Bilingual(
    "តារាងប្រើ “{name}” ដែលមិនមែនជាអថេរ (variables) ជួរនៃក្រុម (for_each) ឬការពិតនៃសំណុំរឿង ({facts}) ទេ; "
    "អថេរដែលមាន៖ {known}។ សូមប្រកាសវា ឬកែឈ្មោះ។",
    "The table looks at “{name}”, which is no routing variable of a form, no field of the rows that the fee is for, "
    "and no fact of the case ({facts}); variables: {known}. Declare it under variables, or correct the name.",
)
_NAME_OF_FACT = Bilingual(
    "“{name}” ជាឈ្មោះដែលប្រព័ន្ធប្រើសម្រាប់ការពិតនៃសំណុំរឿង។ សូមដាក់ឈ្មោះផ្សេងឱ្យអថេរ។",
    "“{name}” is a name of the house for a fact of the case; give the variable another name.",
)
_NO_GROUP = Bilingual(
    "for_each ដាក់ឈ្មោះ “{name}” ដែលមិនមែនជាក្រុមសំណួរដដែលៗ (dynamiclist); មាន៖ {known}។ សូមសរសេរមួយ។",
    "for_each names “{name}”, which is no repeating group (dynamiclist); there are: {known}. Write one of them.",
)
_NO_ROWS = Bilingual(
    "ក្រុម “{name}” អាចទទេ ហើយពេលនោះគ្មានថ្លៃទេ។ សូមសរសេរ min_items (ហើយសួរជានិច្ច) ឬ at_least។",
    "The group “{name}” may be empty, and then there is no fee; write min_items there and ask it always, or write "
    "at_least.",
)
