"""A course over HTTP, in Khmer, without a script: published, chosen, full, changed, cancelled, chosen again, held."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.case.events import verify_chains
from engine.versions.replaying import replay
from tests.cast import Cast, Member
from tests.fixtures.houses import SetClock
from tests.journeys.test_asked_in_the_middle import read, sent
from tests.small.courses import COURSE, MEETING, SERVICE, Courses

Browser = Callable[[Member], FlaskClient]
FACTS = {
    "day-day": "៦",
    "day-month": "មីនា",
    "day-year": "2026",
    "begins": "៨:០០",
    "ends": "11.30",
    "weeks": "1",
    "days": "1",
    "place_km": "សាលខេត្ត",
    "place_en": "Provincial hall",
    "seats": "២",
}


def applied(browser: FlaskClient, people: str = "1") -> str:
    """The address of an application that was sent."""
    address = sent(browser, f"/services/{SERVICE}/apply", office="02")
    sent(browser, f"{address}/pages/who", people=people)
    sent(browser, f"{address}/check")
    return address


def linked(page: str, address: str) -> str:
    found = re.search(rf'href="({address}[^"]*)"', page)
    assert found, page
    return found[1]


def offered(page: str) -> list[str]:
    """The sessions that a page offers, by their keys."""
    return re.findall(r'name="session" type="radio" value="([^"]+)"', page)


def published(officer: FlaskClient, courses: Courses, **facts: str) -> FlaskClient:
    sent(officer, "/office/sessions/new", kind=f"{courses.cast.battambang}/{COURSE}", **{**FACTS, **facts})
    return officer


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_course_is_published_chosen_changed_cancelled_chosen_again_and_held(
    signed_in: Browser, cast: Cast, courses: Courses, clock: SetClock
) -> None:
    dara, bopha, rithy, kunthea = (signed_in(one) for one in (cast.dara, cast.bopha, cast.rithy, cast.kunthea))
    mine = applied(dara)
    page = read(dara, mine)
    choosing = linked(page, "/appointments/")
    assert "ឥឡូវនេះគ្មានថ្ងៃឱ្យជ្រើសទេ" in read(dara, choosing)
    assert "អ្នកដាក់ពាក្យដែលរង់ចាំថ្ងៃ៖ ១ នាក់" in read(bopha, "/office/sessions")

    wrong = bopha.post("/office/sessions/new", data={**FACTS, "day-day": "៧", "kind": f"{cast.battambang}/{COURSE}"})
    assert (wrong.status_code, "ការិយាល័យបិទនៅ" in wrong.get_data(as_text=True)) == (422, True)
    assert "សាលខេត្ត" in wrong.get_data(as_text=True)
    published(bopha, courses)
    published(bopha, courses)
    published(bopha, courses, **{"day-day": "10"})
    assert [(row.seats, row.taken) for row in courses.sessions()] == [(2, 0), (2, 0)]
    friday, tuesday = (row.key for row in courses.sessions())

    choosing = linked(read(dara, mine), "/appointments/")  # asked anew
    page = read(dara, choosing)
    assert offered(page) == [friday, tuesday]
    assert "កៅអីនៅសល់៖ ២" in page
    nothing = dara.post(choosing)
    assert (nothing.status_code, "សូមជ្រើសពេលណាត់មួយ។" in nothing.get_data(as_text=True)) == (422, True)
    assert sent(dara, choosing, session=friday) == mine
    assert sent(dara, choosing, session=friday) == mine
    assert "ថ្ងៃសុក្រ ទី៦" in read(dara, mine)

    theirs = applied(rithy)  # an officer applies for themselves
    stale = linked(read(rithy, theirs), "/appointments/")
    sent(rithy, stale, session=friday)
    third = applied(kunthea)
    full = kunthea.post(linked(read(kunthea, third), "/appointments/"), data={"session": friday})
    assert (full.status_code, "អស់កៅអីហើយ" in full.get_data(as_text=True)) == (422, True)
    assert offered(full.get_data(as_text=True)) == [tuesday]

    changing = linked(read(dara, mine), f"{mine}/appointments/")
    assert offered(read(dara, changing)) == [tuesday]
    assert sent(dara, changing, session=tuesday) == mine
    assert "ថ្ងៃអង្គារ ទី១០" in read(dara, mine)
    sent(kunthea, linked(read(kunthea, third), "/appointments/"), session=friday)
    seated = read(bopha, f"/office/sessions/{friday}")
    assert (cast.kunthea.name_km in seated, cast.dara.name_km in seated) == (True, False)

    sent(bopha, f"/office/sessions/{tuesday}/place", place_km="បន្ទប់ខ", place_en="Room B")
    assert "បន្ទប់ខ" in read(dara, mine)
    missing = bopha.post(f"/office/sessions/{tuesday}/cancel")
    assert (missing.status_code, courses.taken()) == (422, [2, 1])
    sent(bopha, f"/office/sessions/{tuesday}/cancel", reason="គ្រូឈឺ")
    page = read(dara, mine)
    assert "ការិយាល័យបានលុបថ្ងៃណាត់របស់អ្នក" in page
    assert "គ្រូឈឺ" in page
    row = courses.service.row(mine.rpartition("/")[2])
    tracked = dara.post(
        "/track", data={"code": row.tracking_code, "digits": row.tracking_digits}, follow_redirects=True
    )
    assert "ការិយាល័យបានលុបថ្ងៃណាត់របស់អ្នក" in tracked.get_data(as_text=True)

    published(bopha, courses, **{"day-day": "11"})
    again = linked(page, f"{mine}/appointments/")
    wednesday = courses.sessions()[-1].key
    assert sent(bopha, again, session=wednesday).startswith("/office/cases/")  # at the counter
    assert "ថ្ងៃពុធ ទី១១" in read(dara, mine)

    clock.pass_time(days=9, hours=8)
    task = courses.service.task(row.key, "hold")
    sent(bopha, f"/office/tasks/{task}/claim")
    sent(bopha, f"/office/tasks/{task}", result="held")
    meeting = courses.service.task(row.key, "meet")
    sent(rithy, f"/office/tasks/{meeting}/claim")
    assert "ឥឡូវនេះគ្មានថ្ងៃឱ្យជ្រើសទេ" in read(rithy, f"/office/tasks/{meeting}")
    sent(kunthea, "/office/sessions/new", kind=f"{cast.battambang}/{MEETING}", **{**FACTS, "day-day": "16"})
    (monday,) = offered(read(rithy, f"/office/tasks/{meeting}"))
    sent(rithy, f"/office/tasks/{meeting}/session", session=monday)
    case = read(bopha, f"/office/cases/{row.key}")
    assert "ការិយាល័យបានលុបថ្ងៃ" in case
    assert courses.service.row(row.key).outcome == "approved"
    with courses.house.database.reading() as session:
        assert replay(session, courses.house, row.id).same
        assert list(verify_chains(session, row.id)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_can_no_longer_be_changed_says_until_when_it_could(
    signed_in: Browser, cast: Cast, courses: Courses, clock: SetClock
) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    clock.pass_time(days=3)
    dara = signed_in(cast.dara)
    page = read(dara, f"/applications/{key}")
    assert "/appointments/" not in page
    assert "សូមទូរស័ព្ទទៅការិយាល័យ" in page
    late = dara.get(f"/applications/{key}/appointments/course")
    assert (late.status_code, "អាចប្តូរបានត្រឹម" in late.get_data(as_text=True)) == (409, True)
