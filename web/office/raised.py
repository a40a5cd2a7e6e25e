"""Late cases that were raised to an officer by the chain of their office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import DO_TASKS
from engine.queries.office.raised import RaisedCase, raised_cases
from engine.queries.shared.names import read_names
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading
from web.event_words import RAISED_TO
from web.exports import FORMATS, table_answer
from web.list_words import PROMISES, word_of
from web.office import blueprint
from web.wording import in_language


@blueprint.get("/office/raised", endpoint="raised")
@access(groups=DO_TASKS)
def show_raised() -> ResponseReturnValue:
    """The late cases that were raised to the officer, and how long ago; ``?as`` is a file."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        cases = raised_cases(session, names, actor)
    note_listed(actor, [one.key for one in cases])
    if end := choice("as", FORMATS):
        return table_answer("one-window-raised", end, _rows(cases))
    return render_template("office/raised.html", cases=cases, raised_to=RAISED_TO)


def _rows(cases: Sequence[RaisedCase]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Reference number"), gettext("Office"), gettext("Service"), gettext("What was promised")),
        *(gettext("Due"), gettext("New day"), gettext("Raised to"), gettext("Since")),
    ]
    for one in cases:
        what = in_language(one.task) if one.task else word_of(PROMISES, one.kind)
        due, new = (day.isoformat() if day else "" for day in (one.due_at, one.new_due_at))
        raised = str(RAISED_TO[one.raised_to]), one.raised_at.isoformat()
        yield [one.reference, in_language(one.office), in_language(one.service), what, due, new, *raised]
