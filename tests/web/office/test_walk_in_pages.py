"""From the first word at the counter to the slip in at most eight pages, for somebody new and for somebody known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from storage.applications import TRAY, Application, ApplicationStatus, Document
from storage.events import CaseEvent
from storage.people import AccessLog
from tests.cast import Cast, Member
from tests.counter import PAPERS, code_sent
from tests.journeys.guesthouse import ANSWERS, DOCUMENTS, PNG, SERVICE, Guesthouse, guesthouse

SignedIn = Callable[[Member], FlaskClient]
MOST = 8
PHONE = "012 888 001"
ON_ONE_PAGE: dict[str, Any] = {
    "business_name_km": "ផ្ទះសំណាក់សង្កែ",
    "business_name_latin": "SANGKE GUESTHOUSE",
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "ផ្ទះលេខ ១២",
    "rooms": "១២",
    "opening_date-day": "1",
    "opening_date-month": "4",
    "opening_date-year": "2026",
    **ANSWERS["owner"],
    **ANSWERS["contact"],
    **ANSWERS["declaration"],
}
"""What is answered on all pages of the form, as the counter posts it."""


@dataclass
class Counted:
    """An officer's browser: whoever looks at its screen sees this many pages."""

    browser: FlaskClient
    pages: list[str] = field(default_factory=list)

    def open(self, address: str) -> TestResponse:
        return self._shown(self.browser.get(address, follow_redirects=True))

    def send(self, address: str, **typed: Any) -> TestResponse:
        return self._shown(self.browser.post(address, data=typed, follow_redirects=True))

    def _shown(self, answer: TestResponse) -> TestResponse:
        self.pages.append(answer.request.path)
        assert answer.status_code == 200, text(answer)
        return answer


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    return guesthouse(house, cast)


@pytest.fixture
def officer(licence: Guesthouse, signed_in: SignedIn) -> Counted:
    browser = signed_in(licence.cast.bopha)
    browser.get("/office?lang=en")
    return Counted(browser)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def named(name: str, page: TestResponse) -> str:
    """The value of a hidden field."""
    return re.findall(rf'name="{name}" value="([^"]*)"', text(page))[0]


def files(*kinds: str) -> dict[str, tuple[BytesIO, str]]:
    return {kind: (BytesIO(PNG), f"{kind}.png") for kind in kinds}


def asked(page: TestResponse) -> list[str]:
    return re.findall(r'name="_shown" value="([^"]*)"', text(page))


def filed(officer: Counted, licence: Guesthouse, person: str) -> str:
    """From the person's page to the printed slip; the key of the application."""
    form = officer.send(person, service=SERVICE, office=licence.cast.battambang)
    address = form.request.path
    check = officer.send(address, **ON_ONE_PAGE, **files(*DOCUMENTS), _shown=asked(form))
    assert "180,000" in text(check)
    brought = {"brought_by": "SOK Vanna", "brought_paper": "Identity card 030405060"}
    done = officer.send(check.request.path, shown=named("shown", check), **brought)
    key = address.rpartition("/")[2]
    assert done.request.path == f"/office/walk-in/filed/{key}"
    assert officer.open(f"/applications/{key}/slip.pdf?paper=roll").mimetype == "application/pdf"
    assert officer.browser.get(f"/applications/{key}/slip.pdf?paper=a0").status_code == 404
    return key


def application(licence: Guesthouse, key: str) -> Application:
    with licence.house.database.reading() as session:
        return session.scalars(select(Application).where(Application.key == key)).one()


def test_somebody_new_leaves_with_the_slip_after_eight_pages(licence: Guesthouse, officer: Counted) -> None:
    officer.open("/office/walk-in")
    register = officer.send("/office/walk-in", q=PHONE, why="here")
    assert register.request.path == "/office/walk-in/new"
    assert f'value="{PHONE}"' in text(register), "the number that nobody has stands in its field"
    contact = officer.send("/office/walk-in/new", **PAPERS | {"phone": PHONE})
    code = {"contact": PHONE, "code": code_sent(licence.house)}
    person = officer.send(f"{contact.request.path}/code", **code)
    key = filed(officer, licence, person.request.path)
    assert len(officer.pages) <= MOST, officer.pages
    row = application(licence, key)
    assert (row.status, row.channel, row.filed_by_id) == ("running", "counter", licence.cast.bopha.person_id)


