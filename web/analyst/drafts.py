"""Drafts of services: the list, beginning one, one with all its parts, and putting it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from engine.errors import ArchiveRefused, NotFound, NothingToBeginFrom
from engine.khmer import Bilingual, tidy
from engine.packages.package import SCENARIOS
from engine.people.actors import Actor
from engine.queries.analyst import package_drafts
from engine.queries.analyst.beginning import offered
from engine.studio import drafts
from engine.studio.forms import form_at
from engine.studio.library import renew_parts
from web.access import access
from web.admin.parameters import choice
from web.analyst import blueprint
from web.analyst.draft_words import DRAFTERS, PARTS, can_draw, counted, page_of, place_of, typed, words_of
from web.analyst.list_rows import draft_rows
from web.context import house, now, reading, transaction
from web.exports import FORMATS, table_answer

SHAPES: Final[Mapping[str, LazyString]] = {
    "desk": _l("Received, paid, decided and collected"),
    "inspection": _l("With a visit to the place before the decision"),
    "governor": _l("With opinions and the signature of the governor"),
    "verification": _l("Goods or instruments are examined; what is due is paid after that"),
    "exam": _l("An examination is taken before the licence is given"),
    "ministry": _l("Received at the office, examined for the ministry"),
    "same_day": _l("Free, and decided at the counter while the applicant waits"),
}
HOW: Final[Mapping[str, LazyString]] = {
    "version": _l("The next version of a service"),
    "like": _l("A new service like another one"),
    "shape": _l("A new service from shared processes, in one of the usual ways"),
    "empty": _l("A new service, empty"),
    "archive": _l("A service from a ZIP file"),
}


@blueprint.get("/analyst/drafts", endpoint="drafts")
@access(groups=DRAFTERS)
def list_drafts() -> ResponseReturnValue:
    """The drafts of the reader's ministries, that touched last first; those put away with ``?closed``;
    ``?as`` is a file."""
    closed = "closed" in request.args
    with reading() as (session, actor):
        lines = package_drafts.drafts(session, actor, closed=closed)
    if end := choice("as", FORMATS):
        return table_answer("one-window-drafts", end, draft_rows(lines))
    return render_template("analyst/drafts/list.html", lines=lines, closed=closed)


@blueprint.get("/analyst/drafts/begin", endpoint="draft_begin")
@access(groups=DRAFTERS)
def ask_how_to_begin() -> ResponseReturnValue:
    """What a draft may begin from."""
    with reading() as (session, actor):
        choices = offered(session, house(), actor, now=now())
    how = typed("how", request.args.get("how", "version"))
    service = typed("service", request.args.get("service", ""))
    return render_template(
        "analyst/drafts/begin.html", choices=choices, ways=HOW, shapes=SHAPES, how=how, service=service, typed=typed
    )


@blueprint.post("/analyst/drafts/begin", endpoint="draft_begin_post")
@access(groups=DRAFTERS)
def begin() -> ResponseReturnValue:
    """Begins a draft and leads to it."""
    with transaction() as (session, actor):
        way = _WAYS.get(typed("how"))
        if way is None:
            raise NotFound
        key = way(session, actor, str(HOW[typed("how")]), now())
    return redirect(url_for("analyst.draft", key=key), code=303)


@blueprint.get("/analyst/drafts/<key>", endpoint="draft")
@access(groups=DRAFTERS)
def show_draft(key: str) -> ResponseReturnValue:
    """One draft: its parts with their files, and everything that is wrong with it."""
    with reading() as (session, actor):
        shown = package_drafts.draft(session, house(), actor, key)
    paths = [SCENARIOS, *(file.path for _, files in shown.parts for file in files)]
    return render_template(
        "analyst/drafts/draft.html",
        shown=shown,
        line=shown.line,
        parts=PARTS,
        words_of=words_of,
        place_of=place_of,
        pages={path: page_of(key, path) for path in paths},
        counted=counted,
        can_draw=can_draw(),
        form_at=form_at,
        typed=typed,
    )


@blueprint.post("/analyst/drafts/<key>/close", endpoint="draft_close")
@access(groups=DRAFTERS)
def put_away(key: str) -> ResponseReturnValue:
    """Puts a draft away; it stays readable, and its saves too."""
    with transaction() as (session, actor):
        drafts.close(session, actor, key, now=now())
    flash(gettext("The draft is closed. You find it among the closed ones."))
    return redirect(url_for("analyst.drafts"), code=303)


@blueprint.post("/analyst/drafts/<key>/open", endpoint="draft_open")
@access(groups=DRAFTERS)
def take_up(key: str) -> ResponseReturnValue:
    """Takes up a draft that was put away."""
    with transaction() as (session, actor):
        drafts.reopen(session, actor, key, now=now())
    return redirect(url_for("analyst.draft", key=key), code=303)


@blueprint.post("/analyst/drafts/<key>/shared", endpoint="draft_renew_parts")
@access(groups=DRAFTERS)
def take_shared_processes(key: str) -> ResponseReturnValue:
    """The shared processes of a draft become those of the library."""
    with transaction() as (session, actor):
        renew_parts(session, house(), actor, key, words=gettext("Shared processes of the library"), now=now())
    return redirect(url_for("analyst.draft", key=key), code=303)


Way = Callable[[Session, Actor, str, datetime], str]


def _service() -> str:
    service = typed("service")
    if not service:
        raise NothingToBeginFrom
    return service


def _named() -> str:
    return f"{tidy(typed('ministry'))}/{tidy(typed('service_key'))}"


def _title() -> Bilingual:
    return Bilingual(tidy(typed("title_km")), tidy(typed("title_en")))


def _from_version(session: Session, actor: Actor, words: str, moment: datetime) -> str:
    return drafts.begin_from_version(session, house(), actor, _service(), words=words, now=moment)


def _from_another(session: Session, actor: Actor, words: str, moment: datetime) -> str:
    return drafts.begin_like(session, house(), actor, _named(), _service(), title=_title(), words=words, now=moment)


def _from_shape(session: Session, actor: Actor, words: str, moment: datetime) -> str:
    return drafts.begin_like(session, house(), actor, _named(), typed("shape"), title=_title(), words=words, now=moment)


def _from_nothing(session: Session, actor: Actor, words: str, moment: datetime) -> str:
    return drafts.begin_empty(session, house(), actor, _named(), title=_title(), words=words, now=moment)


def _from_archive(session: Session, actor: Actor, words: str, moment: datetime) -> str:
    sent = request.files.get("archive")
    if sent is None:
        raise ArchiveRefused
    return drafts.begin_from_archive(session, house(), actor, sent.stream.read(), words=words, now=moment)


_WAYS: Final[Mapping[str, Way]] = {
    "version": _from_version,
    "like": _from_another,
    "shape": _from_shape,
    "empty": _from_nothing,
    "archive": _from_archive,
}
