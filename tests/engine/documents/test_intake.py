"""Files are looked into before they come in: by a parser, with bounds, and without what cameras note."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import ExitStack

import pikepdf
import pytest
from PIL import Image

from engine.documents import intake
from engine.documents.intake import LARGEST_FILE, examined, sniffed
from engine.documents.photos import without_camera
from engine.errors import DocumentBroken, DocumentLocked, DocumentTooLarge, DocumentUnsafe, PictureTooLarge
from engine.errors.examining import ExaminersBusy
from tests.drawings import active_pdf, encrypted_pdf, photo, plain_pdf, png
from tests.properties import given, st

PDF = plain_pdf()
SECRETS = (b"SPECIMEN CAMERA", b"GPS", b"Exif")
STREAMS = pikepdf.ObjectStreamMode.generate


def with_action(**parts: object) -> bytes:
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.Root.OpenAction = paper.make_indirect(pikepdf.Dictionary(**parts))
    out = io.BytesIO()
    paper.save(out, object_stream_mode=STREAMS)
    return out.getvalue()


def with_file() -> bytes:
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.attachments["virus.exe"] = b"MZ"
    out = io.BytesIO()
    paper.save(out, object_stream_mode=STREAMS)
    return out.getvalue()


@pytest.mark.parametrize("before", [b"", b"\n", b"\r\n", b"\xef\xbb\xbf", b" \n\t", b"\0" * 900])
def test_a_pdf_whose_header_comes_a_little_later_is_a_pdf(before: bytes) -> None:
    assert examined(before + PDF).ending == "pdf"


@pytest.mark.parametrize("content", [b"\n" * 2000 + PDF, b"", b"Hello", b"PK\x03\x04"])
def test_what_shows_no_header_in_its_first_kilobyte_is_none(content: bytes) -> None:
    assert sniffed(content) != "pdf"


@pytest.mark.parametrize(
    "content",
    [
        active_pdf("app.alert(1)"),
        active_pdf("app.alert(1)", object_stream_mode=STREAMS),
        encrypted_pdf("", "app.alert(1)"),
        with_action(S=pikepdf.Name.Launch, F="calc.exe"),
        with_action(S=pikepdf.Name.SubmitForm, F="https://example.org"),
        with_action(S=pikepdf.Name("/GoToE"), D="x"),
        with_action(S=pikepdf.Name.URI, URI="https://example.org", Next=pikepdf.Dictionary(S=pikepdf.Name.Launch)),
        with_file(),
        PDF.replace(b"/Type /Catalog", b"/AA << /WC << /S /J#61vaScript /J#53 (x) >> >> /Type /Catalog"),
        PDF.replace(b"/Type /Catalog", b"/AcroForm << /XFA [] >> /Type /Catalog"),
        PDF.replace(b"/Type /Page\n", b"/Type /Page\n").replace(
            b"/Resources", b"/Annots [<</Subtype /RichMedia>>] /Resources"
        ),
    ],
)
def test_an_active_pdf_is_found_wherever_it_hides_it(content: bytes) -> None:
    with pytest.raises(DocumentUnsafe):
        examined(content)


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        encrypted_pdf(""),
        plain_pdf(object_stream_mode=STREAMS),
        with_action(S=pikepdf.Name.URI, URI="https://example.org/Launch"),
        with_action(S=pikepdf.Name.GoTo, D="/JavaScript"),
        PDF.replace(b"/Type /Catalog", b"/Lang (/JavaScript /Launch /EmbeddedFile) /Type /Catalog"),
    ],
)
def test_a_pdf_that_only_speaks_of_programs_is_fine(content: bytes) -> None:
    assert examined(content).content == content


def test_a_pdf_with_a_password_is_told_so() -> None:
    with pytest.raises(DocumentLocked):
        examined(encrypted_pdf("a secret"))


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 words %%EOF", PDF[:-8], b"%PDF-1.7\n" + b"<<" * 100_000 + b"%%EOF", b"%PDF-1.7\n" + b"1 0 obj " * 9],
)
def test_a_pdf_that_cannot_be_read_is_broken(content: bytes) -> None:
    with pytest.raises(DocumentBroken):
        examined(content)


def test_a_file_that_keeps_its_examiner_busy_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PATIENCE_SECONDS", 0.001)
    with pytest.raises(DocumentBroken):
        examined(PDF)


def test_a_file_whose_turn_does_not_come_is_refused_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited without end would keep a thread from every other page."""
    monkeypatch.setattr(intake, "TURN_SECONDS", 0.01)
    with ExitStack() as others:
        for _ in range(intake.AT_ONCE):
            others.enter_context(intake._free)
        with pytest.raises(ExaminersBusy):
            intake.examined(plain_pdf())
        assert intake.examined(photo("JPEG")).ending == "jpg"  # needs no examiner
    assert intake.examined(plain_pdf()).ending == "pdf"


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(DocumentTooLarge):
        examined(PDF + b"x" * LARGEST_FILE)


