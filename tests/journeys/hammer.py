"""A second process at work: it does what it is told and says one line for each action that was accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import select

from engine.clockwork import schedule
from engine.errors import Refused
from engine.house import House
from engine.people.actors import Actor
from engine.tasks import user_tasks
from storage.applications import Application
from storage.people import Membership, Person
from storage.processes import TaskStatus, UserTask
from tests.cast import CHEAP_PASSWORDS, NOW
from web.config import Settings
from web.opening import open_from

Say = Callable[[str], None]
"""At once, so that what was said before a kill is known to have been accepted."""


def officer(house: House, phone: str) -> Actor:
    """The officer of the cast with this phone."""
    with house.database.reading() as session:
        person = session.scalars(select(Person).where(Person.phone == phone)).one()
        memberships = session.execute(
            select(Membership.group, Membership.office_id).where(Membership.person_id == person.id)
        )
        return Actor(person.id, memberships=frozenset((row.group, row.office_id) for row in memberships))


def check_everything(house: House, phone: str, say: Say) -> None:
    """Claims and completes every open check, whoever else tries the same."""
    actor = officer(house, phone)
    with house.database.reading() as session:
        open_checks = session.execute(
            select(UserTask.key, Application.key.label("application"))
            .join(Application, Application.id == UserTask.application_id)
            .where(UserTask.element_id == "check", UserTask.status == TaskStatus.READY)
            .order_by(UserTask.id)
        ).all()
    for found in open_checks:
        try:
            with house.database.transaction() as session:
                user_tasks.claim(session, house, actor, found.key, now=NOW)
            with house.database.transaction() as session:
                user_tasks.complete(session, house, actor, found.key, {"check_result": "ok"}, now=NOW)
        except Refused as refusal:
            say(f"refused {type(refusal).__name__}")
        else:
            say(f"checked {found.application}")


def sweep(house: House, moment: str, say: Say) -> None:
    """Sweeps three times at the given moment."""
    for _ in range(3):
        swept = schedule.sweep(house, now=datetime.fromisoformat(moment))
        say(f"swept {swept.timers} {swept.warned} {swept.breached} {swept.messages}")


WORK: dict[str, Callable[[House, str, Say], None]] = {"check": check_everything, "sweep": sweep}


def work(told: Connection, database_url: str, data: Path, what: str, argument: str) -> None:
    """Opens the house of the test and works as soon as it is told to."""
    settings = Settings(database_url=database_url, data_dir=data, secret_key="a key for tests")
    house = open_from(settings, passwords=CHEAP_PASSWORDS)
    told.send("ready")
    told.recv()  # all processes begin at the same word
    WORK[what](house, argument, told.send)
    house.database.close()
