"""The security log on a page: what happened to accounts and rights, by whom and from where."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.accounts import account_called
from engine.queries.admin.security_log import SecurityPage, security_page
from engine.words import SecurityKind
from web.access import access
from web.admin import blueprint
from web.admin.accounts import LONGEST_LOGIN
from web.context import note_listed, reading
from web.intake import whole_number
from web.security_words import FILTERS, by_whom, what_happened


@blueprint.get("/security-log", endpoint="security_log")
@access(groups=(ADMINISTRATOR,))
def show_security_log() -> ResponseReturnValue:
    """The newest lines, of one kind or about one person where that is asked for, and the way to older ones."""
    login = request.args.get("login", "").strip()[:LONGEST_LOGIN]
    kind = request.args.get("kind", "")
    kind = kind if kind in set(SecurityKind) else ""
    with reading() as (session, actor):
        person_id = account_called(session, actor, login) if login else None
        unknown = bool(login) and person_id is None
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