@pytest.mark.parametrize("kind", ["HEIF", "WEBP", "AVIF"])
def test_a_photo_of_a_phone_becomes_an_upright_jpeg_without_place_and_camera(kind: str) -> None:
    file = examined(photo(kind, orientation=3))
    with Image.open(io.BytesIO(file.content)) as made:
        assert (file.ending, made.format, made.size, dict(made.getexif())) == ("jpg", "JPEG", (40, 20), {})
        red, _green, blue = made.getpixel((20, 2))
    if kind != "HEIF":  # there the way up is a property of the picture, and what EXIF says about it does not count
        assert red < blue  # turned by half a circle, what was stored above lies below
    assert not any(secret in file.content for secret in SECRETS)


@pytest.mark.parametrize("kind", ["HEIF", "WEBP", "AVIF"])
def test_a_photo_of_a_phone_that_breaks_off_is_broken(kind: str) -> None:
    whole = photo(kind, size=(400, 400))
    with pytest.raises(DocumentBroken):
        examined(whole[: len(whole) // 2])


def test_a_photo_of_a_phone_with_too_many_pixels_is_told_so() -> None:
    with pytest.raises(PictureTooLarge):
        examined(photo("WEBP", size=(10_000, 5_001)))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_keeps_its_pixels_and_its_way_up_and_nothing_else(orientation: int) -> None:
    content = photo("JPEG", orientation=orientation)
    kept = examined(content + b"a film of the moment, with its place").content
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(kept)) as after:
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif()) == ({0x0112: orientation} if orientation > 1 else {})
    assert not any(secret in kept for secret in (b"SPECIMEN CAMERA", b"film"))
    assert without_camera("jpg", kept) == kept


def test_a_jpeg_of_several_scans_keeps_its_pixels() -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(
        out, "JPEG", progressive=True, comment=b"by SPECIMEN", restart_marker_blocks=2
    )
    kept = examined(out.getvalue()).content
    with Image.open(io.BytesIO(out.getvalue())) as before, Image.open(io.BytesIO(kept)) as after:
        assert after.tobytes() == before.tobytes()
    assert b"SPECIMEN" not in kept


def test_a_png_keeps_its_pixels_and_nothing_else() -> None:
    content = photo("PNG")
    noted = b"\0\0\0\x05tEXtplace" + struct.pack(">I", zlib.crc32(b"tEXtplace"))
    content = content.replace(b"\0\0\0\0IEND", noted + b"\0\0\0\0IEND") + b"behind the end"
    kept = examined(content).content
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(kept)) as after:
        assert after.tobytes() == before.tobytes()
    assert not any(secret in kept for secret in (*SECRETS, b"place", b"behind", b"eXIf"))
    assert examined(png(line=True)).content == png(line=True)


@given(st.binary(max_size=80), st.integers(2, 120))
def test_cutting_or_garbling_a_photo_fails_nowhere(noise: bytes, at: int) -> None:
    for ending, content in (("jpg", photo("JPEG")), ("png", photo("PNG"))):
        for hurt in (content[:at], content[:at] + noise + content[at:], content[:at] + noise):
            assert len(without_camera(ending, hurt)) <= len(hurt) + 40
