"""Papers as PDF, and the page of one certificate, where the head of the office can revoke it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.case.access_log import note_cases
from engine.errors import PaperNotDrawn, ReasonMissing
from engine.packages.groups import CASE_WORKERS, HEAD
from engine.queries.public.verification import certificate
from engine.results import certificates
from engine.results.certificates import CertificateFile
from engine.results.drawing import draw_now
from engine.results.slips import slip
from web.access import access
from web.context import house, note_case, now, reading, settings, transaction
from web.errors import sentence
from web.results import blueprint

PDF = "application/pdf"


@blueprint.get("/applications/<key>/slip.pdf", endpoint="slip")
@access(signed_in=True, by_helper=True)
def acknowledgement(key: str) -> ResponseReturnValue:
    """The acknowledgement slip of an application, on a sheet or (``paper=roll``) for a printer of rolls."""
    size, phone = request.args.get("paper", "a5"), settings().help_phone
    with reading() as (session, actor):
        paper = slip(session, house(), actor, key, size=size, help_phone=phone, now=now())
    note_case(paper.reference)
    return send_file(BytesIO(paper.content), mimetype=PDF, download_name=paper.filename)


@blueprint.get("/certificates/<number>.pdf", endpoint="certificate_file")
@access(signed_in=True, by_helper=True)
def certificate_file(number: str) -> ResponseReturnValue:
    """The certificate itself, for the applicant and the office."""
    return _sent(partial(certificates.read, number=number))


@blueprint.get("/applications/<key>/results.pdf", endpoint="all")
@access(signed_in=True, by_helper=True)
def all_results(key: str) -> ResponseReturnValue:
    """All results of an application in one file, behind their list, for the applicant and the office."""
    return _sent(partial(certificates.read_all, application_key=key))


def _sent(read: Callable[..., CertificateFile]) -> ResponseReturnValue:
    """The paper, drawn first where nobody had asked for it yet; nothing is locked meanwhile."""
    try:
        with transaction() as (session, actor):
            paper = read(session, house(), actor, now=now())
    except PaperNotDrawn as waits:
        draw_now(house(), waits.application_id, first=waits.first, now=now())
        with transaction() as (session, actor):
            paper = read(session, house(), actor, now=now())
    return send_file(BytesIO(paper.content), mimetype=PDF, download_name=paper.filename)


@blueprint.get("/office/certificates/<number>", endpoint="certificate")
@access(groups=CASE_WORKERS)
def show_certificate(number: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """One certificate of the officer's office: whether it holds, the paper, and revoking it."""
    with reading() as (session, actor):
        shown = certificate(session, number, now=now())
        actor.require(shown.office_id, *CASE_WORKERS)
    if request.method == "GET":
        with transaction() as (session, actor):
            note_cases(session, actor, (shown.application_key,), "certificate", now=now())
    may_revoke = actor.acts_for(HEAD, shown.office_id) and shown.state != "revoked"
    page = render_template(
        "results/certificate.html",
        certificate=shown,
        may_revoke=may_revoke,
        reason=request.form.get("reason", ""),
        errors=errors or {},
    )
    return page, 422 if errors else 200


@blueprint.post("/office/certificates/<number>", endpoint="revoke")
@access(groups=(HEAD,))
def revoke(number: str) -> ResponseReturnValue:
    """The head ends the certificate; from now on the public page says so."""
    try:
        with transaction() as (session, actor):
            certificates.revoke(session, actor, number, request.form.get("reason", ""), now=now())
    except ReasonMissing as refusal:
        return show_certificate(number, {"reason": sentence(refusal)})
    flash(gettext("The certificate was revoked."), "success")
    return redirect(url_for("results.certificate", number=number), code=303)
