"""A cashier with an application in front of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from engine.case.opening import Case, lock_case_by_key
from engine.errors import NotAllowed
from engine.errors.cash import HandedTooLittle, HandedTooMuch
from engine.house import House
from engine.packages.groups import CASHIER
from engine.people.actors import Actor

MOST_CHANGE: Final = 2_000_000
"""Riel; more is a slip of the finger."""


def case_at_the_counter(session: Session, house: House, actor: Actor, application_key: str) -> Case:
    """The case of an application, locked, for a cashier of its office; refuses the applicant."""
    case = lock_case_by_key(session, house, application_key)
    require_cashier(case, actor)
    return case


def require_cashier(case: Case, actor: Actor) -> None:
    """Nobody says of their own application that it was paid."""
    actor.require(case.office.id, CASHIER)
    if actor.person_id == case.applicant.id:
        raise NotAllowed


def require_enough(handed: int, *, fee: int) -> int:
    """What was put on the counter, when change can be given on it: ``HandedTooLittle`` below the fee,
    ``HandedTooMuch`` for what nobody puts there."""
    if handed < fee:
        raise HandedTooLittle(fee=fee, handed=handed)
    if handed - fee > MOST_CHANGE:
        raise HandedTooMuch(fee=fee, handed=handed)
    return handed
