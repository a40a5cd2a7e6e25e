"""One's own certificates: what each is worth today, and an application that renews or changes one."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.continuing import CONTINUATION_REFUSALS, Chosen, continue_certificate
from engine.errors import NotTheirCertificate
from engine.queries.citizen.continuing import certificates_page, continuing_page
from engine.typed.codes import typed_paper_number
from engine.words import ContinuationKind
from web.access import access
from web.citizen import blueprint
from web.context import house, now, reading, transaction
from web.errors import sentence
from web.intake import whole_number


@blueprint.get("/account/certificates", endpoint="certificates")
@access(signed_in=True, by_helper=True)
def show_certificates(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """What the person holds, and the way from a number on a paper."""
    with reading() as (session, actor):
        held = certificates_page(session, house(), actor, now=now())
    typed = request.args.get("number", "")
    if typed and not errors:
        number = typed_paper_number(typed) or typed
        if number in {one.number for one in held}:
            return redirect(f"{url_for('citizen.certificates')}#{number}", code=303)
        return show_certificates({"number": sentence(NotTheirCertificate())})
    page = render_template("citizen/certificates.html", held=held, typed=typed, errors=errors or {})
    return page, 404 if errors else 200


@blueprint.get("/account/certificates/<number>/<kind>", endpoint="continue")
@access(signed_in=True, by_helper=True)
def show_continue(number: str, kind: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """What renewing or changing this certificate means, and at which office."""
    with reading() as (session, actor):
        shown = continuing_page(session, house(), actor, number, _kind(kind), now=now())
    page = render_template("citizen/continue.html", shown=shown, kind=kind, errors=errors or {})
    return page, 422 if errors else 200


@blueprint.post("/account/certificates/<number>/<kind>", endpoint="continue_post")
@access(signed_in=True, by_helper=True)
def take_continue(number: str, kind: str) -> ResponseReturnValue:
    """Begins the application, filled in with what was answered for the certificate; doing it twice makes one draft."""
    office = whole_number(request.form.get("office", ""))
    if office is None:
        return show_continue(number, kind, {"office": gettext("Choose an office.")})
    try:
        with transaction() as (session, actor):
            chosen = Chosen(number, _kind(kind), office)
            key = continue_certificate(session, house(), actor, chosen, now=now())
    except NotTheirCertificate:
        raise
    except CONTINUATION_REFUSALS as refusal:
        return show_continue(number, kind, {"office": sentence(refusal)})
    return redirect(url_for("citizen.application", key=key), code=303)


def _kind(kind: str) -> ContinuationKind:
    """Renewal or change; any other word is no page."""
    if kind not in tuple(ContinuationKind):
        raise NotTheirCertificate
    return ContinuationKind(kind)
