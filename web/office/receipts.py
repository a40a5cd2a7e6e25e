"""A receipt: on the screen, and as the paper that the applicant takes home."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.documents.receipts import Paper
from engine.errors import ReasonMissing, Refused
from engine.money import voids
from engine.money.printing import is_copy
from engine.money.remissions import may_ask_refund
from engine.money.voids import WHO_MAY, may_ask
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.queries.office import void_receipts
from engine.queries.office.bank_slips import slip_of_receipt
from engine.queries.office.cashier import ReceiptPage, receipt_page
from engine.queries.office.receipt_paper import METHODS, receipt_pdf
from engine.queries.office.void_receipts import VoidLine
from engine.queries.shared.pages import Page
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_case, note_listed, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS, paged_answer
from web.office import blueprint
from web.office.paging import asked_page
from web.wording import in_language


@blueprint.get("/office/receipts/<number>", endpoint="receipt")
@access(groups=(*CASE_WORKERS, ADMINISTRATOR))
def show_receipt(number: str) -> ResponseReturnValue:
    """The receipt with this number."""
    return _page(number, {})


@blueprint.post("/office/receipts/<number>/void", endpoint="void_ask")
@access(groups=WHO_MAY)
def ask_for_void(number: str) -> ResponseReturnValue:
    """Asks for the receipt to be made void, with a reason."""
    try:
        with transaction() as (session, actor):
            voids.ask(session, house(), actor, number, request.form.get("reason", ""), now=now())
    except ReasonMissing as refused:
        return _page(number, {"reason": refused}), 422
    flash(gettext("Asked. The receipt stands until a second person agrees."), "success")
    return redirect(url_for("office.receipt", number=number), code=303)


@blueprint.post("/office/receipts/<number>/void/agree", endpoint="void_agree")
@access(groups=WHO_MAY)
def agree_to_void(number: str) -> ResponseReturnValue:
    """Makes the receipt void, as the second person."""
    with transaction() as (session, actor):
        voids.agree(session, house(), actor, number, now=now())
    flash(gettext("The receipt is void. The fee is to be paid again."), "success")
    return redirect(url_for("office.receipt", number=number), code=303)


@blueprint.post("/office/receipts/<number>/void/keep", endpoint="void_keep")
@access(groups=WHO_MAY)
def keep_receipt(number: str) -> ResponseReturnValue:
    """Lets the receipt stand that somebody wanted void."""
    with transaction() as (session, actor):
        voids.keep(session, house(), actor, number, now=now())
    flash(gettext("The receipt stands."), "success")
    return redirect(url_for("office.receipt", number=number), code=303)


@blueprint.get("/office/voids", endpoint="voids")
@access(groups=WHO_MAY)
def show_voids() -> ResponseReturnValue:
    """Receipts that somebody wanted void: who asked, why, who agreed, and what was paid later; ``?as`` is a file."""
    if end := choice("as", FORMATS):
        return paged_answer("one-window-void-receipts", end, _heads(), _read_voids, _row)
    with reading() as (session, actor):
        asked = void_receipts.voids(session, actor, asked_page())
    note_listed(actor, [line.application_key for line in asked.items])
    return render_template("office/voids.html", voids=asked)


def _read_voids(number: int, size: int) -> Page[VoidLine]:
    with reading() as (session, actor):
        page = void_receipts.voids(session, actor, number, size=size)
    note_listed(actor, [line.application_key for line in page.items])
    return page


def _heads() -> list[str]:
    return [
        *(gettext("Receipt"), gettext("Reference number"), gettext("Paid by"), gettext("Amount (riel)")),
        *(gettext("Reason"), gettext("Asked by"), gettext("Asked on"), gettext("Agreed by"), gettext("Void since")),
        gettext("Later receipt"),
    ]


def _row(line: VoidLine) -> Sequence[object]:
    asked = line.reason, in_language(line.asked_by), line.asked_at.isoformat()
    agreed = in_language(line.agreed_by), line.void_at.isoformat() if line.void_at else ""
    return [line.number, line.reference, in_language(line.payer), line.amount, *asked, *agreed, line.later]


@blueprint.get("/receipts/<number>.pdf", endpoint="receipt_pdf")
@access(signed_in=True, by_helper=True)
def download_receipt(number: str) -> ResponseReturnValue:
    """The receipt as PDF, for officers of its office and for the applicant: on A5, or on a roll of 80 mm. The first is
    the original."""
    receipt = _receipt(number)
    with transaction() as (session, actor):  # whoever only asks whether it is there gets no paper
        copied = request.method == "GET" and is_copy(session, actor, number, now=now())
    paper: Paper = "roll" if request.args.get("paper") == "roll" else "a5"
    content = receipt_pdf(house(), receipt, paper=paper, is_copy=copied)
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=f"{number}.pdf")


@blueprint.get("/receipts/<number>/slip", endpoint="receipt_slip")
@access(signed_in=True, by_helper=True)
def show_slip(number: str) -> ResponseReturnValue:
    """The slip of the bank payment that a receipt is for, for officers of its office and for the applicant."""
    with reading() as (session, actor):
        slip = slip_of_receipt(session, house(), actor, number)
        receipt = receipt_page(session, house(), actor, number)
    note_case(receipt.reference)
    return send_file(BytesIO(slip.content), mimetype=slip.media_type, download_name=slip.filename)


def _page(number: str, refused: dict[str, Refused]) -> str:
    receipt = _receipt(number)
    with reading() as (session, actor):
        may_void = may_ask(session, actor, number)
        may_refund = may_ask_refund(session, actor, number)
    errors = {field: sentence(refusal) for field, refusal in refused.items()}
    return render_template(
        "office/receipt.html",
        receipt=receipt,
        methods=METHODS,
        may_void=may_void,
        may_refund=may_refund,
        errors=errors,
        typed=request.form,
    )


def _receipt(number: str) -> ReceiptPage:
    with reading() as (session, actor):
        receipt = receipt_page(session, house(), actor, number)
    note_case(receipt.reference)
    return receipt
