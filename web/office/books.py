"""The books of cashiers: counted, closed, looked at by a second person, opened again by the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Final

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.errors import BadAnswers, NotFound, ReasonMissing
from engine.errors.cash import BookMoved
from engine.money import closings
from engine.money.closings import WHO_CLOSES
from engine.money.counting import NOTES, Counted, field_of, typed_count
from engine.packages.groups import HEAD
from engine.queries.office.book_paper import book_pdf
from engine.queries.office.books import BookedReceipt, BookLine, BookShown, book_shown
from engine.queries.office.books import books as all_books
from engine.queries.office.receipt_paper import METHODS
from engine.queries.shared.pages import PAGE_SIZE, Page
from engine.words import BookStatus, PaymentMethod
from web.access import access
from web.admin.parameters import choice
from web.citizen.problems import said
from web.context import house, note_listed, now, reading, today, transaction
from web.exports import FORMATS, paged_answer
from web.intake import whole_number
from web.office import blueprint
from web.office.cashier import CONFIRMED
from web.office.paging import asked_page
from web.wording import in_language

_MOST = 10**15
_OVERDUE: Final = _l("Not closed")
_STATES: Final[Mapping[BookStatus, LazyString]] = {
    BookStatus.OPEN: _l("Open"),
    BookStatus.CLOSED: _l("Waits for a second person"),
    BookStatus.CONFIRMED: _l("Confirmed"),
}


@blueprint.get("/office/books", endpoint="books")
@access(groups=WHO_CLOSES)
def show_books() -> ResponseReturnValue:
    """All books of the offices, the newest first; ``?as`` is a file."""
    if end := choice("as", FORMATS):
        return paged_answer("one-window-books", end, _heads(), _read_books, _row)
    with reading() as (session, actor):
        page = all_books(session, actor, asked_page(), today=today())
    return render_template("office/books.html", books=page)


def _read_books(number: int, size: int) -> Page[BookLine]:
    with reading() as (session, actor):
        return all_books(session, actor, number, size=size, today=today())


def _heads() -> list[str]:
    return [gettext("Day"), gettext("Cashier"), gettext("Office"), gettext("State")]


def _row(line: BookLine) -> Sequence[object]:
    state = _OVERDUE if line.is_overdue else _STATES[line.status]
    return [line.day.isoformat(), in_language(line.cashier), in_language(line.office), str(state)]


@blueprint.get("/office/books/<book_key>", endpoint="book")
@access(groups=WHO_CLOSES)
def show_book(book_key: str) -> ResponseReturnValue:
    """What is in a book, and its closings; ``?as`` is a file of its receipts."""
    if end := choice("as", FORMATS):
        name = f"one-window-receipts-{_read(book_key).line.day}"
        return paged_answer(name, end, _receipt_heads(), partial(_read_receipts, book_key), _receipt_row)
    return _page(book_key, {})


def _read_receipts(book_key: str, number: int, size: int) -> Page[BookedReceipt]:
    return _read(book_key, number, size).receipts


def _receipt_heads() -> list[str]:
    return [
        *(gettext("Receipt"), gettext("Paid by"), gettext("Method"), gettext("Time"), gettext("State")),
        *(gettext("Reason"), gettext("Amount (riel)")),
    ]


def _receipt_row(one: BookedReceipt) -> Sequence[object]:
    void = gettext("Void, of an earlier book") if one.is_of_earlier else gettext("Void")
    state = void if one.is_void else ""
    paid = in_language(one.payer), in_language(METHODS[PaymentMethod(one.method)]), one.at.isoformat()
    return [one.number, *paid, state, one.void_reason, one.amount]


@blueprint.get("/office/books/<book_key>.pdf", endpoint="book_pdf")
@access(groups=WHO_CLOSES)
def download_sheet(book_key: str) -> ResponseReturnValue:
    """The sheet of the last closing."""
    with reading() as (session, actor):
        book = book_shown(session, actor, book_key, today=today())
        if not book.closings:
            raise NotFound
        content = book_pdf(session, house(), book)
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=f"book-{book.line.day}.pdf")


@blueprint.get("/office/books/<book_key>/close", endpoint="book_close")
@access(groups=WHO_CLOSES)
def show_counting(book_key: str) -> ResponseReturnValue:
    """Asks how many notes of each value lie in the drawer."""
    return _counting_page(book_key, {})


@blueprint.post("/office/books/<book_key>/close", endpoint="book_close_post")
@access(groups=WHO_CLOSES)
def close_book(book_key: str) -> ResponseReturnValue:
    """Shows the count beside what should be there; closes the book when that was confirmed, twice as once."""
    seen = _whole("seen")
    try:
        counted = typed_count(request.form)
    except BadAnswers as refused:
        return _counting_page(book_key, refused.errors), 422
    if not request.form.get(CONFIRMED) or seen is None:
        return _check_page(book_key, counted, {})
    explanation = request.form.get("explanation", "")
    try:
        with transaction() as (session, actor):
            closings.close(
                session, actor, book_key, counted, explanation, seen=seen, drawer=_whole("drawer"), now=now()
            )
    except ReasonMissing as refused:
        return _check_page(book_key, counted, {"explanation": refused}), 422
    except BookMoved as refused:
        return _counting_page(book_key, {field_of(NOTES[0]): refused}), 409
    flash(gettext("The book is closed. Another cashier or the head of the office must confirm it."), "success")
    return redirect(url_for("office.book", book_key=book_key), code=303)


@blueprint.post("/office/books/<book_key>/confirm", endpoint="book_confirm")
@access(groups=WHO_CLOSES)
def confirm_book(book_key: str) -> ResponseReturnValue:
    """The second person agrees."""
    with transaction() as (session, actor):
        closings.confirm(session, actor, book_key, _whole("closing") or 0, now=now())
    flash(gettext("The book is confirmed."), "success")
    return redirect(url_for("office.book", book_key=book_key), code=303)


@blueprint.post("/office/books/<book_key>/send-back", endpoint="book_send_back")
@access(groups=WHO_CLOSES)
def send_back_book(book_key: str) -> ResponseReturnValue:
    """The second person does not agree, and says why."""
    try:
        with transaction() as (session, actor):
            reason = request.form.get("reason", "")
            closings.send_back(session, actor, book_key, _whole("closing") or 0, reason, now=now())
    except ReasonMissing as refused:
        return _page(book_key, {"reason": refused}), 422
    flash(gettext("The book is open again and must be counted anew."), "success")
    return redirect(url_for("office.book", book_key=book_key), code=303)


@blueprint.post("/office/books/<book_key>/reopen", endpoint="book_reopen")
@access(groups=(HEAD,))
def reopen_book(book_key: str) -> ResponseReturnValue:
    """The head opens a confirmed book again, with a reason."""
    try:
        with transaction() as (session, actor):
            reason = request.form.get("reason", "")
            closings.reopen(session, actor, book_key, _whole("closing") or 0, reason, now=now())
    except ReasonMissing as refused:
        return _page(book_key, {"reason": refused}), 422
    flash(gettext("The book is open again and must be counted anew."), "success")
    return redirect(url_for("office.book", book_key=book_key), code=303)


def _page(book_key: str, refused: Mapping[str, object]) -> str:
    book, page = _read(book_key), asked_page()
    return render_template(
        "office/book.html", book=book, page=page, methods=METHODS, errors=said(refused), typed=request.form
    )


def _counting_page(book_key: str, refused: Mapping[str, object]) -> str:
    book = _read(book_key)
    return render_template(
        "office/book_close.html", book=book, notes=NOTES, field_of=field_of, errors=said(refused), typed=request.form
    )


def _check_page(book_key: str, counted: Counted, refused: Mapping[str, object]) -> str:
    book = _read(book_key)
    return render_template(
        "office/book_check.html",
        book=book,
        counted=counted,
        difference=counted.amount - book.figures.in_the_drawer,
        field_of=field_of,
        errors=said(refused),
        typed=request.form,
    )


def _read(book_key: str, number: int = 0, size: int = PAGE_SIZE) -> BookShown:
    """A book with one page of its receipts: that of the address, where no other is named."""
    with reading() as (session, actor):
        book = book_shown(session, actor, book_key, number or asked_page(), size=size, today=today())
    note_listed(actor, [one.application_key for one in book.receipts.items], page="list_of_receipts")
    return book


def _whole(field: str) -> int | None:
    """A whole number that the page itself wrote, below zero where more was taken back than came in."""
    text = request.form.get(field, "")
    number = whole_number(text.removeprefix("-"), _MOST)
    return None if number is None else -number if text.startswith("-") else number
