"""Everything once more before it is sent, sending it, and the page that says we have received it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.applications.continuing import CONTINUATION_REFUSALS
from engine.applications.submitting import submit
from engine.documents.qr import inline_svg
from engine.errors import BadAnswers, DocumentMissing, FeeUnclear, PrerequisiteMissing, StalePage
from engine.queries.citizen.drafts import draft_to_check
from engine.queries.citizen.my_application import my_application
from web.access import access
from web.citizen import blueprint
from web.citizen.problems import said
from web.context import house, note_case, note_draft, now, reading, transaction
from web.errors import sentence


@blueprint.get("/applications/<key>/check", endpoint="check")
@access(signed_in=True, by_helper=True)
def show_check(key: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The answers, documents and fee, each with a way to change it."""
    with reading() as (session, actor):
        draft = draft_to_check(session, house(), actor, key, now=now())
    note_draft(key)
    return render_template("citizen/check.html", draft=draft, errors=errors or {}), 422 if errors else 200


@blueprint.post("/applications/<key>/check", endpoint="send")
@access(signed_in=True, by_helper=True)
def take_application(key: str) -> ResponseReturnValue:
    """Sends the application as it was shown; a second click leads to the same receipt."""
    try:
        with transaction() as (session, actor):
            sent = submit(session, house(), actor, key, shown=request.form.get("shown"), now=now())
    except BadAnswers as refusal:
        return show_check(key, said(refusal.errors))
    except (FeeUnclear, PrerequisiteMissing, *CONTINUATION_REFUSALS) as refusal:
        return show_check(key, {"": sentence(refusal)})
    except DocumentMissing as refusal:
        return show_check(key, {"documents": sentence(refusal)})
    except StalePage as refusal:
        flash(sentence(refusal), "warning")
        return redirect(url_for("citizen.check", key=key), code=303)
    note_case(sent.reference)
    return redirect(url_for("citizen.sent", key=key), code=303)


@blueprint.get("/applications/<key>/sent", endpoint="sent")
@access(signed_in=True, by_helper=True)
def show_sent(key: str) -> ResponseReturnValue:
    """We have received it: the numbers to keep, the promised day, what comes next."""
    with reading() as (session, actor):
        mine = my_application(session, house(), actor, key, now=now())
    note_case(mine.progress.reference)
    if mine.heading.helping and "office.walk_in_done" in current_app.view_functions:
        return redirect(url_for("office.walk_in_done", key=key), code=303)
    address = f"{house().base_url}/track/{mine.tracking_code}"
    return render_template("citizen/sent.html", mine=mine, address=address, qr=_qr(address))


def _qr(address: str) -> Markup:
    """The address as a QR code: our own drawing, its title escaped."""
    return Markup(inline_svg(address, gettext("QR code that opens the tracking page")))  # noqa: S704 - our own drawing
