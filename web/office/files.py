"""The files of long lists that somebody has asked for: how far they are, fetched, stopped, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.errors.prepared_files import FileNotReady
from engine.exports.asking import MOST_FILES, ask, give_up
from engine.exports.fetching import fetch
from engine.packages.groups import DECLARED, OFFICER_GROUPS
from engine.queries.office.prepared_files import my_file, my_files
from engine.words import FileFailure, FileStatus
from web.access import access
from web.context import house, now, reading, settings, transaction
from web.exports import MEDIA, asked_for, taken_as
from web.office import blueprint
from web.reloading import load_again

WHO: Final = (*OFFICER_GROUPS, DECLARED)
LOOKED_EVERY: Final = 3
"""Seconds until the page of a file that is being made is loaded again by itself."""
STATUS_WORDS: Final[Mapping[FileStatus, tuple[LazyString, str]]] = {
    FileStatus.WAITING: (_l("Waiting to be made"), "grey"),
    FileStatus.MAKING: (_l("Being prepared"), "blue"),
    FileStatus.READY: (_l("Ready"), "green"),
    FileStatus.CANCELLED: (_l("Stopped"), "grey"),
    FileStatus.FAILED: (_l("Could not be made"), "red"),
}
FAILURE_WORDS: Final[Mapping[FileFailure, LazyString]] = {
    FileFailure.NOT_ALLOWED: _l("You may not read this list any more."),
    FileFailure.NO_ROOM: _l(
        "There was no room for the file on the disk of the system, or the disk did not answer. Ask for it again later; "
        "if it stays so, tell whoever looks after the system."
    ),
    FileFailure.TOO_LARGE: _l(
        "Your files would be larger together than they may be. Remove some of them, or narrow the list."
    ),
    FileFailure.BROKE: _l("Something broke each time it was tried. Tell whoever looks after the system."),
}


@blueprint.get("/office/files", endpoint="files")
@access(groups=WHO)
def show_files() -> ResponseReturnValue:
    """All files of one's own that are there or on their way."""
    with reading() as (session, actor):
        found = my_files(session, actor, now=now())
    return render_template(
        "office/files.html", files=found, words=STATUS_WORDS, days=settings().file_days, most=MOST_FILES
    )


@blueprint.post("/office/files", endpoint="file_ask")
@access(groups=WHO)
def ask_for_file() -> ResponseReturnValue:
    """The file of a long list is made; leads to where it is seen how far it is."""
    with transaction() as (session, actor):
        wanted = asked_for(actor, request.form.get("wanted", ""))
        key = ask(session, house(), actor, wanted, now=now())
    return redirect(url_for("office.prepared_file", prepared_file_key=key), code=303)


@blueprint.get("/office/files/<prepared_file_key>", endpoint="prepared_file")
@access(groups=WHO, by_itself=True)
def show_file(prepared_file_key: str) -> ResponseReturnValue:
    """How far one file is; loaded again by itself until it is made or was stopped."""
    with reading() as (session, actor):
        found = my_file(session, actor, prepared_file_key, now=now())
    answer = make_response(render_template("office/file.html", file=found, words=STATUS_WORDS, failures=FAILURE_WORDS))
    if found.is_open:
        load_again(answer, LOOKED_EVERY)
    return answer


@blueprint.get("/office/files/<prepared_file_key>/content", endpoint="prepared_file_content")
@access(groups=WHO)
def send_content(prepared_file_key: str) -> ResponseReturnValue:
    """The file itself, read from the disk while it leaves."""
    with transaction() as (session, actor):
        found = fetch(session, actor, prepared_file_key, now=now())
    try:
        pieces = house().files.pieces(found.sha256)
    except FileNotFoundError as gone:
        raise FileNotReady from gone
    answer = Response(pieces, mimetype=MEDIA[found.end], headers=taken_as(found.name))
    answer.content_length = found.size
    return answer


@blueprint.post("/office/files/<prepared_file_key>/remove", endpoint="prepared_file_remove")
@access(groups=WHO)
def remove_file(prepared_file_key: str) -> ResponseReturnValue:
    """Stops a file that is being made, removes any other."""
    with transaction() as (session, actor):
        is_there = give_up(session, house(), actor, prepared_file_key, now=now())
    flash(gettext("The file was stopped.") if is_there else gettext("The file was removed."), "success")
    return redirect(url_for("office.files"), code=303)
