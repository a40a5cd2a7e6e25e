"""Disputes about a verified identity: begun at the counter with the original in hand, decided by the head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications import disputes
from engine.applications.counter import hand_over
from engine.case import access_log
from engine.case.access_log import Look
from engine.case.rivals import WHO_DISPUTES
from engine.errors import ReasonMissing, Refused
from engine.packages.groups import HEAD
from engine.queries.office.counter import counter_offices
from engine.queries.office.disputes import DisputeLine, KnownHolder, dispute_page, known_holder
from engine.queries.office.disputes import disputes as disputes_of
from engine.queries.shared.pages import Page
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_people, now, reading, transaction
from web.errors import sentence
from web.exports import FORMATS, paged_answer
from web.list_words import ANSWERS, word_of
from web.office import blueprint
from web.office.counter_codes import SHOWING, sent_for
from web.office.paging import asked_page
from web.office.tokens import Shown, looked_up_of, token_for
from web.wording import in_language


@blueprint.get("/office/disputes", endpoint="disputes")
@access(groups=WHO_DISPUTES)
def show_disputes() -> ResponseReturnValue:
    """The disputes of the office, what waits first; ``?as`` is a file."""
    if end := choice("as", FORMATS):
        return paged_answer("one-window-disputes", end, _heads(), _read, _row)
    with reading() as (session, actor):
        page = disputes_of(session, actor, asked_page())
    return render_template("office/disputes.html", disputes=page)


def _read(number: int, size: int) -> Page[DisputeLine]:
    with reading() as (session, actor):
        return disputes_of(session, actor, number, size=size)


def _heads() -> list[str]:
    return [
        *(gettext("Asked on"), gettext("Office"), gettext("Asked by"), gettext("Reason"), gettext("State")),
        *(gettext("Answer"), gettext("Answered by"), gettext("Answered on")),
    ]


def _row(one: DisputeLine) -> Sequence[object]:
    asked = (one.asked_at.isoformat(), in_language(one.office), in_language(one.asked_by), one.reason)
    answered = (in_language(one.answered_by), one.answered_at.isoformat() if one.answered_at else "")
    return [*asked, word_of(ANSWERS, one.status), one.answer, *answered]


@blueprint.get("/office/disputes/<dispute_key>", endpoint="dispute")
@access(groups=WHO_DISPUTES)
def show_dispute(dispute_key: str) -> ResponseReturnValue:
    """Both people side by side, with the answers that the reader may give."""
    return _page(dispute_key, {})


@blueprint.post("/office/disputes/<dispute_key>/agree", endpoint="dispute_agree")
@access(groups=(HEAD,))
def agree(dispute_key: str) -> ResponseReturnValue:
    """The identity is the claimant's."""
    return _answered(dispute_key, disputes.agree, gettext("Agreed. Both people are told."))


@blueprint.post("/office/disputes/<dispute_key>/decline", endpoint="dispute_decline")
@access(groups=WHO_DISPUTES)
def decline(dispute_key: str) -> ResponseReturnValue:
    """Everything stays as it is."""
    return _answered(dispute_key, disputes.decline, gettext("The account stays verified. Both people are told."))


def begun_at_counter(token: str | None) -> str:
    """The key of a dispute that the form of a paper begins, about somebody new, or about the account that a code has
    shown to be theirs, which is in their hands from then on."""
    with transaction() as (session, actor):
        office, person_id = counter_offices(session, actor)[0].id, looked_up_of(actor, token) if token else None
        if person_id is not None:
            sent = sent_for(SHOWING, person_id)
            proof = sent.token if sent else ""
            hand_over(session, house(), actor, office, person_id, token=proof, now=now())
        return disputes.ask(
            session,
            house(),
            actor,
            office,
            request.form,
            person_id=person_id,
            original_seen="original" in request.form,
            reason=request.form.get("reason", ""),
            now=now(),
        )


def holder_beside() -> tuple[KnownHolder | None, str]:
    """Who is verified with the paper that was typed, and the part of an address for them; noted for that person."""
    with transaction() as (session, actor):
        office = counter_offices(session, actor)[0].id
        known = known_holder(session, house(), actor, office, request.form, now=now())
        if known is None:
            return None, ""
        access_log.note_people(session, actor, [known.holder.person_id], Look("compared"), now=now())
        return known, token_for(actor, known.holder.person_id, Shown.NOTHING)


def _answered(dispute_key: str, answer: Callable[..., None], done: str) -> ResponseReturnValue:
    try:
        with transaction() as (session, actor):
            answer(session, house(), actor, dispute_key, reason=request.form.get("reason", ""), now=now())
    except ReasonMissing as refused:
        return _page(dispute_key, {"reason": refused}), 422
    flash(done, "success")
    return redirect(url_for("office.dispute", dispute_key=dispute_key), code=303)


def _page(dispute_key: str, refused: Mapping[str, Refused]) -> str:
    with reading() as (session, actor):
        page = dispute_page(session, house(), actor, dispute_key)
    note_people([one.person_id for one in page.people], "compared")
    errors = {field: sentence(refusal) for field, refusal in refused.items()}
    return render_template("office/dispute.html", page=page, errors=errors)