def test_somebody_known_leaves_with_the_slip_after_fewer(licence: Guesthouse, officer: Counted) -> None:
    officer.send("/office/walk-in/new", **PAPERS)
    officer.pages.clear()
    officer.open("/office/walk-in")
    found = officer.send("/office/walk-in", q=PAPERS["id_number"], why="here")
    person = officer.send(f"{found.request.path}/paper", **PAPERS)
    filed(officer, licence, person.request.path)
    assert len(officer.pages) < MOST, officer.pages
    with licence.house.database.reading() as session:
        looks = set(session.scalars(select(AccessLog.page).where(AccessLog.person_id == licence.cast.bopha.person_id)))
    assert {"looked_up", "paper_agrees", "draft", "counter"} <= looks


def test_the_history_keeps_who_brought_the_papers_once(licence: Guesthouse, officer: Counted) -> None:
    person = officer.send("/office/walk-in/new", **PAPERS)
    key = filed(officer, licence, person.request.path)
    again = officer.send(f"/office/walk-in/drafts/{key}/check", brought_by="Somebody Else", brought_paper="1")
    assert again.request.path == f"/office/walk-in/filed/{key}", "a second click finds what was sent"
    back = officer.open(f"/office/walk-in/drafts/{key}")
    assert back.request.path == f"/office/walk-in/filed/{key}", "and so does whoever goes back"
    assert "Papers brought by SOK Vanna (Identity card 030405060)" in text(officer.open(f"/office/cases/{key}"))
    with licence.house.database.reading() as session:
        events = session.scalars(select(CaseEvent).where(CaseEvent.kind == "papers_brought")).all()
    assert [event.personal for event in events] == [{"brought_by": "SOK Vanna", "paper": "Identity card 030405060"}]


@pytest.fixture
def form(licence: Guesthouse, officer: Counted) -> str:
    """The address of a draft's page, of somebody who was just registered."""
    person = officer.send("/office/walk-in/new", **PAPERS)
    return officer.send(person.request.path, service=SERVICE, office=licence.cast.battambang).request.path


def test_what_was_right_is_kept_and_all_that_is_wrong_is_said_at_once(
    licence: Guesthouse, officer: Counted, form: str
) -> None:
    wrong = officer.browser.post(form, data={**ON_ONE_PAGE, **files("id_card"), "rooms": "many", "declared_true": ""})
    page = text(wrong)
    assert wrong.status_code == 422
    for field_name in ("rooms", "declared_true", "portrait", "ownership_proof"):
        assert f'href="#{field_name}"' in page
    assert 'value="SANGKE GUESTHOUSE"' in page
    assert 'value="many"' in page
    row = application(licence, form.rpartition("/")[2])
    assert row.answers["business_name_latin"] == "SANGKE GUESTHOUSE"
    assert "rooms" not in row.answers
    kept = text(officer.open(form))
    assert "id_card.png" in kept


def test_several_files_lie_in_the_tray_until_each_has_its_kind(
    licence: Guesthouse, officer: Counted, form: str
) -> None:
    pile = [(BytesIO(PNG), "one.png"), (BytesIO(PNG + b"\0"), "two.png"), (BytesIO(PNG), "one once more.png")]
    page = officer.send(form, papers=pile, _files="1", rooms="7")
    assert 'value="7"' in text(page), "what was typed stays"
    keys = re.findall(r'name="kind-([^"]+)"', text(page))
    assert len(keys) == 2, "the same file twice is one"
    unsorted = officer.browser.post(form, data={**ON_ONE_PAGE, **files(*DOCUMENTS[2:])})
    assert unsorted.status_code == 422
    assert f'href="#kind-{keys[0]}"' in text(unsorted)
    sent = officer.browser.post(f"/applications/{form.rpartition('/')[2]}/check", data={})
    assert sent.status_code in (409, 422), "nor is it sent on another way"
    kinds = {f"kind-{keys[0]}": "id_card", f"kind-{keys[1]}": "portrait"}
    assert officer.send(form, **ON_ONE_PAGE, **kinds).request.path == f"{form}/check"
    with licence.house.database.reading() as session:
        rows = session.execute(select(Document.document_key, Document.filename).where(Document.size > 0)).all()
    assert {("id_card", "one.png"), ("portrait", "two.png")} <= {tuple(row) for row in rows}
    assert TRAY not in {row.document_key for row in rows}


