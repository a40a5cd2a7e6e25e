"""The cashier's desk: fees that are due, cash and bank payments, confirming KHQR payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.documents import qr
from engine.errors import (
    AlreadyPaid,
    BadAnswers,
    BankReferenceUsed,
    DocumentRefused,
    PaymentNotDue,
    ReasonMissing,
    WrongAmount,
)
from engine.errors.cash import HandedTooLittle, HandedTooMuch
from engine.money import bank_notes, payments
from engine.money.bank_papers import (
    AMOUNT,
    BANK,
    BANK_NAME,
    PAID_ON,
    REFERENCE,
    SLIP,
    BankPaper,
    typed_paper,
    wrong_in,
)
from engine.money.bank_slips import keep_slip
from engine.money.banks import NAMES, bank_words
from engine.money.counter import require_enough
from engine.money.payments import Receipt
from engine.packages.groups import CASHIER
from engine.queries.office import cashier as desk_queries
from engine.queries.office.books import unsettled_books
from engine.queries.office.cashier import PaymentDesk, payment_desk
from engine.queries.office.desk import waiting_at_desk
from engine.queries.office.fee_search import fees_found
from engine.queries.office.receipt_paper import METHODS
from engine.queries.office.takings import taken_today
from engine.queries.office.void_receipts import receipts_in_question
from engine.typed.fault import Fault
from engine.typed.numbers import typed_riel
from engine.words import PaymentMethod, TaskKind
from web.access import access
from web.admin.parameters import choice
from web.citizen.problems import said
from web.context import LOCAL_ZONE, house, note_case, note_listed, now, reading, today, transaction
from web.exports import FORMATS
from web.office import blueprint
from web.office.desk_file import desk_answer
from web.office.paging import asked_stretch
from web.sent_files import looked_at

_TOO_MUCH = 10**12
CONFIRMED = "confirmed"
"""The field of the second page, without which nothing is recorded."""
HANDED = "handed"
EXACTLY = "exactly"
"""What was put on the counter as it was typed, and the button that says that it was the fee itself."""


@blueprint.get("/office/cashier", endpoint="cashier")
@access(groups=(CASHIER,))
def show_cashier() -> ResponseReturnValue:
    """The fees that are due at the cashier's offices, and what came in today."""
    typed = request.args.get("q", "")
    if end := choice("as", FORMATS):
        return desk_answer("one-window-fees-due", end, TaskKind.PAYMENT)
    with reading() as (session, actor):
        found = fees_found(session, house(), actor, typed) if typed.strip() else None
        if found and len(found.hits) == 1:
            return redirect(url_for("office.payment", key=found.hits[0].application_key), code=303)
        due = waiting_at_desk(session, house(), actor, TaskKind.PAYMENT, asked_stretch())
        takings = taken_today(session, actor, all_of_them=request.args.get("today") == "all", now=now())
        notes = desk_queries.bank_notes(session, actor)
        voids = receipts_in_question(session, actor)
        books = unsettled_books(session, actor, today=today())
    cases = [one.application_key for shown in (due.items, takings.payments, notes, voids) for one in shown]
    note_listed(actor, cases + [hit.application_key for hit in (found.hits if found else ())])
    shown = {"due": due, "takings": takings, "notes": notes, "voids": voids, "books": books}
    return render_template("office/cashier.html", found=found, typed=typed, methods=METHODS, today=today(), **shown)


@blueprint.get("/office/cashier/<key>", endpoint="payment")
@access(groups=(CASHIER,))
def show_payment(key: str) -> ResponseReturnValue:
    """A fee of one application, and the ways of recording that it was paid."""
    return _payment_page(key, {}, request.args.get("fee", ""))


@blueprint.post("/office/cashier/<key>/cash", endpoint="payment_cash")
@access(groups=(CASHIER,))
def take_cash(key: str) -> ResponseReturnValue:
    """Shows once more what would be recorded; records it when that was confirmed, twice with the same receipt."""
    handed = whole_riel(request.form.get(HANDED, "")) if HANDED in request.form else None
    if not request.form.get(CONFIRMED):
        return _check_cash(key, handed or 0)
    amount, seen = whole_riel(request.form.get("amount", "")), request.form.get("void_seen", "")

    def record() -> Receipt:
        with transaction() as (session, actor):
            return payments.record_cash(
                session, house(), actor, key, amount, now=now(), fee=_fee(), void_seen=seen, handed=handed
            )

    return _recorded(key, HANDED, record)


@blueprint.post("/office/cashier/<key>/bank-payment", endpoint="payment_bank")
@access(groups=(CASHIER,))
def take_bank_payment(key: str) -> ResponseReturnValue:
    """Shows once more what would be recorded, then records a bank payment of the whole fee, or confirms the KHQR code
    that was paid."""
    code, seen = request.form.get("payment", ""), request.form.get("void_seen", "")
    if not request.form.get(CONFIRMED):
        return _check_bank_payment(key, code)

    def record() -> Receipt:
        with transaction() as (session, actor):
            paper = typed_paper(_typed_of_bank(), actor)
            if code:
                return payments.confirm_payment(session, house(), actor, code, paper, now=now())
            return payments.record_bank_payment(
                session, house(), actor, key, paper, now=now(), fee=_fee(), void_seen=seen
            )

    return _recorded(key, AMOUNT, record)


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
        payments.offer_khqr(session, house(), actor, key, fee=_fee(), now=now())
    return redirect(url_for("office.payment", key=key, fee=_fee() or None, _anchor="khqr"), code=303)


