"""Incidents: steps that failed, and taking them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ReasonMissing
from engine.flow.retrying import retry
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.incidents import IncidentLine, incident, incident_counts, incident_lines
from engine.queries.shared.names import read_names
from engine.queries.shared.pages import Page as Paged
from engine.words import IncidentStatus
from web.access import access
from web.admin import blueprint
from web.admin.cases import readable
from web.admin.parameters import choice, page_number
from web.context import house, note_case, note_listed, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS, paged_answer
from web.wording import in_language


@blueprint.get("/incidents", endpoint="incidents")
@access(groups=(ADMINISTRATOR,))
def show_incidents() -> ResponseReturnValue:
    """The incidents that wait for somebody, or those that were resolved; ``?as`` is a file."""
    status = choice("status", tuple(IncidentStatus), IncidentStatus.OPEN)
    if end := choice("as", FORMATS):
        return paged_answer(f"one-window-incidents-{status}", end, _heads(), partial(_read, status), _row)
    with reading() as (session, actor):
        counts = incident_counts(session, actor)
        names = read_names(session, house(), now=now())
        lines = incident_lines(session, names, actor, status=status, page=page_number())
    note_listed(actor, [line.application_key for line in lines.items])
    return render_template("admin/incidents.html", counts=counts, lines=lines, status=status)


def _read(status: str, number: int, size: int) -> Paged[IncidentLine]:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        lines = incident_lines(session, names, actor, status=status, page=number, size=size)
    note_listed(actor, [line.application_key for line in lines.items])
    return lines


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("Where"), gettext("Reason")),
        *(gettext("Attempts"), gettext("Since"), gettext("Resolved"), gettext("By")),
    ]


def _row(line: IncidentLine) -> Sequence[object]:
    where = in_language(line.office), in_language(line.service), in_language(line.element), in_language(line.reason)
    ended = line.resolved_at.isoformat() if line.resolved_at else "", in_language(line.resolved_by)
    return [line.reference, *where, line.attempts, line.raised_at.isoformat(), *ended]


@blueprint.get("/incidents/<int:incident_id>", endpoint="incident")
@access(groups=(ADMINISTRATOR,))
def show_incident(incident_id: int) -> ResponseReturnValue:
    """One incident: where, why, and the step that a retry takes again."""
    return _page(incident_id)


def _page(incident_id: int, errors: Mapping[str, str] | None = None) -> str:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        found = incident(session, names, actor, incident_id)
    note_case(found.reference)
    return render_template(
        "admin/incident.html",
        incident=found,
        raw=readable,
        is_open=found.status == IncidentStatus.OPEN,
        errors=errors or {},
    )


@blueprint.post("/incidents/<int:incident_id>/retry", endpoint="incident_retry")
@access(groups=(ADMINISTRATOR,))
def take_retry(incident_id: int) -> ResponseReturnValue:
    """Takes the failed step again, with the reason why it should go through now."""
    try:
        with transaction() as (session, actor):
            went_on = retry(session, house(), actor, incident_id, request.form.get("reason", ""), now=now())
    except ReasonMissing as refusal:
        return _page(incident_id, {"reason": sentence(refusal)}), 422
    if went_on:
        flash(gettext("The step went through. The case goes on."), "success")
    else:
        flash(gettext("The step failed again. The new incident says why."), "warning")
    return redirect(url_for("admin.incidents"), code=303)
