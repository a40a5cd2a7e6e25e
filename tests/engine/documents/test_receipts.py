from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.documents.receipts import (
    Acknowledgement,
    BankLine,
    PaidLine,
    Paper,
    PaymentReceipt,
    acknowledgement,
    payment_receipt,
)
from engine.khmer import Bilingual
from tests.engine.documents.conftest import HALF_PAST_NINE
from tests.engine.documents.test_pdf import embedded_fonts, open_pdf

SERVICE = Bilingual("អាជ្ញាប័ណ្ណផ្ទះសំណាក់", "Guesthouse licence")
OFFICE = Bilingual("ការិយាល័យច្រកចេញចូលតែមួយ ខេត្តបាត់ដំបង", "One Window Service Office, Battambang")
DARA = Bilingual("សុខ ដារ៉ា", "Sok Dara")
BOPHA = Bilingual("ចាន់ បុប្ផា", "Chan Bopha")
SLIP = Acknowledgement(
    reference="02-26-000123-7",
    tracking_code="K7QM-42XD",
    tracking_url="https://owso.example/track/K7QM42XD",
    service=SERVICE,
    office=OFFICE,
    applicant=DARA,
    received_at=HALF_PAST_NINE,
    promised_on=date(2026, 3, 3),
    fee=180_000,
    help_phone="+85553123456",
)
RECEIPT = PaymentReceipt(
    number="02-26-R-000045",
    reference="02-26-000123-7",
    service=SERVICE,
    office=OFFICE,
    payer=DARA,
    method=Bilingual("សាច់ប្រាក់", "Cash"),
    cashier=BOPHA,
    paid_at=HALF_PAST_NINE,
    lines=(PaidLine(Bilingual("ថ្លៃបន្ទប់", "Rooms"), 180_000),),
    total=180_000,
    verify_url="https://owso.example/verify/ABC",
)


def words(content: bytes) -> str:
    """The Latin words of the first page; Khmer is not read back from a PDF."""
    return open_pdf(content).pages[0].extract_text().replace("\u00a0", " ")


def test_the_slip_names_reference_code_and_the_promised_day(fonts: Path) -> None:
    content = acknowledgement(SLIP, fonts=fonts)
    for expected in ("02-26-000123-7", "K7QM-42XD", "Guesthouse licence", "Tuesday 3 March 2026", "053 123 456"):
        assert expected in words(content)
    assert {"KantumruyPro-Regular", "Moul-Regular"} <= embedded_fonts(open_pdf(content))


def test_a_slip_without_a_promised_day_promises_nothing(fonts: Path) -> None:
    assert "Ready by" not in words(acknowledgement(replace(SLIP, promised_on=None), fonts=fonts))


def test_the_receipt_names_its_number_the_amount_and_the_cashier(fonts: Path) -> None:
    text = words(payment_receipt(RECEIPT, fonts=fonts))
    for expected in ("02-26-R-000045", "KHR 180,000", "Chan Bopha", "Cash", "17 Feb 2026, 09:30"):
        assert expected in text


def test_the_receipt_of_a_bank_payment_names_bank_day_and_reference_on_one_sheet(fonts: Path) -> None:
    bank = BankLine(Bilingual("ធនាគារ អេស៊ីលីដា", "ACLEDA Bank"), date(2026, 2, 16), "FT26047ABC")
    content = payment_receipt(replace(RECEIPT, bank=bank), fonts=fonts)
    for expected in ("ACLEDA Bank", "16 February 2026", "FT26047ABC"):
        assert expected in words(content)
    assert "Paid at the bank" not in words(payment_receipt(RECEIPT, fonts=fonts))
    long = replace(RECEIPT, bank=bank, lines=RECEIPT.lines * 3, service=Bilingual(SERVICE.km * 2, SERVICE.en * 2))
    for receipt in (replace(RECEIPT, bank=bank), long, replace(long, lines=RECEIPT.lines, void_since=HALF_PAST_NINE)):
        assert len(open_pdf(payment_receipt(receipt, fonts=fonts)).pages) == 1


@pytest.mark.parametrize(("paper", "width"), [("a5", 420), ("a4", 595)])
def test_both_papers_fit_one_sheet(paper: Paper, width: int, fonts: Path) -> None:
    long = replace(RECEIPT, lines=RECEIPT.lines * 3, service=Bilingual(SERVICE.km * 2, SERVICE.en * 2))
    for content in (payment_receipt(long, fonts=fonts, paper=paper), acknowledgement(SLIP, fonts=fonts, paper=paper)):
        pages = open_pdf(content).pages
        assert len(pages) == 1
        assert round(pages[0].mediabox.width) == width


def test_a_roll_is_as_long_as_what_stands_on_it(fonts: Path) -> None:
    short, long = acknowledgement(SLIP, fonts=fonts, paper="roll"), payment_receipt(RECEIPT, fonts=fonts, paper="roll")
    pages = [open_pdf(content).pages for content in (short, long)]
    assert [len(one) for one in pages] == [1, 1]
    assert [round(one[0].mediabox.width) for one in pages] == [227, 227]
    assert pages[0][0].mediabox.height < pages[1][0].mediabox.height
    for content, expected in ((short, "K7QM-42XD"), (short, "Tuesday 3 March 2026"), (long, "02-26-R-000045")):
        assert expected in words(content)


def test_a_receipt_printed_again_is_the_same_paper(fonts: Path, moment: datetime) -> None:
    assert RECEIPT.paid_at == moment
    assert payment_receipt(RECEIPT, fonts=fonts) == payment_receipt(RECEIPT, fonts=fonts)
