"""An installation on SQLite with the demonstration in it, and as many more running cases as a benchmark wants."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import ColumnElement, event, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Session

from engine.demonstration.building import build
from engine.flow.bringing import bring_at_once
from engine.house import House, PaymentAccount, Safety, open_house
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.sealing import Sealing
from storage.applications import Application
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.migrations import upgrade
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import ProcessInstance, Subscription, TaskStatus, Timer, UserTask
from web.assets import Assets

NOW: Final = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Phnom Penh."""
Table = type[DeclarativeBase]
PASSWORD: Final = "a password of nobody"
PROCESSES: Final = Path(__file__).parents[1] / "processes"
ELEMENT: Final = "check"
"""The element whose task is waiting in the cases of the officer."""
ELSEWHERE: Final = ("check", "pay")
"""Those at which the cases of other offices wait, in equal parts: late at one, with a running timer at the other."""
OWN: Final = 400
"""Open cases at the officer's own office: a province's part of ten thousand."""
_QUICK_PASSWORDS = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
_NAMES: Final = ("key", "reference", "tracking_code")
_EACH: Final = timedelta(seconds=20)
"""How much later each copied case is due than the one before."""


@dataclass(frozen=True)
class Installation:
    """A house with its front officer, the keys of the tasks that wait for them, and how many cases there are.

    ``tracking``: the code and the digits of one of its applications. ``login``: with which the officer signs in."""

    house: House
    officer: Actor
    login: str
    tasks: list[str]
    tracking: tuple[str, str]
    cases: int


@contextmanager
def installations(*sizes: int) -> Iterator[list[Installation]]:
    """Installations alike but for the number of running cases at the other offices."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = opened(folder / "0")
        event.listen(first.database.engine, "connect", _forget)
        upgrade(first.database)
        build(first, password=PASSWORD, now=NOW)
        first.database.close()
        built = []
        for place, size in enumerate(sizes, 1):
            shutil.copytree(folder / "0", folder / str(place))
            built.append(_grown(opened(folder / str(place)), size))
        try:
            yield built
        finally:
            for one in built:
                one.house.database.close()


def _forget(connection: sqlite3.Connection, _: object) -> None:
    """What is built need not outlast a power cut; what is measured waits for the disk as the product does."""
    connection.execute("PRAGMA synchronous=OFF")


def opened(folder: Path, database_url: str = "", processes: Path | None = None) -> House:
    """An installation in this folder, on SQLite where no other database is named; its tables are yet to be made."""
    return open_house(
        database_url=database_url or f"sqlite:///{folder}/owso.sqlite3",
        data=folder,
        processes=processes or PROCESSES,
        base_url="http://localhost",
        fonts=Assets().fonts_for_pdf(),
        payment_account=PaymentAccount("bench@bank", "Bench", "Phnom Penh"),
        bring=bring_at_once,
        safety=Safety(Sealing.of("a secret of measurements")),
        passwords=_QUICK_PASSWORDS,
    )


def _grown(house: House, elsewhere: int) -> Installation:
    with house.database.transaction() as session:
        waiting = {element: _case_at(session, element) for element in ELSEWHERE}
        here = waiting[ELEMENT]
        others = session.scalars(select(Office.id).where(Office.id != here.office_id)).all()
        tasks = multiply(session, here.id, OWN, here.office_id)
        for application in waiting.values():
            for office in others:
                multiply(session, application.id, elsewhere // len(others) // len(waiting), office)
        officer, login = _front_officer(session, here.office_id)
        return Installation(
            house=house,
            officer=officer,
            login=login,
            tasks=tasks,
            tracking=(here.tracking_code or "", here.tracking_digits),
            cases=session.scalar(select(func.count()).select_from(Application)) or 0,
        )


def _case_at(session: Session, element: str) -> Application:
    """An application of the demonstration whose case waits at this element, with nobody on it yet."""
    wanted = select(UserTask.application_id).where(UserTask.element_id == element, UserTask.status == TaskStatus.READY)
    found = session.scalars(wanted.order_by(UserTask.id)).first()
    assert found is not None, f"nobody in the demonstration waits at {element}"
    return session.get_one(Application, found)


def _front_officer(session: Session, office_id: int) -> tuple[Actor, str]:
    at_the_office = (Membership.group == FRONT_OFFICE) & (Membership.office_id == office_id)
    person = session.scalars(
        select(Person).join(Membership, Membership.person_id == Person.id).where(at_the_office)
    ).one()
    works = frozenset({(FRONT_OFFICE, office_id)})
    return Actor(person.id, person.name_km, person.name_latin, memberships=works), person.email or ""


def multiply(session: Session, application_id: int, number: int, office_id: int) -> list[str]:
    """So many copies of a running case at an office, with all a step reads; the keys of the tasks that wait."""
    instance = session.scalars(select(ProcessInstance).where(ProcessInstance.application_id == application_id)).one()
    mine: dict[Table, ColumnElement[bool]] = {
        Application: Application.id == application_id,
        ProcessInstance: ProcessInstance.id == instance.id,
        UserTask: UserTask.application_id == application_id,
        Clock: Clock.application_id == application_id,
        Timer: Timer.instance_id == instance.id,
        Subscription: Subscription.instance_id == instance.id,
        CaseEvent: CaseEvent.application_id == application_id,
    }
    originals = Originals(
        {table: _rows(session, table, which) for table, which in mine.items()},
        {table: _last_id(session, table) for table in mine if "id" in table.__table__.columns},
        office_id,
    )
    waiting: list[str] = []
    for table, rows in originals.rows.items():
        copies = [originals.copy(table, place, copy) for copy in range(number) for place in range(len(rows))]
        waiting += [row["key"] for row in copies if table is UserTask and row["status"] == TaskStatus.READY]
        if copies:
            session.execute(insert(table), copies)
    return waiting


@dataclass(frozen=True)
class Originals:
    """The rows of a case, by table, and the last id in use in each: enough to make any copy of any of them."""

    rows: dict[Table, list[dict[str, Any]]]
    last: dict[Table, int]
    office_id: int

    def copy(self, table: Table, place: int, number: int) -> dict[str, Any]:
        """Copy ``number`` of the row at ``place``, at the other office, with the copies of the rows it belongs to."""
        copy = dict(self.rows[table][place])
        if "id" in copy:
            copy["id"] = self._id(table, place, number)
        if "application_id" in copy:
            copy["application_id"] = self._id(Application, 0, number)
        if "instance_id" in copy:
            copy["instance_id"] = self._id(ProcessInstance, 0, number)
        if copy.get("user_task_id"):
            tasks = [task["id"] for task in self.rows[UserTask]]
            copy["user_task_id"] = self._id(UserTask, tasks.index(copy["user_task_id"]), number)
        if "office_id" in copy:
            copy["office_id"] = self.office_id
        copy |= {name: f"{copy[name]}.{self.office_id}.{number}" for name in _NAMES if copy.get(name)}
        return copy | {name: copy[name] + _EACH * number for name in ("due_at", "warn_at") if copy.get(name)}

    def _id(self, table: Table, place: int, number: int) -> int:
        return self.last[table] + 1 + number * len(self.rows[table]) + place


def _rows(session: Session, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(select(*table.__table__.columns).where(which))]


def _last_id(session: Session, table: Table) -> int:
    return session.scalar(select(func.max(table.__table__.columns["id"]))) or 0
