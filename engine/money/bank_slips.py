"""Slips of bank payments: kept when the cashier sends them, part of the payment once it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.forgetting import forget_after, keep_after
from engine.applications.uploads import Upload, accepted, clean_name
from engine.case.turn import Turn
from engine.documents.intake import MEDIA_TYPES
from engine.errors import BadAnswers, WrongAmount
from engine.house import House
from engine.money.bank_papers import AMOUNT, BankPaper, slip_missing, wrong_in
from engine.money.counter import case_at_the_counter
from engine.people.actors import Actor
from engine.references import new_key
from storage.bank_slips import BankSlip
from storage.payments import DueFee, Payment


def keep_slip(
    session: Session, house: House, actor: Actor, application_key: str, upload: Upload, *, now: datetime
) -> str:
    """Keeps the slip that a cashier sent before what they typed is confirmed, and gives its key.

    A cashier has one waiting slip for an application: a newer one takes the place of the older. Refuses what
    ``engine.applications.uploads`` refuses.
    """
    case = case_at_the_counter(session, house, actor, application_key)
    ending = accepted(upload, tuple(MEDIA_TYPES))
    _drop(session, house, [one for one in _waiting(session, case.application.id) if one.kept_by_id == actor.person_id])
    digest = house.files.put(upload.content)
    keep_after(session, house, upload.content)
    slip = BankSlip(
        key=new_key(),
        application_id=case.application.id,
        filename=clean_name(upload.filename, ending),
        media_type=MEDIA_TYPES[ending],
        size=len(upload.content),
        sha256=digest,
        kept_at=now,
        kept_by_id=actor.person_id,
    )
    session.add(slip)
    session.flush()
    return slip.key


def require_right(turn: Turn, due: DueFee, payment: Payment, paper: BankPaper) -> None:
    """Compares a paper with what is owed now. ``WrongAmount`` with both amounts; ``BadAnswers`` for a day before the
    fee was known (a code: before it was shown) or after today, and for a slip that is not there."""
    case, calendar = turn.case, turn.case.calendar
    told = min(due.reckoned_at, case.application.submitted_at or due.reckoned_at)
    known = payment.created_at if payment.khqr else told
    errors = wrong_in(
        paper,
        fee=due.amount,
        known_on=calendar.local_date(known),
        today=calendar.local_date(turn.now),
    )
    if AMOUNT in errors:
        raise WrongAmount(expected=due.amount, given=paper.amount)
    if errors:
        raise BadAnswers(errors)
    if _slip_of(turn, paper) is None:
        raise slip_missing()


def settle_slips(turn: Turn, payment: Payment, paper: BankPaper | None) -> dict[str, Any]:
    """Makes the slip of the paper part of the payment that it shows, and forgets the others that waited: the fee is
    paid. Gives what the history says of it."""
    slip = _slip_of(turn, paper) if paper else None
    rest = [one for one in _waiting(turn.session, turn.case.application.id) if one is not slip]
    _drop(turn.session, turn.house, rest)
    if slip is None or paper is None:
        return {}
    slip.payment_id, slip.bank, slip.bank_name, slip.paid_on = payment.id, paper.bank, paper.bank_name, paper.paid_on
    return {"bank": paper.bank, "bank_name": paper.bank_name, "paid_on": paper.paid_on.isoformat()}


def _slip_of(turn: Turn, paper: BankPaper) -> BankSlip | None:
    """The slip that waits for this paper: the cashier's own."""
    waiting = _waiting(turn.session, turn.case.application.id)
    mine = (one for one in waiting if (one.key, one.kept_by_id) == (paper.slip, turn.actor.person_id))
    return next(mine, None)


def _waiting(session: Session, application_id: int) -> Sequence[BankSlip]:
    wanted = select(BankSlip).where(BankSlip.application_id == application_id, BankSlip.payment_id.is_(None))
    return session.scalars(wanted.order_by(BankSlip.id)).all()


def _drop(session: Session, house: House, slips: Sequence[BankSlip]) -> None:
    forget_after(session, house, [slip.sha256 for slip in slips])
    for slip in slips:
        session.delete(slip)
    session.flush()
