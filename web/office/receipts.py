"""A receipt: on the screen, and as the paper that the applicant takes home."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.queries.office.cashier import ReceiptPage, receipt_page
from engine.queries.office.receipt_paper import METHODS, receipt_pdf
from web.access import access
from web.context import house, note_case, reading
from web.office import blueprint


@blueprint.get("/office/receipts/<number>", endpoint="receipt")
@access(groups=(*CASE_WORKERS, ADMINISTRATOR))
def show_receipt(number: str) -> ResponseReturnValue:
    """The receipt with this number."""
    return render_template("office/receipt.html", receipt=_receipt(number), methods=METHODS)


@blueprint.get("/receipts/<number>.pdf", endpoint="receipt_pdf")
@access(signed_in=True)
def download_receipt(number: str) -> ResponseReturnValue:
    """The receipt as PDF, for officers of its office and for the applicant."""
    content = receipt_pdf(house(), _receipt(number))
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=f"{number}.pdf")


def _receipt(number: str) -> ReceiptPage:
    with reading() as (session, actor):
        receipt = receipt_page(session, house(), actor, number)
    note_case(receipt.reference)
    return receipt
