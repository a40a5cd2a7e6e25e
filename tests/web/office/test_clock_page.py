"""The page that says why a promise ends on its day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.khmer import Bilingual
from engine.offices import offices, recomputing
from engine.working_time.day_by_day import Day
from storage.clocks import Clock, ClockKind
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, Kilns
from web.clock_words import FIRST_SHOWN, LAST_SHOWN, shortened

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def address(kilns: Kilns, sent: Submitted, kind: str = ClockKind.NORM) -> str:
    with kilns.house.database.reading() as session:
        of_case = select(Clock.id).where(Clock.application_id == kilns.row(sent).id, Clock.kind == kind)
        return f"/office/cases/{sent.key}/clocks/{session.scalars(of_case).one()}"


def decree(kilns: Kilns) -> None:
    name = Bilingual("បុណ្យ <ភូមិ>", "Village <b>feast")
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, "02", NOW.date().replace(day=4), name=name, now=NOW)
    recomputing.work_off(kilns.house, now=NOW)


def test_the_page_names_each_day_in_both_languages(kilns: Kilns, sent: Submitted, signed_in: SignedIn) -> None:
    decree(kilns)
    officer = signed_in(kilns.cast.kunthea)
    page = officer.get(address(kilns, sent) + "?lang=en").get_data(as_text=True)
    for words in (
        "Why this day: Promise of the office",
        "Monday 2\N{NO-BREAK SPACE}March\N{NO-BREAK SPACE}2026",
        "The day on which it began does not count.",
        "Day off: Village &lt;b&gt;feast",
        "The office does not work on this day of the week.",
        "07:30–11:30, 14:00–17:00",
        "5 of 5",
        "the application was sent",
        "Legal term",
    ):
        assert words in page
    khmer = officer.get(address(kilns, sent, ClockKind.TERM) + "?lang=km").get_data(as_text=True)
    assert "ហេតុអ្វីបានជាថ្ងៃនេះ" in khmer


def test_the_applicant_reads_the_days_off_in_a_sentence(kilns: Kilns, sent: Submitted, signed_in: SignedIn) -> None:
    decree(kilns)
    page = signed_in(kilns.cast.dara).get(f"/applications/{sent.key}?lang=en").get_data(as_text=True)
    assert (
        "Days off do not count either: 4\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026 (Village &lt;b&gt;feast)." in page
    )


@pytest.mark.parametrize(("who", "status"), [("phally", 404), ("visal", 200), ("dara", 403), ("chenda", 403)])
def test_only_who_reads_the_case_opens_it(
    kilns: Kilns, sent: Submitted, signed_in: SignedIn, who: str, status: int
) -> None:
    assert signed_in(getattr(kilns.cast, who)).get(address(kilns, sent)).status_code == status


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999", "x"])
def test_a_number_of_no_clock_is_not_found(kilns: Kilns, sent: Submitted, signed_in: SignedIn, number: str) -> None:
    found = signed_in(kilns.cast.kunthea).get(f"/office/cases/{sent.key}/clocks/{number}")
    assert found.status_code == 404


def test_the_list_of_promises_leads_to_it(kilns: Kilns, sent: Submitted, signed_in: SignedIn) -> None:
    listed = signed_in(kilns.cast.visal).get("/admin/clocks/list?lang=en").get_data(as_text=True)
    assert address(kilns, sent) in listed


def test_of_a_long_term_the_days_between_are_counted() -> None:
    days = [Day(NOW.date(), "counted", "usual", (), 1, number) for number in range(200)]
    listed = shortened(days)
    assert (len(listed), listed[FIRST_SHOWN]) == (FIRST_SHOWN + 1 + LAST_SHOWN, 80)
    assert shortened(days[:120]) == days[:120]


def extensible(kilns: Kilns) -> Submitted:
    service = (PACKAGE / "service.yaml").read_bytes()
    kilns.draw(2, more={"service.yaml": service + b"clock: {extension: {by: 5 working days}}\n"})
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def test_the_head_gives_more_time_once_and_keeps_what_was_typed_when_it_is_refused(
    kilns: Kilns, signed_in: SignedIn
) -> None:
    sent = extensible(kilns)
    head, here = signed_in(kilns.cast.kunthea), address(kilns, sent)
    assert "Give more time" in head.get(here + "?lang=en").get_data(as_text=True)
    wrong = head.post(here + "?lang=en", data={"count": "9", "reason": "<b>ill</b>", "shown": "0"})
    shown = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "Write a whole number from 1 to 5." in shown
    assert 'value="&lt;b&gt;ill&lt;/b&gt;"' in shown
    assert head.post(here, data={"count": "2", "reason": "<b>ill</b>", "shown": "0"}).status_code == 303
    page = head.get(here + "?lang=en").get_data(as_text=True)
    assert "2 working days more were given by" in page
    assert "&lt;b&gt;ill&lt;/b&gt;" in page
    assert "How much more" not in page
    assert head.post(here, data={"count": "2", "reason": "again", "shown": "0"}).status_code == 409


@pytest.mark.parametrize("who", ["bopha", "visal", "dara", "phally"])
def test_nobody_else_is_offered_to_give_it(kilns: Kilns, signed_in: SignedIn, who: str) -> None:
    sent = extensible(kilns)
    other, here = signed_in(getattr(kilns.cast, who)), address(kilns, sent)
    assert "Give more time" not in other.get(here + "?lang=en").get_data(as_text=True)
    assert other.post(here, data={"count": "2", "reason": "x", "shown": "0"}).status_code in (403, 404)
