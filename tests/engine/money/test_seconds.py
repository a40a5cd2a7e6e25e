"""The book of an office without a second person is confirmed by somebody of the office above who was named for it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from engine.errors import NotAllowed, NotFound, ReasonMissing
from engine.errors.cash import BookNeedsAnother, NoSuchSecond
from engine.money import closings
from engine.money.counting import Counted
from engine.money.seconds import name_second
from engine.offices.opening import open_office, usual_facts
from engine.people.actors import Actor
from engine.queries.office.books import book_shown, unsettled_books
from engine.references import new_key
from storage.cash_books import BookSecond, BookStatus, CashBook
from storage.notices import NoticePlace
from storage.people import Membership
from storage.security_log import SecurityEvent
from tests.bell import notices
from tests.cast import HIRED, NOW, Member
from tests.small.cases import Kilns

TODAY = date(2026, 3, 2)


@pytest.fixture
def small(kilns: Kilns) -> str:
    """The key of the book of Nhem Mony, the only cashier of the district 0203, who has counted and closed it."""
    mony = kilns.cast.mony
    with kilns.house.database.transaction() as session:
        district = open_office(session, kilns.cast.visal.actor, usual_facts("0203"), now=NOW)
        session.add(Membership(person_id=mony.person_id, office_id=district, group="cashier", from_day=HIRED))
        book = CashBook(
            key=new_key(), office_id=district, cashier_id=mony.person_id, day=TODAY, status=BookStatus.OPEN,
            opened_at=NOW,
        )  # fmt: skip
        session.add(book)
        session.flush()
        cashier = Actor(mony.person_id, memberships=frozenset({("cashier", district)}))
        closings.close(session, cashier, book.key, Counted({}), "", seen=0, now=NOW)
        return book.key


def name(kilns: Kilns, who: Member | None, reason: str = "One cashier only", *, by: Member | None = None) -> None:
    with kilns.house.database.transaction() as session:
        person_id = who.person_id if who else None
        named = partial(name_second, today=TODAY, now=NOW)
        named(session, (by or kilns.cast.visal).actor, "0203", person_id, reason)


def confirm(kilns: Kilns, key: str, who: Member) -> None:
    with kilns.house.database.transaction() as session:
        closings.confirm(session, who.actor, key, 1, now=NOW)


def status(kilns: Kilns, key: str) -> str:
    with kilns.house.database.reading() as session:
        return session.scalars(select(CashBook.status).where(CashBook.key == key)).one()


def test_whoever_is_named_sees_the_book_and_confirms_it(kilns: Kilns, small: str) -> None:
    kunthea = kilns.cast.kunthea
    with kilns.house.database.reading() as session, pytest.raises(NotFound):
        book_shown(session, kunthea.actor, small, today=TODAY)
    name(kilns, kunthea)
    with kilns.house.database.reading() as session:
        shown = book_shown(session, kunthea.actor, small, today=TODAY)
        assert [one.key for one in unsettled_books(session, kunthea.actor, today=TODAY)] == [small]
    assert (shown.may_answer, shown.may_reopen, shown.line.may_close, shown.line.is_below) == (True, False, False, True)
    assert shown.second is not None
    assert shown.second.en == kunthea.name_latin
    for _ in range(2):
        confirm(kilns, small, kunthea)
    assert status(kilns, small) == BookStatus.CONFIRMED


def test_whoever_is_named_is_told_of_a_book_that_was_closed_while_they_work_above(kilns: Kilns, small: str) -> None:
    kunthea, mony = kilns.cast.kunthea, kilns.cast.mony
    assert notices(kilns.house, kunthea) == [], "nobody was named when it was closed"
    name(kilns, kunthea)
    with kilns.house.database.transaction() as session:
        closings.send_back(session, kunthea.actor, small, 1, "Count again", now=NOW)
        district = session.scalars(select(CashBook.office_id).where(CashBook.key == small)).one()
        cashier = Actor(mony.person_id, memberships=frozenset({("cashier", district)}))
        closings.close(session, cashier, small, Counted({}), "", seen=0, now=NOW)
    (told,) = notices(kilns.house, kunthea)
    assert (told.place_kind, told.opens) == (NoticePlace.BOOK, small)
    with kilns.house.database.transaction() as session:
        closings.send_back(session, kunthea.actor, small, 2, "Count again", now=NOW)
        session.execute(
            update(Membership).where(Membership.person_id == kunthea.person_id).values(to_day=TODAY - timedelta(days=1))
        )
        closings.close(session, cashier, small, Counted({}), "", seen=0, now=NOW)
    assert len(notices(kilns.house, kunthea)) == 1


def test_a_colleague_who_is_not_named_does_not_and_the_named_one_neither_closes_nor_opens(
    kilns: Kilns, small: str
) -> None:
    kunthea = kilns.cast.kunthea
    name(kilns, kunthea)
    with pytest.raises(NotAllowed):
        confirm(kilns, small, kilns.cast.sopheap)
    with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
        closings.close(session, kunthea.actor, small, Counted({}), "", seen=0, now=NOW)
    confirm(kilns, small, kunthea)
    with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
        closings.reopen(session, kunthea.actor, small, 1, "Again", now=NOW)


def test_whoever_closed_the_book_never_confirms_it_also_when_they_work_above(kilns: Kilns, small: str) -> None:
    mony = kilns.cast.mony
    with pytest.raises(NoSuchSecond):  # they work at the district
        name(kilns, mony)
    name(kilns, kilns.cast.kunthea)
    with kilns.house.database.transaction() as session:
        session.execute(update(BookSecond).values(person_id=mony.person_id))
    above = Actor(mony.person_id, memberships=frozenset({("head", kilns.cast.battambang)}))
    with kilns.house.database.transaction() as session, pytest.raises(BookNeedsAnother):
        closings.confirm(session, above, small, 1, now=NOW)


def test_whoever_leaves_the_office_above_answers_no_longer(kilns: Kilns, small: str) -> None:
    name(kilns, kilns.cast.kunthea)
    gone = Actor(kilns.cast.kunthea.person_id, memberships=frozenset({("head", kilns.cast.phnom_penh)}))
    with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
        closings.confirm(session, gone, small, 1, now=NOW)


def test_naming_is_written_down_one_at_a_time_and_only_of_the_office_above(kilns: Kilns, small: str) -> None:
    for nobody in (kilns.cast.phally, kilns.cast.bopha, kilns.cast.dara):
        with pytest.raises(NoSuchSecond):
            name(kilns, nobody)
    with pytest.raises(NotAllowed):
        name(kilns, kilns.cast.kunthea, by=kilns.cast.kunthea)
    with pytest.raises(ReasonMissing):
        name(kilns, kilns.cast.kunthea, " ")
    for who in (kilns.cast.kunthea, kilns.cast.kunthea, kilns.cast.sopheap, None):
        name(kilns, who)
    with kilns.house.database.reading() as session:
        wanted = select(SecurityEvent).where(SecurityEvent.kind.like("book_second%")).order_by(SecurityEvent.id)
        said = session.scalars(wanted).all()
        standing = session.scalars(select(BookSecond).where(BookSecond.ended_at.is_(None))).all()
    assert [(line.kind, line.person_id) for line in said] == [
        ("book_second_named", kilns.cast.kunthea.person_id),
        ("book_second_ended", kilns.cast.kunthea.person_id),
        ("book_second_named", kilns.cast.sopheap.person_id),
        ("book_second_ended", kilns.cast.sopheap.person_id),
    ]
    assert standing == []
    with pytest.raises(NotAllowed):
        confirm(kilns, small, kilns.cast.sopheap)
