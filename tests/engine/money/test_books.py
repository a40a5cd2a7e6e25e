"""The cashier's book of the day: what is written into it, counting and closing it, and what comes after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.errors import NotAllowed, NotFound, ReasonMissing, StalePage
from engine.errors.cash import BookMoved, BookNeedsAnother
from engine.money import closings, payments, remissions, voids
from engine.money.books import Figures, figures_of
from engine.money.counting import Counted
from engine.people import security_log
from engine.people.actors import Actor
from storage.cash_books import BookClosing, BookStatus, CashBook, ClosingStatus
from storage.notices import NoticeKind, NoticePlace
from storage.payments import Payment
from storage.security_log import SecurityEvent
from tests.bell import notices
from tests.cast import NOW, Member
from tests.engine.money.test_khqr import at_the_bank, offer
from tests.slips import brought
from tests.small.cases import FEE, Kilns

__all__ = ["at_the_bank"]
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
HOUR = timedelta(hours=1)
ONE_FEE = {20_000: 2}
FIRST, SECOND = "R-02-26-000001", "R-02-26-000002"


def take(kilns: Kilns, sent: Submitted | None = None, who: Actor | None = None, *, now: datetime = NOW) -> str:
    sent, cashier = sent or kilns.send(now=now), who or kilns.cast.sopheap.actor
    with kilns.house.database.transaction() as session:
        return payments.record_cash(session, kilns.house, cashier, sent.key, FEE, now=now).number


def book(kilns: Kilns, day: date = TODAY, cashier: int | None = -1) -> CashBook:
    whose = kilns.cast.sopheap.person_id if cashier == -1 else cashier
    with kilns.house.database.reading() as session:
        found = session.scalars(select(CashBook).where(CashBook.day == day)).all()
    return next(one for one in found if one.cashier_id == whose)


def figures(kilns: Kilns, day: date = TODAY) -> Figures:
    with kilns.house.database.reading() as session:
        return figures_of(session, book(kilns, day).id)


def close(
    kilns: Kilns,
    notes: Mapping[int, int],
    why: str = "",
    *,
    who: Member | Actor | None = None,
    day: date = TODAY,
    seen: int | None = None,
    now: datetime = NOW,
) -> None:
    actor = who or kilns.cast.sopheap
    key, so_far = book(kilns, day).key, figures(kilns, day).together if seen is None else seen
    with kilns.house.database.transaction() as session:
        by = actor if isinstance(actor, Actor) else actor.actor
        closings.close(session, by, key, Counted(notes), why, seen=so_far, now=now)


def confirm(kilns: Kilns, who: Member | None = None, *, day: date = TODAY, number: int = 1) -> None:
    with kilns.house.database.transaction() as session:
        closings.confirm(session, (who or kilns.cast.kunthea).actor, book(kilns, day).key, number, now=NOW)


def reopen(kilns: Kilns, who: Member | None = None, reason: str = "A note was forgotten", number: int = 1) -> None:
    with kilns.house.database.transaction() as session:
        closings.reopen(session, (who or kilns.cast.kunthea).actor, book(kilns).key, number, reason, now=NOW)


def send_back(kilns: Kilns, who: Member | None = None, reason: str = "Count again", number: int = 1) -> None:
    with kilns.house.database.transaction() as session:
        closings.send_back(session, (who or kilns.cast.kunthea).actor, book(kilns).key, number, reason, now=NOW)


def make_void(kilns: Kilns, number: str) -> None:
    for way, who in ((voids.ask, kilns.cast.sopheap), (voids.agree, kilns.cast.kunthea)):
        with kilns.house.database.transaction() as session:
            if way is voids.ask:
                voids.ask(session, kilns.house, who.actor, number, "Another case", now=NOW)
            else:
                voids.agree(session, kilns.house, who.actor, number, now=NOW)


def colleague(kilns: Kilns) -> Actor:
    """Another cashier of the office."""
    return replace(kilns.cast.rithy.actor, memberships=kilns.cast.sopheap.memberships)


def closing_of(kilns: Kilns, number: int = 1) -> BookClosing:
    with kilns.house.database.reading() as session:
        return session.scalars(select(BookClosing).where(BookClosing.number == number)).one()


def test_each_receipt_is_in_the_book_of_its_cashier_and_day(kilns: Kilns) -> None:
    take(kilns)
    take(kilns, kilns.send(kilns.cast.mony), colleague(kilns))
    mine, theirs = book(kilns), book(kilns, cashier=kilns.cast.rithy.person_id)
    with kilns.house.database.reading() as session:
        rows = session.execute(select(Payment.receipt_number, Payment.book_id)).all()
    assert dict(map(tuple, rows)) == {FIRST: mine.id, SECOND: theirs.id}
    assert figures(kilns) == Figures(1, 0, FIRST, FIRST, cash=FEE)


def test_what_the_bank_confirms_is_in_a_book_without_a_cashier(at_the_bank: Kilns) -> None:
    code = offer(at_the_bank, at_the_bank.send())
    with at_the_bank.house.database.transaction() as session:
        payments.confirm_by_md5(session, at_the_bank.house, code.md5, "FT-1", now=NOW)
    theirs = book(at_the_bank, cashier=None)
    with at_the_bank.house.database.reading() as session:
        assert figures_of(session, theirs.id) == Figures(1, 0, FIRST, FIRST, khqr=FEE)


def test_a_book_is_counted_closed_and_confirmed_by_another_person(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    assert book(kilns).status == BookStatus.CLOSED
    confirm(kilns)
    closing = closing_of(kilns)
    assert book(kilns).status == BookStatus.CONFIRMED
    assert (closing.status, closing.in_cash, closing.counted, closing.first, closing.last) == (
        ClosingStatus.CONFIRMED,
        FEE,
        FEE,
        FIRST,
        FIRST,
    )
    assert (closing.closed_by_id, closing.answered_by_id, closing.notes) == (
        kilns.cast.sopheap.person_id,
        kilns.cast.kunthea.person_id,
        {"20000": 2},
    )


def test_who_may_confirm_a_closed_book_is_told_and_who_counted_it_is_not(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    (told,) = notices(kilns.house, kilns.cast.kunthea)
    assert (told.kind, told.place_kind, told.opens) == (NoticeKind.BOOK, NoticePlace.BOOK, book(kilns).key)
    assert notices(kilns.house, kilns.cast.sopheap) == []
    send_back(kilns)
    close(kilns, ONE_FEE)
    assert len(notices(kilns.house, kilns.cast.kunthea)) == 2


def test_after_the_close_the_next_receipt_is_in_the_book_of_the_next_day(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    take(kilns, kilns.send(kilns.cast.rithy), now=NOW + HOUR)
    assert figures(kilns) == Figures(1, 0, FIRST, FIRST, cash=FEE), "the closed book is as it was"
    assert figures(kilns, TOMORROW) == Figures(1, 0, SECOND, SECOND, cash=FEE)
    confirm(kilns)
    close(kilns, ONE_FEE, day=TOMORROW)
    take(kilns, kilns.send(kilns.cast.mony), now=NOW + 2 * HOUR)
    assert figures(kilns, date(2026, 3, 4)).receipts == 1


def test_a_receipt_after_midnight_in_cambodia_is_in_the_book_of_the_new_day(kilns: Kilns) -> None:
    take(kilns, now=datetime(2026, 3, 2, 16, 59, tzinfo=UTC))
    take(kilns, kilns.send(kilns.cast.rithy), now=datetime(2026, 3, 2, 17, 1, tzinfo=UTC))
    assert (figures(kilns).first, figures(kilns, TOMORROW).first) == (FIRST, SECOND)


def test_a_void_leaves_an_open_book_and_is_taken_back_by_the_next_one_of_a_closed_book(kilns: Kilns) -> None:
    take(kilns)
    take(kilns, kilns.send(kilns.cast.rithy))
    make_void(kilns, FIRST)
    assert figures(kilns) == Figures(2, 1, FIRST, SECOND, cash=FEE)
    close(kilns, ONE_FEE)
    confirm(kilns)
    make_void(kilns, SECOND)
    assert figures(kilns) == Figures(2, 1, FIRST, SECOND, cash=FEE), "a closed book stays as it was counted"
    assert figures(kilns, TOMORROW) == Figures(0, 1, cash=-FEE)


def test_a_refund_is_paid_out_of_the_drawer_of_who_asked_for_it(kilns: Kilns) -> None:
    take(kilns)
    with kilns.house.database.transaction() as session:
        key = remissions.ask_refund(
            session,
            kilns.house,
            kilns.cast.sopheap.actor,
            FIRST,
            amount=5_000,
            reason="Too much",
            in_error=True,
            now=NOW,
        )
    with kilns.house.database.transaction() as session:
        remissions.agree(session, kilns.house, kilns.cast.kunthea.actor, key, now=NOW)
    assert figures(kilns) == Figures(1, 0, FIRST, FIRST, cash=FEE, paid_back=5_000)
    assert figures(kilns).in_the_drawer == FEE - 5_000


def test_a_bank_payment_is_not_expected_in_the_drawer(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        paper = brought(session, kilns.house, kilns.cast.sopheap.actor, sent.key)
    with kilns.house.database.transaction() as session:
        payments.record_bank_payment(session, kilns.house, kilns.cast.sopheap.actor, sent.key, paper, now=NOW)
    assert figures(kilns) == Figures(1, 0, FIRST, FIRST, bank=FEE)
    close(kilns, {})


@pytest.mark.parametrize("notes", [{20_000: 1}, {20_000: 3}, {}])
def test_a_difference_needs_its_words(kilns: Kilns, notes: Mapping[int, int]) -> None:
    take(kilns)
    with pytest.raises(ReasonMissing):
        close(kilns, notes, "  ")
    assert book(kilns).status == BookStatus.OPEN
    close(kilns, notes, "ក្រដាសប្រាក់មួយសន្លឹកក្លែងក្លាយ")
    assert closing_of(kilns).explanation == "ក្រដាសប្រាក់មួយសន្លឹកក្លែងក្លាយ"


def test_a_page_from_before_another_receipt_closes_nothing(kilns: Kilns) -> None:
    take(kilns)
    take(kilns, kilns.send(kilns.cast.rithy))
    with pytest.raises(BookMoved) as refused:
        close(kilns, ONE_FEE, seen=FEE)
    assert refused.value.facts == {"seen": FEE, "now": 2 * FEE}
    assert book(kilns).status == BookStatus.OPEN


def test_cash_that_became_a_bank_payment_since_is_no_difference_in_the_drawer(kilns: Kilns) -> None:
    take(kilns)
    key, counted, sopheap = book(kilns).key, Counted(ONE_FEE), kilns.cast.sopheap.actor
    with pytest.raises(BookMoved) as refused, kilns.house.database.transaction() as session:
        closings.close(session, sopheap, key, counted, "", seen=FEE, drawer=2 * FEE, now=NOW)
    assert refused.value.facts == {"seen": 2 * FEE, "now": FEE}
    assert book(kilns).status == BookStatus.OPEN


def test_closing_twice_with_one_count_is_one_closing_and_another_count_is_refused(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    close(kilns, ONE_FEE)
    with pytest.raises(StalePage):
        close(kilns, {10_000: 4})
    assert closing_of(kilns).notes == {"20000": 2}


@pytest.mark.parametrize("who", ["bopha", "phally", "dara", "visal"])
def test_only_a_cashier_or_the_head_of_the_office_closes_and_confirms(kilns: Kilns, who: str) -> None:
    take(kilns)
    member = getattr(kilns.cast, who)
    with pytest.raises(NotAllowed):
        close(kilns, ONE_FEE, who=member)
    close(kilns, ONE_FEE)
    for way in (confirm, send_back, reopen):
        with pytest.raises(NotAllowed):
            way(kilns, member)


def test_a_cashier_does_not_close_the_book_of_a_colleague_but_the_head_does(kilns: Kilns) -> None:
    take(kilns)
    with pytest.raises(NotAllowed):
        close(kilns, ONE_FEE, who=colleague(kilns))
    close(kilns, ONE_FEE, who=kilns.cast.kunthea)
    with pytest.raises(BookNeedsAnother):
        confirm(kilns)
    with pytest.raises(BookNeedsAnother):
        confirm(kilns, kilns.cast.sopheap)


def test_nobody_confirms_or_sends_back_what_they_closed_themselves(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    for way in (confirm, send_back):
        with pytest.raises(BookNeedsAnother):
            way(kilns, kilns.cast.sopheap)
    assert book(kilns).status == BookStatus.CLOSED


def test_a_book_that_is_sent_back_takes_receipts_again_and_is_counted_anew(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, {10_000: 4})
    with pytest.raises(ReasonMissing):
        send_back(kilns, reason=" ")
    send_back(kilns)
    take(kilns, kilns.send(kilns.cast.rithy))
    assert figures(kilns).receipts == 2
    with pytest.raises(StalePage):
        confirm(kilns, number=1)
    close(kilns, {20_000: 4})
    confirm(kilns, number=2)
    assert [closing_of(kilns, number).status for number in (1, 2)] == ["sent_back", "confirmed"]


def test_the_head_alone_opens_a_confirmed_book_again_and_says_why(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    with pytest.raises(StalePage):
        reopen(kilns)
    confirm(kilns)
    with pytest.raises(NotAllowed):
        reopen(kilns, kilns.cast.sopheap)
    with pytest.raises(ReasonMissing):
        reopen(kilns, reason="")
    reopen(kilns)
    assert (book(kilns).status, closing_of(kilns).status) == ("open", "reopened")
    assert closing_of(kilns).reason == "A note was forgotten"
    with pytest.raises(StalePage):
        reopen(kilns)


def test_a_head_does_not_open_their_own_book_again(kilns: Kilns) -> None:
    office = kilns.cast.battambang
    both = frozenset({("cashier", office), ("head", office)})
    kunthea = replace(kilns.cast.kunthea.actor, memberships=both)
    take(kilns, None, kunthea)
    mine = book(kilns, cashier=kilns.cast.kunthea.person_id)
    with kilns.house.database.transaction() as session:
        closings.close(session, kunthea, mine.key, Counted(ONE_FEE), "", seen=FEE, now=NOW)
    with kilns.house.database.transaction() as session:
        closings.confirm(session, kilns.cast.sopheap.actor, mine.key, 1, now=NOW)
    with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
        closings.reopen(session, kunthea, mine.key, 1, "Mine", now=NOW)


def test_a_book_that_nobody_knows_is_not_found(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session, pytest.raises(NotFound):
        closings.confirm(session, kilns.cast.kunthea.actor, "no-such-book", 1, now=NOW)


def test_the_sealed_log_has_the_numbers_of_each_closing(kilns: Kilns) -> None:
    take(kilns)
    close(kilns, ONE_FEE)
    confirm(kilns)
    reopen(kilns)
    security_log.seal_new(kilns.house, now=NOW)
    with kilns.house.database.reading() as session:
        wanted = select(SecurityEvent).where(SecurityEvent.kind.startswith("book_")).order_by(SecurityEvent.id)
        lines = session.scalars(wanted).all()
        assert not list(security_log.verify(session))
    assert [line.kind for line in lines] == ["book_closed", "book_confirmed", "book_opened_again"]
    assert all(line.seq and line.data["in_cash"] == FEE and line.data["last"] == FIRST for line in lines)
    assert lines[0].data["notes"] == {"20000": 2}


def test_receipts_of_the_day_from_before_there_were_books_come_into_its_book(kilns: Kilns) -> None:
    take(kilns)
    with kilns.house.database.transaction() as session:
        payment = session.scalars(select(Payment)).one()
        payment.book_id = None
        session.flush()
        session.delete(session.scalars(select(CashBook)).one())
    take(kilns, kilns.send(kilns.cast.rithy))
    assert figures(kilns) == Figures(2, 0, FIRST, SECOND, cash=2 * FEE)
