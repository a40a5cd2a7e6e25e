"""Results that are no certificate: a stamped document, a letter, an entry of a register."""

from __future__ import annotations

from io import BytesIO

import pypdf
import pytest

from engine.errors import DocumentMissing
from engine.house import House
from engine.queries.public.verification import verify
from tests.cast import NOW, Cast
from tests.drawings import plain_pdf, png
from tests.small.files import entry, notice, stamped
from tests.small.services import SmallService, found, opened

ANSWERS = {"shop": "ហាងថ្មី", "scales-0-kind": "table", "scales-0-serial": "A1"}


def service(house: House, cast: Cast, files: dict[str, bytes]) -> SmallService:
    return opened(house, cast, "industry.scale_check", files, scales=ANSWERS)


def text_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("content", [plain_pdf(), png(line=True)])
def test_the_applicants_document_comes_back_behind_our_stamp_page(house: House, cast: Cast, content: bytes) -> None:
    plans = service(house, cast, stamped())
    key = plans.draft()
    plans.upload(key, "plan", content)
    plans.submit(key)
    plans.work(key, "verify", found(True))
    (one,) = plans.certificates(key)
    assert (one.kind, one.number, one.expires_at) == ("stamped_document", "SC-02-26-000001", None)
    pages = text_of(house.files.get(one.sha256))
    assert len(pages) == 2
    assert one.number in pages[0]
    assert "Sok Dara" in pages[0]
    assert plans.collect(key).received_by == "Sok Dara"


def test_what_is_to_be_stamped_must_be_there_before_it_is_sent(house: House, cast: Cast) -> None:
    plans = service(house, cast, stamped())
    with pytest.raises(DocumentMissing):
        plans.submit(plans.draft())


def test_a_letter_is_drawn_by_its_own_file_and_holds_nothing(house: House, cast: Cast) -> None:
    letters = service(house, cast, notice())
    key = letters.send()
    letters.work(key, "verify", found(True))
    (one,) = letters.certificates(key)
    assert (one.kind, one.expires_at, one.single_use) == ("notice", None, False)
    assert one.number in text_of(house.files.get(one.sha256))[0]
    with house.database.reading() as session:
        shown = verify(session, one.code, now=NOW)
    assert (shown.kind, shown.state) == ("notice", "valid")


def test_an_entry_of_a_register_ends_with_a_message_and_gives_an_extract(house: House, cast: Cast) -> None:
    register = service(house, cast, entry())
    key = register.send()
    register.work(key, "verify", found(True))
    (one,) = register.certificates(key)
    assert one.kind == "register_entry"
    assert (register.row(key).status, register.row(key).outcome) == ("ended", "approved")
    (page,) = text_of(house.files.get(one.sha256))
    assert one.number in page
    assert "Name of the shop" in page
    assert "A1" not in page
