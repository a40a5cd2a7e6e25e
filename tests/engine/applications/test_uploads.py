"""Documents: taken in by what they are, opened by those who may."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from sqlalchemy import select

from engine.applications import uploads
from engine.documents.intake import LARGEST_FILE
from engine.errors import (
    AlreadySubmitted,
    DocumentBroken,
    DocumentLocked,
    DocumentTooLarge,
    DocumentUnsafe,
    NotFound,
    PictureTooLarge,
    WrongFileType,
)
from storage.applications import Document
from storage.people import AccessLog
from tests.cast import NOW, Cast, Member
from tests.drawings import encrypted_pdf, plain_pdf
from tests.engine.applications.test_drafts import begin
from tests.journeys.guesthouse import PNG, Guesthouse

PDF = plain_pdf()


def png(width: int, height: int) -> bytes:
    """The header of a picture of this size; nobody unpacks more of it."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + body
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def jpeg(width: int, height: int) -> bytes:
    """A JPEG with colours of Adobe before the frame header that says its size."""
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00\xff\xc0"
        + frame
    )


def add(
    licence: Guesthouse, who: Member, key: str, content: bytes, document: str = "id_card", name: str = "photo.png"
) -> str:
    with licence.house.database.transaction() as session:
        return uploads.add_document(
            session, licence.house, who.actor, key, document, upload=uploads.examined(name, content), now=NOW
        )


def read(licence: Guesthouse, who: Member, document: str) -> uploads.OpenedDocument:
    with licence.house.database.transaction() as session:
        return uploads.read_document(session, licence.house, who.actor, document, now=NOW)


def rows(licence: Guesthouse, kind: type[Any]) -> list[Any]:
    with licence.house.database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [(PDF, "application/pdf", "pdf"), (PNG, "image/png", "png"), (jpeg(800, 600), "image/jpeg", "jpg")],
)
def test_the_type_is_read_from_the_content_whatever_the_name_says(
    licence: Guesthouse, cast: Cast, content: bytes, media_type: str, ending: str
) -> None:
    key = add(licence, cast.dara, begin(licence, cast.dara), content, name="virus.exe")
    opened = read(licence, cast.dara, key)
    assert (opened.media_type, opened.filename, opened.content) == (media_type, f"virus.{ending}", content)


@pytest.mark.parametrize(
    ("content", "document", "refusal"),
    [
        (b"MZ\x90\x00" + bytes(200), "id_card", WrongFileType),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "id_card", WrongFileType),
        (b"", "id_card", WrongFileType),
        (PDF, "portrait", WrongFileType),
        (PDF + b"x" * LARGEST_FILE, "id_card", DocumentTooLarge),
        (PDF[:-8], "id_card", DocumentBroken),
        (PDF[: len(PDF) // 2] + b"%%EOF", "portrait", WrongFileType),
        (b"%PDF-1.7 no more than its first words %%EOF", "id_card", DocumentBroken),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript >> /Type"), "id_card", DocumentUnsafe),
        (PDF.replace(b"/Type", b"/AA << /S /J#61vaScr#69pt >> /Type"), "id_card", DocumentUnsafe),
        (encrypted_pdf("a secret"), "id_card", DocumentLocked),
        (png(60_000, 60_000), "id_card", PictureTooLarge),
        (jpeg(60_000, 60_000), "id_card", PictureTooLarge),
        (png(0, 10), "id_card", DocumentBroken),
        (b"\x89PNG\r\n\x1a\n\x00", "id_card", DocumentBroken),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "id_card", DocumentBroken),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_leaves_nothing(
    licence: Guesthouse, cast: Cast, content: bytes, document: str, refusal: type[Exception]
) -> None:
    key = begin(licence, cast.dara)
    with pytest.raises(refusal):
        add(licence, cast.dara, key, content, document)
    assert rows(licence, Document) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "document.png"),
        ("C:\\Users\\dara\\អត្តសញ្ញាណប័ណ្ណ.jpeg", "អត្តសញ្ញាណប័ណ្ណ.png"),
        ('a"<b>\n;.png', "a_b.png"),
        ("", "document.png"),
        ("x" * 300 + ".png", "x" * uploads.LONGEST_NAME + ".png"),
    ],
)
def test_a_file_name_is_made_safe(typed: str, kept: str) -> None:
    assert uploads.clean_name(typed, "png") == kept


