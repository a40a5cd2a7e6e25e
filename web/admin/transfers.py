"""Taking running cases to another version: the report, the transfer with its progress, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from engine.errors import ReasonMissing, Refused
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin import transfers as read
from engine.versions import second_look, transfers
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.context import house, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.version_words import obstacle_text
from web.wording import in_language

AT_ONCE: Final = 50
"""Cases that one page takes at once; the sweep takes the others."""
_MAP: Final = "map-"


@blueprint.get("/transfers/<service_key>/<int:version>", endpoint="survey")
@access(groups=(ADMINISTRATOR,))
def show_survey(service_key: str, version: int) -> ResponseReturnValue:
    """What would happen to the running cases of other versions; nothing is written."""
    return _survey(service_key, version, request.args, None)


@blueprint.post("/transfers/<service_key>/<int:version>", endpoint="survey_post")
@access(groups=(ADMINISTRATOR,))
def begin_transfer(service_key: str, version: int) -> ResponseReturnValue:
    """Begins a transfer and takes the first cases; the sweep takes the others."""
    mapping, reason = _mapping(request.form), request.form.get("reason", "")
    try:
        with transaction() as (session, actor):
            number = transfers.begin(
                session, house(), actor, service_key, version, mapping=mapping, reason=reason, now=now()
            )
    except ReasonMissing as refusal:
        return _survey(service_key, version, request.form, refusal), 422
    transfers.go_on(house(), number, now=now(), most=AT_ONCE)
    return redirect(url_for("admin.transfer", transfer_id=number), code=303)


@blueprint.get("/transfers/<int:transfer_id>", endpoint="transfer")
@access(groups=(ADMINISTRATOR,))
def show_transfer(transfer_id: int) -> ResponseReturnValue:
    """How far a transfer is, and which cases stay behind; ``?as`` is a file of these."""
    end = choice("as", FORMATS)
    with reading() as (session, actor):
        shown = read.transfer(session, house(), actor, transfer_id, most=WHOLE + 1 if end else read.MOST_SHOWN)
    if end:
        return table_answer(f"one-window-transfer-{transfer_id}", end, whole(_blocked_rows(shown.blocked)))
    return render_template("admin/transfer.html", shown=shown, line=shown.line, obstacle_text=obstacle_text)


def _blocked_rows(cases: Sequence[read.BlockedCase]) -> Iterator[Sequence[object]]:
    """A line for each reason."""
    yield [gettext("Reference number"), gettext("Element"), gettext("Why")]
    for one in cases:
        for element, fact in one.obstacles:
            yield [one.reference, in_language(element.name) if element.id else "", obstacle_text(fact)]


@blueprint.post("/transfers/<int:transfer_id>/go-on", endpoint="transfer_go_on")
@access(groups=(ADMINISTRATOR,))
def go_on(transfer_id: int) -> ResponseReturnValue:
    """Takes the next cases now."""
    with reading() as (_session, actor):
        actor.require(None, ADMINISTRATOR)
    transfers.go_on(house(), transfer_id, now=now(), most=AT_ONCE)
    return redirect(url_for("admin.transfer", transfer_id=transfer_id), code=303)


@blueprint.post("/transfers/<int:transfer_id>/confirm", endpoint="transfer_confirm")
@access(groups=(ADMINISTRATOR,))
def confirm(transfer_id: int) -> ResponseReturnValue:
    """Lets a transfer that a colleague began go on, and takes the first cases."""
    with transaction() as (session, actor):
        second_look.confirm(session, actor, transfer_id, now=now())
    transfers.go_on(house(), transfer_id, now=now(), most=AT_ONCE)
    return redirect(url_for("admin.transfer", transfer_id=transfer_id), code=303)


@blueprint.post("/transfers/<int:transfer_id>/undo", endpoint="transfer_undo")
@access(groups=(ADMINISTRATOR,))
def undo(transfer_id: int) -> ResponseReturnValue:
    """Takes the cases back that have not moved since."""
    with reading() as (_session, actor):
        pass  # loaded and let in; the undoing has transactions of its own
    undone = transfers.undo(house(), actor, transfer_id, now=now())
    back, stay = len(undone.back), len(undone.moved_on)
    flash(gettext("Went back: %(back)s. Moved on since and stay: %(stay)s.", back=back, stay=stay), "success")
    return redirect(url_for("admin.transfer", transfer_id=transfer_id), code=303)


def _survey(service_key: str, version: int, typed: MultiDict[str, str], refusal: Refused | None) -> str:
    mapping = _mapping(typed)
    with reading() as (_session, actor):
        pass  # loaded and let in; the survey reads by itself
    verdicts = transfers.survey(house(), actor, service_key, version, mapping=mapping, now=now(), most=read.MOST_SHOWN)
    with reading() as (session, actor):
        found = read.survey(session, house(), actor, service_key, version, verdicts=verdicts, mapping=mapping)
    errors = {"reason": sentence(refusal)} if refusal else {}
    return render_template(
        "admin/transfer_survey.html", found=found, mapping=mapping, errors=errors, obstacle_text=obstacle_text
    )


def _mapping(typed: MultiDict[str, str]) -> Mapping[str, str]:
    """What was chosen for each element: fields named ``map-`` and the element."""
    return {name.removeprefix(_MAP): value for name, value in typed.items() if name.startswith(_MAP) and value}
