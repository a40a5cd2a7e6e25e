"""The cashier's day on the pages: who came to pay, change, the book counted and closed, what the morning says."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.applications import Application
from storage.cash_books import BookClosing, CashBook
from storage.payments import Payment
from storage.people import Membership
from tests.cast import Member
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def taken(browser: FlaskClient, key: str, **form: str) -> TestResponse:
    return browser.post(f"/office/cashier/{key}/cash?lang=en", data=form)


def book(kilns: Kilns) -> str:
    with kilns.house.database.reading() as session:
        return session.scalars(select(CashBook.key).order_by(CashBook.id)).first() or ""


def closed(browser: FlaskClient, kilns: Kilns, **form: str) -> TestResponse:
    posted = {"seen": "40000", "confirmed": "yes"} | form
    return browser.post(f"/office/books/{book(kilns)}/close?lang=en", data=posted)


def test_the_change_is_told_before_and_after_and_the_fee_is_never_typed(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    asked = text(taken(cashier, sent.key, handed="៥០ ០០០"))
    assert "Give KHR\u00a010,000 back." in asked
    assert 'name="amount" value="40000"' in asked
    recorded = taken(cashier, sent.key, handed="50000", amount="40000", confirmed="yes")
    receipt = text(cashier.get(f"{recorded.location}?lang=en"))
    assert "KHR\u00a050,000" in receipt
    assert "KHR\u00a010,000" in receipt
    with kilns.house.database.reading() as session:
        assert session.execute(select(Payment.amount, Payment.handed)).one() == (40_000, 50_000)


def test_exactly_the_fee_needs_no_typing(kilns: Kilns, signed_in: SignedIn) -> None:
    asked = text(taken(signed_in(kilns.cast.sopheap), kilns.send().key, handed="", exactly="1"))
    assert 'name="handed" value="40000"' in asked
    assert "back." not in asked


def test_a_slip_of_the_finger_is_refused(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    for handed in ("5000000", "999999999999", "-50000", "lots", ""):
        assert taken(cashier, sent.key, handed=handed).status_code == 422, handed
        assert taken(cashier, sent.key, handed=handed, amount="40000", confirmed="yes").status_code == 422, handed
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Payment)).all() == []


def test_a_fee_that_is_another_by_now_is_refused_with_both_amounts(kilns: Kilns, signed_in: SignedIn) -> None:
    answer = taken(signed_in(kilns.cast.sopheap), kilns.send().key, handed="50000", amount="30000", confirmed="yes")
    assert answer.status_code == 422
    assert "The amount must be 40,000 riel, not 30,000 riel." in text(answer)
    assert 'value="50000"' in text(answer)


def test_one_search_leads_to_the_fee_by_reference_code_scan_and_telephone(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    with kilns.house.database.reading() as session:
        code = session.scalars(select(Application.tracking_code)).one()
    for typed in (sent.reference, code, f"https://window.example/track/{code}", "012 345 601"):
        found = cashier.get("/office/cashier", query_string={"q": typed})
        assert (found.status_code, found.location) == (303, f"/office/cashier/{sent.key}"), typed
    kilns.send()
    both = text(cashier.get("/office/cashier", query_string={"q": "012 345 601", "lang": "en"}))
    assert both.count(sent.reference) >= 1
    assert "To be paid" in both


def test_a_search_says_when_nothing_is_there_and_when_a_number_was_mistyped(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cashier = kilns.send(), signed_in(kilns.cast.sopheap)
    wrong = sent.reference[:-1] + str((int(sent.reference[-1]) + 1) % 10)
    assert "mistyped" in text(cashier.get("/office/cashier", query_string={"q": wrong, "lang": "en"}))
    for nothing in ("099 999 999", "R-02-26-000099", "%", "x" * 5000):
        assert "Nothing was found" in text(cashier.get("/office/cashier", query_string={"q": nothing, "lang": "en"}))


def test_a_cashier_finds_nothing_of_another_office(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, phally = kilns.send(), kilns.cast.phally
    with kilns.house.database.transaction() as session:
        session.query(Membership).filter_by(person_id=phally.person_id).update({"group": "cashier"})
    found = signed_in(phally).get("/office/cashier", query_string={"q": sent.reference, "lang": "en"})
    assert "Nothing was found" in text(found)
    assert kilns.cast.dara.name_latin not in text(found)


def test_the_day_is_counted_closed_confirmed_and_printed(kilns: Kilns, signed_in: SignedIn) -> None:
    kilns.pay(kilns.send())
    cashier, head = signed_in(kilns.cast.sopheap), signed_in(kilns.cast.kunthea)
    assert "Count and close" in text(cashier.get(f"/office/books/{book(kilns)}?lang=en"))
    assert cashier.get(f"/office/books/{book(kilns)}.pdf").status_code == 404
    typed = {"note-20000": "១", "note-10000": "2"}
    asked = cashier.post(f"/office/books/{book(kilns)}/close?lang=en", data=typed)
    assert "Nothing is closed yet" in text(asked)
    assert 'name="seen" value="40000"' in text(asked)
    assert closed(cashier, kilns, **typed).status_code == 303
    assert closed(cashier, kilns, **typed).status_code == 303, "a double click"
    mine = text(cashier.get(f"/office/books/{book(kilns)}?lang=en"))
    assert "I have looked at it" not in mine
    theirs = text(head.get(f"/office/books/{book(kilns)}?lang=en"))
    assert "I have looked at it" in theirs
    assert head.post(f"/office/books/{book(kilns)}/confirm", data={"closing": "1"}).status_code == 303
    assert "Open the book again" in text(head.get(f"/office/books/{book(kilns)}?lang=en"))
    sheet = cashier.get(f"/office/books/{book(kilns)}.pdf")
    assert (sheet.mimetype, sheet.data[:5]) == ("application/pdf", b"%PDF-")
    assert "Confirmed" in text(head.get("/office/books?lang=en"))


def test_a_difference_is_told_and_asks_for_words_which_are_kept(kilns: Kilns, signed_in: SignedIn) -> None:
    kilns.pay(kilns.send())
    cashier = signed_in(kilns.cast.sopheap)
    asked = text(cashier.post(f"/office/books/{book(kilns)}/close?lang=en", data={"note-10000": "3"}))
    assert "KHR\u00a010,000 are missing in the drawer." in asked
    refused = closed(cashier, kilns, **{"note-10000": "3", "explanation": " "})
    assert refused.status_code == 422
    assert 'name="note-10000" value="3"' in text(refused)
    assert closed(cashier, kilns, **{"note-10000": "3", "explanation": "<b>A false note</b>"}).status_code == 303
    assert "&lt;b&gt;A false note" in text(cashier.get(f"/office/books/{book(kilns)}"))


def test_a_count_that_is_none_is_refused_beside_its_field(kilns: Kilns, signed_in: SignedIn) -> None:
    kilns.pay(kilns.send())
    cashier = signed_in(kilns.cast.sopheap)
    for wrong in ("two", "-1", "1.5", "9999999"):
        refused = cashier.post(f"/office/books/{book(kilns)}/close", data={"note-500": wrong, "note-10000": "4"})
        assert refused.status_code == 422, wrong
        assert f'value="{wrong}"' in text(refused)
        assert 'id="note-500-error"' in text(refused)


def test_a_page_from_before_another_receipt_is_refused_and_keeps_the_count(kilns: Kilns, signed_in: SignedIn) -> None:
    kilns.pay(kilns.send())
    kilns.pay(kilns.send(kilns.cast.rithy))
    refused = closed(signed_in(kilns.cast.sopheap), kilns, **{"note-10000": "4"})
    assert refused.status_code == 409
    assert "the book comes to 80,000 riel, not to 40,000 riel" in text(refused)
    assert 'value="4"' in text(refused)


def test_who_closed_it_cannot_confirm_and_a_sent_back_book_says_why(kilns: Kilns, signed_in: SignedIn) -> None:
    kilns.pay(kilns.send())
    cashier, head = signed_in(kilns.cast.sopheap), signed_in(kilns.cast.kunthea)
    closed(cashier, kilns, **{"note-10000": "4"})
    address = f"/office/books/{book(kilns)}"
    assert cashier.post(f"{address}/confirm", data={"closing": "1"}).status_code == 403
    assert cashier.post(f"{address}/reopen", data={"closing": "1", "reason": "x"}).status_code == 403
    assert head.post(f"{address}/send-back", data={"closing": "1", "reason": ""}).status_code == 422
    assert head.post(f"{address}/send-back", data={"closing": "1", "reason": "Count the notes"}).status_code == 303
    assert head.post(f"{address}/confirm", data={"closing": "1"}).status_code == 409
    assert "Count the notes" in text(cashier.get(address))
    with kilns.house.database.reading() as session:
        assert session.scalars(select(BookClosing.status)).all() == ["sent_back"]


def test_the_next_morning_says_which_book_nobody_closed(kilns: Kilns, signed_in: SignedIn, clock: SetClock) -> None:
    kilns.pay(kilns.send())
    cashier = signed_in(kilns.cast.sopheap)
    assert "Not closed on its day" not in text(cashier.get("/office/cashier?lang=en"))
    clock.pass_time(hours=20)
    morning = text(signed_in(kilns.cast.sopheap).get("/office/cashier?lang=en"))
    assert "Not closed on its day: 2\u00a0Mar\u00a02026" in morning
    assert f'href="/office/books/{book(kilns)}"' in morning
