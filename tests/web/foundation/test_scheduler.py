"""The metronome: when it looks next."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from engine.clockwork import schedule
from engine.clockwork.schedule import Part
from engine.connectors import OutgoingMessage, Reach
from engine.house import House
from storage.applications import Application
from storage.messages import MessageChannel, Notification
from storage.processes import InstanceStatus, ProcessDefinition, ProcessInstance, Timer
from tests import patience
from tests.cast import NOW, Cast
from tests.fixtures.houses import SetClock, both_databases, settings_for
from web.clock import SystemClock
from web.opening import open_from
from web.scheduler import Beat, Metronome


def _message(house: House, cast: Cast, key: str, at: datetime = NOW) -> None:
    with house.database.transaction() as session:
        session.add(
            Notification(
                idempotency_key=key, person_id=cast.dara.person_id, channel=MessageChannel.SMS, address="+85512345601",
                language="km", subject="s", body="b", next_attempt_at=at, created_at=at,
            )
        )  # fmt: skip


def beat(house: House, clock: SetClock, part: Part = schedule.DEADLINES) -> Beat:
    return Beat(house, clock, part, seconds=30)


@both_databases
def test_with_nothing_planned_it_looks_again_after_the_interval(house: House, clock: SetClock) -> None:
    assert {beat(house, clock, part).sweep() for part in schedule.FOR_PEOPLE} == {30}


@both_databases
def test_the_upkeep_goes_on_piece_by_piece_and_then_rests(house: House, clock: SetClock, cast: Cast) -> None:
    upkeep, pauses = beat(house, clock, schedule.UPKEEP), set()
    for _ in range(20):
        pauses.add(upkeep.sweep())
    assert pauses == {0.5, 30}


@both_databases
def test_a_beat_does_what_is_due(house: House, clock: SetClock, cast: Cast) -> None:
    _message(house, cast, "told")
    beat(house, clock, schedule.POST).sweep()
    with house.database.reading() as session:
        assert session.scalars(select(Notification.status)).all() == ["recorded"]


def _waiting_case(
    house: House, cast: Cast, due_at: datetime, *, status: InstanceStatus = InstanceStatus.RUNNING, key: str = "k"
) -> None:
    """A case that waits for nothing but a timer."""
    with house.database.transaction() as session:
        definition = ProcessDefinition(
            service_key=f"tourism.guesthouse_licence_{key}", version=1, digest="d", archive=b"", published_at=NOW,
            effective_from=NOW,
        )  # fmt: skip
        session.add(definition)
        session.flush()
        application = Application(
            key=key, service_key=definition.service_key, definition_id=definition.id, office_id=cast.battambang,
            applicant_id=cast.dara.person_id, created_at=NOW,
        )  # fmt: skip
        session.add(application)
        session.flush()
        instance = ProcessInstance(
            application_id=application.id, definition_id=definition.id, state=b"", started_at=NOW, status=status
        )  # fmt: skip
        session.add(instance)
        session.flush()
        session.add(Timer(instance_id=instance.id, element_id="reminder", due_at=due_at))


@both_databases
def test_it_looks_earlier_when_something_falls_due_before_the_interval(
    house: House, clock: SetClock, cast: Cast
) -> None:
    _waiting_case(house, cast, NOW + timedelta(seconds=12))
    assert beat(house, clock).sweep() == 12


@both_databases
def test_what_falls_due_later_does_not_stretch_the_interval(house: House, clock: SetClock, cast: Cast) -> None:
    _waiting_case(house, cast, NOW + timedelta(days=12))
    assert beat(house, clock).sweep() == 30


def test_what_another_process_plans_meanwhile_is_met_at_its_moment(house: House, clock: SetClock, cast: Cast) -> None:
    post = beat(house, clock, schedule.POST)
    assert post.look() == 0.5
    _message(house, cast, "told", at=NOW + timedelta(seconds=0.25))
    assert post.look() == 0.25
    clock.pass_time(seconds=0.25)
    post.look()
    with house.database.reading() as session:
        assert session.scalars(select(Notification.status)).all() == ["recorded"]


def test_a_message_that_was_just_written_leaves_with_the_next_look(house: House, clock: SetClock, cast: Cast) -> None:
    post = beat(house, clock, schedule.POST)
    post.look()
    clock.pass_time(seconds=1)
    _message(house, cast, "told", at=clock.now())
    post.look()
    with house.database.reading() as session:
        assert session.scalars(select(Notification.status)).all() == ["recorded"]


def test_what_is_written_only_after_a_sweep_at_its_moment_is_found_by_the_next_look(
    house: House, clock: SetClock, cast: Cast
) -> None:
    """Whoever writes at a moment is done a little later; meanwhile somebody looked."""
    post = beat(house, clock, schedule.POST)
    clock.pass_time(seconds=2)
    assert post.sweep() == 30
    _message(house, cast, "told", at=NOW)
    post.look()
    with house.database.reading() as session:
        assert session.scalars(select(Notification.status)).all() == ["recorded"]


def test_what_is_stuck_hides_nothing_that_falls_due_behind_it(house: House, clock: SetClock, cast: Cast) -> None:
    """A case that waits for a person keeps its timer, which no sweep fires."""
    _waiting_case(house, cast, NOW - timedelta(hours=1), status=InstanceStatus.SUSPENDED)
    deadlines = beat(house, clock)
    assert deadlines.sweep() == 30
    _waiting_case(house, cast, NOW + timedelta(seconds=7), key="later")
    assert deadlines.sweep() == 7


def test_looking_does_not_end_when_the_database_is_gone_for_a_moment(tmp_path: Path, clock: SetClock) -> None:
    never_migrated = open_from(settings_for(f"sqlite:///{tmp_path}/empty.sqlite3", tmp_path))
    deadlines = beat(never_migrated, clock)
    assert [deadlines.look(), deadlines.look()] == [0.5, 0.5]
    never_migrated.database.close()


def test_a_sweep_that_fails_is_tried_again(tmp_path: Path, clock: SetClock) -> None:
    never_migrated = open_from(settings_for(f"sqlite:///{tmp_path}/empty.sqlite3", tmp_path))
    assert beat(never_migrated, clock).sweep() == 30
    never_migrated.database.close()


@both_databases
def test_it_stops_in_the_middle_of_a_sweep_without_waiting_for_itself(house: House) -> None:
    for _ in range(25):
        metronome = Metronome(house, SystemClock(), seconds=3600)
        metronome.start()
        stopping = threading.Thread(target=metronome.stop, daemon=True)
        stopping.start()
        stopping.join(timeout=patience.SECONDS)
        assert not stopping.is_alive()


@both_databases
def test_once_started_it_sweeps_at_once_and_stops_when_told(house: House, cast: Cast) -> None:
    _message(house, cast, "told")
    metronome = Metronome(house, SystemClock(), seconds=3600)
    metronome.start()

    def delivered() -> bool:
        with house.database.reading() as session:
            return session.scalars(select(Notification.status)).all() == ["recorded"]

    patience.until(delivered, "the message")
    metronome.stop()


@both_databases
def test_a_gateway_that_does_not_answer_keeps_no_timer_waiting(house: House, clock: SetClock, cast: Cast) -> None:
    asked, answered = threading.Event(), threading.Event()

    class Silent:
        reaches = Reach.TELEPHONE

        def send(self, message: OutgoingMessage) -> str:
            asked.set()
            answered.wait(patience.SECONDS)
            return ""

    _message(house, cast, "told")
    _waiting_case(house, cast, NOW + timedelta(seconds=12))
    slow = replace(house, messengers={"silent": Silent()})
    posting = threading.Thread(target=beat(slow, clock, schedule.POST).look, daemon=True)
    posting.start()
    assert asked.wait(patience.SECONDS)
    assert beat(slow, clock).sweep() == 12  # looked, and found what comes next, while the message is on its way
    answered.set()
    posting.join(patience.SECONDS)
    with house.database.reading() as session:
        assert session.scalars(select(Notification.status)).all() == ["sent"]