def test_a_newer_upload_replaces_the_older_one_which_stays_on_record(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    add(licence, cast.dara, key, PNG)
    add(licence, cast.dara, key, PDF)
    found = rows(licence, Document)
    assert [row.replaced_at is None for row in found] == [False, True]


def test_a_document_that_the_service_does_not_ask_for_is_not_found(licence: Guesthouse, cast: Cast) -> None:
    with pytest.raises(NotFound):
        add(licence, cast.dara, begin(licence, cast.dara), PNG, "marriage_certificate")


def test_nobody_adds_to_the_draft_of_another(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    for other in (cast.sreyneang, cast.bopha):
        with pytest.raises(NotFound):
            add(licence, other, key, PNG)


def test_nothing_is_added_to_what_was_sent_unless_it_was_asked_for(licence: Guesthouse, cast: Cast) -> None:
    key = licence.paid()
    with pytest.raises(AlreadySubmitted):
        add(licence, cast.dara, key, PNG, "room_list")
    licence.check(key, "return")
    with pytest.raises(AlreadySubmitted):
        add(licence, cast.dara, key, PNG, "id_card")
    assert add(licence, cast.dara, key, PNG, "room_list")


def first_document(licence: Guesthouse, key: str) -> str:
    application = licence.row(key)
    with licence.house.database.reading() as session:
        return session.scalars(select(Document.key).where(Document.application_id == application.id)).first() or ""


def test_an_officer_of_the_office_opens_a_document_and_it_is_written_down(licence: Guesthouse, cast: Cast) -> None:
    document = first_document(licence, licence.sent())
    assert read(licence, cast.rithy, document).content == PNG
    (look,) = rows(licence, AccessLog)
    assert (look.person_id, look.page) == (cast.rithy.person_id, "document")


def test_the_applicant_opens_it_without_a_trace_and_strangers_do_not(licence: Guesthouse, cast: Cast) -> None:
    document = first_document(licence, licence.sent())
    assert read(licence, cast.dara, document).content == PNG
    for stranger in (cast.sreyneang, cast.phally, cast.chenda):
        with pytest.raises(NotFound):
            read(licence, stranger, document)
    assert rows(licence, AccessLog) == []


def test_nobody_at_the_office_opens_what_was_not_sent_yet(licence: Guesthouse, cast: Cast) -> None:
    document = add(licence, cast.dara, begin(licence, cast.dara), PNG)
    for officer in (cast.bopha, cast.kunthea, cast.visal):
        with pytest.raises(NotFound):
            read(licence, officer, document)


def test_a_document_can_be_taken_off_a_draft(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    document = add(licence, cast.dara, key, PNG)
    for _ in range(2):
        with licence.house.database.transaction() as session:
            assert uploads.remove_document(session, licence.house, cast.dara.actor, document, now=NOW) == key
    with licence.house.database.transaction() as session, pytest.raises(NotFound):
        uploads.remove_document(session, licence.house, cast.sreyneang.actor, document, now=NOW)


ESCAPES = [
    b"/JavaScript",
    b"/J#61vaScript",
    b"/#4Aava#53cript",
    b"/#4aavaScript",
    b"/Laun#63h",
    b"/#45mbeddedFile",
    b"/RichM#65dia",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_what_begins_something_in_a_pdf_is_found_however_its_name_is_written(name: bytes) -> None:
    pdf = PDF.replace(b"/Type /Catalog", b"/Type /Catalog /X << /S %b /Type %b >>" % (name, name))
    assert isinstance(uploads.examined("a.pdf", pdf).refusal, DocumentUnsafe)
    harmless = PDF.replace(b"/Type /Catalog", b"/Type /Catalog /X << /#4cava#53cript (JavaScript) >>")
    assert uploads.examined("a.pdf", harmless).refusal is None
