"""Chains of escalation on the pages of administrators, and the cases that went up on those of whom they reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.khmer import Bilingual
from engine.offices import area_days
from engine.offices.area_days import Area
from engine.offices.chains import Step
from engine.packages.groups import HEAD
from engine.people.actors import OPERATOR
from engine.working_time.terms import WorkingHours
from storage.absences import Absence, Deputy
from storage.chains import Climb, EscalationChain, RaisedTo
from storage.offices import AreaLevel
from storage.people import AccessLog
from tests.browsers import arriving, serving, window
from tests.cast import NOW, Member
from tests.engine.clockwork.test_chains import CLOSING, LATE, TO_HEAD, TO_MINISTRY, chain, late, of_the_ministry
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]
TYPED = {
    "office": "02",
    "service": "",
    "from-day": "៣",
    "from-month": "3",
    "from-year": "2026",
    "unit-head": "at_once",
    "unit-province": "hours",
    "after-province": "៨",
    "unit-ministry": "days",
    "after-ministry": "2",
}


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def posted(browser: FlaskClient, **other: str) -> TestResponse:
    return browser.post("/admin/chains?lang=en", data=TYPED | other)


def test_a_chain_is_set_shown_and_withdrawn(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    assert posted(browser).status_code == 303
    page = text(browser.get("/admin/chains?lang=en"))
    assert "the province: 8 working hours" in page
    assert kilns.cast.visal.name_latin in page
    with kilns.house.database.reading() as session:
        found = session.scalars(select(EscalationChain)).one()
    assert found.rungs == [["head", ""], ["province", "8 working hours"], ["ministry", "2 working days"]]
    assert posted(browser).status_code == 422, "two for one day"
    for _ in range(2):
        assert browser.post(f"/admin/chains/{found.key}/withdraw").status_code == 303
    assert "Withdrawn" in text(browser.get("/admin/chains?lang=en"))
    told = text(browser.get("/admin/history?lang=en&about=chains"))
    assert "the head of the office: at once, the province: 8 working hours, the ministry: 2 working days; from" in told


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"after-province": "0"}, "Enter a whole number from 1 on."),
        ({"after-province": "1.5"}, "Enter a whole number from 1 on."),
        ({"after-ministry": "9999"}, "working days at most"),
        ({"unit-ministry": "at_once"}, "Only the first one can be told at once"),
        ({"unit-province": ""}, "Choose working hours or working days."),
        ({"usual": "yes"}, "not both"),
        ({"from-day": "2"}, "from tomorrow on at the earliest"),
        ({"from-day": "32"}, "Enter a day that exists"),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(
    kilns: Kilns, signed_in: SignedIn, wrong: dict[str, str], words: str
) -> None:
    refused = posted(signed_in(kilns.cast.visal), **wrong)
    assert refused.status_code == 422
    assert words in text(refused)
    assert f'value="{wrong.get("from-day", "៣")}"' in text(refused)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(EscalationChain)).all() == []


def test_lists_say_how_far_a_case_went_up_and_the_head_finds_it(kilns: Kilns, signed_in: SignedIn) -> None:
    chain(kilns, TO_HEAD, Step(RaisedTo.MINISTRY, WorkingHours(8)))
    sent = late(kilns)
    visal, kunthea = signed_in(kilns.cast.visal), signed_in(kilns.cast.kunthea)
    for page in ("/admin/clocks/list?lang=en", "/admin/now/cases?lang=en"):
        assert "Raised to: the head of the office" in text(visal.get(page)), page
    raised = text(kunthea.get("/office/raised?lang=en"))
    assert f"/office/raised/{sent.key}" in raised
    assert "the head of the office" in raised
    assert "Raised to the head of the office" in text(visal.get(f"/admin/cases/{sent.key}/history?lang=en"))
    with kilns.house.database.reading() as session:
        clock = session.scalars(select(Climb.clock_id)).first()
        looks = select(AccessLog.person_id).where(AccessLog.page == "list_of_raised")
        assert session.scalars(looks).all() == [kilns.cast.kunthea.person_id]
    explained = text(kunthea.get(f"/office/cases/{sent.key}/clocks/{clock}?lang=en"))
    assert "Raised to: the head of the office" in explained
    assert "Goes up next to: the ministry" in explained
    assert "No late case" in text(signed_in(kilns.cast.bopha).get("/office/raised?lang=en"))


def test_from_above_somebody_takes_care_gives_a_task_and_writes_and_all_of_the_chain_read_it(
    kilns: Kilns, signed_in: SignedIn
) -> None:
    cast = kilns.cast
    of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    sent = late(kilns, LATE, CLOSING)
    phally, kunthea = signed_in(cast.phally), signed_in(cast.kunthea)
    address, task = f"/office/raised/{sent.key}", kilns.task(sent, "check")
    page = text(phally.get(f"{address}?lang=en"))
    assert "Nobody has said that they take care of it." in page
    assert phally.post(f"{address}/care", data={"care": " "}).status_code == 422
    assert phally.post(f"{address}/care", data={"care": "I call <them> today"}).status_code == 303
    assert phally.post(f"{address}/give/{task}", data={f"colleague-{task}": "x"}).status_code == 422
    given = {f"colleague-{task}": str(cast.bopha.person_id)}
    assert phally.post(f"{address}/give/{task}", data=given).status_code == 303
    assert phally.post(f"{address}/write", data={"word": "We are sorry"}).status_code == 303
    read = text(kunthea.get(f"{address}?lang=en"))
    assert "I call &lt;them&gt; today" in read
    assert f"{cast.phally.name_latin} (the ministry) takes care of it" in read
    assert "We are sorry" in read
    assert "/care" not in read, "the head of the office acts by what a head may do"
    assert kunthea.post(f"{address}/care", data={"care": "I"}).status_code == 403
    assert f"{cast.phally.name_latin} takes care of it" in text(kunthea.get("/office/raised?lang=en"))
    history = text(signed_in(cast.visal).get(f"/admin/cases/{sent.key}/history?lang=en"))
    assert f"{cast.phally.name_latin} takes care of it, for the ministry." in history
    assert "I call" not in history
    assert signed_in(cast.mony).get("/office/raised/none").status_code == 404
    with kilns.house.database.reading() as session:
        looks = select(AccessLog.person_id).where(AccessLog.page == "raised").distinct()
        assert set(session.scalars(looks)) == {cast.phally.person_id, cast.kunthea.person_id}


def test_the_cases_of_the_control_room_are_narrowed_by_whom_they_went_up_to(kilns: Kilns, signed_in: SignedIn) -> None:
    chain(kilns, TO_HEAD, Step(RaisedTo.MINISTRY, WorkingHours(8)))
    sent = late(kilns)
    visal = signed_in(kilns.cast.visal)
    reference = kilns.row(sent).reference
    assert reference is not None
    for level, is_there in (("head", True), ("ministry", False), ("nonsense", True)):
        assert (reference in text(visal.get(f"/admin/now/cases?raised={level}&lang=en"))) is is_there, level


def test_whoever_stands_in_for_the_head_finds_what_was_raised_to_them(kilns: Kilns, signed_in: SignedIn) -> None:
    cast, line = kilns.cast, 'href="/office/raised"'
    assert line not in text(signed_in(cast.mony).get("/office"))
    with kilns.house.database.transaction() as session:
        days = {"first_day": NOW.date(), "last_day": NOW.date(), "recorded_at": NOW}
        away = Absence(person_id=cast.kunthea.person_id, recorded_by_id=cast.kunthea.person_id, **days)
        session.add(away)
        session.flush()
        stands = {"group": HEAD, "office_id": cast.battambang, "by_office_id": cast.battambang}
        session.add(Deputy(absence_id=away.id, person_id=cast.mony.person_id, **stands))
    page = text(signed_in(cast.mony).get("/office"))
    assert line in page
    assert 'href="/office/team"' not in page
    assert signed_in(cast.mony).get("/office/raised").status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("width", "lang"), [(360, "km"), (1280, "en")])
def test_pages_of_chains_days_words_and_connectors_fit_and_can_be_read_by_all(
    kilns: Kilns, app: Flask, browser: Browser, width: int, lang: str
) -> None:
    chain(kilns, TO_HEAD, Step(RaisedTo.PROVINCE, WorkingHours(8)))
    late(kilns)
    with kilns.house.database.transaction() as session:
        tomorrow, named = NOW.date() + timedelta(days=1), Bilingual("ពិធីបុណ្យ", "Festival")
        area_days.add_day(session, OPERATOR, Area(AreaLevel.PROVINCE, "02"), tomorrow, name=named, now=NOW)
    pages = (
        ("visal", "/admin/chains"),
        ("visal", "/admin/days"),
        ("visal", "/admin/days/province/02?year=2026"),
        ("visal", "/admin/offices/02?year=2026"),
        ("visal", "/admin/texts"),
        ("visal", "/admin/texts/promise_raised"),
        ("visal", "/admin/connectors"),
        ("visal", "/admin/clocks/list"),
        ("visal", "/admin/now/cases"),
        ("kunthea", "/office/raised"),
    )
    with serving(app) as address:
        contexts = {name: window(browser, width, 800) for name in ("visal", "kunthea")}
        seen = {name: signed_in_page(context, address, getattr(kilns.cast, name)) for name, context in contexts.items()}
        for name, path in pages:
            page = seen[name]
            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}")
            assert Axe().run(page).response["violations"] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        for context in contexts.values():
            context.close()


def signed_in_page(context: BrowserContext, address: str, member: Member) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=login]", member.phone)
    page.fill("[name=password]", member.password)
    with arriving(page):
        page.click("main button[type=submit]")
    return page
