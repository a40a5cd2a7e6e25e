"""The numbered receipt on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.documents.receipts import (
    BankLine,
    PaidLine,
    Paper,
    PaymentReceipt,
    RefundSlip,
    payment_receipt,
    refund_slip,
)
from engine.house import House
from engine.khmer import Bilingual
from engine.queries.office.cashier import ReceiptPage
from engine.queries.office.remissions import RemissionShown
from engine.results.slips import tracking_url
from storage.payments import PaymentMethod

METHODS: Final[Mapping[PaymentMethod, Bilingual]] = {
    PaymentMethod.CASH: Bilingual("សាច់ប្រាក់", "Cash"),
    PaymentMethod.KHQR: Bilingual("KHQR", "KHQR"),
    PaymentMethod.BANK: Bilingual("បង់តាមធនាគារ", "Bank payment"),
}
_BY_THE_BANK: Final = Bilingual("បញ្ជាក់ដោយធនាគារ", "Confirmed by the bank")


def receipt_pdf(house: House, page: ReceiptPage, *, paper: Paper = "a5", is_copy: bool = False) -> bytes:
    """The receipt as PDF/A, with a QR code that leads to the tracking page of the application."""
    receipt = PaymentReceipt(
        number=page.number,
        reference=page.reference,
        service=page.service,
        office=page.office,
        payer=page.payer,
        method=METHODS[PaymentMethod(page.method)],
        cashier=page.cashier or _BY_THE_BANK,
        paid_at=page.at,
        lines=tuple(PaidLine(line.label, line.amount) for line in page.lines),
        total=page.amount,
        bank=BankLine(page.bank.bank, page.bank.paid_on, page.bank_reference) if page.bank else None,
        void_since=page.void.void_at if page.void else None,
        verify_url=tracking_url(house, page.tracking_code),
        handed=page.handed if page.handed is not None and page.handed > page.amount else None,
        is_copy=is_copy,
    )
    return payment_receipt(receipt, fonts=house.fonts, paper=paper)


def refund_pdf(house: House, page: RemissionShown) -> bytes:
    """The slip of a refund as PDF/A, which whoever receives the money signs."""
    slip = RefundSlip(
        number=page.number,
        receipt=page.receipt,
        reference=page.reference,
        service=page.service,
        office=page.office,
        payee=page.applicant,
        agreed_by=page.answered_by or Bilingual("", ""),
        agreed_at=page.answered_at or page.asked_at,
        fee=page.fee,
        amount=page.amount,
        reason=page.reason,
        verify_url=tracking_url(house, page.tracking_code),
    )
    return refund_slip(slip, fonts=house.fonts)
