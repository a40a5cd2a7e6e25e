"""A bank payment: its bank, its day, its reference, its amount and its slip, compared when it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.applications.uploads import examined
from engine.errors import (
    BadAnswers,
    BankReferenceMissing,
    DocumentRefused,
    NotABankReference,
    NotAllowed,
    NotFound,
    WrongAmount,
)
from engine.money import payments, voids
from engine.money.bank_papers import BankPaper, typed_paper
from engine.money.bank_slips import keep_slip
from engine.money.banks import NAMES, bank_words
from engine.packages.form_errors import FieldError
from engine.queries.office.bank_slips import slip_of_receipt
from engine.queries.office.cashier import payment_desk, receipt_page
from engine.queries.office.receipt_paper import receipt_pdf
from engine.queries.office.takings import taken_today
from storage.bank_slips import Bank, BankSlip
from storage.events import CaseEvent
from storage.payments import DueFee, Payment
from tests.cast import NOW, Member
from tests.drawings import photo, plain_pdf
from tests.engine.money.test_khqr import at_the_bank, offer
from tests.slips import PAPER, SLIP, brought
from tests.small.cases import FEE, Kilns

__all__ = ["at_the_bank"]

FIRST = "R-02-26-000001"
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
TYPED: Mapping[str, Any] = {
    "bank": "wing",
    "paid_on": {"day": "២", "month": "3", "year": "2026"},
    "bank_reference": "ft 26061",
    "bank_amount": "៤០ ០០០",
    "slip": "a-key",
}


def bring(kilns: Kilns, sent: Submitted, *, now: datetime = NOW, **other: Any) -> BankPaper:
    with kilns.house.database.transaction() as session:
        return brought(session, kilns.house, kilns.cast.sopheap.actor, sent.key, now=now, **other)


def record(kilns: Kilns, sent: Submitted, paper: BankPaper, *, now: datetime = NOW, seen: str = "") -> str:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.sopheap.actor
        return payments.record_bank_payment(
            session, kilns.house, actor, sent.key, paper, now=now, void_seen=seen
        ).number


def slips(kilns: Kilns) -> list[BankSlip]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(BankSlip).order_by(BankSlip.id)))


def kept(kilns: Kilns, digest: str) -> bool:
    try:
        return bool(kilns.house.files.get(digest))
    except FileNotFoundError:
        return False


def wrong(refused: BadAnswers) -> dict[str, str]:
    return {name: one.error for name, one in refused.errors.items() if isinstance(one, FieldError)}


def test_a_bank_payment_says_bank_day_and_slip_on_the_receipt_the_list_and_in_the_history(kilns: Kilns) -> None:
    sent = kilns.send()
    assert record(kilns, sent, bring(kilns, sent)) == FIRST
    cashier = kilns.cast.sopheap.actor
    with kilns.house.database.reading() as session:
        receipt = receipt_page(session, kilns.house, cashier, FIRST)
        assert receipt.bank is not None
        assert (receipt.bank.bank.en, receipt.bank.paid_on) == ("ACLEDA Bank", TODAY)
        assert taken_today(session, cashier, now=NOW).payments[0].bank == receipt.bank
        paid = session.scalars(select(CaseEvent).where(CaseEvent.kind == "paid")).one()
        assert (paid.data["bank"], paid.data["paid_on"]) == ("acleda", "2026-03-02")
        slip = slip_of_receipt(session, kilns.house, cashier, FIRST)
        assert (slip.media_type, slip.filename) == ("image/png", "slip.png")
    cash = receipt_pdf(kilns.house, replace(receipt, bank=None))
    assert receipt_pdf(kilns.house, receipt) != cash


def test_a_bank_outside_of_the_list_is_named(kilns: Kilns) -> None:
    sent = kilns.send()
    record(kilns, sent, bring(kilns, sent, bank=Bank.OTHER, bank_name="ធនាគារ ស្វាយ"))
    with kilns.house.database.reading() as session:
        receipt = receipt_page(session, kilns.house, kilns.cast.sopheap.actor, FIRST)
    assert receipt.bank is not None
    assert receipt.bank.bank.en == "ធនាគារ ស្វាយ"


def test_every_bank_has_its_name_in_both_languages() -> None:
    assert set(NAMES) == set(Bank)
    for names in ([name.km for name in NAMES.values()], [name.en for name in NAMES.values()]):
        assert all(names)
        assert len(set(names)) == len(names)
    assert bank_words(Bank.OTHER, "Svay Bank").km == "Svay Bank"
    assert bank_words(Bank.ABA, "").en == "ABA Bank"


def test_what_is_typed_is_read_as_everywhere_else(kilns: Kilns) -> None:
    paper = typed_paper(TYPED, kilns.cast.sopheap.actor)
    assert paper == BankPaper(Bank.WING, "", TODAY, "FT26061", FEE, "a-key")
    other = typed_paper({**TYPED, "bank": "other", "bank_name": " Svay\u200b  Bank "}, kilns.cast.sopheap.actor)
    assert (other.bank, other.bank_name) == (Bank.OTHER, "Svay Bank")
    named = typed_paper({**TYPED, "bank_name": "not needed"}, kilns.cast.sopheap.actor)
    assert named.bank_name == ""


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"bank": ""}, {"bank": "required"}),
        ({"bank": "a bank of mine"}, {"bank": "not_an_option"}),
        ({"bank": "other"}, {"bank_name": "required"}),
        ({"bank": "other", "bank_name": "Bank 😀"}, {"bank_name": "no_font"}),
        ({"bank": "other", "bank_name": "A" * 101}, {"bank_name": "too_long"}),
        ({"paid_on": {}}, {"paid_on": "required"}),
        ({"paid_on": {"day": "31", "month": "2", "year": "2026"}}, {"paid_on": "not_a_date"}),
        ({"paid_on": {"day": "2", "month": "x", "year": "2026"}}, {"paid_on-month": "not_a_date"}),
        ({"bank_amount": ""}, {"bank_amount": "required"}),
        ({"bank_amount": "many"}, {"bank_amount": "not_a_number"}),
        ({"bank_amount": "40000.5"}, {"bank_amount": "not_whole"}),
        ({"slip": ""}, {"slip": "required"}),
        ({"slip": None, "bank": None}, {"slip": "required", "bank": "required"}),
    ],
)
def test_every_wrong_field_is_named(kilns: Kilns, typed: dict[str, Any], errors: dict[str, str]) -> None:
    with pytest.raises(BadAnswers) as refused:
        typed_paper({**TYPED, **typed}, kilns.cast.sopheap.actor)
    assert wrong(refused.value) == errors
    assert all(
        one.text(language) for one in refused.value.errors.values() for language in ("km", "en")
        if isinstance(one, FieldError)
    )  # fmt: skip


@pytest.mark.parametrize(("typed", "refusal"), [("", BankReferenceMissing), ("<b>", NotABankReference)])
def test_the_reference_is_held_to_its_own_rule(kilns: Kilns, typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(BadAnswers) as refused:
        typed_paper({**TYPED, "bank_reference": typed, "bank": ""}, kilns.cast.sopheap.actor)
    assert {name: type(one) for name, one in refused.value.errors.items()} == {
        "bank_reference": refusal,
        "bank": FieldError,
    }


@pytest.mark.parametrize("amount", [FEE - 1, FEE + 1, 0, -FEE])
def test_the_amount_is_compared_when_it_is_recorded_and_both_are_told(kilns: Kilns, amount: int) -> None:
    sent = kilns.send()
    paper = bring(kilns, sent)
    with pytest.raises(WrongAmount) as refused:
        record(kilns, sent, replace(paper, amount=amount))
    assert refused.value.facts == {"expected": FEE, "given": amount}
    assert record(kilns, sent, paper) == FIRST


def test_a_fee_that_changed_after_the_paper_was_checked_is_not_paid_by_it(kilns: Kilns) -> None:
    sent = kilns.send()
    paper = bring(kilns, sent)
    with kilns.house.database.transaction() as session:
        session.execute(update(DueFee).values(amount=FEE + 1_000))
    with pytest.raises(WrongAmount) as refused:
        record(kilns, sent, paper)
    assert refused.value.facts == {"expected": FEE + 1_000, "given": FEE}


EVENING = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""Half past midnight on 3 March in Phnom Penh; still 2 March in UTC."""


