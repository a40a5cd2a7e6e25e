"""Counting and closing a cashier's book, the answer of the second person, and opening it again.

The cashier counts the drawer and closes; from then on the book takes nothing more. Another cashier or the head of the
office looks at it and confirms, or sends it back with a reason; whoever of the office above was named for it may do so
as well (``engine.money.seconds``). The head alone opens a confirmed book again, with a reason. Each closing keeps its
numbers for good, and a line of the sealed security log has them too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound, StalePage
from engine.errors.cash import BookMoved, BookNeedsAnother
from engine.localise import PHNOM_PENH
from engine.money import seconds
from engine.money.books import Figures, figures_of
from engine.money.counting import Counted
from engine.packages.groups import CASHIER, HEAD
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.members import members
from engine.people.notices import News, tell
from engine.reasons import reason_given
from storage.cash_books import BookClosing, BookStatus, CashBook, ClosingStatus
from storage.notices import NoticeKind, NoticePlace
from storage.offices import Office
from storage.security_log import SecurityKind

WHO_CLOSES: Final = (CASHIER, HEAD)
"""The groups of the office that see its books. A cashier closes their own and those of the bank, the head any."""


def close(
    session: Session,
    actor: Actor,
    book_key: str,
    counted: Counted,
    explanation: str,
    *,
    seen: int,
    drawer: int | None = None,
    now: datetime,
) -> None:
    """Closes a book as it was counted. The same count sent twice is one closing.

    ``seen`` is what the page said the book comes to, ``drawer`` what it said must be in the drawer: ``BookMoved`` with
    both amounts when something was written since.
    ``ReasonMissing`` when the drawer holds more or less than it should and nobody says why; ``StalePage`` for a book
    that somebody else closed.
    """
    book = _locked(session, actor, book_key)
    if book.cashier_id not in (None, actor.person_id):
        actor.require(book.office_id, HEAD)
    last = _last(session, book)
    if book.status != BookStatus.OPEN:
        if last is not None and (last.closed_by_id, last.notes) == (actor.person_id, counted.kept):
            return
        raise StalePage
    figures = figures_of(session, book.id)
    if figures.together != seen:
        raise BookMoved(seen=seen, now=figures.together)
    if drawer not in (None, figures.in_the_drawer):  # cash that became a bank payment: the same together
        raise BookMoved(seen=drawer, now=figures.in_the_drawer)
    difference = counted.amount - figures.in_the_drawer
    why = reason_given(explanation) if difference else ""
    number = last.number + 1 if last else 1
    closing = _closing(book, number, figures, counted, why=why, closed_by_id=actor.person_id, now=now)
    session.add(closing)
    book.status = BookStatus.CLOSED
    session.flush()
    _note(session, SecurityKind.BOOK_CLOSED, actor, book, closing, now=now)
    _tell_second(session, actor, book, closing, now)


def confirm(session: Session, actor: Actor, book_key: str, number: int, *, now: datetime) -> None:
    """The second person has looked at this closing and agrees. Confirming twice is harmless. ``BookNeedsAnother`` for
    who closed it and whose book it is; ``StalePage`` when it was answered otherwise."""
    book, closing = _answered(session, actor, book_key, number)
    if closing.status == ClosingStatus.CONFIRMED and closing.answered_by_id == actor.person_id:
        return
    _require_waiting(book, closing, actor)
    book.status, closing.status = BookStatus.CONFIRMED, ClosingStatus.CONFIRMED
    closing.answered_at, closing.answered_by_id = now, actor.person_id
    session.flush()
    _note(session, SecurityKind.BOOK_CONFIRMED, actor, book, closing, now=now)


def send_back(session: Session, actor: Actor, book_key: str, number: int, reason: str, *, now: datetime) -> None:
    """The second person does not agree: the book is open again and is counted anew. ``ReasonMissing``; refuses what
    ``confirm`` refuses."""
    book, closing = _answered(session, actor, book_key, number)
    _require_waiting(book, closing, actor)
    _open_again(session, actor, book, closing, ClosingStatus.SENT_BACK, reason=reason, now=now)


def reopen(session: Session, actor: Actor, book_key: str, number: int, reason: str, *, now: datetime) -> None:
    """The head opens a confirmed book again, with a reason. ``NotAllowed`` for a book of their own; ``StalePage``
    when it is open by now."""
    book, closing = _answered(session, actor, book_key, number)
    actor.require(book.office_id, HEAD)
    if book.cashier_id == actor.person_id:
        raise NotAllowed
    if book.status != BookStatus.CONFIRMED or closing.status != ClosingStatus.CONFIRMED:
        raise StalePage
    _open_again(session, actor, book, closing, ClosingStatus.REOPENED, reason=reason, now=now)


def _open_again(
    session: Session,
    actor: Actor,
    book: CashBook,
    closing: BookClosing,
    status: ClosingStatus,
    *,
    reason: str,
    now: datetime,
) -> None:
    closing.reason = reason_given(reason)
    closing.status, closing.answered_at, closing.answered_by_id = status, now, actor.person_id
    book.status = BookStatus.OPEN
    session.flush()
    _note(session, SecurityKind.BOOK_OPENED_AGAIN, actor, book, closing, now=now)


def _tell_second(session: Session, actor: Actor, book: CashBook, closing: BookClosing, now: datetime) -> None:
    """Under their bell: whoever may confirm the book, which is neither whoever counted it nor whose book it is."""
    today = now.astimezone(PHNOM_PENH).date()
    may = set(session.scalars(members(WHO_CLOSES, book.office_id, today)))
    above = seconds.answers_above(session, book.office_id, today)
    may |= {above} if above is not None else set()
    about = News(NoticeKind.BOOK, f"{book.key}/{closing.number}", NoticePlace.BOOK, book.key, day=book.day)
    tell(session, about, may - {actor.person_id, book.cashier_id}, now=now)


def _require_waiting(book: CashBook, closing: BookClosing, actor: Actor) -> None:
    if book.status != BookStatus.CLOSED or closing.status != ClosingStatus.WAITS:
        raise StalePage
    if actor.person_id in (closing.closed_by_id, book.cashier_id):
        raise BookNeedsAnother


def _answered(session: Session, actor: Actor, book_key: str, number: int) -> tuple[CashBook, BookClosing]:
    """The book, locked, and that closing of it, which must be its last: ``StalePage`` for an earlier one."""
    book = _locked(session, actor, book_key, answers=True)
    closing = _last(session, book)
    if closing is None or closing.number != number:
        raise StalePage
    return book, closing


def _locked(session: Session, actor: Actor, book_key: str, *, answers: bool = False) -> CashBook:
    if actor.person_id is None:
        raise NotAllowed
    wanted = select(CashBook).where(CashBook.key == book_key).with_for_update()
    book = session.scalar(wanted.execution_options(populate_existing=True))
    if book is None:
        raise NotFound
    if not (answers and seconds.is_second(session, actor, book.office_id)):
        actor.require(book.office_id, *WHO_CLOSES)
    return book


def _last(session: Session, book: CashBook) -> BookClosing | None:
    newest = select(func.max(BookClosing.number)).where(BookClosing.book_id == book.id).scalar_subquery()
    return session.scalar(select(BookClosing).where(BookClosing.book_id == book.id, BookClosing.number == newest))


def _closing(
    book: CashBook,
    number: int,
    figures: Figures,
    counted: Counted,
    *,
    why: str,
    closed_by_id: int | None,
    now: datetime,
) -> BookClosing:
    return BookClosing(
        book_id=book.id,
        number=number,
        status=ClosingStatus.WAITS,
        receipts=figures.receipts,
        voids=figures.voids,
        first=figures.first,
        last=figures.last,
        in_cash=figures.cash,
        by_khqr=figures.khqr,
        banked=figures.bank,
        paid_back=figures.paid_back,
        counted=counted.amount,
        notes=counted.kept,
        explanation=why,
        closed_at=now,
        closed_by_id=closed_by_id,
    )


def _note(
    session: Session, kind: SecurityKind, actor: Actor, book: CashBook, closing: BookClosing, *, now: datetime
) -> None:
    """What a closing says, once more where nobody changes a line unnoticed."""
    sums = ("receipts", "voids", "first", "last", "in_cash", "by_khqr", "banked", "paid_back", "counted", "notes")
    code = session.scalars(select(Office.code).where(Office.id == book.office_id)).one()
    data = {"office": code, "day": book.day.isoformat(), "closing": closing.number}
    data |= {name: getattr(closing, name) for name in sums}
    security_log.note(session, kind, actor, person_id=book.cashier_id, data=data, at=now)
