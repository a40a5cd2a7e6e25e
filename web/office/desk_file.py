"""What waits at the cashier's and at the handover desk, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.queries.office.desk import DeskKind, Waiting, waiting_at_desk
from engine.queries.shared.stretches import Stretch, Wanted
from web.context import house, note_listed, reading
from web.exports import list_answer
from web.wording import in_language


def desk_answer(name: str, end: str, kind: DeskKind) -> Response:
    """All of it, the longest waiting first."""
    return list_answer(name, end, _heads(), partial(_read, kind), _row)


def _read(kind: DeskKind, wanted: Wanted, size: int) -> Stretch[Waiting]:
    with reading() as (session, actor):
        found = waiting_at_desk(session, house(), actor, kind, wanted, size=size)
    note_listed(actor, [one.application_key for one in found.items])
    return found


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Service"), gettext("Office"), gettext("Applicant")),
        *(gettext("Amount (riel)"), gettext("Certificate"), gettext("Waits since")),
    ]


def _row(one: Waiting) -> Sequence[object]:
    what = in_language(one.service), in_language(one.office), in_language(one.applicant)
    return [one.reference, *what, one.amount, one.certificate, one.since.isoformat()]
