"""Where somebody is led who has yet to show a second factor, or to show once more that it is them."""

from __future__ import annotations

from typing import Final

from flask import Flask, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.people import factors, passkeys
from web import script_answers
from web.access import SHARED_PLACE, Limit, signed_in_as
from web.context import house, public_reading
from web.errors import sentence
from web.shown_again import page_left

SECOND_STEP: Final = Limit("second step", ("POST",), place=SHARED_PLACE, people_apart=False)
"""Many share a place; how often codes of one account may be tried is counted with its app."""


def install(app: Flask) -> None:
    """Lead people there, and let pages ask whether browsers know passkeys at this address."""
    app.register_error_handler(errors.SecondFactorNeeded, _to_factors)
    app.register_error_handler(errors.ConfirmFirst, _to_confirming)
    app.jinja_env.globals["passkeys_offered"] = lambda: passkeys.are_offered(house())


def _to_factors(refusal: errors.SecondFactorNeeded) -> ResponseReturnValue:
    """To the page where a factor is set up, or to the one that asks for the factor that there is."""
    if script_answers.asks_for_json():
        return jsonify(message=sentence(refusal)), 403
    known = signed_in_as()
    with public_reading() as session:
        has_one = bool(factors.held(session, known.person_id if known else None))
    onward = request.full_path.rstrip("?") if request.method == "GET" else page_left()
    there = url_for("citizen.confirm", next=onward) if has_one else url_for("citizen.factors")
    return redirect(there, code=303)


def _to_confirming(refusal: errors.ConfirmFirst) -> ResponseReturnValue:
    """To the page that asks for the password or a factor, and from there back."""
    if script_answers.asks_for_json():
        return jsonify(message=sentence(refusal)), 403
    onward = request.path if request.method == "GET" else page_left()
    return redirect(url_for("citizen.confirm", next=onward), code=303)
