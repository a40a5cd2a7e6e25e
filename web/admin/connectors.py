"""How everything stands that reaches the outside: senders, web services, the bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.connectors import MOST, AllOutside, Outside, Standing, all_outside
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.context import house, now, reading
from web.exports import FORMATS, table_answer
from web.senders import SENDERS

STANDINGS: Final[Mapping[Standing, tuple[LazyString, str]]] = {
    Standing.MISSING: (_l("Not set up"), "grey"),
    Standing.UNKNOWN: (_l("Nothing sent yet"), "blue"),
    Standing.WORKS: (_l("Works"), "green"),
    Standing.FAILS: (_l("Fails"), "red"),
}


@blueprint.get("/connectors", endpoint="connectors")
@access(groups=(ADMINISTRATOR,))
def show_connectors() -> ResponseReturnValue:
    """Whether each is set up, what it did last, and what waits for it; ``?as`` is a file."""
    with reading() as (session, actor):
        outside = all_outside(session, house(), actor, SENDERS, now=now())
    if end := choice("as", FORMATS):
        return table_answer("one-window-connectors", end, _rows(outside))
    return render_template("admin/connectors.html", outside=outside, standings=STANDINGS, most=MOST)


def _rows(outside: AllOutside) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Kind"), gettext("Name"), gettext("State"), gettext("Last success"), gettext("Last failure")),
        *(gettext("What it said"), gettext("Waits"), gettext("Since"), gettext("Next")),
    ]
    kinds = (
        (gettext("Senders of messages"), outside.senders),
        (gettext("Web services that service tasks ask"), outside.services),
        (gettext("Bank (KHQR)"), (outside.bank,)),
    )
    for kind, all_of_kind in kinds:
        for one in all_of_kind:
            yield [kind, one.name, str(STANDINGS[one.standing][0]), *_last(one)]


def _last(one: Outside) -> Sequence[object]:
    done, failed, since, then = (
        at.isoformat() if at else "" for at in (one.succeeded_at, one.failed_at, one.waiting_since, one.next_at)
    )
    return [done, failed if one.keeps_failures else gettext("not kept"), one.last_error, one.waiting, since, then]
