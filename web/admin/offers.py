"""What an office offers from when until when."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotFound
from engine.errors.offices import OfferEndsBefore, OffersOverlap
from engine.offices.offering import Days, end_offer, offer_service
from engine.offices.opening import find_office
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.offers import OfferLine, office_offers
from engine.reasons import LONGEST
from web.access import access
from web.admin import blueprint
from web.admin.days import NO_DAY, day_parts, typed_day
from web.admin.offices import office_answer
from web.context import house, now, reading, today, transaction
from web.errors import sentence, status_of


@blueprint.post("/offices/<code>/offers", endpoint="offer_post")
@access(groups=(ADMINISTRATOR,))
def take_offer(code: str) -> ResponseReturnValue:
    """The office offers a service, at once, from a day on or from the moment of its release."""
    first, last, wrong = _typed_days()
    if wrong:
        return office_answer(code, wrong)
    days = Days(first, last, request.form.get("reason", "")[:LONGEST])
    try:
        with transaction() as (session, actor):
            office_id = find_office(session, code)
            offer_service(session, house(), actor, office_id, request.form.get("service", ""), days=days, now=now())
    except (OfferEndsBefore, OffersOverlap) as refusal:
        return office_answer(code, {"offer-to": sentence(refusal)})
    flash(gettext("The office offers the service."), "success")
    return redirect(url_for("admin.office", code=code) + "#offers", code=303)


@blueprint.get("/offices/<code>/offers/<service_key>", endpoint="offer_end")
@access(groups=(ADMINISTRATOR,))
def show_end(code: str, service_key: str) -> ResponseReturnValue:
    """Asks for the last day on which the office offers a service."""
    return _end_page(code, service_key, {})


@blueprint.post("/offices/<code>/offers/<service_key>", endpoint="offer_end_post")
@access(groups=(ADMINISTRATOR,))
def take_end(code: str, service_key: str) -> ResponseReturnValue:
    """Sets it. What runs goes on to its end."""
    last, is_wrong = typed_day("last")
    reason = request.form.get("reason", "").strip()[:LONGEST]
    errors = {"last": str(NO_DAY)} if is_wrong else {}
    if not reason:
        errors["reason"] = gettext("Write down why.")
    if errors:
        return _end_page(code, service_key, errors), 422
    try:
        with transaction() as (session, actor):
            end_offer(session, actor, code, service_key, last_day=last or today(), reason=reason, now=now())
    except OfferEndsBefore as refusal:
        return _end_page(code, service_key, {"last": sentence(refusal)}), status_of(refusal)
    flash(gettext("The last day of the offer is set."), "success")
    return redirect(url_for("admin.office", code=code) + "#offers", code=303)


def _end_page(code: str, service_key: str, errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        offers = office_offers(session, house(), actor, code, today=today(), now=now())
    line: OfferLine | None = next((one for one in offers.offered if one.key == service_key), None)
    if line is None:
        raise NotFound
    return render_template(
        "admin/offer_end.html", code=code, line=line, last=day_parts("last"), typed=request.form, errors=errors
    )


def _typed_days() -> tuple[date | None, date | None, dict[str, str]]:
    (first, first_wrong), (last, last_wrong) = typed_day("offer-from"), typed_day("offer-to")
    wrong = {name: str(NO_DAY) for name, bad in (("offer-from", first_wrong), ("offer-to", last_wrong)) if bad}
    return first, last, wrong
