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
from engine.queries.citizen.my_application import my_application
from engine.queries.office.void_receipts import voids as listed
from storage.events import CaseEvent
from storage.messages import Notification
from storage.payments import Payment
from storage.people import Person
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


def told(kilns: Kilns) -> list[Notification]:
    """The messages about void receipts."""
    with kilns.house.database.reading() as session:
        about = Notification.idempotency_key.contains("/receipt_void/")
        return list(session.scalars(select(Notification).where(about).order_by(Notification.id)))


@pytest.mark.parametrize(
    ("language", "account", "words"),
    [
        (
            "en",
            None,
            ("Reason: ប្រាក់ច្រឡំ. Please come to Battambang One Window", "to pay 40 000 riel again."),
        ),
        ("en", ACCOUNT, ("Reason: ប្រាក់ច្រឡំ. Please pay 40 000 riel again: sign in and pay by KHQR, or come to",)),
        ("km", None, ("មូលហេតុ៖ ប្រាក់ច្រឡំ។ សូមមក ការិយាល័យច្រកចេញចូលតែមួយ ខេត្តបាត់ដំបង ដើម្បីបង់",)),
        ("km", ACCOUNT, ("មូលហេតុ៖ ប្រាក់ច្រឡំ។ សូមបង់", "ចូលគណនីបង់តាម KHQR")),
    ],
)
def test_the_applicant_is_told_once_why_and_how_to_pay_again(
    kilns: Kilns, language: str, account: PaymentAccount | None, words: tuple[str, ...]
) -> None:
    if account:
        kilns = Kilns(replace(kilns.house, payment_account=account), kilns.cast)
    with kilns.house.database.transaction() as session:
        session.get_one(Person, kilns.cast.dara.person_id).language = language
    sent = kilns.send()
    take_cash(kilns, sent)
    ask(kilns, kilns.cast.sopheap)
    assert told(kilns) == [], "nothing is void before a second person agreed"
    for _ in range(2):
        agree(kilns, kilns.cast.kunthea)
    (message,) = told(kilns)
    assert (message.person_id, message.language) == (kilns.cast.dara.person_id, language)
    assert sent.reference in message.subject
    for part in (sent.reference, *words):
        assert part in message.body


def test_each_void_receipt_of_a_case_is_told(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    make_void(kilns)
    take_cash(kilns, sent, seen=FIRST)
    ask(kilns, kilns.cast.sopheap, number=SECOND)
    agree(kilns, kilns.cast.kunthea, number=SECOND)
    assert len(told(kilns)) == 2


def test_a_receipt_that_stands_tells_nobody(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    ask(kilns, kilns.cast.sopheap)
    with kilns.house.database.transaction() as session:
        voids.keep(session, kilns.house, kilns.cast.kunthea.actor, FIRST, now=NOW)
    assert told(kilns) == []


def test_the_applicant_pays_again_with_a_code_although_no_task_waits_for_it(kilns: Kilns) -> None:
    kilns = Kilns(replace(kilns.house, payment_account=ACCOUNT), kilns.cast)
    sent = kilns.approved()
    dara = kilns.cast.dara.actor
    with kilns.house.database.reading() as session:
        assert not my_application(session, kilns.house, dara, sent.key, now=NOW).progress.owes_again
    make_void(kilns)
    with kilns.house.database.reading() as session:
        mine = my_application(session, kilns.house, dara, sent.key, now=NOW)
    assert mine.progress.owes_again
    (fee,) = mine.bill.due
    assert (fee.how.void_receipt, fee.how.void_reason) == (FIRST, "ប្រាក់ច្រឡំ")
    assert (fee.how.receipt_number, fee.how.paid_at) == ("", None)
    with kilns.house.database.transaction() as session:
        code = payments.offer_khqr(session, kilns.house, dara, sent.key, now=NOW)
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            assert payments.confirm_by_md5(session, kilns.house, code.md5, "FT-2", now=NOW).number == SECOND
    with kilns.house.database.reading() as session:
        mine = my_application(session, kilns.house, dara, sent.key, now=NOW)
        assert (mine.progress.owes_again, [fee.how.receipt_number for fee in mine.bill.paid]) == (False, [SECOND])
        numbers = session.scalars(select(Payment.receipt_number).where(Payment.receipt_number.is_not(None)))
        assert sorted(numbers) == [FIRST, SECOND]
    collect(kilns, sent)


def test_a_code_that_was_void_once_its_fee_was_paid_is_not_shown_again_after_the_receipt_is_void(kilns: Kilns) -> None:
    kilns = Kilns(replace(kilns.house, payment_account=ACCOUNT), kilns.cast)
    sent, dara = kilns.send(), kilns.cast.dara.actor
    codes = []
    for pays in (True, False):
        with kilns.house.database.transaction() as session:
            codes.append(payments.offer_khqr(session, kilns.house, dara, sent.key, now=NOW).payment_key)
        if pays:
            take_cash(kilns, sent)
            make_void(kilns)
    assert codes[0] != codes[1]


def test_nothing_is_owed_again_by_a_case_that_is_over(kilns: Kilns) -> None:
    sent = kilns.send()
    take_cash(kilns, sent)
    make_void(kilns)
    kilns.check(sent, "refuse")
    with kilns.house.database.reading() as session:
        mine = my_application(session, kilns.house, kilns.cast.dara.actor, sent.key, now=NOW)
    assert not mine.progress.owes_again


def test_the_head_sees_who_asked_why_who_agreed_and_the_later_receipt(kilns: Kilns) -> None:
    sent, other = kilns.send(), kilns.send(kilns.cast.rithy)
    take_cash(kilns, sent)
    make_void(kilns)
    take_cash(kilns, other)
    ask(kilns, kilns.cast.kunthea, "ឈ្មោះខុស", SECOND)
    take_cash(kilns, sent, seen=FIRST, now=NOW + DAY)
    with kilns.house.database.reading() as session:
        lines = {line.number: line for line in listed(session, kilns.cast.kunthea.actor).items}
        assert listed(session, kilns.cast.phally.actor).items == ()
    done, asked = lines[FIRST], lines[SECOND]
    assert (done.reference, done.payer.en, done.amount, done.reason) == (sent.reference, "Sok Dara", FEE, "ប្រាក់ច្រឡំ")
    assert (done.asked_by.en, done.asked_at) == ("Ly Sopheap", NOW)
    assert done.agreed_by is not None
    assert (done.agreed_by.en, done.void_at, done.later) == ("Prak Kunthea", NOW, "R-02-26-000003")
    assert (asked.asked_by.en, asked.reason, asked.agreed_by, asked.void_at, asked.later) == (
        "Prak Kunthea", "ឈ្មោះខុស", None, None, "",
    )  # fmt: skip
