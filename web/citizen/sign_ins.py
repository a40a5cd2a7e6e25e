"""Where somebody is signed in: each browser, and ending one or all others. For applicants and officers alike."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.people import sign_ins
from web.access import access
from web.citizen import blueprint
from web.clock import machine_now
from web.context import limits, reading, transaction


@blueprint.get("/account/sign-ins", endpoint="sign_ins")
@access(signed_in=True)
def show_sign_ins() -> ResponseReturnValue:
    """The browsers, this one first."""
    with reading() as (session, actor):
        held = limits(is_officer=actor.is_officer)
        lines = sign_ins.lines(session, actor, g.known.sign_in_id, held, now=machine_now())
    return render_template("citizen/sign_ins.html", lines=lines)


@blueprint.post("/account/sign-ins/<int:sign_in_id>/end", endpoint="sign_in_end")
@access(signed_in=True)
def take_end(sign_in_id: int) -> ResponseReturnValue:
    """Signs one browser out."""
    if not _is_confirmed():
        with reading() as (session, actor):
            line = sign_ins.own(session, actor, sign_in_id, g.known.sign_in_id)
        return _asked(url_for("citizen.sign_in_end", sign_in_id=sign_in_id), gettext("Sign that browser out?"), line)
    with transaction() as (session, actor):
        sign_ins.end_one(session, actor, sign_in_id, now=machine_now())
    flash(gettext("The browser was signed out."), "success")
    return redirect(url_for("citizen.sign_ins"), code=303)


@blueprint.post("/account/sign-ins/end-others", endpoint="sign_ins_end")
@access(signed_in=True)
def take_end_of_others() -> ResponseReturnValue:
    """Signs all browsers out but this one."""
    if not _is_confirmed():
        return _asked(url_for("citizen.sign_ins_end"), gettext("Sign all other browsers out?"))
    with transaction() as (session, actor):
        sign_ins.end_others(session, actor, g.known.sign_in_id, now=machine_now())
    flash(gettext("All other browsers were signed out."), "success")
    return redirect(url_for("citizen.sign_ins"), code=303)


def _is_confirmed() -> bool:
    return request.form.get("confirmed") == "yes"


def _asked(address: str, question: str, line: sign_ins.Line | None = None) -> ResponseReturnValue:
    return render_template("citizen/sign_ins_end.html", address=address, question=question, line=line)
