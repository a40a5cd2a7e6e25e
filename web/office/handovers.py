"""The handover desk: results that are ready, and handing one over against a signature."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import (
    BadAnswers,
    DocumentRefused,
    ReasonMissing,
    SignatureMissing,
    SignatureUnreadable,
)
from engine.handovers import handovers
from engine.handovers.handovers import Collected
from engine.handovers.refusals import refuse
from engine.handovers.signatures import Signature, drawn, scanned
from engine.packages.groups import HAND_OVER
from engine.queries.office.collecting import refused_before, task_to_collect
from engine.queries.office.desk import at_desk, waiting_at_desk
from engine.words import TaskKind
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_case, note_listed, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS
from web.office import blueprint
from web.office.desk_file import desk_answer
from web.office.paging import asked_stretch
from web.sent_files import know_sender

_UNUSABLE = (SignatureMissing, SignatureUnreadable, DocumentRefused)


@blueprint.get("/office/handover", endpoint="handovers")
@access(groups=HAND_OVER)
def show_handovers() -> ResponseReturnValue:
    """The results that wait to be collected; the one whose number or code was typed or scanned is opened at once;
    ``?as`` is a file."""
    typed = request.args.get("q", "").strip()
    if end := choice("as", FORMATS):
        return desk_answer("one-window-handovers", end, TaskKind.HANDOVER)
    with reading() as (session, actor):
        found = task_to_collect(session, actor, typed) if typed else None
        if found is not None:
            return redirect(url_for("office.handover", key=found), code=303)
        ready = waiting_at_desk(session, house(), actor, TaskKind.HANDOVER, asked_stretch())
    note_listed(actor, [item.application_key for item in ready.items])
    return render_template("office/handovers.html", ready=ready, typed=typed)


@blueprint.get("/office/handover/<key>", endpoint="handover")
@access(groups=HAND_OVER)
def show_handover(key: str) -> ResponseReturnValue:
    """One result: who collects it, which paper they show, and their signature."""
    return _handover_page(key, {})


@blueprint.post("/office/handover/<key>", endpoint="handover_post")
@access(groups=HAND_OVER)
def take_handover(key: str) -> ResponseReturnValue:
    """Records the handover; sent twice it stays one."""
    typed = request.form
    try:
        said = typed.get("received_by", ""), typed.get("identity_note", "")
        is_delegate = typed.get("collector") == "delegate"
        collected = Collected(*said, _signature(), is_delegate, typed.get("authority", ""))
        with transaction() as (session, actor):
            done = handovers.hand_over(session, house(), actor, key, collected, now=now())
    except BadAnswers as refused:
        return _handover_page(key, refused.errors), 422
    except _UNUSABLE as refused:
        return _handover_page(key, {"signature": sentence(refused)}), 422
    note_case(done.reference)
    flash(gettext("Handed over: %(reference)s.", reference=done.reference), "success")
    return redirect(url_for("office.handovers"), code=303)


@blueprint.post("/office/handover/<key>/refused", endpoint="handover_refused")
@access(groups=HAND_OVER)
def take_refusal(key: str) -> ResponseReturnValue:
    """Writes down why the result was not handed over; it goes on waiting."""
    try:
        with transaction() as (session, actor):
            reference = refuse(session, house(), actor, key, request.form.get("reason", ""), now=now())
    except ReasonMissing as refused:
        return _handover_page(key, {"reason": sentence(refused)}), 422
    note_case(reference)
    flash(gettext("Written down. The result goes on waiting."), "success")
    return redirect(url_for("office.handover", key=key), code=303)


def _signature() -> Signature:
    """What was drawn, else the slip that was uploaded."""
    slip = request.files.get("signature_slip")
    if not request.form.get("signature") and slip is not None and slip.filename:
        know_sender()
        return scanned(slip.read())
    return drawn(request.form.get("signature", ""))


def _handover_page(key: str, errors: Mapping[str, object]) -> str:
    with reading() as (session, actor):
        desk = at_desk(session, house(), actor, key, now=now())
        refused = refused_before(session, desk.application_key)
    note_case(desk.reference)
    return render_template("office/handover.html", desk=desk, refused=refused, errors=errors, typed=request.form)