@pytest.mark.parametrize(
    ("day", "error"),
    [
        (TODAY - DAY, "too_early"),
        (TODAY, None),
        (TODAY + DAY, None),
        (TODAY + 2 * DAY, "too_late"),
    ],
)
def test_the_day_lies_between_the_fee_and_today_in_cambodia(kilns: Kilns, day: date, error: str | None) -> None:
    sent = kilns.send()
    paper = replace(bring(kilns, sent, now=EVENING), paid_on=day)
    if error is None:
        assert record(kilns, sent, paper, now=EVENING) == FIRST
        return
    with pytest.raises(BadAnswers) as refused:
        record(kilns, sent, paper, now=EVENING)
    assert wrong(refused.value) == {"paid_on": error}


def test_a_fee_that_is_known_since_the_night_was_known_on_that_day(kilns: Kilns) -> None:
    sent = kilns.send(now=EVENING)
    paper = bring(kilns, sent, now=EVENING)
    with pytest.raises(BadAnswers) as refused:
        record(kilns, sent, replace(paper, paid_on=TODAY), now=EVENING)
    assert wrong(refused.value) == {"paid_on": "too_early"}
    assert record(kilns, sent, paper, now=EVENING) == FIRST


def test_a_code_that_is_confirmed_by_hand_has_bank_day_and_slip_too(at_the_bank: Kilns) -> None:
    sent = at_the_bank.send()
    key, cashier = offer(at_the_bank, sent, hours=30).payment_key, at_the_bank.cast.sopheap.actor
    later = NOW + 2 * DAY
    paper = bring(at_the_bank, sent, now=later)

    def confirm(given: BankPaper) -> payments.Receipt:
        with at_the_bank.house.database.transaction() as session:
            return payments.confirm_payment(session, at_the_bank.house, cashier, key, given, now=later)

    for other, refusal in (
        ({"paid_on": TODAY}, BadAnswers),  # from before the code was shown
        ({"amount": FEE - 1}, WrongAmount),
        ({"slip": "another"}, BadAnswers),
    ):
        with pytest.raises(refusal):
            confirm(replace(paper, **other))
    assert confirm(paper).number == FIRST
    assert confirm(paper).number == FIRST
    assert [(slip.bank, slip.paid_on) for slip in slips(at_the_bank)] == [(Bank.ACLEDA, TODAY + 2 * DAY)]


