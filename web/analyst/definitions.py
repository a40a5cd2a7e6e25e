"""Process definitions: which services are published, in which versions, and what a version consists of."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.packages import validity_words
from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.queries.admin import transfers
from engine.queries.analyst import definitions, trial_list
from web.access import access
from web.admin.parameters import choice
from web.analyst import blueprint
from web.analyst.list_rows import Rows, service_rows, transfer_rows, trial_rows, version_rows
from web.context import house, now, reading
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.labels import group_label, level_label
from web.version_words import TRIAL_STATUSES

READERS = (ANALYST, APPROVER, ADMINISTRATOR)


@blueprint.get("/analyst", endpoint="services")
@access(groups=READERS)
def list_services() -> ResponseReturnValue:
    """Every published service with its newest version; ``?as`` is a file."""
    with reading() as (session, _actor):
        services = definitions.services(session, house())
    if end := choice("as", FORMATS):
        return table_answer("one-window-services", end, service_rows(services))
    return render_template("analyst/services.html", services=services)


@blueprint.get("/analyst/<service_key>", endpoint="versions")
@access(groups=READERS)
def list_versions(service_key: str) -> ResponseReturnValue:
    """The versions of one service: who published them, when, why, and how many cases run on each; ``?as`` is a file,
    with ``?list=trials`` or ``?list=transfers`` of what stands below them."""
    if end := choice("as", FORMATS):
        return table_answer(f"one-window-{service_key}", end, whole(_rows(service_key, request.args.get("list", ""))))
    with reading() as (session, actor):
        versions = definitions.versions(session, service_key)
        title = house().catalog.of(session, versions[0].definition_id).package.manifest.title
        made = transfers.of_service(session, house(), actor, service_key)
        tried = trial_list.of_service(session, actor, service_key)
        may_transfer = actor.acts_for(ADMINISTRATOR, None)
    return render_template(
        "analyst/versions.html",
        title=title,
        versions=versions,
        transfers=made,
        may_transfer=may_transfer,
        trials=tried,
        statuses=TRIAL_STATUSES,
    )


def _rows(service_key: str, which: str) -> Rows:
    with reading() as (session, actor):
        versions = definitions.versions(session, service_key)
        if which == "trials":
            return trial_rows(trial_list.of_service(session, actor, service_key, most=WHOLE + 1))
        if which == "transfers":
            return transfer_rows(transfers.of_service(session, house(), actor, service_key, most=WHOLE + 1))
    return version_rows(versions)


@blueprint.get("/analyst/<service_key>/<int:number>", endpoint="version")
@access(groups=READERS)
def show_version(service_key: str, number: int) -> ResponseReturnValue:
    """One version: diagram with its running cases, forms, fees, texts, sources, remarks."""
    with reading() as (session, _actor):
        shown = definitions.version(session, house(), service_key, number, now=now())
    return render_template(
        "analyst/version.html",
        shown=shown,
        line=shown.line,
        package=shown.package,
        validity=validity_words(shown.package),
        group_label=group_label,
        level_label=level_label,
    )


@blueprint.get("/analyst/<service_key>/<int:number>/<path:file>.bpmn", endpoint="diagram")
@access(groups=READERS, by_itself=True)
def send_diagram(service_key: str, number: int, file: str) -> ResponseReturnValue:
    """A BPMN file, for the viewer on the page and for an editor."""
    with reading() as (session, _actor):
        drawn = definitions.diagram(session, house(), service_key, number, f"{file}.bpmn")
    return send_file(
        BytesIO(drawn),
        mimetype="application/xml",
        download_name=f"{service_key}-{number}-{file.replace('/', '-')}.bpmn",
    )
