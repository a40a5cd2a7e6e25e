"""Files cost whoever reads them: nobody's are read before it is known who sent them, and not hundreds of one form."""

from __future__ import annotations

import resource
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from engine.people import sign_ins
from engine.words import EndReason
from storage.applications import Document
from storage.people import Person
from tests.cast import Cast, Member
from tests.drawings import plain_pdf
from tests.journeys.guesthouse import PNG, guesthouse
from tests.web.citizen.test_applying import begun
from web.sent_files import MOST_FILES

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignedIn = Callable[[Member], FlaskClient]
PLACES = [
    ("/applications/none/pages/place", "map", {}),
    ("/applications/none/documents/id_card", "file", {}),
    ("/applications/none/correct", "file-id_card", {}),
    ("/questions/none", "paper", {}),
    ("/office/walk-in/drafts/none", "papers", {}),
    ("/office/cashier/none/bank-payment", "slip", {}),
    ("/office/tasks/none", "photos", {"_sending": "once"}),
    ("/office/handover/none", "signature_slip", {"received_by": "Sok Dara"}),
]


def send(browser: FlaskClient, address: str, files: list[tuple[str, bytes]], typed: dict[str, str]) -> TestResponse:
    """Sent as bytes: the test client would put a large form into a temporary file that it never closes."""
    parts = [f'name="{name}"\r\n\r\n{text}'.encode() for name, text in typed.items()]
    parts += [f'name="{name}"; filename="a.pdf"\r\n\r\n'.encode() + content for name, content in files]
    body = b"".join(b"--edge\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return browser.post(f"{address}?lang=en", data=body, content_type="multipart/form-data; boundary=edge")


def work_of_examiners() -> int:
    """What the programs that read files have touched of memory so far, once they ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt


@pytest.mark.parametrize(("address", "field", "typed"), PLACES)
def test_no_file_is_read_of_a_browser_whose_sign_in_has_ended(
    house: House, cast: Cast, signed_in: SignedIn, address: str, field: str, typed: dict[str, str]
) -> None:
    browser = signed_in(cast.bopha)
    with house.database.transaction() as session:
        sign_ins.end_all(session, session.get_one(Person, cast.bopha.person_id), EndReason.PASSWORD)
    before = work_of_examiners()
    answer = send(browser, address, [(field, plain_pdf())], typed)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
    assert work_of_examiners() == before


@pytest.mark.parametrize(("address", "field", "typed"), [place for place in PLACES if place[0].startswith("/office")])
def test_no_file_is_read_of_somebody_without_the_group(
    cast: Cast, signed_in: SignedIn, address: str, field: str, typed: dict[str, str]
) -> None:
    browser, before = signed_in(cast.dara), work_of_examiners()
    assert send(browser, address, [(field, plain_pdf())], typed).status_code == 403
    assert work_of_examiners() == before


def test_a_file_of_whoever_may_send_one_is_read(house: House, cast: Cast, signed_in: SignedIn) -> None:
    guesthouse(house, cast)
    browser = signed_in(cast.dara)
    key, before = begun(browser), work_of_examiners()
    place = f"/applications/{key}/documents/id_card"
    assert send(browser, place, [("file", plain_pdf())], {}).status_code == 303
    assert work_of_examiners() > before


def test_a_form_with_more_files_than_anybody_sends_keeps_none_and_says_how_many_it_takes(
    house: House, cast: Cast, signed_in: SignedIn
) -> None:
    guesthouse(house, cast)
    browser = signed_in(cast.dara)
    key = begun(browser)
    answer = send(
        browser, f"/applications/{key}/pages/business", [("map", PNG)] * (MOST_FILES + 1), {"name_km": "ឡឥដ្ឋ"}
    )
    assert answer.status_code == 413
    assert f"These are more than {MOST_FILES} files at once." in unescape(answer.get_data(as_text=True))
    with house.database.reading() as session:
        assert session.scalars(select(Document)).all() == []
