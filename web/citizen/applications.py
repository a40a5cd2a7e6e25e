"""An application of one's own: where it is, what it waits for, how it was decided, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications import submitting
from engine.applications.beginning_anew import begin_anew
from engine.errors import CannotWithdraw, NotFound
from engine.queries.citizen.complaining import complaint_service
from engine.queries.citizen.my_application import MyApplication, my_application
from engine.queries.citizen.next_step import next_step
from web.access import access
from web.citizen import blueprint
from web.context import house, note_case, now, reading, transaction
from web.public.tracking import timeline


@blueprint.get("/applications/<key>", endpoint="application")
@access(signed_in=True, by_helper=True)
def show_application(key: str) -> ResponseReturnValue:
    """A draft goes on where it was left; an application that was sent shows where it stands."""
    with reading() as (session, actor):
        try:
            mine = my_application(session, house(), actor, key, now=now())
        except NotFound:
            return redirect(_where_to_go_on(key, next_step(session, house(), actor, key, now=now())), code=303)
        complaint = complaint_service(session, mine, now=now())
    note_case(mine.progress.reference)
    return render_template(
        "citizen/application.html", mine=mine, stages=timeline(mine.progress), now=now(), complaint_key=complaint
    )


@blueprint.get("/applications/<key>/withdraw", endpoint="withdraw")
@access(signed_in=True, by_helper=True)
def show_withdrawal(key: str) -> ResponseReturnValue:
    """What withdrawing means, and the button."""
    mine = _mine(key)
    if not mine.may_withdraw:
        raise CannotWithdraw
    return render_template("citizen/withdraw.html", mine=mine)


@blueprint.post("/applications/<key>/withdraw", endpoint="withdraw_post")
@access(signed_in=True, by_helper=True)
def take_withdrawal(key: str) -> ResponseReturnValue:
    """Withdraws the application; a second click changes nothing."""
    with transaction() as (session, actor):
        submitting.withdraw(session, house(), actor, key, now=now())
    flash(gettext("Your application was withdrawn."), "success")
    return redirect(url_for("citizen.application", key=key), code=303)


@blueprint.post("/applications/<key>/anew", endpoint="anew")
@access(signed_in=True, by_helper=True)
def take_beginning(key: str) -> ResponseReturnValue:
    """Begins again what lapsed, with the answers filled in; a second click opens the same draft."""
    with transaction() as (session, actor):
        draft = begin_anew(session, house(), actor, key, now=now())
    flash(gettext("Your answers were taken over. Look through them, and upload the documents again."), "success")
    return redirect(url_for("citizen.application", key=draft), code=303)


def _mine(key: str) -> MyApplication:
    with reading() as (session, actor):
        mine = my_application(session, house(), actor, key, now=now())
    note_case(mine.progress.reference)
    return mine


def _where_to_go_on(key: str, step: str | None) -> str:
    if step is None:
        return url_for("citizen.check", key=key)
    return url_for("citizen.page", key=key, page_key=step) if step else url_for("citizen.documents", key=key)