def test_of_several_files_for_one_place_the_first_lies_there_and_none_is_lost(
    licence: Guesthouse, officer: Counted, form: str
) -> None:
    pile = [(BytesIO(PNG + b"\0" * number), f"{number}.png") for number in range(3)]
    keys = re.findall(r'name="kind-([^"]+)"', text(officer.send(form, papers=pile, _files="1")))
    page = officer.browser.post(form, data={f"kind-{key}": "portrait" for key in keys} | {"_look": "1"})
    assert page.status_code == 422
    assert text(page).count("Only one file can be this document") >= 2
    with licence.house.database.reading() as session:
        rows = session.execute(
            select(Document.document_key, Document.filename).where(Document.size > 0, Document.replaced_at.is_(None))
        )
        assert {tuple(row) for row in rows} == {("portrait", "0.png"), (TRAY, "1.png"), (TRAY, "2.png")}


def test_a_file_is_not_laid_where_its_type_is_refused_and_a_needless_one_goes(
    licence: Guesthouse, officer: Counted, form: str
) -> None:
    keys = []
    for content, name in ((PNG, "photo.png"), (PNG + b"\0", "needless.png")):
        page = officer.send(form, papers=(BytesIO(content), name), _files="1")
        keys = re.findall(r'name="kind-([^"]+)"', text(page))
    refused = officer.browser.post(form, data={"papers": (BytesIO(b"MZ program"), "virus.exe"), "_files": "1"})
    assert refused.status_code == 422
    assert "virus.exe" in text(refused)
    page = officer.browser.post(form, data={f"kind-{keys[0]}": "nothing", f"kind-{keys[1]}": "_remove", "_look": "1"})
    assert page.status_code == 422
    assert re.findall(r'name="kind-([^"]+)"', text(page)) == keys[:1]


def test_whoever_brings_the_papers_has_name_and_paper(licence: Guesthouse, officer: Counted, form: str) -> None:
    check = officer.send(form, **ON_ONE_PAGE, **files(*DOCUMENTS))
    half = officer.browser.post(
        check.request.path, data={"shown": named("shown", check), "brought_by": "SOK <b>Vanna</b>"}
    )
    assert half.status_code == 422
    assert 'href="#brought_paper"' in text(half)
    assert "SOK &lt;b&gt;Vanna" in text(half)
    assert application(licence, form.rpartition("/")[2]).status == ApplicationStatus.DRAFT


def test_a_page_that_was_overtaken_is_shown_anew_and_keeps_who_brings_the_papers(
    licence: Guesthouse, officer: Counted, form: str
) -> None:
    check = officer.send(form, **ON_ONE_PAGE, **files(*DOCUMENTS))
    officer.send(form, **ON_ONE_PAGE | {"rooms": "9"})
    typed = {"brought_by": "SOK Vanna", "brought_paper": "Card 1"}
    stale = officer.browser.post(check.request.path, data={"shown": named("shown", check), **typed})
    assert stale.status_code == 422
    assert "SOK Vanna" in text(stale)
    assert "135,000" in text(stale)
    assert officer.send(check.request.path, shown=named("shown", stale), **typed)


def test_other_counters_and_applicants_have_no_business_with_the_page(
    licence: Guesthouse, officer: Counted, form: str, signed_in: SignedIn
) -> None:
    for who, status in ((licence.cast.dara, 403), (licence.cast.sopheap, 403), (licence.cast.phally, 404)):
        browser = signed_in(who)
        for address in (form, f"{form}/check"):
            assert browser.get(address).status_code == status, who.name_latin
            assert browser.post(address, data={"papers": (BytesIO(PNG), "mine.png")}).status_code == status
    own = licence.draft()
    assert officer.browser.get(f"/office/walk-in/drafts/{own}").status_code == 404, "a draft of somebody at home"
    assert officer.browser.get(f"/office/walk-in/drafts/{own}/check").status_code == 404


def test_what_was_typed_is_there_again_after_the_session_ended(
    licence: Guesthouse, officer: Counted, form: str, signed_in: SignedIn
) -> None:
    with officer.browser.session_transaction() as session:
        session.pop("token")
    ended = officer.browser.post(form, data={"business_name_latin": "SANGKE", "_later": "1"})
    assert ended.status_code in (303, 401)
    officer.browser.post("/sign-in", data={"login": licence.cast.bopha.phone, "password": licence.cast.bopha.password})
    assert 'value="SANGKE"' in text(officer.open(form))
