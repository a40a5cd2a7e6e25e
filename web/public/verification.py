"""Verifying: anybody who holds a certificate can see whether it is real and still valid."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.queries.public.verification import verify
from engine.typed.codes import normal_code, typed_paper_number
from web.access import LOOK_UP, access
from web.context import now, public_reading
from web.public import blueprint


@blueprint.get("/verify", endpoint="verify")
@access(public=True)
def ask() -> ResponseReturnValue:
    """The form for the code or the number of a certificate; with ``?code=`` its page."""
    typed = request.args.get("code", "")
    code = typed_paper_number(typed) or normal_code(typed)
    if code:
        return redirect(url_for("public.verified", code=code), code=303)
    return render_template("public/verify.html")


@blueprint.get("/verify/<code>", endpoint="verified")
@access(public=True, limit=LOOK_UP)
def show(code: str) -> ResponseReturnValue:
    """Valid, expired or revoked, with what stands on the paper; or that nothing was issued under this code."""
    try:
        with public_reading() as session:
            certificate = verify(session, code, now=now())
    except NotFound:
        return render_template("public/verify_unknown.html"), 404
    return render_template("public/verified.html", certificate=certificate)
