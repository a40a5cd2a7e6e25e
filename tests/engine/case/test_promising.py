"""Promises that count from complete papers, of a length that the answers decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.clockwork import schedule
from engine.house import House
from storage.applications import Application
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from tests.cast import NOW, Cast
from tests.small.films import Films, films

DAY = timedelta(days=1)
SHORT = {"film": "រឿងខ្លី", "kind": "other"}


@pytest.fixture
def film(house: House, cast: Cast) -> Films:
    return films(house, cast)


def promises_of(film: Films, sent: Submitted) -> dict[str, Clock]:
    with film.house.database.reading() as session:
        clocks = session.scalars(
            select(Clock)
            .join(Application, Application.id == Clock.application_id)
            .where(Application.key == sent.key, Clock.kind != "task")
        )
        return {clock.kind: clock for clock in clocks}


def told(film: Films) -> list[str]:
    with film.house.database.reading() as session:
        mine = Notification.person_id == film.cast.dara.person_id, Notification.channel == "sms"
        return list(session.scalars(select(Notification.body).where(*mine).order_by(Notification.id)))


def test_nothing_is_promised_before_the_papers_are_complete(film: Films) -> None:
    sent = film.send()
    assert sent.promised_at is None
    assert promises_of(film, sent) == {}
    assert "១០ ថ្ងៃធ្វើការ ក្រោយពេលឯកសារគ្រប់គ្រាន់" in told(film)[0]


def test_the_clocks_begin_with_the_check_and_the_applicant_is_told_the_day(film: Films) -> None:
    sent = film.send()
    film.work(sent, "check", "front", {}, now=NOW + 2 * DAY)
    clocks = promises_of(film, sent)
    assert {kind: clock.term for kind, clock in clocks.items()} == {
        "term": "15 working days",
        "norm": "10 working days",
    }
    assert all(clock.started_at == NOW + 2 * DAY for clock in clocks.values())
    assert clocks["norm"].due_at == datetime(2026, 3, 18, 10, tzinfo=UTC)
    assert "ទី១៨ ខែមីនា" in told(film)[-1]
    with film.house.database.reading() as session:
        kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.kind == "papers_complete")).all()
    assert len(kinds) == 1


def test_the_answers_decide_how_long_it_takes(film: Films) -> None:
    sent = film.send(answers=SHORT)
    film.work(sent, "check", "front", {})
    clocks = promises_of(film, sent)
    assert {kind: clock.term for kind, clock in clocks.items()} == {"term": "5 working days", "norm": "8 working hours"}
    assert clocks["norm"].due_at == datetime(2026, 3, 3, 3, 0, tzinfo=UTC)  # 5.5 hours on Monday, 2.5 on Tuesday


def test_a_share_of_the_term_warns_the_office(film: Films) -> None:
    sent = film.send()
    film.work(sent, "check", "front", {})
    assert promises_of(film, sent)["norm"].warn_at == datetime(2026, 3, 9, 10, tzinfo=UTC)  # five of ten days
    film.work(sent, "test", "laboratory", {})
    with film.house.database.reading() as session:
        task = session.scalars(select(Clock).where(Clock.kind == "task")).one()
    assert task.warn_at == datetime(2026, 3, 4, 10, tzinfo=UTC)  # two of three days: 70 % are two whole ones
    schedule.sweep(film.house, now=NOW + 10 * DAY)
    assert promises_of(film, sent)["norm"].warned_at == NOW + 10 * DAY


def test_the_tracking_page_says_what_it_is_counted_from(film: Films, client: FlaskClient) -> None:
    sent = film.send()
    client.set_cookie("lang", "en")
    client.post("/track", data={"code": sent.tracking_code, "digits": "5601"})
    page = client.get(f"/track/{sent.tracking_code}").get_data(as_text=True)
    assert "Once they are complete you are told the day: 10 working days from then." in page
    film.work(sent, "check", "front", {})
    page = client.get(f"/track/{sent.tracking_code}").get_data(as_text=True)
    assert "Once they are complete" not in page
    assert "16\u00a0March" in page
    assert "10 working days from Monday 2\u00a0March\u00a02026, the day your papers were complete." in page


def test_the_public_page_says_every_term_with_its_condition(film: Films, client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    page = client.get("/services/culture.film_permit").get_data(as_text=True)
    assert "10 working days (Kind: Feature film); 8 working hours (otherwise)" in page
    assert "15 working days (Kind: Feature film); 5 working days (otherwise)" in page
    assert "counted from the day on which your papers are complete" in page
    assert "Ready in 10 working days / 8 working hours" in client.get("/services").get_data(as_text=True)
