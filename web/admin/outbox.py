"""The outbox: messages that wait, failed or left; calls that are not answered, messages that no case took."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.clockwork.outbox import send_again
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.outbox import STATES, MessageLine, message, message_counts, message_lines
from engine.queries.admin.traffic import kept_messages, unanswered_calls
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import Stretch, Wanted
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.context import house, note_case, note_listed, now, reading, transaction
from web.exports import FORMATS, list_answer
from web.list_words import CHANNELS, MESSAGES, word_of
from web.office.paging import asked_stretch


@blueprint.get("/outbox", endpoint="outbox")
@access(groups=(ADMINISTRATOR,))
def show_outbox() -> ResponseReturnValue:
    """Messages by state; those that wait first. ``?as`` is a file of them, without what they say."""
    status = choice("status", STATES, STATES[0])
    if end := choice("as", FORMATS):
        return list_answer(f"one-window-messages-{status}", end, _heads(), partial(_read, status), _row)
    with reading() as (session, actor):
        counts = message_counts(session, actor)
        lines = message_lines(session, house(), actor, status=status, wanted=asked_stretch(), total=counts[status])
        names = read_names(session, house(), now=now())
        calls, kept = unanswered_calls(session, names, actor), kept_messages(session, actor)
    cases = [line.application_key for line in lines.items] + [call.application_key for call in calls]
    note_listed(
        actor,
        cases + [message.application_key for message in kept],
        [line.person_id for line in lines.items if line.application_key is None and line.person_id is not None],
    )
    in_turn = tuple(house().messengers)
    return render_template(
        "admin/outbox.html", counts=counts, lines=lines, status=status, calls=calls, kept=kept, in_turn=in_turn
    )


def _read(status: str, wanted: Wanted, size: int) -> Stretch[MessageLine]:
    with reading() as (session, actor):
        total = message_counts(session, actor)[status]
        lines = message_lines(session, house(), actor, status=status, wanted=wanted, size=size, total=total)
    people = [line.person_id for line in lines.items if line.application_key is None and line.person_id is not None]
    note_listed(actor, [line.application_key for line in lines.items], people)
    return lines


def _heads() -> list[str]:
    return [
        *(gettext("Message"), gettext("Reference number"), gettext("Way"), gettext("To"), gettext("Sender")),
        *(gettext("State"), gettext("Attempts"), gettext("Written"), gettext("Next attempt"), gettext("Sent")),
        *(gettext("Delivered"), gettext("Reason")),
    ]


def _row(line: MessageLine) -> Sequence[object]:
    moments = (line.created_at, line.next_attempt_at, line.left_at, line.delivered_at)
    when = [moment.isoformat() if moment else "" for moment in moments]
    way = line.reference, word_of(CHANNELS, line.channel), line.to, line.sender, word_of(MESSAGES, line.status)
    return [line.subject, *way, line.attempts, *when, line.last_error]


@blueprint.get("/outbox/<int:message_id>", endpoint="message")
@access(groups=(ADMINISTRATOR,))
def show_message(message_id: int) -> ResponseReturnValue:
    """One message as it is sent."""
    with reading() as (session, actor):
        found = message(session, house(), actor, message_id)
    note_case(found.reference)
    return render_template("admin/message.html", message=found)


@blueprint.post("/outbox/<int:message_id>/send-again", endpoint="message_again")
@access(groups=(ADMINISTRATOR,))
def take_send_again(message_id: int) -> ResponseReturnValue:
    """Puts a message that failed back into the queue."""
    with transaction() as (session, actor):
        send_again(session, actor, message_id, now=now())
    flash(gettext("The message will be sent again."), "success")
    return redirect(url_for("admin.outbox"), code=303)
