"""Marking a certificate for one use as used: by an officer of any office who has the paper in hand."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.case.access_log import note_cases
from engine.errors import NotForOneUse
from engine.packages.groups import CASE_WORKERS
from engine.queries.public.verification import certificate
from engine.results import certificates
from web.access import access
from web.context import now, reading, transaction
from web.results import blueprint


@blueprint.get("/office/certificates/<number>/use", endpoint="use")
@access(groups=CASE_WORKERS)
def show_use(number: str) -> ResponseReturnValue:
    """What everybody may read of it, and the button. The look is noted."""
    with reading() as (session, _):
        shown = certificate(session, number, now=now())
    if not shown.single_use:
        raise NotForOneUse
    with transaction() as (session, actor):
        note_cases(session, actor, (shown.application_key,), "certificate", now=now())
    return render_template("results/use.html", certificate=shown)


@blueprint.post("/office/certificates/<number>/use", endpoint="use_post")
@access(groups=CASE_WORKERS)
def mark_used(number: str) -> ResponseReturnValue:
    """From now on the public page says that it was used."""
    with transaction() as (session, actor):
        certificates.mark_used(session, actor, number, now=now())
    flash(gettext("The certificate was marked as used."), "success")
    return redirect(url_for("results.use", number=number), code=303)
