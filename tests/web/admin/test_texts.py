"""Words of messages on the pages of administrators: shown with samples, tried, kept, put back."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]
PAGE = "/admin/texts/payment_received"
TYPED = {
    "title_km": "ប្រាក់ {reference}",
    "title_en": "Paid: {reference}",
    "body_km": "បានទទួល {amount} <b>",
    "body_en": "We took {amount} <b>",
    "sms_km": "",
    "sms_en": "",
    "why": "Plainer words",
    "seen": "0",
}


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def posted(browser: FlaskClient, **other: str) -> TestResponse:
    return browser.post(f"{PAGE}?lang=en", data=TYPED | other)


def test_words_are_shown_first_and_kept_when_somebody_says_so(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    assert "Payment received" in text(browser.get("/admin/texts?lang=en"))
    tried = posted(browser)
    assert tried.status_code == 200
    assert "We took 1 200 000 riel &lt;b&gt;" in text(tried)
    assert "Parts of an SMS: 1" in text(tried)
    assert "never changed" in text(browser.get(f"{PAGE}?lang=en"))
    assert posted(browser, confirmed="yes").status_code == 303
    kept = text(browser.get(f"{PAGE}?lang=en"))
    assert "Plainer words" in kept
    assert kilns.cast.visal.name_latin in kept
    assert "holds now" in kept
    assert posted(browser, confirmed="yes", title_en="Again").status_code == 409, "somebody was first"
    assert browser.post(f"{PAGE}/back", data={"number": "0", "seen": "1", "back_why": ""}).status_code == 422
    assert browser.post(f"{PAGE}/back", data={"number": "0", "seen": "1", "back_why": "Not good"}).status_code == 303
    assert "Back to the words as delivered." in text(browser.get(f"{PAGE}?lang=en"))


def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    for wrong, words in (
        ({"body_en": "Pay {reason}"}, "This message knows no place {reason}. It has: {amount}, {reference}."),
        ({"title_km": " "}, "Write these words in Khmer and in English."),
        ({"body_en": "https://x.kh"}, "names no page of its own"),
        ({"from-day": "31", "from-month": "2", "from-year": "2026"}, "Enter a day that exists"),
        ({"confirmed": "yes", "why": ""}, "Write why the words change."),
    ):
        refused = posted(browser, **wrong)
        assert refused.status_code == 422, wrong
        assert words in text(refused), wrong
        assert "Paid: {reference}" in text(refused)
    assert "never changed" in text(browser.get(f"{PAGE}?lang=en"))
    assert browser.get("/admin/texts/no_such").status_code == 404
    assert signed_in(kilns.cast.kunthea).get("/admin/texts").status_code == 403


def test_a_page_that_does_not_say_which_words_to_put_back_puts_none_back(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    assert posted(browser, confirmed="yes").status_code == 303
    for number in ({}, {"number": ""}, {"number": "v1"}, {"number": "99999999999999999999"}):
        answer = browser.post(f"{PAGE}/back", data={"seen": "1", "back_why": "Not good"} | number)
        assert answer.status_code == 404, number
    assert "We took" in text(browser.get(f"{PAGE}?lang=en"))
    assert "Not good" not in text(browser.get(f"{PAGE}?lang=en"))
