"""Who is told every month that the report of an office is ready."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import Refused
from engine.errors.report_subscriptions import (
    EmailNotProved,
    NoSuchWorkingDay,
    SubscribedAlready,
    WatchesNothingThere,
)
from engine.khmer import latin_digits
from engine.offices.report_subscriptions import MOST_DAYS, stop, subscribe
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.report_subscriptions import SubscriptionLine, candidates, subscriptions
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.context import house, now, reading, today, transaction
from web.errors import sentence, status_of
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.intake import whole_number
from web.wording import in_language

LONGEST = 80


@blueprint.get("/monthly/told", endpoint="report_subscriptions")
@access(groups=(ADMINISTRATOR,))
def show_subscriptions() -> ResponseReturnValue:
    """Who is told, and a form for somebody else; ``?as`` is a file."""
    end = choice("as", FORMATS)
    if not end:
        return _page({})
    with reading() as (session, actor):
        lines = subscriptions(session, read_names(session, house(), now=now()), actor, most=WHOLE + 1)
    return table_answer("one-window-told-of-reports", end, whole(_rows(lines)))


def _rows(lines: Sequence[SubscriptionLine]) -> Iterator[Sequence[object]]:
    yield [gettext("Officer"), gettext("Office"), gettext("Working day of the month"), gettext("Next")]
    for line in lines:
        when = line.next_at.isoformat() if line.next_at else ""
        told = when if line.has_email else gettext("no proved e-mail any more")
        yield [in_language(line.person), in_language(line.office), line.working_day, told]


@blueprint.post("/monthly/told", endpoint="report_subscriptions_post")
@access(groups=(ADMINISTRATOR,))
def take_subscription() -> ResponseReturnValue:
    """An officer is told of the report of an office from now on."""
    office = request.form.get("office", "")[:LONGEST]
    person = whole_number(request.form.get("person", ""))
    day = whole_number(latin_digits(request.form.get("day", "")))
    if person is None:
        return _page({"person": gettext("Choose who is told.")}), 422
    try:
        with transaction() as (session, actor):
            subscribe(session, house(), actor, office, person, day=day, now=now())
    except NoSuchWorkingDay as refusal:
        return _refused("day", refusal)
    except (WatchesNothingThere, EmailNotProved, SubscribedAlready) as refusal:
        return _refused("person", refusal)
    flash(gettext("From the next report on they are told by e-mail."), "success")
    return redirect(url_for("admin.report_subscriptions"), code=303)


@blueprint.post("/monthly/told/<subscription_key>/stop", endpoint="subscription_stop")
@access(groups=(ADMINISTRATOR,))
def stop_subscription(subscription_key: str) -> ResponseReturnValue:
    """They are told no more."""
    with transaction() as (session, actor):
        stop(session, actor, subscription_key, now=now())
    flash(gettext("They are told no more."), "success")
    return redirect(url_for("admin.report_subscriptions"), code=303)


def _refused(field: str, refusal: Refused) -> ResponseReturnValue:
    return _page({field: sentence(refusal)}), status_of(refusal)


def _page(errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        lines = subscriptions(session, names, actor)
        offered = candidates(session, names, actor, today=today())
    return render_template(
        "admin/report_subscriptions.html",
        lines=lines, choice=offered, typed=request.form, errors=errors, latest=MOST_DAYS,
    )  # fmt: skip
