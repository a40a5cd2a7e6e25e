"""Pages that only machines open: what senders report about messages. A secret in the address says who they are."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from engine.clockwork.reports import take_report
from web.access import FROM_MACHINES, access
from web.context import house, now, public_transaction
from web.senders import REPORTS

blueprint = Blueprint("machines", __name__)
LONGEST_WORD = 40


@blueprint.post(f"{REPORTS}/<sender>/<int:number>/<int:sending>/<signature>", endpoint="report")
@access(public=True, by_secret=True, limit=FROM_MACHINES)
def receive_report(sender: str, number: int, sending: int, signature: str) -> ResponseReturnValue:
    """A sender reports what became of a message, at the address that it was given with it. The answer is the one that
    ends its repeating."""
    word = request.form.get("message_status", "")[:LONGEST_WORD]
    with public_transaction() as session:
        take_report(session, house(), sender, number, sending, signature=signature, word=word, now=now())
    return Response("ACK/Jasmin", mimetype="text/plain")
