"""Many open cases at once: copies of one that somebody really sent, written in a statement for each table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, cast, insert, literal, select, text
from sqlalchemy.orm import DeclarativeBase

from engine.applications.submitting import Submitted
from storage.applications import Application
from storage.clocks import Clock
from storage.payments import Payment
from storage.processes import OPEN_TASK, ProcessInstance, UserTask
from tests.small.cases import Kilns

FIRST = 1_000_000
"""The id of the first copy, beyond those that the database gives out in a test."""
_NAMES = ("key", "reference", "tracking_code", "receipt_number")
_Changes = Mapping[str, Any]


def crowd(kilns: Kilns, sent: Submitted, count: int, task: _Changes | None = None, *, first: int = FIRST) -> None:
    """As many copies of the case with its open task, the clock of that and its payments, with other values in the
    columns of the ``task``. A value may be a function of the number of the copy, as an expression."""
    number = select(literal(first, Integer).label("n")).cte("numbers", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < first + count - 1))
    n: ColumnElement[int] = number.c.n
    application = kilns.row(sent).id
    clocks = Clock.user_task_id.in_(select(UserTask.id).where(UserTask.status.in_(OPEN_TASK)))
    with kilns.house.database.transaction() as session:
        for table, which, changed in (
            (Application, Application.id == application, {}),
            (ProcessInstance, ProcessInstance.application_id == application, {"application_id": n}),
            (
                UserTask,
                (UserTask.application_id == application) & UserTask.status.in_(OPEN_TASK),
                {"application_id": n, "instance_id": n, **(task or {})},
            ),
            (Payment, Payment.application_id == application, {"application_id": n, "fee_id": None}),
            (Clock, (Clock.application_id == application) & clocks, {"application_id": n, "user_task_id": n}),
        ):
            values = _copied(table, n, changed)
            copies = select(*values.values()).select_from(table).join(number, text("1 = 1")).where(which)
            session.execute(insert(table).from_select(list(values), copies))


def _copied(table: type[DeclarativeBase], n: ColumnElement[int], changed: _Changes) -> dict[str, ColumnElement[Any]]:
    columns = {column.name: column for column in table.__table__.columns}
    values: dict[str, Any] = {**columns, "id": n}
    for name in _NAMES:
        if name in columns:
            values[name] = literal(f"{table.__tablename__[0]}-") + cast(n, String)
    for name, value in changed.items():
        made = value(n) if callable(value) else value
        values[name] = made if isinstance(made, ColumnElement) else literal(made, columns[name].type)
    return values
