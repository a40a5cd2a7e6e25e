"""Photos of papers for an officer of the counter: sent from a telephone by an address that holds some minutes."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.photo_links import link_shown, take_photo
from engine.errors import DocumentRefused, QuotaReached
from engine.errors.counter import PhotoLinkFull
from web.access import PHOTOS, access
from web.context import house, now, public_reading, public_transaction
from web.errors import sentence
from web.public import blueprint
from web.sent_files import looked_at

FIELDS: Final = ("photo", "photos")
"""One that opens the camera, and one for what is there already."""


@blueprint.get("/photos/<code>", endpoint="photos")
@access(public=True, limit=PHOTOS)
def show_photos(code: str, errors: list[str] | None = None) -> ResponseReturnValue:
    """How many came, and the fields for more; the same page of a refusal for every code that does not hold."""
    with public_reading() as session:
        shown = link_shown(session, house(), code, now=now())
    said = {"photos": " ".join(errors)} if errors else {}
    return render_template("public/photos.html", shown=shown, code=code, errors=said), 422 if errors else 200


@blueprint.post("/photos/<code>", endpoint="photos_post")
@access(public=True, limit=PHOTOS)
def take_photos(code: str) -> ResponseReturnValue:
    """Keeps each file for itself; the code is looked at before any file is."""
    with public_reading() as session:
        shown = link_shown(session, house(), code, now=now())
    sent = [upload for name in FIELDS for upload in request.files.getlist(name) if upload.filename]
    if not sent:
        return show_photos(code, [gettext("Take or choose a photo first.")])
    errors = []
    for upload in sent[: shown.left + 1]:  # one more says that there is no room
        file = looked_at(upload)
        try:
            with public_transaction() as session:
                take_photo(session, house(), code, file, now=now())
        except (DocumentRefused, PhotoLinkFull, QuotaReached) as refusal:
            errors.append(f"{upload.filename}: {sentence(refusal)}")
    return show_photos(code, errors) if errors else redirect(url_for("public.photos", code=code), code=303)
