"""Money that is paid back, and fees that are written off: a cashier asks, the head of the office answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotRefundable, ReasonMissing, Refused, TooMuchBack
from engine.money import remissions
from engine.money.remissions import WHO_SEES
from engine.packages.groups import CASHIER, HEAD
from engine.queries.office import remissions as asked
from engine.queries.office.cashier import payment_desk, receipt_page
from engine.queries.office.receipt_paper import refund_pdf
from engine.queries.office.remissions import RemissionShown
from engine.queries.shared.pages import Page
from engine.words import RemissionKind
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_case, note_listed, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS, paged_answer
from web.list_words import ANSWERS, word_of
from web.office import blueprint
from web.office.cashier import whole_riel
from web.office.paging import asked_page
from web.wording import in_language


@blueprint.get("/office/remissions", endpoint="remissions")
@access(groups=WHO_SEES)
def show_remissions() -> ResponseReturnValue:
    """What was asked for, what waits first; ``?as`` is a file."""
    if end := choice("as", FORMATS):
        return paged_answer("one-window-refunds", end, _heads(), _read, _row)
    with reading() as (session, actor):
        page = asked.asked_remissions(session, house(), actor, asked_page())
    note_listed(actor, [one.application_key for one in page.items])
    return render_template("office/remissions.html", asked=page)


def _read(number: int, size: int) -> Page[RemissionShown]:
    with reading() as (session, actor):
        page = asked.asked_remissions(session, house(), actor, number, size=size)
    note_listed(actor, [one.application_key for one in page.items])
    return page


def _heads() -> list[str]:
    return [
        *(gettext("What"), gettext("Number"), gettext("Reference number"), gettext("Applicant"), gettext("Office")),
        *(gettext("Amount (riel)"), gettext("Reason"), gettext("Asked by"), gettext("Asked on"), gettext("State")),
        *(gettext("Answered by"), gettext("Answered on")),
    ]


def _row(one: RemissionShown) -> Sequence[object]:
    what = gettext("Refund") if one.kind == RemissionKind.REFUND else gettext("Write-off")
    who = one.reference, in_language(one.applicant), in_language(one.office)
    said = one.amount, one.reason, in_language(one.asked_by), one.asked_at.isoformat(), word_of(ANSWERS, one.status)
    answered = in_language(one.answered_by), one.answered_at.isoformat() if one.answered_at else ""
    return [what, one.number, *who, *said, *answered]


@blueprint.get("/office/remissions/<remission_key>", endpoint="remission")
@access(groups=WHO_SEES)
def show_remission(remission_key: str) -> ResponseReturnValue:
    """One of them, with the answers that the reader may give."""
    with reading() as (session, actor):
        one = asked.remission(session, house(), actor, remission_key)
    note_case(one.reference)
    return render_template("office/remission.html", one=one)


@blueprint.post("/office/remissions/<remission_key>/agree", endpoint="remission_agree")
@access(groups=(HEAD,))
def agree(remission_key: str) -> ResponseReturnValue:
    """The head agrees, as the second person."""
    with transaction() as (session, actor):
        remissions.agree(session, house(), actor, remission_key, now=now())
    flash(gettext("Agreed. The applicant is told."), "success")
    return redirect(url_for("office.remission", remission_key=remission_key), code=303)


@blueprint.post("/office/remissions/<remission_key>/decline", endpoint="remission_decline")
@access(groups=WHO_SEES)
def decline(remission_key: str) -> ResponseReturnValue:
    """Leaves everything as it is."""
    with transaction() as (session, actor):
        remissions.decline(session, house(), actor, remission_key, now=now())
    flash(gettext("Nothing was changed."), "success")
    return redirect(url_for("office.remission", remission_key=remission_key), code=303)


@blueprint.get("/office/receipts/<number>/refund", endpoint="receipt_refund")
@access(groups=(CASHIER,))
def show_refund(number: str) -> ResponseReturnValue:
    """Asks how much of a receipt is to be paid back, and why."""
    return _refund_page(number, {})


@blueprint.post("/office/receipts/<number>/refund", endpoint="receipt_refund_post")
@access(groups=(CASHIER,))
def ask_refund(number: str) -> ResponseReturnValue:
    """Asks the head of the office for it."""
    amount, reason = whole_riel(request.form.get("amount", "")), request.form.get("reason", "")
    in_error = bool(request.form.get("in_error"))
    try:
        with transaction() as (session, actor):
            key = remissions.ask_refund(
                session, house(), actor, number, amount=amount, reason=reason, in_error=in_error, now=now()
            )
    except (ReasonMissing, TooMuchBack, NotRefundable) as refused:
        field = {TooMuchBack: "amount", NotRefundable: "in_error"}.get(type(refused), "reason")
        return _refund_page(number, {field: refused}), 422
    flash(gettext("Asked. The head of the office must agree."), "success")
    return redirect(url_for("office.remission", remission_key=key), code=303)


@blueprint.get("/office/cashier/<key>/write-off", endpoint="payment_write_off")
@access(groups=(CASHIER,))
def show_write_off(key: str) -> ResponseReturnValue:
    """Asks why a fee that is due is not to be asked for."""
    return _write_off_page(key, request.args.get("fee", ""), {})


@blueprint.post("/office/cashier/<key>/write-off", endpoint="payment_write_off_post")
@access(groups=(CASHIER,))
def ask_write_off(key: str) -> ResponseReturnValue:
    """Asks the head of the office for it."""
    fee, reason = request.form.get("fee", ""), request.form.get("reason", "")
    try:
        with transaction() as (session, actor):
            asked_for = remissions.ask_write_off(session, house(), actor, key, fee, reason=reason, now=now())
    except ReasonMissing as refused:
        return _write_off_page(key, fee, {"reason": refused}), 422
    flash(gettext("Asked. The head of the office must agree."), "success")
    return redirect(url_for("office.remission", remission_key=asked_for), code=303)


@blueprint.get("/office/refunds/<number>.pdf", endpoint="refund_pdf")
@access(groups=WHO_SEES)
def download_slip(number: str) -> ResponseReturnValue:
    """The slip that whoever receives the money signs."""
    with reading() as (session, actor):
        one = asked.refund(session, house(), actor, number)
    note_case(one.reference)
    content = refund_pdf(house(), one)
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=f"{number}.pdf")


def _refund_page(number: str, refused: Mapping[str, Refused]) -> str:
    with reading() as (session, actor):
        receipt = receipt_page(session, house(), actor, number)
    note_case(receipt.reference)
    return render_template("office/refund.html", receipt=receipt, errors=_said(refused), typed=request.form)


def _write_off_page(key: str, fee: str, refused: Mapping[str, Refused]) -> str:
    with reading() as (session, actor):
        desk = payment_desk(session, house(), actor, key, fee, now=now())
    note_case(desk.reference)
    return render_template("office/write_off.html", desk=desk, errors=_said(refused), typed=request.form)


def _said(refused: Mapping[str, Refused]) -> dict[str, str]:
    return {field: sentence(refusal) for field, refusal in refused.items()}
