"""A wrong receipt: asked to be void with a reason, made void by another person, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.errors import (
    FeeOwed,
    NotAllowed,
    PaymentNotDue,
    ReasonMissing,
    ReceiptStands,
    Refused,
    StalePage,
    VoidNeedsAnother,
)
from engine.handovers.handovers import Collected, hand_over
from engine.handovers.signatures import Signature
from engine.house import PaymentAccount
from engine.money import payments, voids
from storage.events import CaseEvent
from storage.payments import Payment
from tests.cast import NOW, Member
from tests.slips import PAPER, brought
from tests.small.cases import FEE, Kilns

ACCOUNT = PaymentAccount("owso@wing", "One Window Battambang", "Battambang")
DAY = timedelta(days=1)
FIRST, SECOND = "R-02-26-000001", "R-02-26-000002"


def ask(kilns: Kilns, who: Member, reason: str = "ប្រាក់ច្រឡំ", number: str = FIRST) -> None:
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, who.actor, number, reason, now=NOW)


def agree(kilns: Kilns, who: Member, number: str = FIRST) -> None:
    with kilns.house.database.transaction() as session:
        voids.agree(session, kilns.house, who.actor, number, now=NOW)


def make_void(kilns: Kilns) -> None:
    ask(kilns, kilns.cast.sopheap)
    agree(kilns, kilns.cast.kunthea)


def take_cash(kilns: Kilns, sent: Submitted, seen: str = "", now: datetime = NOW) -> str:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.sopheap.actor
        return payments.record_cash(session, kilns.house, actor, sent.key, FEE, now=now, void_seen=seen).number


def collect(kilns: Kilns, sent: Submitted) -> None:
    collected = Collected("Sok Dara", "010203040", Signature("drawn", b"a drawing", "image/png"))
    with kilns.house.database.transaction() as session:
        hand_over(session, kilns.house, kilns.cast.bopha.actor, kilns.task(sent, "hand_over"), collected, now=NOW)


def test_a_void_receipt_keeps_its_number_and_the_next_one_follows(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    make_void(kilns)
    with kilns.house.database.reading() as session:
        paid = session.scalars(select(Payment)).one()
        assert (paid.receipt_number, paid.status, paid.void_reason) == (FIRST, "void", "ប្រាក់ច្រឡំ")
        assert (paid.void_asked_by_id, paid.voided_by_id) == (
            kilns.cast.sopheap.person_id,
            kilns.cast.kunthea.person_id,
        )
    assert take_cash(kilns, sent, seen=FIRST) == SECOND
    with kilns.house.database.reading() as session:
        kinds = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.application_id, CaseEvent.seq)).all()
        assert [kind for kind in kinds if kind in ("paid", "void_asked", "receipt_void")] == [
            "paid", "void_asked", "receipt_void", "paid",
        ]  # fmt: skip
        assert list(verify_chains(session)) == []


def test_the_process_stays_where_it_is(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    promised = kilns.row(sent).promised_at
    make_void(kilns)
    assert kilns.row(sent).stage == "checking"
    take_cash(kilns, sent, seen=FIRST, now=NOW + DAY)
    assert (kilns.row(sent).stage, kilns.row(sent).promised_at) == ("checking", promised)
    assert promised is not None


def test_the_result_waits_until_the_fee_is_paid_again(kilns: Kilns) -> None:
    sent = kilns.approved()
    make_void(kilns)
    with pytest.raises(FeeOwed):
        collect(kilns, sent)
    take_cash(kilns, sent, seen=FIRST)
    collect(kilns, sent)
    assert kilns.row(sent).status == "ended"


def test_a_page_from_before_the_void_takes_no_money(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    make_void(kilns)
    with pytest.raises(StalePage):
        take_cash(kilns, sent)
    with kilns.house.database.transaction() as session, pytest.raises(StalePage):
        payments.record_bank_payment(session, kilns.house, kilns.cast.sopheap.actor, sent.key, PAPER, now=NOW)


def test_who_asked_does_not_agree(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    ask(kilns, kilns.cast.kunthea)
    with pytest.raises(VoidNeedsAnother):
        agree(kilns, kilns.cast.kunthea)
    agree(kilns, kilns.cast.sopheap)


@pytest.mark.parametrize("who", ["dara", "bopha", "rithy", "phally", "visal"])
def test_only_a_cashier_or_the_head_of_the_office_makes_receipts_void(kilns: Kilns, who: str) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(NotAllowed):
        ask(kilns, getattr(kilns.cast, who))
    ask(kilns, kilns.cast.sopheap)
    with pytest.raises(NotAllowed):
        agree(kilns, getattr(kilns.cast, who))


def test_nobody_makes_the_receipt_of_an_own_application_void(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.kunthea)
    kilns.pay(sent)
    with pytest.raises(NotAllowed):
        ask(kilns, kilns.cast.kunthea)
    ask(kilns, kilns.cast.sopheap)
    with pytest.raises(NotAllowed):
        agree(kilns, kilns.cast.kunthea)


def test_a_reason_is_needed(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(ReasonMissing):
        ask(kilns, kilns.cast.sopheap, " \u200b ")


def test_nothing_is_made_void_that_nobody_asked_for_or_that_was_taken_back(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with pytest.raises(StalePage):
        agree(kilns, kilns.cast.kunthea)
    ask(kilns, kilns.cast.sopheap)
    with kilns.house.database.transaction() as session:
        voids.keep(session, kilns.house, kilns.cast.sopheap.actor, FIRST, now=NOW)
    with pytest.raises(StalePage):
        agree(kilns, kilns.cast.kunthea)


def test_double_clicks_ask_once_and_make_void_once(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    for _ in range(2):
        ask(kilns, kilns.cast.sopheap)
    for _ in range(2):
        agree(kilns, kilns.cast.kunthea)
    with pytest.raises(StalePage):
        ask(kilns, kilns.cast.sopheap)
    with kilns.house.database.reading() as session:
        kinds = session.scalars(select(CaseEvent.kind)).all()
        assert (kinds.count("void_asked"), kinds.count("receipt_void")) == (1, 1)


def test_a_receipt_stands_once_the_result_was_handed_over_also_when_it_was_asked_before(kilns: Kilns) -> None:
    sent = kilns.approved()
    ask(kilns, kilns.cast.sopheap)
    collect(kilns, sent)
    with pytest.raises(ReceiptStands):
        agree(kilns, kilns.cast.kunthea)


def test_a_receipt_stands_in_a_case_that_is_over(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    kilns.check(sent, "refuse")
    with pytest.raises(ReceiptStands):
        ask(kilns, kilns.cast.sopheap)


def test_nothing_is_due_when_a_case_ends_after_its_receipt_was_made_void(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    make_void(kilns)
    kilns.check(sent, "refuse")
    with pytest.raises(PaymentNotDue):
        take_cash(kilns, sent, seen=FIRST)


def test_the_reference_of_a_void_bank_payment_pays_where_it_belongs(kilns: Kilns) -> None:
    wrong, right = kilns.send(), kilns.send()
    for number, sent in enumerate((wrong, right), start=1):
        with kilns.house.database.transaction() as session:
            actor = kilns.cast.sopheap.actor
            paper = brought(session, kilns.house, actor, sent.key)
            receipt = payments.record_bank_payment(session, kilns.house, actor, sent.key, paper, now=NOW)
            assert receipt.number == f"R-02-26-00000{number}"
        if number == 1:
            make_void(kilns)


def test_the_bank_does_not_bring_a_void_receipt_back(kilns: Kilns) -> None:
    kilns = Kilns(replace(kilns.house, payment_account=ACCOUNT), kilns.cast)
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        offer = payments.offer_khqr(session, kilns.house, kilns.cast.dara.actor, sent.key, now=NOW)
    with kilns.house.database.transaction() as session:
        payments.confirm_by_md5(session, kilns.house, offer.md5, "FT-1", now=NOW)
    make_void(kilns)
    with kilns.house.database.transaction() as session, pytest.raises(Refused):
        payments.confirm_by_md5(session, kilns.house, offer.md5, "FT-1", now=NOW)
    assert take_cash(kilns, sent, seen=FIRST) == SECOND
