"""Lost telephones and mailboxes: a second officer lets another contact in, or lets the old one stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications import counter_contacts
from engine.applications.counter_contacts import WHO_ANSWERS
from engine.queries.office.replacements import MOST_SHOWN, Waiting, waiting
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading, transaction
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.office import blueprint
from web.wording import in_language


@blueprint.get("/office/replacements", endpoint="replacements")
@access(groups=WHO_ANSWERS)
def show_replacements() -> ResponseReturnValue:
    """What waits for a second person; ``?as`` is a file."""
    end = choice("as", FORMATS)
    with reading() as (session, actor):
        lines = waiting(session, actor, most=WHOLE + 1 if end else MOST_SHOWN, now=now())
    note_listed(actor, (), [line.person_id for line in lines])
    if end:
        return table_answer("one-window-lost-telephones", end, whole(_rows(lines)))
    return render_template("office/replacements.html", lines=lines)


def _rows(lines: Sequence[Waiting]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Name"), gettext("Identity document"), gettext("Date of birth"), gettext("Reached by until now")),
        *(gettext("From now on by"), gettext("Asked by"), gettext("Asked on")),
    ]
    for line in lines:
        born = line.born_on.isoformat() if line.born_on else ""
        who = in_language(line.name), line.id_number, born, ", ".join(line.before), line.address
        yield [*who, in_language(line.asked_by), line.asked_at.isoformat()]


@blueprint.post("/office/replacements/<replacement_key>/agree", endpoint="replacement_agree")
@access(groups=WHO_ANSWERS)
def agree(replacement_key: str) -> ResponseReturnValue:
    """The new contact takes the place of the old one."""
    with transaction() as (session, actor):
        counter_contacts.agree(session, house(), actor, replacement_key, now=now())
    flash(gettext("Replaced. The old password and sign-ins ended, and the old contact was told."), "success")
    return redirect(url_for("office.replacements"), code=303)


@blueprint.post("/office/replacements/<replacement_key>/decline", endpoint="replacement_decline")
@access(groups=WHO_ANSWERS)
def decline(replacement_key: str) -> ResponseReturnValue:
    """Everything stays as it is."""
    with transaction() as (session, actor):
        counter_contacts.decline(session, actor, replacement_key, now=now())
    flash(gettext("Everything stays as it was."), "success")
    return redirect(url_for("office.replacements"), code=303)
