"""What a look was for, where nobody was asked for a reason: it follows from the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TASK: Final = "task"
COUNTER: Final = "counter"
MONEY: Final = "money"
SEARCH: Final = "search"
CARE: Final = "care"
SERVICE: Final = "service"
PURPOSES: Final = (TASK, COUNTER, MONEY, SEARCH, CARE, SERVICE)

PURPOSE_OF: Final[Mapping[str, str]] = {
    "account": CARE, "application": COUNTER, "appointment": COUNTER, "bank_slip": MONEY, "by_hand": CARE, "case": TASK,
    "certificate": TASK, "clock": TASK, "code_shown": COUNTER, "compared": COUNTER,
    "complained_of": TASK, "contact_asked": COUNTER, "contact_kept": COUNTER, "contact_proved": COUNTER,
    "contact_replaced": COUNTER, "counter": COUNTER,
    "disputed": COUNTER, "document": TASK, "draft": COUNTER, "handover": COUNTER, "history": CARE, "incident": CARE,
    "list_of_clocks": CARE, "list_of_drafts": COUNTER, "list_of_fees": MONEY, "list_of_incidents": CARE,
    "list_of_messages": CARE, "list_of_proposals": CARE, "list_of_questions": TASK, "list_of_raised": CARE,
    "list_of_receipts": MONEY, "list_of_remissions": MONEY,
    "list_of_replacements": COUNTER, "list_of_results": COUNTER, "list_of_seats": TASK, "list_of_security": CARE,
    "list_of_tasks": TASK, "list_of_visits": TASK, "list_of_void_receipts": MONEY, "looked_up": COUNTER,
    "message": CARE, "paper_agrees": COUNTER, "paper_differs": COUNTER, "payment": MONEY, "photo_link": COUNTER,
    "question": COUNTER, "raised": CARE, "receipt": MONEY, "registered": COUNTER,
    "rehearsal": SERVICE, "remission": MONEY, "replay": SERVICE, "route_sheet": TASK, "search": SEARCH, "slip": COUNTER,
    "slip_made": COUNTER, "task": TASK, "verified": COUNTER, "visit": TASK,
}  # fmt: skip
"""By the kind of page, as looks are noted."""


def purpose_of(page: str) -> str:
    """What a look at this page is for; a page of another day was looked at for the work on the case."""
    return PURPOSE_OF.get(page, TASK)