def _check_cash(key: str, handed: int) -> ResponseReturnValue:
    """The cash that the cashier is about to record, with the change, to be confirmed; or the page again when what was
    handed over is not enough."""
    desk = _desk_to_pay_at(key)
    handed = desk.amount if request.form.get(EXACTLY) else handed
    try:
        require_enough(handed, fee=desk.amount)
    except (HandedTooLittle, HandedTooMuch) as refused:
        return _payment_page(key, {HANDED: refused}), 422
    return _check_page(desk, PaymentMethod.CASH, handed=handed)


def _check_bank_payment(key: str, code: str) -> ResponseReturnValue:
    """The same for a bank payment. Its slip is kept before anything else is looked at, so that it is not lost with a
    wrong field."""
    desk, errors = _desk_to_pay_at(key), _slip_kept(key)
    with reading() as (session, actor):
        desk = payment_desk(session, house(), actor, key, _fee(), now=now())
        known_on = next((one.created_at.astimezone(LOCAL_ZONE).date() for one in desk.codes if one.key == code), None)
        try:
            paper = typed_paper(_typed_of_bank(desk), actor)
            wrong = wrong_in(paper, fee=desk.amount, known_on=known_on or desk.known_on, today=today())
        except BadAnswers as refused:
            wrong = refused.errors
    if errors or wrong:
        return _payment_page(key, wrong | errors), 422
    return _check_page(desk, PaymentMethod.KHQR if code else PaymentMethod.BANK, paper)


def _slip_kept(key: str) -> dict[str, object]:
    """Keeps the slip that came with the page; what is wrong with it."""
    file = request.files.get(SLIP)
    if file is None or not file.filename:
        return {}
    sent = looked_at(file)
    try:
        with transaction() as (session, actor):
            keep_slip(session, house(), actor, key, sent, now=now())
    except DocumentRefused as refused:
        return {SLIP: refused}
    return {}


def _fee() -> str:
    """The fee that the page was about."""
    return request.form.get("fee", "")


def _desk_to_pay_at(key: str) -> PaymentDesk:
    with reading() as (session, actor):
        desk = payment_desk(session, house(), actor, key, _fee(), now=now())
    if desk.receipt_number:
        raise AlreadyPaid(receipt=desk.receipt_number)
    if not desk.is_due:
        raise PaymentNotDue
    return desk


def _check_page(
    desk: PaymentDesk, method: PaymentMethod, paper: BankPaper | None = None, *, handed: int | None = None
) -> str:
    note_case(desk.reference)
    return render_template(
        "office/payment_check.html",
        desk=desk,
        method=method,
        methods=METHODS,
        paper=paper,
        bank=bank_words(paper.bank, paper.bank_name) if paper else None,
        handed=handed,
        typed=request.form,
    )


def _typed_of_bank(desk: PaymentDesk | None = None) -> dict[str, Any]:
    """The fields of a bank payment as they were posted; at a ``desk`` the slip that waits there is meant."""
    typed: dict[str, Any] = {name: request.form.get(name) for name in (BANK, BANK_NAME, REFERENCE, AMOUNT, SLIP)}
    typed[PAID_ON] = {part: request.form.get(f"{PAID_ON}-{part}") for part in ("day", "month", "year")}
    return typed | ({SLIP: desk.slip.key if desk.slip else ""} if desk else {})


def whole_riel(typed: str) -> int:
    """An amount as people write it (``៣០០ ០០០``, ``300,000``); 0 for what is no whole number."""
    try:
        amount = typed_riel(typed)
    except Fault:
        return 0
    return int(amount) if amount is not None and 0 < amount < _TOO_MUCH and amount == int(amount) else 0


def _recorded(key: str, amount_field: str, record: Callable[[], Receipt]) -> ResponseReturnValue:
    """The new receipt, or the page again with what was refused."""
    try:
        receipt = record()
    except BadAnswers as refused:
        return _payment_page(key, refused.errors), 422
    except (WrongAmount, HandedTooLittle, HandedTooMuch) as refused:
        return _payment_page(key, {amount_field: refused}), 422
    except BankReferenceUsed as refused:
        return _payment_page(key, {REFERENCE: refused}), 422
    note_case(receipt.reference)
    flash(gettext("Payment recorded. Print the receipt and give it to the applicant."), "success")
    return redirect(url_for("office.receipt", number=receipt.number), code=303)


def _payment_page(key: str, refused: Mapping[str, object], fee: str = "") -> str:
    with reading() as (session, actor):
        desk = payment_desk(session, house(), actor, key, fee or _fee(), now=now())
    note_case(desk.reference)
    code = Markup(qr.inline_svg(desk.live_code, "KHQR")) if desk.live_code else ""  # noqa: S704 - our own drawing
    return render_template(
        "office/payment.html", desk=desk, code=code, banks=NAMES, errors=said(refused), typed=request.form
    )
