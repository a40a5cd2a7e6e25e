"""Acting on one case by hand: suspend, resume, cancel, skip, move, correct; confirming what a colleague proposes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from engine.errors import MoveRefused, NotFound, ReasonMissing, Refused, WrongValue
from engine.flow import by_hand, interventions
from engine.flow.taking import Went
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.interventions import proposals
from engine.queries.admin.standing import standing
from web.access import access
from web.admin import blueprint
from web.context import house, note_case, now, reading, transaction
from web.errors import sentence
from web.intake import whole_number

Act = Callable[[Session, Actor, str, int], Went | None]


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _answer(name: str) -> str:
    """A field of the form that was sent. Each form of the page has names of its own, so that each field has a label."""
    return _typed(f"{_typed('form')}-{name}")


def _suspend(session: Session, actor: Actor, key: str, shown: int) -> None:
    by_hand.suspend(session, house(), actor, key, _answer("reason"), shown=shown, now=now())


def _resume(session: Session, actor: Actor, key: str, shown: int) -> None:
    by_hand.resume(session, house(), actor, key, _answer("reason"), shown=shown, now=now())


def _cancel(session: Session, actor: Actor, key: str, shown: int) -> None:
    by_hand.cancel(session, house(), actor, key, _answer("reason"), shown=shown, now=now())


def _skip(session: Session, actor: Actor, key: str, shown: int) -> Went:
    token, reason = _typed("token"), _answer("reason")
    return by_hand.skip(session, house(), actor, key, token, reason=reason, shown=shown, now=now())


def _move(session: Session, actor: Actor, key: str, shown: int) -> Went:
    token, target, reason = _typed("token"), _answer("target"), _answer("reason")
    return by_hand.move(session, house(), actor, key, token, target_id=target, reason=reason, shown=shown, now=now())


def _correct(session: Session, actor: Actor, key: str, shown: int) -> Went:
    name, value, reason = _typed("name"), _answer("value"), _answer("reason")
    return by_hand.correct(session, house(), actor, key, name, typed=value, reason=reason, shown=shown, now=now())


def _confirm(session: Session, actor: Actor, key: str, _shown: int) -> Went:
    number = whole_number(_typed("proposal")) or 0
    return interventions.confirm(session, house(), actor, key, number, reason=_answer("reason"), now=now())


def _refuse(session: Session, actor: Actor, key: str, _shown: int) -> None:
    number = whole_number(_typed("proposal")) or 0
    interventions.refuse(session, house(), actor, key, number, reason=_answer("reason"), now=now())


ACTIONS: Final[Mapping[str, tuple[Act, LazyString]]] = {
    "suspend": (_suspend, _l("The case is suspended.")),
    "resume": (_resume, _l("The case goes on.")),
    "cancel": (_cancel, _l("The case is cancelled, and the applicant is told.")),
    "skip": (_skip, _l("The element was skipped.")),
    "move": (_move, _l("The case was taken to the other element.")),
    "correct": (_correct, _l("The variable was corrected.")),
    "confirm": (_confirm, _l("The proposal was confirmed and done.")),
    "refuse": (_refuse, _l("The proposal is off.")),
}


@blueprint.get("/cases/<key>/by-hand", endpoint="by_hand")
@access(groups=(ADMINISTRATOR,))
def show_by_hand(key: str) -> ResponseReturnValue:
    """Where the case stands, and what can be done to it by hand."""
    return _page(key, None)


@blueprint.post("/cases/<key>/by-hand", endpoint="by_hand_post")
@access(groups=(ADMINISTRATOR,))
def act_by_hand(key: str) -> ResponseReturnValue:
    """Does one of the actions, with its reason."""
    shown = whole_number(_typed("revision")) or 0
    try:
        with transaction() as (session, actor):
            if _typed("action") not in ACTIONS:  # said only to those who may act
                raise NotFound
            act, done = ACTIONS[_typed("action")]
            went = act(session, actor, key, shown)
    except (ReasonMissing, WrongValue, MoveRefused) as refusal:
        return _page(key, refusal), 422
    if went == Went.FAILED:
        flash(gettext("What follows failed. An incident says why."), "warning")
    elif went == Went.PROPOSED:
        flash(gettext("Proposed: nothing was done yet. A second administrator must confirm it."), "warning")
        return redirect(url_for("admin.by_hand", key=key), code=303)
    else:
        flash(str(done), "success")
    return redirect(url_for("admin.case_history", key=key), code=303)


def _page(key: str, refusal: Refused | None) -> str:
    with reading() as (session, actor):
        found = standing(session, house(), actor, key, now=now())
        proposed = proposals(session, house(), actor, application_key=key, now=now())
    note_case(found.reference)
    place = "value" if isinstance(refusal, WrongValue) else "target" if isinstance(refusal, MoveRefused) else "reason"
    errors = {f"{_typed('form')}-{place}": sentence(refusal)} if refusal else {}
    return render_template("admin/by_hand.html", case=found, proposals=proposed, errors=errors, typed=request.form)
