"""The fees of a scenario: told, reached, paid and reckoned again as the house does it (``engine.case.fees``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.bpmn import ReadyTask
from engine.packages.case_facts import facts_of
from engine.packages.fee_rules import FeeRule
from engine.packages.forms import APPLY
from engine.packages.package import ServicePackage, routing_variables
from engine.packages.reckoning import (
    Known,
    expected,
    fee_of_task,
    known_before_sending,
    less_paid,
    reckon,
    rows_that_count,
)
from engine.packages.tried import Tried


@dataclass(frozen=True, slots=True)
class Bill:
    """A fee of the case in whole riel: told before sending, or (``task``) what is paid at a task that was reached."""

    key: str
    amount: int
    task: str = ""
    is_paid: bool = False


@dataclass
class Bills:
    """What a case owes on its way through a scenario. Whatever reckons raises FeeUndetermined."""

    package: ServicePackage
    submitted_on: date
    facts: Mapping[str, Any]
    tried: Tried = field(default_factory=Tried)
    all: list[Bill] = field(default_factory=list)

    def tell(self, answers: Mapping[str, Any], today: date) -> None:
        """What the applicant is told from these answers; fees that were reached stay."""
        reached = [bill for bill in self.all if bill.task]
        keys = {bill.key for bill in reached}
        told = expected(self.package, answers, self._facts(today))
        known = known_before_sending(self.package, answers, self._facts(today))
        self._note(known, *(rule for rule, fee in told if fee))
        self.all = reached + [Bill(rule.key, fee.total) for rule, fee in told if fee and rule.key not in keys]

    def reach(
        self, ready: Iterable[ReadyTask], answers: Mapping[str, Mapping[str, Any]], today: date
    ) -> Iterator[ReadyTask]:
        """Reckons the fees of payment tasks that are ready since now; gives those at which nothing is left to pay."""
        for task in ready:
            is_new = task.id not in {bill.task for bill in self.all}
            if is_new and self.package.tasks[task.element_id].kind == "payment":
                bill = self._reckoned(task, answers, today, self.all)
                self.all = [one for one in self.all if one.task or one.key != bill.key] + [bill]
                if not bill.amount:
                    yield task

    def again(self, ready: Collection[ReadyTask], answers: Mapping[str, Mapping[str, Any]], today: date) -> None:
        """What was told and what is still to be paid follows corrected answers; what was paid stays."""
        self.tell(answers[APPLY], today)
        waiting = {task.id: task for task in ready}
        for place, bill in enumerate(self.all):
            if bill.task in waiting and not bill.is_paid:
                others = [*self.all[:place], *self.all[place + 1 :]]
                newest = routing_variables(self.package, APPLY, answers[APPLY])
                task = replace(waiting[bill.task], variables={**waiting[bill.task].variables, **newest})
                self.all[place] = self._reckoned(task, answers, today, others)

    def pay(self, task_id: str) -> None:
        """The payment task is completed."""
        self.all = [replace(bill, is_paid=True) if bill.task == task_id else bill for bill in self.all]

    def totals(self) -> dict[str, int]:
        """What each fee of the service came to, 0 for one that was neither told nor reached."""
        keys = [rule.key for rule in self.package.manifest.fees]
        return {key: sum(bill.amount for bill in self.all if bill.key == key) for key in keys}

    def _reckoned(
        self, task: ReadyTask, answers: Mapping[str, Mapping[str, Any]], today: date, others: Iterable[Bill]
    ) -> Bill:
        """What the fee of the task comes to, less what is paid or due of it elsewhere."""
        rule = fee_of_task(self.package, self.package.tasks[task.element_id])
        if rule is None:
            return Bill("", 0, task.id)
        answered = routing_variables(self.package, APPLY, answers.get(APPLY, {}))
        known = Known({**self._facts(today), **answered, **task.variables}, answers)
        self._note(known, rule)
        before = sum(bill.amount for bill in others if bill.key == rule.key and bill.task)
        return Bill(rule.key, less_paid(reckon(self.package, rule, known), before).total, task.id)

    def _note(self, known: Known, *rules: FeeRule) -> None:
        for rule in rules:
            self.tried.table(self.package.fees[rule.key].file, rows_that_count(self.package, rule, known))

    def _facts(self, today: date) -> dict[str, Any]:
        return facts_of(submitted_on=self.submitted_on, today=today, **self.facts)
