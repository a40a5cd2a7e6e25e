"""Many cases at the price of one: a case is sent, and its rows are copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.applications import Application
from storage.base import Base
from storage.clocks import Clock
from storage.database import Database
from storage.processes import ProcessInstance, Timer, UserTask

FAR = 10_000
"""Numbers that no row of a test has got by itself."""


def copies(database: Database, application_id: int, number: int) -> list[int]:
    """So many more cases that stand where this one stands, each with a history that begins now; their numbers."""
    with database.transaction() as session:
        (instance_id,) = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.application_id == application_id)
        )
        for n in range(number):
            mine = {"application_id": FAR + n, "instance_id": FAR + n}
            begun = {"event_seq": 0, "event_hash": "", "reference": f"r{n}", "tracking_code": f"t{n}"}
            _copy(session, Application, Application.id == application_id, {"id": FAR + n, "key": f"k{n}", **begun})
            _copy(session, ProcessInstance, ProcessInstance.id == instance_id, {**mine, "id": FAR + n})
            tasks = _copy(session, UserTask, UserTask.application_id == application_id, mine, number=n)
            _copy(session, Clock, Clock.application_id == application_id, mine, number=n, tasks=tasks)
            _copy(session, Timer, Timer.instance_id == instance_id, mine, number=n)
    return [FAR + n for n in range(number)]


def _copy(
    session: Session,
    table: type[Base],
    which: Any,
    changed: Mapping[str, Any],
    *,
    number: int = 0,
    tasks: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """The numbers of the copies by those of the rows."""
    rows = [dict(row) for row in session.execute(select(table.__table__).where(which)).mappings()]
    numbers = {row["id"]: FAR * (number + 1) + row["id"] for row in rows}
    for row in rows:
        row |= {"id": numbers[row["id"]]} | {name: value for name, value in changed.items() if name in row}
        if table is UserTask:
            row["key"] = f"{row['key']}/{number}"
        if table is Clock and row["user_task_id"] is not None:
            row["user_task_id"] = (tasks or {})[row["user_task_id"]]
    if rows:
        session.execute(insert(table.__table__), rows)
    return numbers
