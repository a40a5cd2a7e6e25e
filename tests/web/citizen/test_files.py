"""Files that citizens send: from phones, from scanners, too large. What else stands on their page stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from io import BytesIO

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.documents.intake import LARGEST_FILE
from storage.applications import Document
from tests.cast import Cast, Member
from tests.drawings import active_pdf, encrypted_pdf, photo, plain_pdf
from tests.engine.applications.test_corrections import ROOM_LIST, ROOMS, sent_back
from tests.journeys.guesthouse import PNG, Guesthouse
from tests.web.citizen.test_applying import begun

Browser = Callable[[Member], FlaskClient]
TOO_LARGE = b"\xff\xd8\xff" + b"x" * (LARGEST_FILE + 10)


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, licence: Guesthouse) -> FlaskClient:
    return signed_in(cast.dara)


def send(client: FlaskClient, address: str, files: dict[str, bytes], **typed: str) -> TestResponse:
    """Sent as bytes: the test client would put a large form into a temporary file that it never closes."""
    parts = [f'name="{name}"\r\n\r\n{text}'.encode() for name, text in typed.items()]
    parts += [f'name="{name}"; filename="photo.jpg"\r\n\r\n'.encode() + file for name, file in files.items()]
    body = b"".join(b"--edge\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return client.post(f"{address}?lang=en", data=body, content_type="multipart/form-data; boundary=edge")


def page(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def kept(licence: Guesthouse) -> list[Document]:
    with licence.house.database.reading() as session:
        return list(session.scalars(select(Document)))


@pytest.mark.parametrize("kind", ["HEIF", "WEBP", "AVIF", "JPEG"])
def test_a_photo_of_any_phone_is_kept_as_a_jpeg_without_its_place(
    dara: FlaskClient, licence: Guesthouse, kind: str
) -> None:
    key = begun(dara)
    assert send(dara, f"/applications/{key}/documents/id_card", {"file": photo(kind)}).status_code == 303
    (document,) = kept(licence)
    assert (document.media_type, document.filename) == ("image/jpeg", "photo.jpg")
    shown = dara.get(f"/documents/{document.key}").get_data()
    assert shown.startswith(b"\xff\xd8\xff")
    assert b"CAMERA" not in shown


def test_a_pdf_behind_an_empty_line_is_kept(dara: FlaskClient) -> None:
    key = begun(dara)
    assert send(dara, f"/applications/{key}/documents/id_card", {"file": b"\n" + plain_pdf()}).status_code == 303


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (TOO_LARGE, "This file is too large. It may have at most 10 MB."),
        (encrypted_pdf("a secret"), "This PDF is locked with a password. Save it again without one."),
        (encrypted_pdf("", "app.alert(1)"), "This PDF holds a program or another file."),
        (active_pdf("app.alert(1)"), "This PDF holds a program or another file."),
        (plain_pdf()[:200], "This file cannot be read."),
    ],
)
def test_what_is_wrong_with_a_file_is_said_on_its_page(
    dara: FlaskClient, licence: Guesthouse, content: bytes, why: str
) -> None:
    key = begun(dara)
    answer = send(dara, f"/applications/{key}/documents/id_card", {"file": content})
    assert answer.status_code == 422
    assert page(answer).count(why) == 2  # above the form and beside the field
    assert "Identity" in page(answer)
    assert kept(licence) == []


def test_a_file_that_is_too_large_loses_neither_the_other_ones_nor_what_was_typed(
    dara: FlaskClient, licence: Guesthouse
) -> None:
    key = sent_back(licence, [ROOMS, ROOM_LIST])
    answer = send(dara, f"/applications/{key}/correct", {"file-room_list": TOO_LARGE}, rooms="14")
    assert answer.status_code == 422
    assert "This file is too large. It may have at most 10 MB." in page(answer)
    assert 'value="14"' in page(answer)


def heavy(size: int) -> bytes:
    """A paper of so many octets, most of them a picture that nobody sees."""
    with pikepdf.open(BytesIO(plain_pdf())) as paper:
        paper.Root.Heavy = pikepdf.Stream(paper, os.urandom(size))
        written = BytesIO()
        paper.save(written, compress_streams=False)
    return written.getvalue()


def test_two_documents_of_six_megabytes_come_in_one_post(dara: FlaskClient, licence: Guesthouse) -> None:
    key = sent_back(licence, [ROOM_LIST, replace(ROOM_LIST, target_key="id_card")])
    six = {name: heavy(6 * 1024 * 1024) for name in ("file-room_list", "file-id_card")}
    answer = send(dara, f"/applications/{key}/correct", six, task=licence.task(key, "correct"))
    assert answer.status_code == 303, page(answer)
    sizes = {document.document_key: document.size for document in kept(licence) if document.replaced_at is None}
    assert min(sizes["room_list"], sizes["id_card"]) > 6 * 1024 * 1024


def test_a_file_field_offers_the_photos_of_phones(dara: FlaskClient) -> None:
    shown = page(dara.get(f"/applications/{begun(dara)}/documents/id_card"))
    assert "image/heic" in shown
    assert "image/webp" in shown


def test_a_file_is_looked_into_before_the_database_is_written(
    dara: FlaskClient, licence: Guesthouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a file is examined, somebody else's work is kept."""
    from web import sent_files

    real, worked = sent_files.examined, []

    def slow(name: str, content: bytes) -> object:
        with licence.house.database.transaction() as session:
            worked.append(session.scalar(select(Document.id)))
        return real(name, content)

    monkeypatch.setattr(sent_files, "examined", slow)
    assert send(dara, f"/applications/{begun(dara)}/documents/id_card", {"file": PNG}).status_code == 303
    assert worked == [None]
