"""What a cashier types from the paper of a bank: which bank, the day, its reference, the amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from engine.errors import BadAnswers, BankReferenceMissing, NotABankReference, WrongAmount
from engine.khmer import Bilingual
from engine.money.bank_references import reference_given
from engine.packages.form_errors import FieldError
from engine.people.actors import Actor
from engine.signs import undrawable
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.lines import typed_line
from engine.typed.numbers import typed_riel
from engine.typed.signs import visible
from storage.bank_slips import Bank

BANK, BANK_NAME, PAID_ON = "bank", "bank_name", "paid_on"
REFERENCE, AMOUNT, SLIP = "bank_reference", "bank_amount", "slip"
"""The fields, as the page names them."""
LABELS: Final[Mapping[str, Bilingual]] = {
    BANK: Bilingual("ធនាគារ", "Bank"),
    BANK_NAME: Bilingual("ឈ្មោះធនាគារ", "Name of the bank"),
    PAID_ON: Bilingual("ថ្ងៃបង់ប្រាក់នៅធនាគារ", "Day of the payment"),
    AMOUNT: Bilingual("ចំនួនប្រាក់ដែលបានទទួល", "Amount received"),
    SLIP: Bilingual("បង្កាន់ដៃរបស់ធនាគារ", "Slip of the bank"),
}
LONGEST_NAME: Final = 100
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class BankPaper:
    """A bank payment as it was typed: ``bank_name`` only for a bank outside of the list, ``reference`` as references
    are compared, ``amount`` in whole riel, ``slip`` the key of the file that waits for it."""

    bank: Bank
    bank_name: str
    paid_on: date
    reference: str
    amount: int
    slip: str


def typed_paper(typed: Mapping[str, Any], actor: Actor) -> BankPaper:
    """What was typed into the fields of a bank payment; ``BadAnswers`` names every field that is wrong."""
    errors: dict[str, object] = {}
    bank = _read(errors, BANK, lambda: _bank(typed.get(BANK)))
    named = _read(errors, BANK_NAME, lambda: _name(typed.get(BANK_NAME))) if bank == Bank.OTHER else ""
    paid_on = _read(errors, PAID_ON, lambda: typed_day(typed.get(PAID_ON)))
    amount = _read(errors, AMOUNT, lambda: _whole(typed.get(AMOUNT)))
    slip = _read(errors, SLIP, lambda: typed_line(typed.get(SLIP)))
    reference = ""
    try:
        reference = reference_given(str(typed.get(REFERENCE, "")), actor)
    except (BankReferenceMissing, NotABankReference) as refused:
        errors[REFERENCE] = refused
    if errors or bank is None or paid_on is None or amount is None:
        raise BadAnswers(errors)
    return BankPaper(bank, named or "", paid_on, reference, amount, slip or "")


def wrong_in(paper: BankPaper, *, fee: int, known_on: date, today: date) -> dict[str, object]:
    """What is wrong with a paper, by field: a day that is still to come or from before the fee was known, or an amount
    that is not the fee."""
    errors: dict[str, object] = {}
    if paper.paid_on > today:
        errors[PAID_ON] = _error(PAID_ON, "too_late", limit=f"{today:%d/%m/%Y}")
    elif paper.paid_on < known_on:
        errors[PAID_ON] = _error(PAID_ON, "too_early", limit=f"{known_on:%d/%m/%Y}")
    if paper.amount != fee:
        errors[AMOUNT] = WrongAmount(expected=fee, given=paper.amount)
    return errors


def slip_missing() -> BadAnswers:
    """The refusal of a payment whose slip is not there, or not any more."""
    return BadAnswers({SLIP: _error(SLIP, "required")})


def _read(errors: dict[str, object], field: str, read: Callable[[], Value | None]) -> Value | None:
    try:
        value = read()
    except Fault as fault:
        errors[f"{field}-{fault.part}" if fault.part else field] = _error(field, fault.error, **fault.params)
        return None
    if value in (None, ""):
        errors[field] = _error(field, "required")
    return value


def _error(field: str, error: str, **params: Any) -> FieldError:
    return FieldError(field, error, LABELS[field], params)


def _bank(raw: Any) -> Bank | None:
    code = typed_line(raw)
    if not code:
        return None
    try:
        return Bank(code)
    except ValueError as unknown:
        raise Fault("not_an_option") from unknown


def _name(raw: Any) -> str:
    """A name on one line; it stands on the receipt, so it has signs that papers can show."""
    text = " ".join(visible(typed_line(raw)).split())
    if len(text) > LONGEST_NAME:
        raise Fault("too_long", limit=LONGEST_NAME)
    if strange := undrawable(text):
        raise Fault("no_font", signs=strange)
    return text


def _whole(raw: Any) -> int | None:
    amount = typed_riel(raw)
    if amount is not None and amount != int(amount):
        raise Fault("not_whole")
    return None if amount is None else int(amount)
