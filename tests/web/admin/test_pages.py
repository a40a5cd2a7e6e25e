"""Every page of administrators: who may open it, in both languages, and what it shows of a running office."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.clockwork import schedule
from storage.events import CaseEvent
from tests.cast import Member
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]
ADDRESSES = (
    "/admin/clocks",
    "/admin/clocks/list",
    "/admin/offices",
    "/admin/offices/02",
    "/admin/holidays",
    "/admin/holidays/reckoned",
    "/admin/offices/02/reckoned",
    "/admin/incidents",
    "/admin/outbox",
    "/admin/reports",
    "/admin/reports.csv",
)


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_administrators_open_the_pages(kilns: Kilns, client: FlaskClient, signed_in: SignIn, address: str) -> None:
    assert client.get(address).status_code == 303
    for member in (kilns.cast.dara, kilns.cast.bopha, kilns.cast.kunthea, kilns.cast.chenda):
        assert signed_in(member).get(address).status_code == 403
    assert signed_in(kilns.cast.visal).get(address).status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_every_page_speaks_khmer_and_english(kilns: Kilns, signed_in: SignIn, address: str) -> None:
    browser = signed_in(kilns.cast.visal)
    khmer, english = text_of(browser, f"{address}?lang=km"), text_of(browser, f"{address}?lang=en")
    assert re.search("[ក-៹]", khmer)
    assert "Clocks" in english
    assert "Clocks" not in khmer


def test_the_first_page_of_administrators_is_the_one_about_promises(kilns: Kilns, signed_in: SignIn) -> None:
    answer = signed_in(kilns.cast.visal).get("/admin")
    assert (answer.status_code, answer.location) == (303, "/admin/clocks")


def test_clocks_are_counted_by_office_service_and_task_and_lead_to_the_cases(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    late, paused, fresh = kilns.send(), kilns.send(kilns.cast.vannak), kilns.send(kilns.cast.bopha)
    kilns.pay(late)
    kilns.pay(paused)
    kilns.check(paused, "return")
    clock.pass_time(days=4)
    schedule.sweep(kilns.house, now=clock.moment)
    browser = signed_in(kilns.cast.visal)
    board = text_of(browser, "/admin/clocks?lang=en")
    assert "Battambang One Window Service Office Brick kiln permit Check the application 1 Late – – –" in board
    assert "Promise of the office – – 1 Running 2 Paused" in board
    listed = text_of(browser, "/admin/clocks/list?state=breached&kind=task&lang=en")
    assert late.reference in listed
    assert fresh.reference not in listed
    still = text_of(browser, "/admin/clocks/list?state=paused")
    assert paused.reference in still
    assert late.reference not in still


def test_a_filter_that_means_nothing_is_ignored(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    address = "/admin/clocks/list?state=nonsense&kind=%27&page=minus"
    assert sent.reference in text_of(signed_in(kilns.cast.visal), address)


def test_the_history_tells_every_event_in_words_and_shows_no_personal_data(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    answer = signed_in(kilns.cast.visal).get(f"/admin/cases/{sent.key}/history?lang=en")
    page = " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())
    for words in (
        "The application was sent. Applicant",
        "The fee was paid: KHR 40,000, receipt R-02-26-000001. Ly Sopheap, Cashier",
        "Check the application: claimed. Chan Bopha, Front office",
        "Check the application: completed.",
        "Stage reached: ",
        "The process started.",
        "The history is whole",
    ):
        assert words in page.replace("\xa0", " "), words
    for secret in ("ឡ <ថ្មី>", "Sok Dara", "សុខ ដារ៉ា", "012 345"):
        assert secret not in answer.get_data(as_text=True)
    assert "Personal data kept beside the chain, not shown here: kiln_name, kilns" in page


def test_a_history_that_was_tampered_with_is_shown_as_such(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        session.execute(update(CaseEvent).where(CaseEvent.kind == "submitted").values(actor_role="head"))
    page = text_of(signed_in(kilns.cast.visal), f"/admin/cases/{sent.key}/history?lang=en")
    assert "The history was tampered with" in page
    assert "the event was changed" in page
    assert "The history is whole" not in page


def test_an_unknown_case_has_no_history(kilns: Kilns, signed_in: SignIn) -> None:
    text_of(signed_in(kilns.cast.visal), "/admin/cases/nothing/history", 404)
