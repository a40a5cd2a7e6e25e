"""Two fees over the pages: what the applicant, the cashier and the head of the office see and do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.applications import drafts
from engine.catalog.archives import pack
from engine.packages import digest as digest_of
from engine.tasks import user_tasks
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns, definition
from tests.small.fees import in_two_stages
from tests.web.office import test_desks

SignedIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def survey(kilns: Kilns) -> Kilns:
    """The permit with two fees, as version 2."""
    files = in_two_stages()
    with kilns.house.database.transaction() as session:
        session.add(definition(2, digest_of(files), pack(files), NOW))
    return kilns


def text(answer: TestResponse) -> str:
    """The page with blanks that may break."""
    return test_desks.text(answer).replace("\u00a0", " ")


def checked(survey: Kilns, counted: str) -> str:
    """An application whose examination was paid and that was approved; its key."""
    sent = survey.send()
    survey.pay(sent)
    bopha, task_key = survey.cast.bopha.actor, survey.task(sent, "check")
    with survey.house.database.transaction() as session:
        user_tasks.claim(session, survey.house, bopha, task_key, now=NOW)
    with survey.house.database.transaction() as session:
        answers = {"counted": counted, "result": "ok"}
        user_tasks.complete(session, survey.house, bopha, task_key, answers, now=NOW)
    return sent.key


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_the_public_page_tells_each_fee_and_what_it_depends_on(survey: Kilns, client: FlaskClient) -> None:
    page = text(client.get(f"/services/{SERVICE}?lang=en"))
    for said in ("Examination fee", "Permit fee", "The law allows at most", "You see the exact fee before you pay"):
        assert said in page
    assert "50,000 × Kilns counted" in page
    assert "ថ្លៃពិនិត្យ" in text(client.get(f"/services/{SERVICE}?lang=km"))


def test_before_sending_the_applicant_sees_what_is_known(survey: Kilns, signed_in: SignedIn) -> None:
    dara = signed_in(survey.cast.dara)
    with survey.house.database.transaction() as session:
        actor, office = survey.cast.dara.actor, survey.cast.battambang
        key = drafts.start_draft(session, survey.house, actor, SERVICE, office, now=NOW)
    dara.post(f"/applications/{key}/pages/kiln", data={"kiln_name": "ឡ", "kilns": "2"})
    page = text(dara.get(f"/applications/{key}/check?lang=en"))
    for said in (
        "Examination fee",
        "20,000",
        "This fee depends on what the office finds.",
        "when the application is approved",
    ):
        assert said in page


def test_each_fee_is_shown_paid_and_receipted_by_itself(survey: Kilns, signed_in: SignedIn) -> None:
    key = checked(survey, "3")
    dara, sopheap = signed_in(survey.cast.dara), signed_in(survey.cast.sopheap)
    page = text(dara.get(f"/applications/{key}?lang=en"))
    assert "The fee is KHR 150,000." in page
    assert "Ready by" not in page, "the promise was kept when it was decided"
    desk = text(sopheap.get("/office/cashier?lang=en"))
    assert "150,000" in desk
    address = re.search(rf'href="(/office/cashier/{key}\?fee=[^"]+)"', desk)
    assert address
    paying = text(sopheap.get(f"{address[1]}&lang=en"))
    for said in (
        "Permit fee",
        "Examination fee",
        "The law allows at most KHR 600,000",
        "Other fees of this application",
    ):
        assert said in paying
    posted = {"amount": "150000", "fee": field(paying, "fee"), "confirmed": "1"}
    paid = sopheap.post(f"/office/cashier/{key}/cash", data=posted)
    assert paid.headers["Location"].endswith("/office/receipts/R-02-26-000002")
    receipt = text(sopheap.get("/office/receipts/R-02-26-000002?lang=en"))
    assert "Permit fee" in receipt
    assert "Fee examination" not in receipt
    mine = text(dara.get(f"/applications/{key}?lang=en"))
    assert "R-02-26-000001" in mine
    assert "R-02-26-000002" in mine
    paper = dara.get("/receipts/R-02-26-000002.pdf")
    assert paper.data.startswith(b"%PDF")


def test_what_is_free_says_so_and_never_nought(survey: Kilns, signed_in: SignedIn) -> None:
    key = checked(survey, "0")
    page = text(signed_in(survey.cast.dara).get(f"/applications/{key}?lang=en"))
    assert "Free" in page
    assert not re.search(r"KHR 0\b", page)
    history = text(signed_in(survey.cast.bopha).get(f"/office/cases/{key}?lang=en"))
    assert "Permit fee: nothing is to be paid. A prakas for tests" in history


def test_money_is_paid_back_by_two_people_over_the_pages(survey: Kilns, signed_in: SignedIn) -> None:
    key = checked(survey, "3")
    sopheap, kunthea = signed_in(survey.cast.sopheap), signed_in(survey.cast.kunthea)
    address = "/office/receipts/R-02-26-000001/refund"
    assert address in text(sopheap.get("/office/receipts/R-02-26-000001"))
    wrong = sopheap.post(f"{address}?lang=en", data={"amount": "20001", "reason": "Twice", "in_error": "true"})
    assert wrong.status_code == 422
    assert "At most 20,000 riel" in text(wrong)
    assert 'value="Twice"' in text(wrong)
    kept = sopheap.post(f"{address}?lang=en", data={"amount": "5000", "reason": "Twice"})
    assert "Only what was paid in error is paid back" in text(kept)
    asked = sopheap.post(address, data={"amount": "5 000", "reason": "Twice <b>", "in_error": "true"})
    one = asked.headers["Location"].split("?")[0]
    assert "Agree" not in re.findall(r"<button[^>]*>\s*([^<]*?)\s*<", text(sopheap.get(f"{one}?lang=en")))
    assert sopheap.post(f"{one}/agree").status_code == 403
    assert one in text(kunthea.get("/office/remissions"))
    page = text(kunthea.get(f"{one}?lang=en"))
    assert "Twice &lt;b&gt;" in page
    assert kunthea.post(f"{one}/agree").status_code == 303
    assert "RF-02-26-000001" in text(sopheap.get(one))
    assert sopheap.get("/office/refunds/RF-02-26-000001.pdf").data.startswith(b"%PDF")
    desk = text(sopheap.get("/office/cashier?lang=en"))
    assert "Paid back" in desk
    assert "KHR 15,000" in desk
    assert "Paid back: KHR 5,000" in text(signed_in(survey.cast.dara).get(f"/applications/{key}?lang=en"))


def test_a_fee_is_written_off_by_two_people_over_the_pages(survey: Kilns, signed_in: SignedIn) -> None:
    key = checked(survey, "3")
    sopheap, kunthea = signed_in(survey.cast.sopheap), signed_in(survey.cast.kunthea)
    link = re.search(
        rf'href="(/office/cashier/{key}/write-off\?fee=[^"]+)"', text(sopheap.get(f"/office/cashier/{key}"))
    )
    assert link
    page = text(sopheap.get(link[1]))
    address, posted = f"/office/cashier/{key}/write-off", {"fee": field(page, "fee")}
    assert sopheap.post(address, data=posted).status_code == 422
    asked = sopheap.post(address, data=posted | {"reason": "A poor household"})
    one = asked.headers["Location"].split("?")[0]
    assert kunthea.post(f"{one}/agree").status_code == 303
    mine = text(signed_in(survey.cast.dara).get(f"/applications/{key}?lang=en"))
    assert "Your result is ready" in mine
