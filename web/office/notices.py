"""The bell: what is new for an officer, opened one by one or read all at once, and how they want to hear of it."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers
from engine.packages.groups import DECLARED, OFFICER_GROUPS
from engine.people import notices
from engine.people.notice_choices import Choice, choose
from engine.queries.office.notices import may_open, notices_of, settings_of
from engine.words import NoticeKind, NoticeWay
from web.access import access
from web.citizen.problems import said
from web.context import current_language, now, reading, transaction
from web.intake import whole_number
from web.notice_words import KINDS, WAYS, address_of
from web.office import blueprint
from web.office.paging import asked_stretch

WHO: Final = (*OFFICER_GROUPS, DECLARED)
FIRST_OFFERED, LAST_OFFERED = 5, 20
"""Between these hours a digest may come."""
NO_HOUR: Final = -1
"""What is sent in place of an hour and is none: it is refused."""
ORDER: Final = ("way", "digest_hour", "quiet")


@blueprint.get("/office/notices", endpoint="notices")
@access(groups=WHO)
def show_notices() -> ResponseReturnValue:
    """What the officer was told, the newest first."""
    with reading() as (session, actor):
        found = notices_of(session, actor, asked_stretch(), language=current_language())
    return render_template("office/notices.html", notices=found, kinds=KINDS)


@blueprint.get("/office/notices/<int:notice_id>", endpoint="notice")
@access(groups=WHO)
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Leads to what the notice is about; from then on it is read. Where it is not the officer's any more it says so."""
    with transaction() as (session, actor):
        place, opens = notices.open_notice(session, actor, notice_id, now=now())
        is_open = may_open(session, actor, place, opens)
    if not is_open:
        flash(gettext("You may not open this any more: it went elsewhere, or is not asked of you any more."), "warning")
        return redirect(url_for("office.notices"), code=303)
    return redirect(address_of(place, opens), code=303)


@blueprint.post("/office/notices/read", endpoint="notices_read")
@access(groups=WHO)
def read_notices() -> ResponseReturnValue:
    """Everything that the page showed or lay behind it is read."""
    with transaction() as (session, actor):
        notices.read_all(session, actor, whole_number(request.form.get("up_to", "")) or 0, now=now())
    return redirect(url_for("office.notices"), code=303)


@blueprint.get("/office/notices/settings", endpoint="notice_settings")
@access(groups=WHO)
def show_settings() -> ResponseReturnValue:
    """How the officer wants to hear of what is new."""
    with reading() as (session, actor):
        found = settings_of(session, actor)
    return _settings_page(found.choice, found.email, {}, has_telegram=found.has_telegram)


@blueprint.post("/office/notices/settings", endpoint="notice_settings_post")
@access(groups=WHO)
def take_settings() -> ResponseReturnValue:
    """Keeps what was chosen; what is wrong stands beside its field."""
    wanted = _chosen()
    try:
        with transaction() as (session, actor):
            choose(session, actor, wanted, now=now())
    except BadAnswers as refused:
        with reading() as (session, actor):
            found = settings_of(session, actor)
        return _settings_page(wanted, found.email, said(refused.errors), has_telegram=found.has_telegram), 422
    flash(gettext("Your choice is kept."), "success")
    return redirect(url_for("office.notice_settings"), code=303)


def _settings_page(choice: Choice, email: str | None, errors: dict[str, str], *, has_telegram: bool) -> str:
    return render_template(
        "office/notice_settings.html",
        choice=choice,
        email=email,
        has_telegram=has_telegram,
        errors=errors,
        order=ORDER,
        kinds=KINDS,
        ways=WAYS,
        hours=range(FIRST_OFFERED, LAST_OFFERED + 1),
    )


def _chosen() -> Choice:
    """What the form says; a word that is none of the ways or kinds is left out."""
    way = request.form.get("way", "")
    kinds = set(request.form.getlist("at_once")[: len(NoticeKind)])
    return Choice(
        NoticeWay(way) if way in set(NoticeWay) else NoticeWay.NONE,
        _hour("digest_hour"),
        _hour("quiet_from"),
        _hour("quiet_until"),
        frozenset(kind for kind in NoticeKind if kind in kinds),
    )


def _hour(name: str) -> int | None:
    """The hour that was sent, none for never; what is no number is an hour that there is not."""
    typed = request.form.get(name, "").strip()
    number = whole_number(typed[:5])
    return None if not typed else NO_HOUR if number is None else number
