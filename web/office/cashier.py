"""The cashier's desk: fees that are due, cash and bank payments, confirming KHQR payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.documents import qr
from engine.errors import (
    AlreadyPaid,
    BankReferenceMissing,
    BankReferenceUsed,
    NotABankReference,
    PaymentNotDue,
    ReasonMissing,
    Refused,
    WrongAmount,
)
from engine.money import bank_notes, payments
from engine.money.bank_references import reference_given
from engine.money.payments import Receipt
from engine.packages.groups import CASHIER
from engine.queries.office import cashier as desk_queries
from engine.queries.office.cashier import payment_desk, taken_today
from engine.queries.office.desk import waiting_at_desk
from engine.queries.office.receipt_paper import METHODS
from engine.queries.office.void_receipts import receipts_in_question
from engine.typed.fault import Fault
from engine.typed.numbers import typed_riel
from engine.words import PaymentMethod, TaskKind
from web.access import access
from web.context import house, note_case, now, reading, transaction
from web.errors import sentence
from web.office import blueprint
from web.office.paging import asked_page

_TOO_MUCH = 10**12
CONFIRMED = "confirmed"
"""The field of the second page, without which nothing is recorded."""


@blueprint.get("/office/cashier", endpoint="cashier")
@access(groups=(CASHIER,))
def show_cashier() -> ResponseReturnValue:
    """The fees that are due at the cashier's offices, and what came in today."""
    with reading() as (session, actor):
        due = waiting_at_desk(session, house(), actor, TaskKind.PAYMENT, asked_page())
        takings = taken_today(session, actor, now=now())
        notes = desk_queries.bank_notes(session, actor)
        voids = receipts_in_question(session, actor)
    return render_template("office/cashier.html", due=due, takings=takings, methods=METHODS, notes=notes, voids=voids)


@blueprint.get("/office/cashier/<key>", endpoint="payment")
@access(groups=(CASHIER,))
def show_payment(key: str) -> ResponseReturnValue:
    """The fee of one application, and the ways of recording that it was paid."""
    return _payment_page(key, {})


@blueprint.post("/office/cashier/<key>/cash", endpoint="payment_cash")
@access(groups=(CASHIER,))
def take_cash(key: str) -> ResponseReturnValue:
    """Shows once more what would be recorded; records it when that was confirmed, twice with the same receipt."""
    amount, seen = whole_riel(request.form.get("amount", "")), request.form.get("void_seen", "")
    if not request.form.get(CONFIRMED):
        return _check(key, PaymentMethod.CASH, amount=amount)

    def record() -> Receipt:
        with transaction() as (session, actor):
            return payments.record_cash(session, house(), actor, key, amount, now=now(), void_seen=seen)

    return _recorded(key, "amount", record)


@blueprint.post("/office/cashier/<key>/bank-payment", endpoint="payment_bank")
@access(groups=(CASHIER,))
def take_bank_payment(key: str) -> ResponseReturnValue:
    """Shows once more what would be recorded, then records a bank payment of the whole fee, or confirms the KHQR code
    that was paid."""
    reference, code = request.form.get("bank_reference", ""), request.form.get("payment", "")
    seen = request.form.get("void_seen", "")
    if not request.form.get(CONFIRMED):
        return _check(key, PaymentMethod.KHQR if code else PaymentMethod.BANK, reference=reference)

    def record() -> Receipt:
        with transaction() as (session, actor):
            if code:
                return payments.confirm_payment(session, house(), actor, code, reference, now=now())
            return payments.record_bank_payment(session, house(), actor, key, reference, now=now(), void_seen=seen)

    return _recorded(key, "bank_reference", record)


@blueprint.post("/office/cashier/<key>/bank-note", endpoint="payment_bank_note")
@access(groups=(CASHIER,))
def clear_bank_note(key: str) -> ResponseReturnValue:
    """The cashier has dealt with money that the bank reported and that confirms nothing."""
    payment = request.form.get("payment", "")
    remark = request.form.get(f"remark-{payment}", "")
    try:
        with transaction() as (session, actor):
            bank_notes.clear(session, house(), actor, payment, remark, now=now())
    except ReasonMissing as refusal:
        return _payment_page(key, {f"remark-{payment}": refusal}), 422
    flash(gettext("Recorded how the bank's report was dealt with."), "success")
    return redirect(url_for("office.payment", key=key), code=303)


@blueprint.post("/office/cashier/<key>/khqr", endpoint="payment_khqr")
@access(groups=(CASHIER,))
def show_code(key: str) -> ResponseReturnValue:
    """Shows the code that the applicant can pay with on the spot; the same one until it expires."""
    with transaction() as (session, actor):
        payments.offer_khqr(session, house(), actor, key, now=now())
    return redirect(url_for("office.payment", key=key, _anchor="khqr"), code=303)


def _check(key: str, method: PaymentMethod, *, amount: int = 0, reference: str = "") -> ResponseReturnValue:
    """What the cashier is about to record, to be confirmed; or the page again when it could not be recorded."""
    with reading() as (session, actor):
        desk = payment_desk(session, house(), actor, key, now=now())
        if desk.receipt_number:
            raise AlreadyPaid(receipt=desk.receipt_number)
        if not desk.is_due:
            raise PaymentNotDue
        try:
            if method != PaymentMethod.CASH:
                reference = reference_given(reference, actor)
            elif amount != desk.amount:
                raise WrongAmount(expected=desk.amount)
        except (WrongAmount, BankReferenceMissing, NotABankReference) as refused:
            return _payment_page(key, {"amount" if method == PaymentMethod.CASH else "bank_reference": refused}), 422
    note_case(desk.reference)
    return render_template(
        "office/payment_check.html", desk=desk, method=method, methods=METHODS, reference=reference, typed=request.form
    )


def whole_riel(typed: str) -> int:
    """An amount as people write it (``៣០០ ០០០``, ``300,000``); 0 for what is no whole number."""
    try:
        amount = typed_riel(typed)
    except Fault:
        return 0
    return int(amount) if amount is not None and 0 < amount < _TOO_MUCH and amount == int(amount) else 0


def _recorded(key: str, field: str, record: Callable[[], Receipt]) -> ResponseReturnValue:
    """The new receipt, or the page again with what was refused."""
    try:
        receipt = record()
    except (WrongAmount, BankReferenceMissing, BankReferenceUsed, NotABankReference) as refused:
        return _payment_page(key, {field: refused}), 422
    note_case(receipt.reference)
    flash(gettext("Payment recorded. Print the receipt and give it to the applicant."), "success")
    return redirect(url_for("office.receipt", number=receipt.number), code=303)


def _payment_page(key: str, refused: Mapping[str, Refused]) -> str:
    with reading() as (session, actor):
        desk = payment_desk(session, house(), actor, key, now=now())
    note_case(desk.reference)
    code = Markup(qr.inline_svg(desk.live_code, "KHQR")) if desk.live_code else ""  # noqa: S704 - our own drawing
    errors = {field: sentence(refusal) for field, refusal in refused.items()}
    return render_template("office/payment.html", desk=desk, code=code, errors=errors, typed=request.form)
