"""At the counter an account is gone on with once somebody has shown it is theirs, and reached by what they prove."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.people import AccessLog, IdentityStatus, Person
from tests.cast import NOW, Member
from tests.counter import PAPERS, code_sent
from tests.fixtures.houses import SetClock
from tests.small.cases import SERVICE, Kilns
from tests.small.releases import released
from web.office.tokens import token_for

SignedIn = Callable[[Member], FlaskClient]
NEW = "012 888 001"


@pytest.fixture(autouse=True)
def verification(kilns: Kilns) -> None:
    released(kilns.house, kilns.house.processes / "interior" / "account_verification")


@pytest.fixture
def officer(kilns: Kilns, signed_in: SignedIn) -> FlaskClient:
    """Chan Bopha at the counter, who reads English."""
    browser = signed_in(kilns.cast.bopha)
    browser.get("/office?lang=en")
    return browser


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def found(browser: FlaskClient, typed: str) -> str:
    """The address of the one account that is found by this."""
    browser.post("/office/walk-in", data={"q": typed, "why": "here"})
    page = text(browser.get("/office/walk-in", query_string={"q": typed}))
    addresses = [one for one in re.findall(r'href="(/office/walk-in/[^"]+)"', page) if not one.endswith("/new")]
    assert len(addresses) == 1, addresses
    return str(addresses[0])


def registered(browser: FlaskClient, **said: str) -> str:
    """The address of a person whom the officer has just registered."""
    answer = browser.post("/office/walk-in/new", data=PAPERS | said)
    assert answer.status_code == 303, text(answer)
    return str(answer.location).removesuffix("/contact")


def person(kilns: Kilns, person_id: int) -> Person:
    with kilns.house.database.reading() as session:
        return session.get_one(Person, person_id)


def newest(kilns: Kilns) -> Person:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()


def test_who_is_looked_up_is_shown_with_little_and_nothing_is_begun_for_them(
    kilns: Kilns, officer: FlaskClient
) -> None:
    dara = kilns.cast.dara
    address = found(officer, dara.phone)
    page = text(officer.get(address))
    assert "Is this account theirs?" in page
    assert "So… Da…" in page
    for kept in (dara.name_latin, dara.phone, dara.phone[-8:], dara.email or "", "What do they apply for?"):
        assert kept not in page
    begun = officer.post(address, data={"service": SERVICE, "office": kilns.cast.battambang})
    assert begun.status_code == 404
    for way in ("contact", "slip", "certificate"):
        assert officer.post(f"{address}/{way}", data={"kind": "renewal", "office": "1"}).status_code == 404
    assert officer.get(f"{address}/contact").status_code == 404


def test_a_code_shows_that_a_verified_account_is_theirs_and_changes_nothing(kilns: Kilns, officer: FlaskClient) -> None:
    address, before = found(officer, kilns.cast.dara.phone), person(kilns, kilns.cast.dara.person_id)
    assert officer.post(f"{address}/code", data={"channel": "sms"}).status_code == 303
    assert "We sent it to … 601." in text(officer.get(address))
    wrong = officer.post(f"{address}/shown", data={"code": "000000"})
    assert wrong.status_code == 422
    assert "This is not the code." in text(wrong)
    right = officer.post(f"{address}/shown", data={"code": code_sent(kilns.house)})
    assert right.status_code == 303
    onward = str(right.location)
    page = text(officer.get(onward))
    assert "What do they apply for?" in page
    assert "Lost: replace it" not in page
    assert officer.get(f"{onward}/contact").status_code == 403
    assert officer.post(f"{onward}/slip", data={"seed": "x" * 32}).status_code == 403
    assert officer.post(onward, data={"service": SERVICE, "office": kilns.cast.battambang}).status_code == 303
    after = person(kilns, kilns.cast.dara.person_id)
    assert (after.password_hash, after.session_epoch) == (before.password_hash, before.session_epoch)


def test_a_code_of_another_browser_or_of_none_shows_nothing(
    kilns: Kilns, officer: FlaskClient, signed_in: SignedIn
) -> None:
    address = found(officer, kilns.cast.dara.phone)
    assert officer.post(f"{address}/shown", data={"code": "000000"}).status_code == 422
    officer.post(f"{address}/code", data={"channel": "sms"})
    colleague = signed_in(kilns.cast.vannak)
    theirs = found(colleague, kilns.cast.dara.phone)
    code = code_sent(kilns.house)
    assert colleague.post(f"{theirs}/shown", data={"code": code}).status_code == 422
    assert officer.post(f"{address}/shown", data={"code": code}).status_code == 303


def test_too_many_codes_are_refused_with_the_minutes(kilns: Kilns, officer: FlaskClient) -> None:
    address = found(officer, kilns.cast.dara.phone)
    for _ in range(3):
        officer.post(f"{address}/code", data={"channel": "sms"})
    refused = officer.post(f"{address}/code", data={"channel": "sms"})
    assert refused.status_code == 429
    assert "Ask for a new one in 1 minutes" in text(refused)


def test_the_paper_shows_it_too_and_another_paper_does_not(kilns: Kilns, officer: FlaskClient) -> None:
    registered(officer)
    address = found(officer, PAPERS["id_number"])
    wrong = officer.post(f"{address}/paper", data=PAPERS | {"birth_date-year": "1955"})
    assert wrong.status_code == 422
    assert "This does not agree with the paper" in text(wrong)
    assert 'value="MAO SARUN"' in text(wrong)
    lacking = officer.post(f"{address}/paper", data={})
    assert lacking.status_code == 422
    right = officer.post(f"{address}/paper", data=PAPERS)
    assert right.status_code == 303
    assert "Prove a telephone or e-mail" in text(officer.get(str(right.location)))


def test_a_strangers_account_is_handed_over_with_papers_and_code(
    kilns: Kilns, officer: FlaskClient, signed_in: SignedIn
) -> None:
    theirs = kilns.cast.sreyneang
    before = signed_in(theirs)
    address = found(officer, theirs.phone)
    sent = officer.post(f"{address}/code", data={"channel": "sms"})
    assert str(sent.location).endswith("/papers")
    typed = PAPERS | {"code": "000000"}
    wrong = officer.post(f"{address}/papers", data=typed)
    assert wrong.status_code == 422
    assert "Bilingual(" not in text(wrong)
    assert "This is not the code." in text(wrong)
    assert 'value="MAO SARUN"' in text(wrong)
    papers_wrong = officer.post(f"{address}/papers", data=PAPERS | {"code": code_sent(kilns.house), "id_number": "1"})
    assert papers_wrong.status_code == 422
    done = [officer.post(f"{address}/papers", data=PAPERS | {"code": code_sent(kilns.house)}) for _ in range(2)]
    assert [answer.status_code for answer in done] == [303, 303], "a second click finds it done"
    row = person(kilns, theirs.person_id)
    assert (row.identity_status, row.password_hash, row.name_latin) == (IdentityStatus.VERIFIED, None, "MAO SARUN")
    assert before.get("/account").status_code == 303
    assert "What do they apply for?" in text(officer.get(str(done[1].location)))


def test_what_was_typed_stays_when_the_code_is_over(kilns: Kilns, officer: FlaskClient, clock: SetClock) -> None:
    address = found(officer, kilns.cast.sreyneang.phone)
    officer.post(f"{address}/code", data={"channel": "sms"})
    old = code_sent(kilns.house)
    clock.pass_time(minutes=11)
    late = officer.post(f"{address}/papers", data=PAPERS | {"code": old})
    assert late.status_code == 422
    assert "This code is over." in text(late)
    assert 'value="MAO SARUN"' in text(late)
    again = officer.post(f"{address}/papers", data=PAPERS | {"_new_code": "1"})
    assert again.status_code == 200
    assert 'value="MAO SARUN"' in text(again)
    done = officer.post(f"{address}/papers", data=PAPERS | {"code": code_sent(kilns.house)})
    assert done.status_code == 303, text(done)[2500:6000]


def test_nobody_goes_on_without_a_code(kilns: Kilns, officer: FlaskClient) -> None:
    address = found(officer, kilns.cast.sreyneang.phone)
    for code in ("", "000000"):
        assert officer.post(f"{address}/papers", data=PAPERS | {"code": code}).status_code == 422
    assert person(kilns, kilns.cast.sreyneang.person_id).identity_status == IdentityStatus.UNVERIFIED


def test_the_telephone_that_was_named_is_proved_next(kilns: Kilns, officer: FlaskClient) -> None:
    answer = officer.post("/office/walk-in/new", data=PAPERS | {"phone": NEW})
    contact = str(answer.location)
    assert contact.endswith("/contact")
    page = text(officer.get(contact))
    assert "We sent it to 012 888 001." in page
    assert "Bilingual(" not in page
    assert newest(kilns).phone_proved_at is None
    wrong = officer.post(f"{contact}/code", data={"contact": NEW, "code": "000000"})
    assert wrong.status_code == 422
    for _ in range(2):  # a second click finds it done
        right = officer.post(f"{contact}/code", data={"contact": NEW, "code": code_sent(kilns.house)})
        assert right.status_code == 303
    assert newest(kilns).phone_proved_at is not None
    assert "012 888 001" in text(officer.get(str(right.location)))


def test_a_telephone_may_be_proved_later_or_never(kilns: Kilns, officer: FlaskClient) -> None:
    address = registered(officer, phone=NEW)
    begun = officer.post(address, data={"service": SERVICE, "office": kilns.cast.battambang})
    assert begun.status_code == 303
    refused = officer.post(f"{address}/contact", data={"contact": "12"})
    assert refused.status_code == 422
    assert 'value="12"' in text(refused)
    assert officer.post(f"{address}/contact", data={"contact": "chan@example.org"}).status_code == 303
    right = officer.post(
        f"{address}/contact/code", data={"contact": "chan@example.org", "code": code_sent(kilns.house)}
    )
    assert right.status_code == 303
    assert newest(kilns).email_proved_at is not None


def test_a_lost_telephone_waits_for_a_second_officer(
    kilns: Kilns, officer: FlaskClient, signed_in: SignedIn, app: Flask
) -> None:
    dara = kilns.cast.dara
    with app.app_context():
        address = f"/office/walk-in/{token_for(kilns.cast.bopha.actor, dara.person_id)}"
    officer.post(f"{address}/contact", data={"contact": NEW})
    for _ in range(2):  # a second click finds it done
        asked = officer.post(f"{address}/contact/code", data={"contact": NEW, "code": code_sent(kilns.house)})
        assert asked.status_code == 303
    assert "012 888 001 waits for a second officer." in text(officer.get(address))
    mine = text(officer.get("/office/replacements"))
    assert "You asked for this: a colleague answers." in mine
    colleague = signed_in(kilns.cast.vannak)
    page = text(colleague.get("/office/replacements?lang=en"))
    assert "I have seen the person and the paper" in page
    key = page.partition("/office/replacements/")[2].partition("/")[0]
    assert officer.post(f"/office/replacements/{key}/agree").status_code == 403
    assert colleague.post(f"/office/replacements/{key}/agree").status_code == 303
    row = person(kilns, dara.person_id)
    assert (row.phone, row.password_hash, row.email_proved_at) == ("+85512888001", None, None)
    assert "Nothing waits for a second person." in text(colleague.get("/office/replacements"))
    with kilns.house.database.reading() as session:
        looks = select(AccessLog.page).where(AccessLog.subject_id == dara.person_id).order_by(AccessLog.id)
        assert list(dict.fromkeys(session.scalars(looks))) == [
            "code_shown",
            "contact_asked",
            "counter",
            "list_of_replacements",
            "contact_replaced",
        ]


def test_who_does_not_agree_lets_everything_stay(
    kilns: Kilns, officer: FlaskClient, signed_in: SignedIn, app: Flask
) -> None:
    with app.app_context():
        address = f"/office/walk-in/{token_for(kilns.cast.bopha.actor, kilns.cast.dara.person_id)}"
    officer.post(f"{address}/contact", data={"contact": NEW})
    officer.post(f"{address}/contact/code", data={"contact": NEW, "code": code_sent(kilns.house)})
    head = signed_in(kilns.cast.kunthea)
    key = text(head.get("/office/replacements")).partition("/office/replacements/")[2].partition("/")[0]
    assert head.post(f"/office/replacements/{key}/decline").status_code == 303
    assert head.post(f"/office/replacements/{key}/agree").status_code == 409
    assert person(kilns, kilns.cast.dara.person_id).phone == kilns.cast.dara.phone


def test_nobody_helps_themselves_and_a_disabled_account_is_left_alone(kilns: Kilns, officer: FlaskClient) -> None:
    own = found(officer, kilns.cast.bopha.phone)
    assert "This is your own account." in text(officer.get(own))
    with kilns.house.database.transaction() as session:
        session.get_one(Person, kilns.cast.dara.person_id).disabled_at = NOW
    disabled = found(officer, kilns.cast.dara.phone)
    assert "This account is disabled." in text(officer.get(disabled))
    for address in (own, disabled):
        assert officer.post(f"{address}/code", data={"channel": "sms"}).status_code == 403
        assert officer.post(f"{address}/paper", data=PAPERS).status_code == 403
        assert officer.post(f"{address}/papers", data=PAPERS).status_code == 403


def test_the_slip_is_printed_for_whoever_is_reached_by_nothing(kilns: Kilns, officer: FlaskClient) -> None:
    address = registered(officer)
    seed = re.findall(r'name="seed" value="([^"]+)"', text(officer.get(address)))[0]
    slips = [officer.post(f"{address}/slip", data={"seed": seed}) for _ in range(2)]
    assert {(slip.status_code, slip.mimetype, slip.headers["Cache-Control"]) for slip in slips} == {
        (200, "application/pdf", "no-store")
    }
    assert officer.post(f"{address}/slip", data={}).status_code == 409
    officer.post(f"{address}/contact", data={"contact": NEW})
    officer.post(f"{address}/contact/code", data={"contact": NEW, "code": code_sent(kilns.house)})
    assert 'name="seed"' not in text(officer.get(address))
    assert officer.post(f"{address}/slip", data={"seed": seed}).status_code == 409


def test_the_address_of_a_person_ends_with_the_day_and_is_of_one_officer(
    kilns: Kilns, officer: FlaskClient, signed_in: SignedIn, clock: SetClock
) -> None:
    address = registered(officer)
    assert signed_in(kilns.cast.vannak).get(address).status_code == 404
    for forged in (f"{address}x", "/office/walk-in/1"):
        assert officer.get(forged).status_code == 404
    clock.moment += timedelta(hours=13)
    late = officer.get(address)
    assert late.status_code == 409
    assert "You began to help this person too long ago." in text(late)
