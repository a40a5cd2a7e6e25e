"""The papers that people take home from the counter, as PDF in Khmer and English.

The slip of a claim gets them into their account at home. The acknowledgement slip says what was received, how to follow
it and the promised day; the payment receipt is numbered and shows the amount in figures and in Khmer words. All carry a
QR code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from engine import localise
from engine.documents import pdf, qr
from engine.documents.amounts import riel_in_words
from engine.khmer import Bilingual

TEMPLATE: Final = Path(__file__).with_name("receipt.typ")
Paper = Literal["a5", "a4", "roll"]
PAPERS: Final[dict[str, Paper]] = {"a5": "a5", "a4": "a4", "roll": "roll"}
"""By the word in an address. ``roll``: 80 mm wide and as long as it must be, for printers that stand at the desk."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line of what was charged, in whole riel."""

    label: Bilingual
    amount: int


@dataclass(frozen=True, slots=True)
class BankLine:
    """Where and when a fee was paid at a bank, and the bank's reference for it."""

    bank: Bilingual
    paid_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the office confirms to have received. ``appointments``: what for, and when and where."""

    reference: str
    tracking_code: str
    tracking_url: str
    service: Bilingual
    office: Bilingual
    applicant: Bilingual
    received_at: datetime
    promised_on: date | None
    fee: int
    help_phone: str = ""
    promised_after: Bilingual | None = None
    appointments: tuple[tuple[Bilingual, Bilingual], ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentReceipt:
    """Money that came in: ``number`` is the receipt's own, ``verify_url`` is where anyone can check it. A receipt that
    was made void says so above everything else, and so does a copy. ``handed`` is what was put on the counter, where
    change was given on it."""

    number: str
    reference: str
    service: Bilingual
    office: Bilingual
    payer: Bilingual
    method: Bilingual
    cashier: Bilingual
    paid_at: datetime
    lines: tuple[PaidLine, ...]
    total: int
    verify_url: str
    void_since: datetime | None = None
    bank: BankLine | None = None
    handed: int | None = None
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class RefundSlip:
    """Money that was paid back: ``number`` is the slip's own, ``receipt`` that of the payment. Whoever receives the
    money signs it."""

    number: str
    receipt: str
    reference: str
    service: Bilingual
    office: Bilingual
    payee: Bilingual
    agreed_by: Bilingual
    agreed_at: datetime
    fee: Bilingual
    amount: int
    reason: str
    verify_url: str


@dataclass(frozen=True, slots=True)
class ClaimSlip:
    """With which somebody gets into the account that the counter made for them: the ``code`` as it is typed, and the
    ``address`` of the page that asks for it."""

    code: str
    address: str
    name: Bilingual
    office: Bilingual
    made_at: datetime
    ends_at: datetime


def claim_slip(slip: ClaimSlip, *, fonts: Path, paper: Paper = "a5") -> bytes:
    """The slip of a claim as PDF/A-2b. Its QR code leads to the page and does not hold the code."""
    beside = Bilingual(
        "លេខ ៤ ខ្ទង់ចុងក្រោយនៃអត្តសញ្ញាណប័ណ្ណ ឬលិខិតឆ្លងដែនរបស់អ្នក", "The last 4 signs of your identity card or passport"
    )
    keep = Bilingual("សូមទុកដូចលុយ។ លេខកូដប្រើបានតែម្ដង។", "Keep it like money. The code works once.")
    rows = [
        _row("លេខកូដគណនី", "Claim code", _plain(slip.code), strong=True),
        _row("ត្រូវការដែរ", "You also need", beside),
        _row("ម្ចាស់គណនី", "Account of", slip.name),
        _row("បើកទំព័រ", "Open", _plain(slip.address)),
        _row("ប្រើបានដល់", "Holds until", _written(localise.day, slip.ends_at)),
        _row("ចំណាំ", "Note", keep),
    ]
    data = {
        "paper": paper,
        "title": _both(Bilingual("បើកគណនីរបស់អ្នកពីផ្ទះ", "Your account at home")),
        "office": _both(slip.office),
        "rows": rows,
        "lines": [],
        "promise": None,
        "qr_note": _both(Bilingual("ស្កេនដើម្បីបើកទំព័រ", "Scan to open the page")),
        "help_phone": "",
        "signature": None,
    }
    return _draw(data, slip.address, fonts, slip.made_at)


def acknowledgement(slip: Acknowledgement, *, fonts: Path, paper: Paper = "a5") -> bytes:
    """The acknowledgement slip as PDF/A-2b."""
    rows = [
        _row("លេខយោង", "Reference number", _plain(slip.reference), strong=True),
        _row("លេខកូដតាមដាន", "Tracking code", _plain(slip.tracking_code), strong=True),
        _row("សេវា", "Service", slip.service),
        _row("អ្នកដាក់ពាក្យ", "Applicant", slip.applicant),
        _row("ថ្ងៃទទួល", "Received", _written(localise.moment, slip.received_at)),
        _row("តម្លៃសេវា", "Fee", _written(localise.money, slip.fee)),
    ]
    rows += [_row(what.km, what.en, when) for what, when in slip.appointments]
    said = slip.promised_after if slip.promised_on is None else _written(localise.day, slip.promised_on)
    data = {
        "paper": paper,
        "title": _both(Bilingual("បង្កាន់ដៃទទួលពាក្យស្នើសុំ", "Acknowledgement of an application")),
        "office": _both(slip.office),
        "rows": rows,
        "lines": [],
        "promise": None if said is None else _both(said),
        "qr_note": _both(Bilingual("ស្កេនដើម្បីតាមដានពាក្យស្នើសុំ", "Scan to follow the application")),
        "help_phone": localise.phone(slip.help_phone) if slip.help_phone else "",
        "signature": None,
    }
    return _draw(data, slip.tracking_url, fonts, slip.received_at)


def payment_receipt(receipt: PaymentReceipt, *, fonts: Path, paper: Paper = "a5") -> bytes:
    """The numbered receipt as PDF/A-2b."""
    rows = [
        _row("លេខបង្កាន់ដៃ", "Receipt number", _plain(receipt.number), strong=True),
        _row("លេខយោង", "Reference number", _plain(receipt.reference)),
        _row("សេវា", "Service", receipt.service),
        _row("អ្នកបង់ប្រាក់", "Paid by", receipt.payer),
        _row("ថ្ងៃបង់ប្រាក់", "Paid on", _written(localise.moment, receipt.paid_at)),
        _row("របៀបបង់ប្រាក់", "Method", receipt.method),
    ]
    if receipt.bank is not None:
        rows.append(_row("បង់នៅធនាគារ", "Paid at the bank", _at_the_bank(receipt.bank)))
    if receipt.handed is not None:
        rows.append(_row("ប្រគល់ឱ្យ / អាប់វិញ", "Handed over / change", _change(receipt.handed, receipt.total)))
    title = Bilingual("បង្កាន់ដៃបង់ប្រាក់", "Payment receipt")
    if receipt.void_since is not None:
        title = Bilingual("បង្កាន់ដៃនេះមោឃៈ", "THIS RECEIPT IS VOID")
        rows.insert(0, _row("មោឃៈចាប់ពី", "Void since", _written(localise.moment, receipt.void_since), strong=True))
    data = {
        "paper": paper,
        "title": _both(title),
        "office": _both(receipt.office),
        "rows": rows,
        "lines": [_line(line.label, line.amount) for line in receipt.lines],
        "total": _line(Bilingual("សរុប", "Total"), receipt.total),
        "in_words": riel_in_words(receipt.total),
        "promise": None,
        "qr_note": _both(Bilingual("ស្កេនដើម្បីផ្ទៀងផ្ទាត់", "Scan to verify")),
        "help_phone": "",
        "signature": {"label": _both(Bilingual("បេឡាករ", "Cashier")), "name": _both(receipt.cashier)},
        "copy": _both(Bilingual("ច្បាប់ចម្លង", "COPY")) if receipt.is_copy else None,
    }
    return _draw(data, receipt.verify_url, fonts, receipt.paid_at)


def refund_slip(slip: RefundSlip, *, fonts: Path, paper: Paper = "a5") -> bytes:
    """The numbered slip of a refund as PDF/A-2b."""
    rows = [
        _row("លេខបង្កាន់ដៃសងប្រាក់", "Refund slip number", _plain(slip.number), strong=True),
        _row("លេខបង្កាន់ដៃបង់ប្រាក់", "Receipt number", _plain(slip.receipt)),
        _row("លេខយោង", "Reference number", _plain(slip.reference)),
        _row("សេវា", "Service", slip.service),
        _row("មូលហេតុ", "Reason", _plain(slip.reason)),
        _row("យល់ព្រមដោយ", "Agreed by", slip.agreed_by),
        _row("ថ្ងៃយល់ព្រម", "Agreed on", _written(localise.moment, slip.agreed_at)),
    ]
    data = {
        "paper": paper,
        "title": _both(Bilingual("បង្កាន់ដៃសងប្រាក់វិញ", "Refund slip")),
        "office": _both(slip.office),
        "rows": rows,
        "lines": [_line(slip.fee, slip.amount)],
        "total": _line(Bilingual("សងវិញ", "Paid back"), slip.amount),
        "in_words": riel_in_words(slip.amount),
        "promise": None,
        "qr_note": _both(Bilingual("ស្កេនដើម្បីតាមដានពាក្យស្នើសុំ", "Scan to follow the application")),
        "help_phone": "",
        "signature": {"label": _both(Bilingual("អ្នកទទួលប្រាក់", "Received by")), "name": _both(slip.payee)},
    }
    return _draw(data, slip.verify_url, fonts, slip.agreed_at)


def _draw(data: Mapping[str, Any], address: str, fonts: Path, issued_at: datetime) -> bytes:
    return pdf.render(TEMPLATE, data, fonts=fonts, issued_at=issued_at, files={"qr.svg": qr.svg(address)})


def _both(text: Bilingual) -> dict[str, str]:
    return {"km": text.km, "en": text.en}


def _plain(text: str) -> Bilingual:
    """Numbers that people type again stay in Latin digits in both languages."""
    return Bilingual(text, text)


def _written(write: Callable[[Value, str], str], value: Value) -> Bilingual:
    return Bilingual(write(value, "km"), write(value, "en"))


def _at_the_bank(paid: BankLine) -> Bilingual:
    """Bank, day and the bank's reference in one row: the paper has room for one more."""
    day = _written(localise.day, paid.paid_on)
    return Bilingual(*(f"{paid.bank(lang)}, {day(lang)}, {paid.reference}" for lang in localise.LANGUAGES))


def _change(handed: int, total: int) -> Bilingual:
    return Bilingual(
        *(f"{localise.money(handed, lang)} / {localise.money(handed - total, lang)}" for lang in localise.LANGUAGES)
    )


def _row(km: str, en: str, value: Bilingual, *, strong: bool = False) -> dict[str, Any]:
    return {"label": {"km": km, "en": en}, "value": _both(value), "strong": strong}


def _line(label: Bilingual, amount: int) -> dict[str, Any]:
    return {"label": _both(label), "amount": _both(_written(localise.money, amount))}
