"""The public page of an office, and the papers that offices print: their fee board, and the guide of a service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.documents.fee_board import PAPERS, fee_board
from engine.documents.guide import guides
from engine.documents.kept import digest_of
from engine.errors import NotFound
from engine.khmer import LANGUAGES
from engine.people.pauses import Pace
from engine.queries.public.offices import office_in_words
from engine.queries.public.services import service_in_words
from web.access import Limit, access
from web.context import LOCAL_ZONE, house, now, public_reading, settings, today
from web.public import blueprint
from web.public.fee_boards import board_of
from web.public.guides import guide_of
from web.public.service_words import hours_words

PRINTED = Limit(
    "papers", every=Pace(60, cools=timedelta(seconds=6), longest=timedelta(minutes=1)), people_apart=False, here=True
)
"""Papers cost more than pages where they were not drawn yet, and only the server that draws them."""
KEPT_SECONDS = 3600


@blueprint.get("/offices/<code>", endpoint="office")
@access(public=True)
def show_office(code: str) -> ResponseReturnValue:
    """Where an office is, when it is open, and its services by ministry."""
    with public_reading() as session:
        office = office_in_words(session, house(), code, today(), now=now())
    return render_template("public/office.html", office=office, hours=hours_words(office.open_days), papers=PAPERS)


@blueprint.get("/offices/<code>/fees-<paper>.pdf", endpoint="fee_board")
@access(public=True, limit=PRINTED)
def print_fee_board(code: str, paper: str) -> ResponseReturnValue:
    """The fee board as it is today, for paper of size A3 or A4."""
    size = next((one for one in PAPERS if one == paper), None)
    if size is None:
        raise NotFound
    with public_reading() as session:
        office = office_in_words(session, house(), code, today(), now=now())
    board = board_of(office, house().base_url, today())
    return _paper(
        f"fees-{office.code}-{size}.pdf",
        digest_of("board", size, board),
        lambda: fee_board(board, size, fonts=house().fonts, issued_at=_this_morning()),
    )


@blueprint.get("/services/<key>/guide-<language>.pdf", endpoint="guide")
@access(public=True, limit=PRINTED)
def print_guide(key: str, language: str) -> ResponseReturnValue:
    """The guide of a service on one page, in Khmer or in English."""
    chosen = next((one for one in LANGUAGES if one == language), None)
    if chosen is None:
        raise NotFound
    with public_reading() as session:
        service = service_in_words(session, house(), key, today(), now=now())
    guide = guide_of(service, chosen, house().base_url, settings().help_phone)
    return _paper(
        f"{service.key}-{chosen}.pdf",
        digest_of("guide", today(), guide),
        lambda: guides([guide], fonts=house().fonts, issued_at=_this_morning()),
    )


def _paper(name: str, digest: str, draw: Callable[[], bytes]) -> ResponseReturnValue:
    """The paper as it is kept, or drawn now; nothing at all for a browser that has it."""
    content = b"" if digest in request.if_none_match else house().papers.get(digest, draw)
    answer = send_file(BytesIO(content), mimetype="application/pdf", download_name=name, etag=digest)
    answer.cache_control.no_cache, answer.cache_control.public = None, True
    answer.cache_control.max_age = KEPT_SECONDS
    return answer.make_conditional(request)


def _this_morning() -> datetime:
    return datetime.combine(today(), time.min, LOCAL_ZONE)
