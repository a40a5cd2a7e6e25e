"""The history of the house: who changed what of it, when and why, with what was before and what is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.accounts import account_called
from engine.queries.admin.house_history import ABOUT, Asked, house_history
from engine.queries.admin.officers import posts
from engine.queries.admin.security_log import SecurityLine, SecurityPage
from engine.queries.shared.stretches import Stretch, Wanted
from web.access import access
from web.admin import blueprint
from web.admin.accounts import LONGEST_LOGIN
from web.admin.days import NO_DAY, day_parts, typed_day
from web.admin.parameters import choice
from web.change_words import ABOUT_WORDS, reason_of, what_is, what_was
from web.context import house, note_listed, now, reading
from web.exports import FORMATS, list_answer
from web.intake import whole_number
from web.security_words import by_whom, what_happened
from web.wording import in_language

LONGEST_CODE = 80


@blueprint.get("/history", endpoint="house_history")
@access(groups=(ADMINISTRATOR,))
def show_house_history() -> ResponseReturnValue:
    """The newest changes, or those that are asked for, and the way to older ones."""
    login = request.args.get("login", "").strip()[:LONGEST_LOGIN]
    asked, errors = _asked()
    with reading() as (session, actor):
        actor.require(None, ADMINISTRATOR)
        person_id = account_called(session, actor, login) if login else asked.person_id
        if login and person_id is None:
            errors["login"] = gettext("No account has this telephone number or e-mail.")
        offices = posts(session, house(), actor, now=now()).offices
        before = whole_number(request.args.get("before", ""))
        found = SecurityPage((), None)
        if not errors:
            found = house_history(session, actor, _of(asked, person_id), before=before)
    note_listed(actor, (), {one for line in found.lines for one in line.people})
    return render_template(
        "admin/house_history.html",
        found=found,
        asked=asked,
        login=login,
        days={name: day_parts(name) for name in ("from", "to")},
        offices=offices,
        about=[(key, str(words)) for key, words in ABOUT_WORDS.items()],
        link={**_link(), "before": found.before},
        file=_link(),
        errors=errors,
        what_happened=what_happened,
        by_whom=by_whom,
        what_was=what_was,
        what_is=what_is,
        reason_of=reason_of,
    ), 422 if errors else 200


@blueprint.get("/history.csv", endpoint="house_history_csv")
@access(groups=(ADMINISTRATOR,))
def send_house_history() -> ResponseReturnValue:
    """The same lines as a file."""
    login = request.args.get("login", "").strip()[:LONGEST_LOGIN]
    asked, errors = _asked()
    with reading() as (session, actor):
        actor.require(None, ADMINISTRATOR)
        person_id = account_called(session, actor, login) if login else asked.person_id
    if errors or (login and person_id is None):  # the page says what, and nothing is taken away
        return show_house_history()
    read = partial(_read, _of(asked, person_id))
    return list_answer("one-window-history", choice("as", FORMATS, "csv"), _heads(), read, _row)


def _read(asked: Asked, wanted: Wanted, size: int) -> Stretch[SecurityLine]:
    with reading() as (session, actor):
        found = house_history(session, actor, asked, before=whole_number(wanted.after), size=size)
    note_listed(actor, (), {one for line in found.lines for one in line.people})
    return Stretch(found.lines, before=wanted.after, after=str(found.before or ""))


def _heads() -> list[str]:
    return [
        gettext("When"), gettext("What happened"), gettext("Person"), gettext("By"), gettext("Office"),
        gettext("Before"), gettext("After"), gettext("Reason"),
    ]  # fmt: skip


def _row(line: SecurityLine) -> Sequence[object]:
    person = in_language(line.person) if line.person else ""
    where = str(line.data.get("office") or "")
    words = what_happened(line), person, by_whom(line), where, what_was(line), what_is(line), reason_of(line)
    return [line.at.isoformat(timespec="seconds"), *words]


def _asked() -> tuple[Asked, dict[str, str]]:
    """What was chosen, and what is wrong with it; ``person`` comes with links only."""
    (first, first_wrong), (last, last_wrong) = typed_day("from"), typed_day("to")
    errors = {name: str(NO_DAY) for name, wrong in (("from", first_wrong), ("to", last_wrong)) if wrong}
    about = request.args.get("about", "")
    asked = Asked(
        about=about if about in ABOUT else "",
        office=request.args.get("office", "").strip()[:LONGEST_CODE],
        person_id=whole_number(request.args.get("person", "")),
        first=first,
        last=last,
    )
    return asked, errors


def _of(asked: Asked, person_id: int | None) -> Asked:
    return Asked(asked.about, asked.office, person_id, asked.first, asked.last)


def _link() -> dict[str, str]:
    """The choices as an address has them."""
    names = (
        "about",
        "office",
        "person",
        "login",
        *(f"{one}-{part}" for one in ("from", "to") for part in day_parts("")),
    )
    return {name: text for name in names if (text := request.args.get(name, "").strip()[:LONGEST_LOGIN])}
