"""The groups that people of an office belong to, and the applicant: who a user task is for.

Beside the fixed ones a ministry declares groups of its own in ``ministry.yaml``. Their members work on the tasks of
their group, and see the cases in which those lie.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

APPLICANT: Final = "applicant"
FRONT_OFFICE: Final = "front_office"
CASHIER: Final = "cashier"
SPECIALIST: Final = "specialist"
INSPECTOR: Final = "inspector"
HEAD: Final = "head"
ADMINISTRATOR: Final = "administrator"
ANALYST: Final = "analyst"
APPROVER: Final = "approver"
GROUPS: Final = (APPLICANT, FRONT_OFFICE, CASHIER, SPECIALIST, INSPECTOR, HEAD, ADMINISTRATOR, ANALYST, APPROVER)
OFFICER_GROUPS: Final = tuple(group for group in GROUPS if group != APPLICANT)
CASE_WORKERS: Final = (FRONT_OFFICE, CASHIER, SPECIALIST, INSPECTOR, HEAD)
HAND_OVER: Final = (FRONT_OFFICE, HEAD)
"""Who has the desk at which results are handed over."""
TAKE_PAYMENTS: Final = (APPLICANT, CASHIER)
"""Whose lane a payment may lie in: who pays it, and who finds it at their desk and records it."""
DECLARED: Final = "declared"
"""Stands in the rules of pages for every group that a ministry has declared."""
COMPLAINTS: Final = "complaints"
"""The citizens' office, which looks into complaints; its officers did not handle what a complaint is about."""
GOVERNOR: Final = "governor"
HOUSE_WIDE: Final = (GOVERNOR, COMPLAINTS)
"""Declared groups that are the same for every ministry that declares them: one membership serves all its services."""
DO_TASKS: Final = (*CASE_WORKERS, DECLARED, ADMINISTRATOR)
"""Who has a page for a task with a form: a late one can escalate to the administrator."""


def declared_key(ministry: str, name: str) -> str:
    """Under which key memberships and tasks hold a group that a ministry declares: ``tourism.laboratory``."""
    return name if name in HOUSE_WIDE else f"{ministry}.{name}"


def is_declared(group: str) -> bool:
    """Whether a group is one that some ministry has declared."""
    return group not in GROUPS and group != DECLARED


def before_rules(groups: Collection[str]) -> frozenset[str]:
    """The groups of somebody as the rules of pages name them."""
    return frozenset(groups) | ({DECLARED} if any(map(is_declared, groups)) else frozenset())


def has_tasks(group: str) -> bool:
    """Whether the members of a group have a page for a task with a form."""
    return not before_rules((group,)).isdisjoint(DO_TASKS)


def escalation(group: str) -> tuple[str, ...]:
    """The groups that a task which escalated to this one is for too: what goes on to the administrators stays with the
    head. None for a task that did not escalate."""
    return (ADMINISTRATOR, HEAD) if group == ADMINISTRATOR else (group,) if group else ()
