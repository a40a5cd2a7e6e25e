"""What is taken away as a file: written into the security log before it leaves, and as a table for spreadsheets. What
is long is prepared behind the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar
from urllib.parse import urlencode

from flask import Response, abort, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as Answer

from engine.documents.separated import separated
from engine.documents.spreadsheets import spreadsheet
from engine.errors import NotFound
from engine.exports.asking import LONGEST_ADDRESS, AskedFile
from engine.exports.making import MOST_LINES
from engine.people import security_log
from engine.people.actors import Actor
from engine.queries.shared.pages import Page
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted
from engine.words import SecurityKind
from web.context import current_language, now, transaction
from web.prepared import prepared_for

Item = TypeVar("Item")
FORMATS: Final = tuple(MOST_LINES)
"""How tables leave, by the end of the file's name."""
TOGETHER: Final = 1_000
"""Lines of a list that are read at once."""
AT_ONCE: Final = 1_000
"""A file of so many lines is answered at once; a longer one is prepared."""
WHOLE: Final = 10_000
"""So many lines has a file of a list that is read as a whole; one more is asked for, which says that it goes on."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: Final = {"csv": "text/csv", "xlsx": XLSX}


def note_export(what: str, **about: str) -> None:
    """``what`` names the kind of file, ``about`` what is in it, by keys."""
    with transaction() as (session, actor):
        security_log.note(session, SecurityKind.EXPORTED, actor, data={"what": what, **about}, at=now())


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Rows as comma-separated values under this name; numbers stay numbers, and no text is a formula."""
    return _file(name, separated(rows), "text/csv")


def table_answer(name: str, end: str, rows: Iterable[Sequence[object]], *, made_at: datetime | None = None) -> Answer:
    """Rows, the heads first, as a file of one of ``FORMATS``; ``name`` is without its end. It is noted as an export.
    ``made_at``: when what it says was so, where that is not now. What has more than ``AT_ONCE`` lines is prepared
    behind the page, once its reader says so."""
    left = iter(rows)
    return _gives(left) or _at_once(name, end, left, made_at) or _prepare(name, end, AT_ONCE + 1 + sum(1 for _ in left))


def sized_answer(
    name: str,
    end: str,
    rows: Callable[[], Iterator[Sequence[object]]],
    *,
    lines: Callable[[], int],
    is_exact: bool = True,
) -> Answer:
    """The same of what is read piece by piece, where it is known, or at most so, how many ``lines`` there are beside
    the heads: what is too long to be answered at once is not read to be counted."""
    if prepared_for() is None and (total := lines()) > AT_ONCE:
        return _prepare(name, end, total if is_exact else None)
    return table_answer(name, end, rows())


def list_answer(
    name: str,
    end: str,
    heads: Sequence[str],
    read: Callable[[Wanted, int], Stretch[Item]],
    line: Callable[[Item], Sequence[object]],
) -> Answer:
    """The same of a list that is read by stretches; what is refused is refused before the first line leaves."""
    rows = _lines(MOST_LINES[end], heads, read, line)
    return _gives(rows) or _at_once(name, end, rows, None) or _prepare(name, end, None)


def paged_answer(
    name: str,
    end: str,
    heads: Sequence[str],
    read: Callable[[int, int], Page[Item]],
    line: Callable[[Item], Sequence[object]],
) -> Answer:
    """The same of a list that is read by the numbers of its pages: of a few thousand lines."""

    def stretch(wanted: Wanted, size: int) -> Stretch[Item]:
        number = int(wanted.after or 0) + 1
        page = read(number, size)
        if page.number != number:  # it became shorter meanwhile
            return Stretch()
        return Stretch(page.items, before=wanted.after, after=str(number) if number < page.pages else "")

    return list_answer(name, end, heads, stretch, line)


def _gives(rows: Iterator[Sequence[object]]) -> Answer | None:
    """Gives the rows to a worker that makes a file of them, where one asks."""
    prepared = prepared_for()
    if prepared is None:
        return None
    prepared.rows = rows
    return Response()


def _at_once(name: str, end: str, rows: Iterator[Sequence[object]], made_at: datetime | None) -> Answer | None:
    """The file, unless it has more than ``AT_ONCE`` lines beside the heads: those and one more are taken then."""
    whole, first = f"{name}.{end}", list(islice(rows, 1 + AT_ONCE))
    if next(rows, None) is not None:
        return None
    note_export(whole)
    if end == "csv":
        return csv_answer(whole, first)
    return _file(whole, spreadsheet(name, first, made_at=made_at or now()), XLSX)


def _prepare(name: str, end: str, total: int | None) -> Answer:
    """Shows that the list of this page, as it was asked for, is made into a file where its reader says so: whatever
    only follows an address makes none."""
    chosen = request.args.to_dict(flat=False) | {"lang": [current_language()]}
    page = url_for(request.endpoint or "", **(request.view_args or {}))
    address = f"{page}?{urlencode(chosen | {'as': [end]}, doseq=True)}"  # says nothing to url_for
    if len(address) > LONGEST_ADDRESS:
        abort(414)
    wanted = _signer().dumps([g.actor.person_id, address, name, end, total])
    return make_response(render_template("office/file_ask.html", wanted=wanted, name=f"{name}.{end}", most=AT_ONCE))


def asked_for(actor: Actor, wanted: str) -> AskedFile:
    """What such a page has offered this person. ``NotFound`` for anything else."""
    try:
        person_id, *rest = _signer().loads(wanted)
    except BadData as failure:
        raise NotFound from failure
    if person_id != actor.person_id:
        raise NotFound
    return AskedFile(*rest)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="prepared file")


def _lines(
    most: int,
    heads: Sequence[str],
    read: Callable[[Wanted, int], Stretch[Item]],
    line: Callable[[Item], Sequence[object]],
) -> Iterator[Sequence[object]]:
    """The heads, once the first lines are read; then a line for each item, and a last one where the list goes on."""
    page, left = BEGINNING, most
    found = read(page, min(TOGETHER, left))
    yield heads
    while True:
        yield from map(line, found.items)
        left -= len(found.items)
        if not found.after:
            return
        if left <= 0:
            yield goes_on(most)
            return
        page = Wanted(found.after, number=2)
        found = read(page, min(TOGETHER, left))
        if not found.before:  # nothing was left behind the last line, and a list begins anew then
            return


def whole(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The rows of a list of which ``WHOLE`` and one more were read, the heads first; a last one where it goes on."""
    left = iter(rows)
    yield from islice(left, 1 + WHOLE)
    if next(left, None) is not None:
        yield goes_on(WHOLE)


def goes_on(most: int) -> Sequence[object]:
    """The last line of a file that holds less than its list."""
    return [gettext("The list goes on: a file holds %(most)s lines at most. Narrow it.", most=most)]


def _file(name: str, content: str | bytes, media_type: str) -> Response:
    return Response(content, mimetype=media_type, headers=taken_as(name))


def taken_as(name: str) -> dict[str, str]:
    """What has a browser keep an answer as a file of this name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
