"""What a fee comes to for what is known of a case: its lines, its least and its most, and what was paid of it before.

A case in the house and a scenario reckon with the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.fee_inputs import is_known_before_sending
from engine.packages.fee_rules import MOST_RIEL, FeeRule
from engine.packages.fees import Fee, FeeLine, FeeTable, FeeUndetermined
from engine.packages.forms import APPLY
from engine.packages.package import ServicePackage, routing_variables
from engine.packages.said import Said
from engine.packages.task_settings import TaskSettings

AT_LEAST: Final = "at_least"
AT_MOST: Final = "at_most"
PAID_BEFORE: Final = "paid_before"
_NOTHING: Final = Bilingual("", "")
_ADJUSTED: Final[Mapping[str, Bilingual]] = {
    AT_LEAST: Bilingual("បន្ថែមដល់ថ្លៃអប្បបរមា", "Up to the least fee"),
    AT_MOST: Bilingual("បន្ថយមកថ្លៃអតិបរមា", "Down to the most that is charged"),
    PAID_BEFORE: Bilingual("បានបង់ពីមុន", "Paid before"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case when a fee is reckoned: the variables and facts, and the newest answers by form."""

    variables: Mapping[str, Any]
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def known_before_sending(package: ServicePackage, answers: Mapping[str, Any], facts: Mapping[str, Any]) -> Known:
    """What an application says before it is sent."""
    return Known({**facts, **routing_variables(package, APPLY, answers)}, {APPLY: answers})


def reckon(package: ServicePackage, rule: FeeRule, known: Known) -> Fee:
    """The fee; raises FeeUndetermined where its table gives none for what is known."""
    table = package.fees[rule.key]
    lines = tuple(_summed(line for case in _cases(rule, known) for line in _asked(package, table, case)))
    if not lines and rule.at_least is None:
        raise FeeUndetermined(Said(f"{table.file}៖ គ្មានជួរណាត្រូវបង់ទេ។", f"{table.file}: there is no row to pay for."))
    fee = _within(rule, lines)
    if fee.total > (rule.cap or MOST_RIEL):
        most = rule.cap or MOST_RIEL
        raise FeeUndetermined(
            Said(
                f"{table.file}៖ {fee.total} រៀល លើសពី {most} ដែលអនុញ្ញាត។",
                f"{table.file}: {fee.total} riel is more than the {most} allowed.",
            )
        )
    return replace(fee, cap=rule.cap)


def rows_that_count(package: ServicePackage, rule: FeeRule, known: Known) -> tuple[str, ...]:
    """The rows of the table that make the fee; raises FeeUndetermined."""
    table = package.fees[rule.key]
    return tuple(row.id for case in _cases(rule, known) for row in table.hits(case))


def expected(
    package: ServicePackage, answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> tuple[tuple[FeeRule, Fee | None], ...]:
    """Every fee of the service with what it comes to before the application is sent, in the order written; None for one
    that depends on what the office finds. Raises FeeUndetermined."""
    known = known_before_sending(package, answers, facts)
    return tuple(
        (rule, reckon(package, rule, known) if is_known_before_sending(package, rule) else None)
        for rule in package.manifest.fees
    )


def less_paid(fee: Fee, paid: int) -> Fee:
    """What is left to pay of a fee when so much of it was paid before; never less than nothing."""
    counted = min(paid, fee.total)
    if counted <= 0:
        return fee
    return replace(fee, lines=(*fee.lines, _adjusted(PAID_BEFORE, -counted)), total=fee.total - counted)


def fee_of_task(package: ServicePackage, task: TaskSettings) -> FeeRule | None:
    """The fee that a payment task takes: the one it names, or the only one of the service; None where that is none."""
    if task.kind != "payment":
        return None
    if task.fee is not None:
        return package.manifest.fee(task.fee)
    return package.manifest.fees[0] if len(package.manifest.fees) == 1 else None


def _asked(package: ServicePackage, table: FeeTable, case: Mapping[str, Any]) -> tuple[FeeLine, ...]:
    missing = sorted(name for name in table.names() if name not in case)
    if missing:
        names = ", ".join(missing)
        raise FeeUndetermined(Said(f"{table.file}៖ មិនទាន់ដឹង {names} ទេ។", f"{table.file}: {names} is not known yet."))
    return table.lines(case, package.texts)


def _rows(rule: FeeRule, known: Known) -> Sequence[Mapping[str, Any]]:
    if rule.for_each is None:
        return ()
    form, name = rule.for_each
    return known.answers.get(form, {}).get(name) or ()


def _cases(rule: FeeRule, known: Known) -> Iterator[Mapping[str, Any]]:
    """What the table is asked about: the case, or each of its rows."""
    if rule.for_each is None:
        yield known.variables
    for row in _rows(rule, known):
        yield {**known.variables, **row}


def _summed(lines: Iterable[FeeLine]) -> Iterator[FeeLine]:
    """Lines of several rows that say the same at the same price are one line with the sum of their quantities."""
    together: dict[tuple[str, int, str], FeeLine] = {}
    for line in lines:
        same = (line.key, line.unit_amount, line.citation.en)
        before = together.get(same)
        quantity = line.quantity + (before.quantity if before else 0)
        together[same] = replace(line, quantity=quantity, amount=quantity * line.unit_amount)
    yield from together.values()


def _within(rule: FeeRule, lines: tuple[FeeLine, ...]) -> Fee:
    """The fee within its least and its most. Who pays nothing by the table pays nothing."""
    total = sum(line.amount for line in lines)
    if lines and not total:
        return Fee(lines, 0)
    if rule.at_least is not None and total < rule.at_least:
        return Fee((*lines, _adjusted(AT_LEAST, rule.at_least - total)), rule.at_least)
    if rule.at_most is not None and total > rule.at_most:
        return Fee((*lines, _adjusted(AT_MOST, rule.at_most - total)), rule.at_most)
    return Fee(lines, total)


def _adjusted(key: str, amount: int) -> FeeLine:
    return FeeLine(key, _ADJUSTED[key], 1, amount, amount, _NOTHING)
