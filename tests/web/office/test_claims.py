"""Squatted and winning: a stranger claims a number first, on the pages from registering to the decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.house import House
from storage.applications import Application
from storage.people import Person
from tests.cast import Cast, Member
from tests.counter import PAPERS, code_sent
from tests.journeys.guesthouse import PNG
from tests.small.claims import Claims

SignedIn = Callable[[Member], FlaskClient]
NUMBER = PAPERS["id_number"]
REAL = "+85512777002", "Mao Sarun"


@pytest.fixture
def people(house: House, cast: Cast) -> Claims:
    made = Claims(house, cast)
    made.publish()
    return made


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def claimed(browser: FlaskClient, people: Claims, number: str) -> str:
    """The key of the verification that somebody fills in page by page and sends."""
    sent = browser.post("/services/interior.account_verification/apply", data={"office": "02"})
    assert sent.status_code == 303, text(sent)
    key = str(sent.location).removeprefix("/applications/")
    for page, answers in people.pages(number).items():
        flat = {"birth_date-day": "6", "birth_date-month": "5", "birth_date-year": "1980"} if page == "birth" else {}
        for name, value in answers.items():
            flat |= {f"{name}-{part}": of for part, of in value.items()} if isinstance(value, dict) else {name: value}
        answer = browser.post(f"/applications/{key}/pages/{page}", data=flat)
        assert answer.status_code == 303, text(answer)
    photo = {"file": (BytesIO(PNG), "card.png")}
    assert browser.post(f"/applications/{key}/documents/id_card", data=photo).status_code == 303
    shown = re.search(r'name="shown" value="([^"]+)"', text(browser.get(f"/applications/{key}/check")))
    assert shown
    assert browser.post(f"/applications/{key}/check", data={"shown": shown[1]}).status_code == 303
    return key


def status_of(people: Claims, key: str) -> str:
    with people.house.database.reading() as session:
        wanted = select(Person.identity_status).join(Application, Application.applicant_id == Person.id)
        return str(session.scalar(wanted.where(Application.key == key)))


def test_squatted_and_winning_in_the_task(people: Claims, signed_in: SignedIn) -> None:
    first = claimed(signed_in(people.member()), people, NUMBER)
    second = claimed(signed_in(people.member(*REAL)), people, f"0000{NUMBER}")
    officer, task = signed_in(people.cast.bopha), people.task(first)
    officer.post(f"/office/tasks/{task}/claim")
    page = text(officer.get(f"/office/tasks/{task}?lang=en"))
    assert page.count('class="ow-compare__paper"') == 2
    for src in re.findall(r'<img[^>]+src="(/documents/[^"]+)"', page):
        assert officer.get(src).mimetype == "image/png"
    answers = {"verification_result": "verified", "revision": re.findall(r'name="revision" value="(\d+)"', page)[0]}
    refused = officer.post(f"/office/tasks/{task}?lang=en", data=answers)
    assert (refused.status_code, "decide which of them is real" in text(refused)) == (422, True)
    assert "Choose who is real" in text(officer.post(f"/office/tasks/{task}/claims?lang=en", data={}))
    mark = re.findall(r'name="mark" value="([^"]+)"', page)[0]
    done = officer.post(f"/office/tasks/{task}/claims", data={"real": second, "mark": mark})
    assert (done.status_code, done.location) == (303, "/office")
    assert (status_of(people, first), status_of(people, second)) == ("refused", "verified")


def test_whoever_loses_reads_what_to_do_and_nothing_of_the_other(people: Claims, signed_in: SignedIn) -> None:
    thief = signed_in(people.member())
    first = claimed(thief, people, NUMBER)
    second = claimed(signed_in(people.member(*REAL)), people, NUMBER)
    officer, task = signed_in(people.cast.bopha), people.task(first)
    officer.post(f"/office/tasks/{task}/claim")
    mark = re.findall(r'name="mark" value="([^"]+)"', text(officer.get(f"/office/tasks/{task}")))[0]
    officer.post(f"/office/tasks/{task}/claims", data={"real": second, "mark": mark})
    page = text(thief.get(f"/applications/{first}?lang=en"))
    assert "សូមយកឯកសារដើមមកការិយាល័យ" in page
    for word in (*REAL, second):
        assert word not in page + text(thief.get("/account?lang=en"))


def test_a_second_account_with_a_verified_number_is_refused_in_words(people: Claims, signed_in: SignedIn) -> None:
    officer = signed_in(people.cast.bopha)
    assert officer.post("/office/walk-in/new", data=PAPERS).status_code == 303
    task = people.task(claimed(signed_in(people.member()), people, NUMBER))
    officer.post(f"/office/tasks/{task}/claim")
    page = text(officer.get(f"/office/tasks/{task}?lang=en"))
    assert "Somebody is verified with this number already." in page
    assert 'name="mark"' not in page
    answers = {"verification_result": "verified", "revision": re.findall(r'name="revision" value="(\d+)"', page)[0]}
    refused = officer.post(f"/office/tasks/{task}?lang=en", data=answers)
    assert refused.status_code == 422
    assert "Somebody was verified with this identity document on" in text(refused)


def test_who_claimed_a_number_first_keeps_nobody_out_at_the_counter(people: Claims, signed_in: SignedIn) -> None:
    squatted = claimed(signed_in(people.member()), people, NUMBER)
    assert signed_in(people.cast.bopha).post("/office/walk-in/new", data=PAPERS).status_code == 303
    assert status_of(people, squatted) == "pending"


def begun(officer: FlaskClient, address: str = "/office/walk-in/new", **given: str) -> TestResponse:
    """What the counter is answered that types a paper and asks for a dispute."""
    asked = {"_dispute": "yes", "original": "yes", "reason": "The photo shows another face"} | given
    return officer.post(f"{address}?lang=en", data=PAPERS | asked)


def test_squatted_verified_and_won_at_the_counter(people: Claims, signed_in: SignedIn) -> None:
    cast, thief = people.cast, signed_in(people.member())
    stolen = claimed(thief, people, NUMBER)
    people.complete(people.take(stolen), {"verification_result": "verified"})
    officer = signed_in(cast.bopha)
    page = officer.post("/office/walk-in/new?lang=en", data=PAPERS)
    assert page.status_code == 422
    for words in ("Is it the same person?", "Differs from the paper", "MAO SARUN", "Begin a dispute", "Battambang"):
        assert words in text(page)
    assert "SOK CHANTHA" not in text(page)
    same = re.search(r'href="(/office/walk-in/[^"/]+)">Go on with their account', text(page))
    assert same
    assert officer.get(same[1]).status_code == 200
    for given, words in (({"original": ""}, "Tick that you do."), ({"reason": ""}, "reason")):
        refused = (
            begun(officer, **given)
            if "reason" in given
            else officer.post("/office/walk-in/new?lang=en", data=PAPERS | {"_dispute": "yes", "reason": "r"})
        )
        assert (refused.status_code, words in text(refused)) == (422, True)
        assert 'value="MAO SARUN"' in text(refused)
    asked = begun(officer)
    assert asked.status_code == 303
    address = str(asked.location)
    assert "another person, must decide" in text(officer.get(f"{address}?lang=en"))
    assert officer.post(f"{address}/agree", data={"reason": "r"}).status_code == 403
    head = signed_in(cast.kunthea)
    assert address in text(head.get("/office/disputes"))
    assert "Whose number is it?" in text(head.get(f"{address}?lang=en"))
    assert head.post(f"{address}/agree", data={"reason": ""}).status_code == 422
    assert head.post(f"{address}/agree", data={"reason": "Seen"}).status_code == 303
    assert status_of(people, stolen) == "refused"
    assert str(thief.get("/account").location).startswith("/sign-in")
    verified = Person.id_number == NUMBER, Person.identity_status == "verified"
    with people.house.database.reading() as session:
        assert session.scalars(select(Person.name_latin).where(*verified)).all() == ["MAO SARUN"]


def test_the_verified_person_reads_who_compared_and_keeps_the_account(people: Claims, signed_in: SignedIn) -> None:
    cast, real = people.cast, signed_in(people.member())
    key = claimed(real, people, NUMBER)
    people.complete(people.take(key), {"verification_result": "verified"})
    address = str(begun(signed_in(cast.bopha)).location)
    assert signed_in(cast.kunthea).post(f"{address}/decline", data={"reason": "It is theirs"}).status_code == 303
    assert status_of(people, key) == "verified"
    assert "គណនីរបស់អ្នកនៅផ្ទៀងផ្ទាត់ដដែល" in text(real.get("/account/messages?lang=en"))
    assert "saw an identity paper with your number at the counter" in text(real.get("/account/looks?lang=en"))


def test_the_counter_compares_an_account_that_claims_a_verified_number(people: Claims, signed_in: SignedIn) -> None:
    officer = signed_in(people.cast.bopha)
    assert officer.post("/office/walk-in/new", data=PAPERS).status_code == 303
    task = people.task(claimed(signed_in(people.member(*REAL)), people, NUMBER))
    officer.post(f"/office/tasks/{task}/claim")
    here = re.search(r'href="(/office/walk-in/[^"]+)">They', text(officer.get(f"/office/tasks/{task}?lang=en")))
    assert here
    assert officer.post(here[1], data={"service": "any", "office": "1"}).status_code == 404, "nobody has shown anything"
    assert begun(officer, f"{here[1]}/papers").status_code == 422
    assert officer.post(f"{here[1]}/code", data={"channel": "sms"}).status_code == 303
    code = {"code": code_sent(people.house)}
    page = officer.post(f"{here[1]}/papers?lang=en", data=PAPERS | code)
    assert "Begin a dispute" in text(page)
    assert begun(officer, f"{here[1]}/papers", **code).status_code == 303


def test_a_passport_that_is_known_is_said_beside_its_own_question(people: Claims, signed_in: SignedIn) -> None:
    officer, passport = signed_in(people.cast.bopha), PAPERS | {"id_kind": "passport", "passport_number": "K7654321"}
    assert officer.post("/office/walk-in/new", data=passport).status_code == 303
    page = text(officer.post("/office/walk-in/new?lang=en", data=passport | {"passport_number": "k 765-4321"}))
    assert 'id="passport_number-error"' in page
