"""A case replays from its history to the very state that is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.applications import corrections, submitting
from engine.clockwork import schedule
from engine.demonstration.people import applicant
from engine.demonstration.playing import Players
from engine.demonstration.stories import tellable
from engine.demonstration.told import Told
from engine.documents import qr
from engine.errors import NotFound
from engine.flow import retrying
from engine.handovers import handovers, signatures
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import offices
from engine.packages.groups import FRONT_OFFICE
from engine.tasks import user_tasks
from engine.versions.replaying import Replayed, replay
from storage.applications import Application, ApplicationStatus, Outcome
from storage.offices import Office
from storage.processes import Incident, ProcessInstance, Timer
from tests.absences import at_work, away
from tests.cast import BEFORE, NOW, Cast
from tests.small.cases import CORRECTED, Kilns
from tests.small.releases import released

GUESTHOUSE = "tourism.guesthouse_licence"


def replayed(kilns: Kilns, sent: submitting.Submitted) -> Replayed:
    with kilns.house.database.reading() as session:
        return replay(session, kilns.house, kilns.row(sent).id)


def collected(kilns: Kilns) -> submitting.Submitted:
    """A full journey: paid, sent back, corrected, late, approved, handed over."""
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    with kilns.house.database.transaction() as session:
        task_key, dara = kilns.task(sent, "correct"), kilns.cast.dara.actor
        corrections.resubmit(
            session,
            kilns.house,
            dara,
            sent.key,
            task_key,
            raw=CORRECTED,
            now=NOW + timedelta(days=1),
        )
    late = NOW + timedelta(days=20)
    schedule.sweep(kilns.house, now=late)
    kilns.check(sent, "ok", now=late)
    with kilns.house.database.transaction() as session:
        paper = handovers.Collected("សុខ ដារ៉ា", "ID card", signatures.scanned(qr.png("signed")))
        bopha = kilns.cast.bopha.actor
        handovers.hand_over(session, kilns.house, bopha, kilns.task(sent, "hand_over"), paper, now=late)
    return sent


def test_a_whole_journey_replays_to_the_same_bytes(kilns: Kilns) -> None:
    sent = collected(kilns)
    assert kilns.row(sent).status == ApplicationStatus.ENDED
    found = replayed(kilns, sent)
    assert (found.same, found.stopped_at, found.reason) == (True, None, "")
    with kilns.house.database.reading() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        assert found.steps == instance.revision


def test_a_running_case_replays_after_every_step(kilns: Kilns) -> None:
    sent = kilns.send()
    assert replayed(kilns, sent).same
    kilns.pay(sent)
    assert replayed(kilns, sent).same
    kilns.check(sent, "return")
    assert replayed(kilns, sent).same


def test_a_step_that_a_deputy_took_replays(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    away(kilns.house, kilns.cast.bopha, kilns.cast.rithy)
    with kilns.house.database.transaction() as session:
        deputy, task_key = at_work(kilns.house, kilns.cast.rithy), kilns.task(sent, "check")
        user_tasks.claim(session, kilns.house, deputy, task_key, now=NOW)
        session.flush()
        user_tasks.complete(session, kilns.house, deputy, task_key, {"result": "ok"}, now=NOW)
    assert replayed(kilns, sent).same


def test_a_withdrawn_or_refused_case_replays(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "refuse")
    assert kilns.row(sent).outcome == Outcome.REJECTED
    assert replayed(kilns, sent).same


def test_a_case_that_stopped_at_an_incident_and_went_on_replays(kilns: Kilns, tmp_path: Path) -> None:
    broken = Kilns(replace(kilns.house, fonts=tmp_path / "no fonts"), kilns.cast)
    sent = broken.approved()
    assert replayed(kilns, sent).same
    with kilns.house.database.transaction() as session:
        incident = session.scalars(select(Incident.id)).one()
        assert retrying.retry(session, kilns.house, kilns.cast.visal.actor, incident, "Repaired.", now=NOW)
    assert replayed(kilns, sent).same


def test_a_replay_does_not_depend_on_days_off_that_came_later(house: House, cast: Cast) -> None:
    """The licence's diagram asks the calendar when to remind of the fee; the history keeps what it answered."""
    released(house, house.processes / "tourism" / "guesthouse_licence", now=BEFORE)
    with house.database.transaction() as session:
        office = session.get_one(Office, cast.battambang)
        calendar = house.calendars.of(session, office)
        package = house.catalog.current(session, GUESTHOUSE, now=NOW).package
    told = Told(GUESTHOUSE, tellable(package)[0], applicant(1), cast.battambang)
    Players(house, {(FRONT_OFFICE, cast.battambang): [cast.bopha.actor]}, "a password").file(told, now=NOW)
    with house.database.transaction() as session:
        day = Bilingual("ថ្ងៃ", "Day")
        offices.add_holiday(session, cast.visal.actor, None, date(2026, 3, 4), name=day, now=NOW)
    with house.database.reading() as session:
        application = session.scalars(select(Application)).one()
        timer = session.scalars(select(Timer)).one()
        assert timer.due_at == calendar.add_working_days(NOW, 10)
        assert replay(session, house, application.id).same


def test_a_state_that_somebody_changed_is_found(kilns: Kilns) -> None:
    sent = kilns.send()
    other = kilns.send(kilns.cast.bopha)
    kilns.pay(other)
    with kilns.house.database.transaction() as session:
        wrong = session.scalars(
            select(ProcessInstance.state).where(ProcessInstance.application_id == kilns.row(other).id)
        ).one()
        session.execute(
            update(ProcessInstance).where(ProcessInstance.application_id == kilns.row(sent).id).values(state=wrong)
        )
    assert replayed(kilns, sent).same is False


def test_a_draft_has_nothing_to_replay(house: House, cast: Cast) -> None:
    with pytest.raises(NotFound), house.database.reading() as session:
        replay(session, house, 12345)
