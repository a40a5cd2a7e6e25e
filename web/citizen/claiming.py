"""Claiming at home an account that the counter made: the slip, a telephone or e-mail, its code, a password.

How far somebody has come stands in the cookie of their browser, signed; neither slip nor code stands in an address.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, ContactFull, NeitherPhoneNorEmail, ProofOver, TooManyCodes
from engine.errors.counter import ClaimOver
from engine.people import claiming, codes
from engine.people.actors import Actor
from engine.people.codes import Asker, CodeRequest, Verdict
from engine.people.contacts import contact_point
from engine.words import CodePurpose
from web.access import BY_CODE, CLAIM, REGISTER, access
from web.browsers import place
from web.citizen import blueprint
from web.citizen.problems import said
from web.code_messages import message_of
from web.context import current_language, house, now, public_reading, public_transaction, today
from web.entering import enter
from web.errors import sentence
from web.known_browsers import know_here

_KEPT: Final = "claim"


@dataclass(frozen=True, slots=True)
class Way:
    """How far a claim has come in this browser: its slip, the code that was sent, to what, and whether it came back."""

    claim: int = 0
    token: str = ""
    contact: str = ""
    is_proved: bool = False


@blueprint.get("/claim", endpoint="claim")
@access(public=True)
def show_claim() -> ResponseReturnValue:
    """What stands on the slip, and the last signs of the paper."""
    return render_template("citizen/claim.html", code="", signs="", errors={})


@blueprint.post("/claim", endpoint="claim_post")
@access(public=True, limit=CLAIM)
def take_claim() -> ResponseReturnValue:
    """The same refusal whatever of it was wrong."""
    code, signs = request.form.get("code", ""), request.form.get("signs", "")
    with public_transaction() as session:
        found = claiming.find(session, code, signs, now=now())
    if found is None:
        wrong = {"code": sentence(ClaimOver())}
        return render_template("citizen/claim.html", code=code, signs=signs, errors=wrong), 422
    _keep(Way(claim=found))
    return redirect(url_for("citizen.claim_contact"), code=303)


@blueprint.get("/claim/contact", endpoint="claim_contact")
@access(public=True)
def show_contact() -> ResponseReturnValue:
    """What the account shall be reached by."""
    way = _way()
    return _contact_page(way) if way.claim else redirect(url_for("citizen.claim"), code=303)


@blueprint.post("/claim/contact", endpoint="claim_contact_post")
@access(public=True, limit=REGISTER)
def send_code() -> ResponseReturnValue:
    """Sends a code there."""
    way, typed = _way(), request.form.get("contact", "")
    point = contact_point(typed)
    if not way.claim:
        return redirect(url_for("citizen.claim"), code=303)
    if point is None:
        return _contact_page(way, {"contact": sentence(NeitherPhoneNorEmail())}), 422
    try:
        with public_transaction() as session:
            person_id = claiming.whose(session, way.claim, now=now())
            wanted = CodeRequest(
                CodePurpose.CONTACT,
                point,
                current_language(),
                person_id,
                asker=Asker(f"claim {way.claim}", by=Actor(None, place=place())),
            )
            token = codes.ask(session, house(), wanted, now=now())
    except TooManyCodes as refused:
        return _contact_page(way, {"contact": sentence(refused)}), 429
    except ClaimOver as refused:
        return _over(refused)
    _keep(replace(way, token=token, contact=typed, is_proved=False))
    return redirect(url_for("citizen.claim_code"), code=303)


@blueprint.get("/claim/code", endpoint="claim_code")
@access(public=True)
def show_code() -> ResponseReturnValue:
    """The six digits."""
    way = _way()
    return _code_page(way) if way.token else redirect(url_for("citizen.claim_contact"), code=303)


@blueprint.post("/claim/code", endpoint="claim_code_post")
@access(public=True, limit=BY_CODE)
def take_code() -> ResponseReturnValue:
    """Whether they are right."""
    way = _way()
    if not way.token:
        return redirect(url_for("citizen.claim_contact"), code=303)
    with public_transaction() as session:
        typed = request.form.get("digits", "")
        verdict = codes.check(session, way.token, typed, CodePurpose.CONTACT, by=Actor(None, place=place()), now=now())
    if verdict != Verdict.RIGHT:
        wrong = gettext("This is not the code. Look again.") if verdict == Verdict.WRONG else sentence(ProofOver())
        return _code_page(way, {"digits": wrong}), 422
    _keep(replace(way, is_proved=True))
    return redirect(url_for("citizen.claim_password"), code=303)


@blueprint.get("/claim/password", endpoint="claim_password")
@access(public=True)
def show_password() -> ResponseReturnValue:
    """The last question."""
    way = _way()
    return _password_page() if way.is_proved else redirect(url_for("citizen.claim_code"), code=303)


@blueprint.post("/claim/password", endpoint="claim_password_post")
@access(public=True, limit=BY_CODE)
def take_password() -> ResponseReturnValue:
    """The account is theirs, and this browser signed in."""
    way, password = _way(), request.form.get("password", "")
    if not way.is_proved:
        return redirect(url_for("citizen.claim_code"), code=303)
    try:
        with public_transaction() as session:
            found = claiming.claim(
                session, house(), way.claim, token=way.token, password=password, place=place(), today=today(), now=now()
            )
    except BadAnswers as refused:
        return _password_page(said(refused.errors)), 422
    except ProofOver as refused:
        return _code_page(way, {"digits": sentence(refused)}), 422
    except ContactFull as refused:
        return _contact_page(way, {"contact": sentence(refused)}), 409
    except ClaimOver as refused:
        return _over(refused)
    answer = enter(found, url_for("citizen.account"))
    know_here(way.contact)
    flash(
        gettext(
            "The account is yours. From now on you sign in with %(contact)s and your password.", contact=way.contact
        ),
        "success",
    )
    return answer


def _way() -> Way:
    return Way(**(browser_session.get(_KEPT) or {}))


def _keep(way: Way) -> None:
    browser_session[_KEPT] = asdict(way)


def _over(refused: ClaimOver) -> ResponseReturnValue:
    browser_session.pop(_KEPT, None)
    return render_template("citizen/claim.html", code="", signs="", errors={"code": sentence(refused)}), 409


def _contact_page(way: Way, errors: dict[str, str] | None = None) -> str:
    typed = request.form.get("contact", way.contact)
    return render_template("citizen/claim_contact.html", contact=typed, errors=errors or {})


def _code_page(way: Way, errors: dict[str, str] | None = None) -> str:
    with public_reading() as session:
        message = message_of(session, way.token, CodePurpose.CONTACT)
    return render_template("citizen/claim_code.html", contact=way.contact, message=message, errors=errors or {})


def _password_page(errors: dict[str, str] | None = None) -> str:
    return render_template("citizen/claim_password.html", errors=errors or {})
