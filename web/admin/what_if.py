"""What if: an office played ahead with officers away, more of them, or a day off."""

from __future__ import annotations

from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadAnswers
from engine.khmer import latin_digits
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS
from engine.queries.admin.watching import WatchFilter, choices, watched
from engine.queries.admin.what_if import AWAY, MORE, Asked, what_if
from engine.queries.shared.names import read_names
from web.access import access
from web.admin import blueprint
from web.admin.control import LONGEST, WHO
from web.citizen.problems import said
from web.context import house, note_listed, now, reading
from web.intake import whole_number, written_day
from web.labels import group_label

DAYS: Final = ("first", "last", "off")
PARTS: Final = ("day", "month", "year")
MOST_FIELDS: Final = 60


@blueprint.get("/what-if", endpoint="what_if")
@access(groups=WHO)
def show_what_if() -> ResponseReturnValue:
    """The office that was chosen, and which promises would break or hold if what was typed were so."""
    wanted = WatchFilter(office=request.args.get("office", "")[:LONGEST])
    asked = _asked() if "ask" in request.args else None
    errors: dict[str, str] = {}
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        watch = watched(session, names, actor, wanted, now=now())
        try:
            found = what_if(session, house(), names, watch, asked, now=now())
        except BadAnswers as refused:
            errors = said(refused.errors)
            found = what_if(session, house(), names, watch, None, now=now())
    office = watch.one_office()
    reads = office is not None and any(actor.acts_for(group, office) for group in (*CASE_WORKERS, ADMINISTRATOR))
    if found is not None:
        note_listed(actor, [line.key for line in (*found.would_break, *found.would_hold)])
    return render_template(
        "admin/what_if.html",
        found=found, offices=choices(names, watch).offices, wanted=wanted, values=_values(), errors=errors,
        group_label=group_label, away=AWAY, more=MORE, reads=reads,
    ), 422 if errors else 200  # fmt: skip


def _asked() -> Asked:
    typed = {
        name: latin_digits(text.strip())
        for name, text in list(request.args.items())[:MOST_FIELDS]
        if name.startswith((AWAY, MORE)) and text.strip()
    }
    days = {name: written_day(_parts(name).values()) for name in DAYS if any(_parts(name).values())}
    return Asked({name: whole_number(text) for name, text in typed.items()}, days)


def _values() -> dict[str, object]:
    numbers: dict[str, object] = {
        name: text[:10] for name, text in list(request.args.items())[:MOST_FIELDS] if name.startswith((AWAY, MORE))
    }
    return numbers | {name: _parts(name) for name in DAYS}


def _parts(name: str) -> dict[str, str]:
    return {part: request.args.get(f"{name}-{part}", "").strip()[:10] for part in PARTS}
