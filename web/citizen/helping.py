"""Helping: who acts for whom, begun by the code of the person who is helped, and ended by either of the two."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ActsAlready, BadAnswers, NotFound, ProofOver, TooManyCodes, TooManyHelped, TooManyHelpers
from engine.errors.businesses import LastRepresentative, TooManyBusinesses
from engine.people import businesses, codes, mandates
from engine.people.codes import Verdict
from engine.words import CodePurpose, IdentityStatus, MandateKind
from web.access import PASSWORD, Acting, access, act_for, stop_acting
from web.citizen import blueprint
from web.citizen.problems import said
from web.clock import machine_now
from web.code_messages import message_of
from web.context import house, now, reading, today, transaction
from web.errors import sentence
from web.intake import whole_number

TOKEN: Final = "helping"  # noqa: S105
DAYS: Final = (30, mandates.USUAL_DAYS, mandates.LONGEST_DAYS)


@blueprint.get("/account/helping", endpoint="helping")
@access(signed_in=True)
def show_helping(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """For whom the person acts, who acts for them, and the way to help somebody."""
    with reading() as (session, actor):
        page = render_template(
            "citizen/helping.html",
            helped=mandates.helped_by(session, actor, today=today()),
            helpers=mandates.helpers_of(session, actor, today=today()),
            represented=businesses.represented_by(session, actor),
            is_verified=actor.identity_status == IdentityStatus.VERIFIED,
            contact=request.form.get("contact", ""),
            errors=errors or {},
        )
    return page, 422 if errors else 200


@blueprint.post("/account/helping", endpoint="helping_post")
@access(signed_in=True, limit=PASSWORD)
def take_contact() -> ResponseReturnValue:
    """Sends a code to the telephone or mailbox of whoever is to be helped."""
    try:
        with transaction() as (session, actor):
            contact = request.form.get("contact", "")
            token = mandates.ask(session, house(), actor, contact, today=today(), now=now())
    except BadAnswers as refusal:
        return show_helping(said(refusal.errors))
    except TooManyCodes as refusal:
        return show_helping({"contact": sentence(refusal)})
    browser_session[TOKEN] = token
    return redirect(url_for("citizen.helping_code"), code=303)


@blueprint.get("/account/helping/code", endpoint="helping_code")
@access(signed_in=True)
def show_code(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Asks for the code that the other person has read out."""
    if not _token():
        return redirect(url_for("citizen.helping"), code=303)
    with reading() as (session, _actor):
        message = message_of(session, _token(), CodePurpose.HELP)
    return render_template("citizen/helping_code.html", message=message, errors=errors or {}), 422 if errors else 200


@blueprint.post("/account/helping/code", endpoint="helping_code_post")
@access(signed_in=True, limit=PASSWORD)
def take_code() -> ResponseReturnValue:
    """Looks at the code; a wrong one is counted."""
    with transaction() as (session, actor):
        verdict = codes.check(session, _token(), request.form.get("code", ""), CodePurpose.HELP, by=actor, now=now())
    if verdict == Verdict.RIGHT:
        return redirect(url_for("citizen.helping_whom"), code=303)
    if verdict == Verdict.WRONG:
        return show_code({"code": gettext("This is not the code. Look at it again.")})
    return show_code({"code": sentence(ProofOver())})


@blueprint.get("/account/helping/whom", endpoint="helping_whom")
@access(signed_in=True)
def show_whom(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """Whom to act for, of those whom the contact reaches, as what, and for how long."""
    try:
        with reading() as (session, actor):
            people = mandates.reached(session, actor, _token(), now=now())
    except (ProofOver, NotFound):
        return show_code({"code": sentence(ProofOver())})
    page = render_template(
        "citizen/helping_whom.html", people=people, kinds=_kinds(), days=DAYS, typed=request.form, errors=errors or {}
    )
    return page, 422 if errors else 200


@blueprint.post("/account/helping/whom", endpoint="helping_whom_post")
@access(signed_in=True)
def take_whom() -> ResponseReturnValue:
    """The person acts for the other from now on; both are told."""
    wanted = whole_number(request.form.get("person", ""))
    if wanted is None:
        return show_whom({"person": gettext("Choose the person.")})
    try:
        with transaction() as (session, actor):
            mandates.make(
                session,
                house(),
                actor,
                _token(),
                person_id=wanted,
                kind=request.form.get("kind", ""),
                days=whole_number(request.form.get("days", "")) or mandates.USUAL_DAYS,
                today=today(),
                now=now(),
            )
    except (ActsAlready, TooManyBusinesses, TooManyHelped, TooManyHelpers) as refusal:
        return show_whom({"person": sentence(refusal)})
    browser_session.pop(TOKEN, None)
    flash(gettext("You may act in this name now. Everybody whom it concerns was told."), "success")
    return redirect(url_for("citizen.helping"), code=303)


@blueprint.post("/account/helping/<int:mandate_id>/begin", endpoint="helping_begin")
@access(signed_in=True)
def begin(mandate_id: int) -> ResponseReturnValue:
    """From here on the pages are those of the other person."""
    with transaction() as (session, actor):
        helped = mandates.begin(session, actor, mandate_id, today=today(), now=machine_now())
    act_for(Acting(mandate_id, helped.name_km, helped.name_latin))
    return redirect(url_for("citizen.account"), code=303)


@blueprint.post("/account/helping/stop", endpoint="helping_stop")
@access(public=True)
def stop() -> ResponseReturnValue:
    """From here on the pages are one's own again."""
    stop_acting()
    return redirect(url_for("citizen.account"), code=303)


@blueprint.post("/account/helping/<int:mandate_id>/end", endpoint="helping_end")
@access(signed_in=True)
def take_end(mandate_id: int) -> ResponseReturnValue:
    """Ends it, whichever of the two asks; asked once more first."""
    if request.form.get("confirmed") != "yes":
        with reading() as (session, actor):
            other = mandates.other_of(session, actor, mandate_id)
        return render_template("citizen/helping_end.html", mandate_id=mandate_id, other=other)
    try:
        with transaction() as (session, actor):
            mandates.end(session, house(), actor, mandate_id, now=now())
    except LastRepresentative as refusal:
        return render_template("citizen/helping_end.html", mandate_id=mandate_id, refusal=sentence(refusal)), 409
    flash(gettext("Nobody acts by this permission any more. Everybody whom it concerns was told."), "success")
    return redirect(url_for("citizen.helping"), code=303)


def _token() -> str:
    token = browser_session.get(TOKEN)
    return token if isinstance(token, str) else ""


def _kinds() -> list[tuple[str, str]]:
    return [
        (MandateKind.FAMILY, gettext("Family")),
        (MandateKind.NEIGHBOUR, gettext("A neighbour")),
        (MandateKind.VOLUNTEER, gettext("A volunteer")),
        (MandateKind.OTHER, gettext("Somebody else")),
    ]
