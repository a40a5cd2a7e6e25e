"""Photos from a telephone into a draft: what the officer's page shows of the address, and what came meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.applications.papers import REMOVE
from engine.applications.photo_links import end_link, open_link
from engine.documents.qr import inline_svg
from engine.packages.groups import FRONT_OFFICE
from engine.queries.office.counter_form import CounterForm, counter_form
from web.access import access
from web.context import house, now, reading, transaction
from web.office import blueprint

MOST: Final = 6
"""Drafts whose codes a browser remembers; the latest ones."""
_KEPT: Final = "photo_codes"
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class CodeShown:
    """The code in groups, the address that the telephone opens, and both as a picture."""

    words: str
    address: str
    picture: Markup


def press(key: str) -> bool:
    """Makes or ends the address when its button was pressed; whether it was."""
    if "_link" in request.form:
        with transaction() as (session, actor):
            code = open_link(session, house(), actor, key, sign_in_id=g.known.sign_in_id, now=now())
        held = {name: one for name, one in (browser_session.get(_KEPT) or {}).items() if name != key}
        browser_session[_KEPT] = dict([*held.items(), (key, code)][-MOST:])
        return True
    if "_unlink" in request.form:
        with transaction() as (session, actor):
            end_link(session, house(), actor, key, now=now())
        return True
    return False


def code_shown(shown: CounterForm) -> CodeShown | None:
    """The address of a draft that takes photos now, in the browser that made it."""
    code = (browser_session.get(_KEPT) or {}).get(shown.heading.key)
    if shown.link is None or not code:
        return None
    address = f"{house().base_url}{url_for('public.photos', code=code)}"
    words = " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
    picture = Markup(inline_svg(address, gettext("QR code that opens the page for photos")))  # noqa: S704 - our own drawing
    return CodeShown(words, address, picture)


@blueprint.get("/office/walk-in/drafts/<key>/tray", endpoint="walk_in_tray")
@access(groups=(FRONT_OFFICE,), by_itself=True)
def show_tray(key: str) -> ResponseReturnValue:
    """What lies in the tray, a piece of the draft's page: its script asks for it while a telephone may send photos."""
    with reading() as (session, actor):
        shown = counter_form(session, house(), actor, key, now=now())
    return render_template("office/tray.html", shown=shown, typed={}, errors={}, remove=REMOVE)
