"""The card of a master potter over HTTP, in Khmer, without a script: applied for, failed, asked, answered, granted."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.versions.replaying import replay
from storage.messages import Notification
from tests.cast import Cast, Member
from tests.fixtures.houses import SetClock
from tests.journeys.guesthouse import PNG
from tests.small.potters import FAILED, PASSED, SERVICE, WHEELS, Potters

Browser = Callable[[Member], FlaskClient]


def read(browser: FlaskClient, address: str) -> str:
    """A page in Khmer."""
    answer = browser.get(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200, page
    assert '<html lang="km"' in page
    return page


def sent(browser: FlaskClient, address: str, **fields: object) -> str:
    """Where a form leads that was taken."""
    answer = browser.post(address, data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def examined(potters: Potters, officer: FlaskClient, key: str, marks: dict[str, object]) -> None:
    task = potters.task(key, "exam")
    sent(officer, f"/office/tasks/{task}/claim")
    sent(officer, f"/office/tasks/{task}", **marks)


@pytest.mark.parametrize("at_the_counter", [False, True])
def test_somebody_who_failed_is_asked_answers_and_is_granted(
    signed_in: Browser, cast: Cast, potters: Potters, clock: SetClock, at_the_counter: bool
) -> None:
    dara, bopha = signed_in(cast.dara), signed_in(cast.bopha)
    application = sent(dara, f"/services/{SERVICE}/apply", office="02")
    key = application.rpartition("/")[2]
    assert dara.get(application).location == f"{application}/pages/extras"  # optional questions are shown too
    page = sent(dara, f"{application}/pages/extras", village_known="yes")
    page = sent(dara, page, years="១០")
    assert "ចំនួនគ្រឿងសរុបក្នុងមួយសប្តាហ៍" in read(dara, page)
    counted = dara.post(page, data={**WHEELS, "wheel_kinds": "2"})
    assert "ចំនួនកង់ក្នុងបញ្ជីត្រូវតែស្មើនឹងចំនួនដែលអ្នកបានសរសេរ" in counted.get_data(as_text=True)
    page = sent(dara, page, **WHEELS)
    assert page.endswith("/pages/place")
    assert sent(dara, page) == f"{application}/documents"
    check = read(dara, f"{application}/check")
    assert re.search(r"ចំនួនគ្រឿងសរុបក្នុងមួយសប្តាហ៍.{0,400}?>\s*២៤\s*<", check, re.DOTALL)
    sent(dara, f"{application}/check")

    clock.pass_time(days=1)
    examined(potters, bopha, key, dict(FAILED))
    asked = read(dara, application)
    question = re.search(r'href="(/questions/[^"]+)"', asked)
    assert question
    assert "សូមឆ្លើយត្រឹម" in asked
    row = potters.row(key)
    tracked = dara.post(
        "/track", data={"code": row.tracking_code, "digits": row.tracking_digits}, follow_redirects=True
    )
    assert "យើងបានសួរអ្នក" in tracked.get_data(as_text=True)
    clock.pass_time(days=3, hours=9)
    assert schedule.sweep(potters.house, now=clock.now()).reminded == 1

    who = bopha if at_the_counter else dara
    assert "តើអ្នកចង់ធ្វើអ្វី?" in read(who, question[1])
    shown = who.post(question[1], data={"wants": "again", "_shown": "wants"})
    assert "រូបថតរោងស្មូន" in shown.get_data(as_text=True)
    fields = {"wants": "again", "wish": "ថ្ងៃចន្ទ", "workshop_photo": (BytesIO(PNG), "a.png")}
    ways = ["wants", "wish", "workshop_photo"]
    place = sent(who, question[1], _shown=ways, **fields)
    assert place == (f"/office/cases/{key}" if at_the_counter else application)

    case = read(bopha, f"/office/cases/{key}")
    assert "ថ្ងៃចន្ទ" in case
    assert ("បានឆ្លើយនៅបញ្ជរ" in case) is at_the_counter
    examined(potters, bopha, key, {**PASSED, "examined_on": "2026-03-05"})
    assert "ពាក្យស្នើសុំរបស់អ្នកត្រូវបានអនុញ្ញាត" in read(dara, application)
    assert potters.row(key).outcome == "approved"
    with potters.house.database.reading() as session:
        subjects = session.scalars(
            select(Notification.subject)
            .where(Notification.person_id == cast.dara.person_id, Notification.channel == "sms")
            .order_by(Notification.id)
        ).all()
        assert replay(session, potters.house, row.id).same
        assert list(verify_chains(session, row.id)) == []
    assert [subject.split()[0] for subject in subjects] == ["បានទទួលពាក្យ", "យើងត្រូវការចម្លើយ", "រំលឹក៖", "បានអនុញ្ញាត"]
