"""Two processes hammer the same cases and timers: nothing is lost, nothing is done twice, and a killed one loses
nothing that it had accepted."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import func, select

from engine.case import events
from storage.events import CaseEvent
from storage.messages import MessageChannel, Notification
from storage.processes import TaskStatus, UserTask
from tests import patience
from tests.cast import NOW
from tests.journeys import hammer
from tests.journeys.guesthouse import Guesthouse
from tests.processes import PROCESSES
from web.config import Settings

BOPHA, VANNAK = "+85512345603", "+85512345604"


class Worker:
    """A process of its own; it begins when it is told to."""

    def __init__(self, settings: Settings, work: str, argument: str) -> None:
        self._told, theirs = PROCESSES.Pipe()
        given = (theirs, settings.database_url, settings.data_dir, work, argument)
        self.process = PROCESSES.Process(target=hammer.work, args=given)
        self.process.start()
        theirs.close()
        assert self._told.recv() == "ready"

    def begin(self) -> None:
        self._told.send("now")

    def line(self) -> str:
        said: str = self._told.recv()
        return said

    def rest(self) -> list[str]:
        """Everything that it still said, once it has ended."""
        said = []
        with self._told, suppress(EOFError, ConnectionResetError):
            while True:
                said.append(self.line())
        self.process.join(patience.SECONDS)
        return said

    def finished(self) -> list[str]:
        """Everything it said; an error of its own fails the test."""
        said = self.rest()
        assert self.process.exitcode == 0
        return said


def chain_holds(licence: Guesthouse) -> bool:
    with licence.house.database.reading() as session:
        return list(events.verify_chains(session)) == []


def count(licence: Guesthouse, kind: str, element_id: str = "") -> Counter[int]:
    """How often an event of this kind happened in each application."""
    with licence.house.database.reading() as session:
        rows = session.execute(
            select(CaseEvent.application_id, func.count())
            .where(CaseEvent.kind == kind, CaseEvent.element_id == element_id)
            .group_by(CaseEvent.application_id)
        )
        return Counter({row[0]: row[1] for row in rows})


def test_two_officers_in_two_processes_check_each_case_once(licence: Guesthouse, settings: Settings) -> None:
    keys = [licence.paid() for _ in range(6)]
    workers = [Worker(settings, "check", phone) for phone in (BOPHA, VANNAK)]
    for worker in workers:
        worker.begin()
    said = [line for worker in workers for line in worker.finished()]
    checked = [line.split()[1] for line in said if line.startswith("checked")]
    assert sorted(checked) == sorted(keys)
    assert set(said) - {f"checked {key}" for key in keys} <= {"refused TaskTaken", "refused TaskGone"}
    assert set(count(licence, "task_completed", "check").values()) == {1}
    for key in keys:
        assert licence.open_tasks(key) == ["inspect", "review"]
    assert chain_holds(licence)


def test_two_workers_fire_each_timer_and_send_each_message_once(licence: Guesthouse, settings: Settings) -> None:
    unpaid = [licence.sent() for _ in range(5)]
    waiting = [licence.paid() for _ in range(3)]
    with licence.house.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Notification))
    late = NOW + timedelta(days=30)
    workers = [Worker(settings, "sweep", late.isoformat()) for _ in range(2)]
    for worker in workers:
        worker.begin()
    swept = [line.split()[1:] for worker in workers for line in worker.finished()]
    timers, _warned, breached, delivered = (sum(int(line[column]) for line in swept) for column in range(4))
    assert timers == len(unpaid)
    assert breached == len(waiting)  # while the fee is owed, the clocks of the office stand still
    with licence.house.database.reading() as session:
        messages = session.scalars(select(Notification)).all()
    assert len(messages) > (before or 0)
    assert delivered == len([message for message in messages if message.channel != MessageChannel.PORTAL])
    assert {message.attempts for message in messages if message.channel != MessageChannel.PORTAL} == {1}
    assert chain_holds(licence)


def test_a_process_killed_in_the_middle_loses_no_accepted_action(licence: Guesthouse, settings: Settings) -> None:
    accepted = 2
    keys = [licence.paid() for _ in range(6)]
    worker = Worker(settings, "check", BOPHA)
    worker.begin()
    said = [worker.line() for _ in range(accepted)]
    worker.process.kill()
    checked = {line.split()[1] for line in [*said, *worker.rest()] if line.startswith("checked ")}
    assert len(checked) >= accepted
    with licence.house.database.reading() as session:
        completed = session.scalar(
            select(func.count())
            .select_from(UserTask)
            .where(UserTask.element_id == "check", UserTask.status == TaskStatus.COMPLETED)
        )
    assert completed in (len(checked), len(checked) + 1)  # the last one may have been kept and not yet announced
    for key in keys:
        assert licence.open_tasks(key) in (["check"], ["inspect", "review"])
        if key in checked:
            assert licence.open_tasks(key) == ["inspect", "review"]
    assert chain_holds(licence)
    # Somebody else goes on with the rest.
    after = Worker(settings, "check", BOPHA)
    after.begin()
    after.finished()
    assert sum(licence.open_tasks(key) == ["inspect", "review"] for key in keys) >= len(keys) - 1
