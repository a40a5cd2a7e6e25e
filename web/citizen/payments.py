"""Paying: what is due, at the counter or by KHQR."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.documents import qr
from engine.errors import PaymentNotDue
from engine.money.payments import offer_khqr
from engine.queries.citizen.my_application import my_application
from web.access import access
from web.citizen import blueprint
from web.context import house, note_case, now, reading, transaction


@blueprint.get("/applications/<key>/payment", endpoint="payment")
@access(signed_in=True, by_helper=True)
def show_payment(key: str) -> ResponseReturnValue:
    """Each fee, where to pay it, and the receipt once it is paid."""
    with reading() as (session, actor):
        mine = my_application(session, house(), actor, key, now=now())
    note_case(mine.progress.reference)
    if not mine.bill.fees:
        raise PaymentNotDue
    return render_template("citizen/payment.html", mine=mine, has_khqr=bool(house().payment_account.bakong_id))


@blueprint.get("/applications/<key>/payment/khqr", endpoint="khqr")
@access(signed_in=True, by_helper=True)
def show_khqr(key: str) -> ResponseReturnValue:
    """The KHQR code of the bill; looking again shows the same code while it is valid."""
    with transaction() as (session, actor):
        offer = offer_khqr(session, house(), actor, key, fee=request.args.get("fee", ""), now=now())
        mine = my_application(session, house(), actor, key, now=now())
    note_case(mine.progress.reference)
    code = Markup(qr.inline_svg(offer.payload, "KHQR"))  # noqa: S704 - our own drawing, its title escaped
    return render_template("citizen/khqr.html", mine=mine, offer=offer, qr=code)
