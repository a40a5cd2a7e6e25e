"""The groups that people of an office belong to, and the applicant: who a user task is for."""

from __future__ import annotations

from typing import Final

APPLICANT: Final = "applicant"
FRONT_OFFICE: Final = "front_office"
CASHIER: Final = "cashier"
SPECIALIST: Final = "specialist"
INSPECTOR: Final = "inspector"
HEAD: Final = "head"
ADMINISTRATOR: Final = "administrator"
ANALYST: Final = "analyst"
GROUPS: Final = (APPLICANT, FRONT_OFFICE, CASHIER, SPECIALIST, INSPECTOR, HEAD, ADMINISTRATOR, ANALYST)
OFFICER_GROUPS: Final = tuple(group for group in GROUPS if group != APPLICANT)
CASE_WORKERS: Final = (FRONT_OFFICE, CASHIER, SPECIALIST, INSPECTOR, HEAD)
HAND_OVER: Final = (FRONT_OFFICE, HEAD)
"""Who has the desk at which results are handed over."""
TAKE_PAYMENTS: Final = (APPLICANT, CASHIER)
"""Whose lane a payment may lie in: who pays it, and who finds it at their desk and records it."""
DO_TASKS: Final = (*CASE_WORKERS, ADMINISTRATOR)
"""Who has a page for a task with a form: a late one can escalate to the administrator."""


def escalation(group: str) -> tuple[str, ...]:
    """The groups that a task which escalated to this one is for too: what goes on to the administrators stays with the
    head. None for a task that did not escalate."""
    return (ADMINISTRATOR, HEAD) if group == ADMINISTRATOR else (group,) if group else ()