def test_without_its_slip_nothing_is_recorded(kilns: Kilns) -> None:
    sent, other = kilns.send(), kilns.send()
    elsewhere = bring(kilns, other)
    for slip in ("", "unknown", elsewhere.slip):
        with pytest.raises(BadAnswers) as refused:
            record(kilns, sent, replace(PAPER, slip=slip))
        assert wrong(refused.value) == {"slip": "required"}


def test_the_slip_of_a_colleague_records_nothing(kilns: Kilns) -> None:
    sent = kilns.send()
    paper = bring(kilns, sent)
    with kilns.house.database.transaction() as session:
        session.execute(update(BankSlip).values(kept_by_id=kilns.cast.kunthea.person_id))
    with pytest.raises(BadAnswers):
        record(kilns, sent, paper)


def test_a_newer_slip_takes_the_place_of_the_older_and_its_file(kilns: Kilns) -> None:
    sent, cashier = kilns.send(), kilns.cast.sopheap.actor
    first = bring(kilns, sent)
    with kilns.house.database.transaction() as session:
        keep_slip(session, kilns.house, cashier, sent.key, examined("b.pdf", plain_pdf()), now=NOW)
    with pytest.raises(BadAnswers):
        record(kilns, sent, first)
    (waiting,) = slips(kilns)
    assert (waiting.filename, waiting.media_type) == ("b.pdf", "application/pdf")
    with kilns.house.database.reading() as session:
        desk = payment_desk(session, kilns.house, cashier, sent.key, now=NOW)
    assert desk.slip is not None
    assert (desk.slip.key, desk.slip.filename) == (waiting.key, "b.pdf")
    record(kilns, sent, replace(first, slip=waiting.key))
    assert kept(kilns, slips(kilns)[0].sha256)


