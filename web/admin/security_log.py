"""The security log on a page: what happened to accounts and rights, by whom and from where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.accounts import account_called
from engine.queries.admin.security_log import SecurityLine, SecurityPage, security_page
from engine.queries.shared.stretches import Stretch, Wanted
from engine.words import SecurityKind
from web.access import access
from web.admin import blueprint
from web.admin.accounts import LONGEST_LOGIN
from web.admin.parameters import choice
from web.context import note_listed, reading
from web.exports import FORMATS, list_answer
from web.intake import whole_number
from web.security_words import FILTERS, by_whom, what_happened
from web.wording import in_language


@blueprint.get("/security-log", endpoint="security_log")
@access(groups=(ADMINISTRATOR,))
def show_security_log() -> ResponseReturnValue:
    """The newest lines, of one kind or about one person where that is asked for, and the way to older ones; ``?as``
    is a file of all of them."""
    login = request.args.get("login", "").strip()[:LONGEST_LOGIN]
    kind = request.args.get("kind", "")
    kind = kind if kind in set(SecurityKind) else ""
    end = choice("as", FORMATS)
    with reading() as (session, actor):
        person_id = account_called(session, actor, login) if login else None
        unknown = bool(login) and person_id is None
    if end and not unknown:  # the page says what is wrong, and nothing is taken away
        return list_answer("one-window-security-log", end, _heads(), partial(_read, kind, person_id), _row)
    with reading() as (session, actor):
        before = whole_number(request.args.get("before", ""))
        found = (
            SecurityPage((), None)
            if unknown
            else security_page(session, actor, kind=kind, person_id=person_id, before=before)
        )
    note_listed(actor, (), {one for line in found.lines for one in line.people})
    errors = {"login": gettext("No account has this telephone number or e-mail.")} if unknown else {}
    return render_template(
        "admin/security_log.html",
        found=found,
        kind=kind,
        login=login,
        errors=errors,
        kinds=[(word.value, str(text)) for word, text in FILTERS.items()],
        what_happened=what_happened,
        by_whom=by_whom,
    ), 404 if errors else 200


def _read(kind: str, person_id: int | None, wanted: Wanted, size: int) -> Stretch[SecurityLine]:
    with reading() as (session, actor):
        before = whole_number(wanted.after)
        found = security_page(session, actor, kind=kind, person_id=person_id, before=before, size=size)
    note_listed(actor, (), {one for line in found.lines for one in line.people})
    return Stretch(found.lines, before=wanted.after, after=str(found.before or ""))


def _heads() -> list[str]:
    who = gettext("When"), gettext("What happened"), gettext("Person"), gettext("By")
    return [*who, gettext("From where"), gettext("Browser")]


def _row(line: SecurityLine) -> Sequence[object]:
    person = in_language(line.person) if line.person else ""
    when = line.at.isoformat(timespec="seconds")
    return [when, what_happened(line), person, by_whom(line), line.address, line.browser]
