"""The officer's first page over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.cast import Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]


def test_an_officer_finds_a_task_and_opens_it(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    browser = signed_in(kilns.cast.bopha)
    page = browser.get("/office?lang=en").get_data(as_text=True)
    assert sent.reference in page
    assert f'href="/office/tasks/{kilns.task(sent, "check")}"' in page
    assert browser.get(f"/office/tasks/{kilns.task(sent, 'check')}").status_code == 200


def test_fees_and_handovers_open_at_their_desks(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    cashier = signed_in(kilns.cast.sopheap)
    assert f'href="/office/cashier/{sent.key}"' in cashier.get("/office").get_data(as_text=True)
    answer = cashier.get(f"/office/tasks/{kilns.task(sent, 'pay')}")
    assert (answer.status_code, answer.location) == (303, f"/office/cashier/{sent.key}")


def test_an_unknown_shelf_and_page_show_the_whole_inbox(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.bopha)
    for address in ("/office?show=nonsense", "/office?page=0", "/office?page=-1", "/office?page=9999999999999"):
        assert browser.get(address).status_code == 200


def test_the_analyst_is_led_to_the_definitions(kilns: Kilns, signed_in: SignedIn) -> None:
    assert signed_in(kilns.cast.chenda).get("/office").location == "/analyst"


def test_a_citizen_may_not_open_it(kilns: Kilns, signed_in: SignedIn) -> None:
    assert signed_in(kilns.cast.dara).get("/office").status_code == 403