def test_a_slip_that_was_sent_for_nothing_is_forgotten_when_the_fee_is_paid_another_way(kilns: Kilns) -> None:
    sent = kilns.send()
    bring(kilns, sent)
    (waiting,) = slips(kilns)
    assert kept(kilns, waiting.sha256)
    kilns.pay(sent)
    assert slips(kilns) == []
    assert not kept(kilns, waiting.sha256)


def test_the_same_picture_of_two_payments_stays_for_the_one_that_needs_it(kilns: Kilns) -> None:
    sent, other = kilns.send(), kilns.send()
    record(kilns, sent, bring(kilns, sent))
    bring(kilns, other)
    kilns.pay(other)
    (slip,) = slips(kilns)
    assert kept(kilns, slip.sha256)


def test_a_photo_is_kept_without_what_the_camera_noted(kilns: Kilns) -> None:
    sent, picture = kilns.send(), photo("JPEG")
    assert b"SPECIMEN CAMERA" in picture
    with kilns.house.database.transaction() as session:
        keep_slip(session, kilns.house, kilns.cast.sopheap.actor, sent.key, examined("a.jpg", picture), now=NOW)
    assert b"SPECIMEN CAMERA" not in kilns.house.files.get(slips(kilns)[0].sha256)


def test_what_is_no_picture_is_refused(kilns: Kilns) -> None:
    sent = kilns.send()
    for content in (b"MZ a program", b"", b"%PDF-1.4 broken"):
        with kilns.house.database.transaction() as session, pytest.raises(DocumentRefused):
            keep_slip(session, kilns.house, kilns.cast.sopheap.actor, sent.key, examined("a", content), now=NOW)
    assert slips(kilns) == []


@pytest.mark.parametrize("who", ["bopha", "kunthea", "phally", "dara", "visal"])
def test_only_a_cashier_of_the_office_brings_a_slip(kilns: Kilns, who: str) -> None:
    sent, actor = kilns.send(), getattr(kilns.cast, who).actor
    with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
        keep_slip(session, kilns.house, actor, sent.key, examined("a.png", SLIP), now=NOW)


@pytest.mark.parametrize(
    ("who", "sees"), [("dara", True), ("bopha", True), ("sopheap", True), ("phally", False), ("sreyneang", False)]
)
def test_the_slip_is_seen_by_the_applicant_and_by_officers_of_the_office(kilns: Kilns, who: str, sees: bool) -> None:
    sent, member = kilns.send(), getattr(kilns.cast, who)
    assert isinstance(member, Member)
    record(kilns, sent, bring(kilns, sent))
    with kilns.house.database.reading() as session:
        if sees:
            assert slip_of_receipt(session, kilns.house, member.actor, FIRST).content.startswith(b"\x89PNG")
            return
        with pytest.raises(NotFound):
            slip_of_receipt(session, kilns.house, member.actor, FIRST)


def test_a_receipt_for_cash_has_no_slip(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with kilns.house.database.reading() as session, pytest.raises(NotFound):
        slip_of_receipt(session, kilns.house, kilns.cast.sopheap.actor, FIRST)


def test_the_slip_of_a_void_receipt_stays_with_it(kilns: Kilns) -> None:
    sent = kilns.send()
    record(kilns, sent, bring(kilns, sent))
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, FIRST, "Another application", now=NOW)
    with kilns.house.database.transaction() as session:
        voids.agree(session, kilns.house, kilns.cast.kunthea.actor, FIRST, now=NOW)
    assert record(kilns, sent, bring(kilns, sent), seen=FIRST) == "R-02-26-000002"
    with kilns.house.database.reading() as session:
        for number in (FIRST, "R-02-26-000002"):
            assert slip_of_receipt(session, kilns.house, kilns.cast.dara.actor, number).content


def test_two_clicks_at_once_make_one_payment_with_one_slip(kilns: Kilns) -> None:
    sent, together = kilns.send(), Barrier(2)
    paper = bring(kilns, sent)

    def click(_: int) -> str:
        together.wait()
        return record(kilns, sent, paper)

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(click, range(2))) == {FIRST}
    with kilns.house.database.reading() as session:
        payment = session.scalars(select(Payment)).one()
    assert [slip.payment_id for slip in slips(kilns)] == [payment.id]
