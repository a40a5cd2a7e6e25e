"""The cases that the demonstration told, row by row: what every case of the nation is a copy of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from storage import tables
from storage.applications import ApplicationStatus
from storage.processes import OPEN_TASK

Row = dict[str, Any]
OWNED: Final = (
    "application", "process_instance", "user_task", "clock", "timer", "subscription", "document", "correction",
    "opinion", "due_fee", "fee_line", "payment", "certificate", "handover", "notification", "draft", "counted_case",
    "case_event",
)  # fmt: skip
"""The tables whose rows belong to one case and are copied with it, each after those that it names."""
PARTICULAR: Final = (
    "incident", "seat", "remission", "continuation", "follow_up", "intervention", "connector_call", "waiting_message",
    "bank_slip",
)  # fmt: skip
"""A case with rows in one of these is tied to something that there is once: a place in a session, a failed step. It is
not copied."""
ORDER: Final = {"case_event": "seq", "draft": "application_id", "counted_case": "application_id"}


@dataclass(frozen=True)
class ToldCase:
    """A case with its rows by table. ``office`` is the code, ``waits_at`` the group and kind of the open tasks that lie
    at the office where it came in."""

    id: int
    office_id: int
    office: str
    level: str
    service: str
    applicant_id: int
    is_open: bool
    waits_at: frozenset[tuple[str, str]]
    rows: Mapping[str, Sequence[Row]]
    applicant: Row

    @property
    def waits_elsewhere(self) -> bool:
        """Whether somebody of another office has it."""
        return any(task["office_id"] != self.office_id for task in open_tasks(self.rows))


def open_tasks(rows: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The tasks of these rows that wait for somebody."""
    return [task for task in rows["user_task"] if task["status"] in OPEN_TASK]


def told_cases(connection: psycopg.Connection) -> list[ToldCase]:
    """Every case that can be copied, oldest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "SELECT a.id, a.office_id, o.code AS office, o.level, a.service_key, a.applicant_id, a.status"
            " FROM application a JOIN office o ON o.id = a.office_id WHERE a.submitted_at IS NOT NULL ORDER BY a.id"
        )
        return [
            _case(cursor, found)
            for found in cursor.fetchall()
            if not _is_particular(cursor, found["id"])
        ]  # fmt: skip


def _case(cursor: psycopg.Cursor[Row], found: Row) -> ToldCase:
    rows = {table: _rows(cursor, table, found["id"]) for table in OWNED}
    rows["notification"] = rows["notification"][
        -1:
    ]  # the newest message of each case; all would be a third of the disk
    cursor.execute("SELECT * FROM person WHERE id = %s", [found["applicant_id"]])
    applicant = cursor.fetchone()
    assert applicant is not None
    here = (task for task in open_tasks(rows) if task["office_id"] == found["office_id"])
    return ToldCase(
        id=found["id"],
        office_id=found["office_id"],
        office=found["office"],
        level=found["level"],
        service=found["service_key"],
        applicant_id=found["applicant_id"],
        is_open=found["status"] == ApplicationStatus.RUNNING,
        waits_at=frozenset((task["group"], task["kind"]) for task in here),
        rows=rows,
        applicant=applicant,
    )


def _rows(cursor: psycopg.Cursor[Row], table: str, application_id: int) -> list[Row]:
    owner = _owner(table)
    wanted = f"SELECT t.* FROM {table} t"
    if owner == "application_id":
        wanted += " WHERE t.application_id = %s"
    elif owner == "id":
        wanted += " WHERE t.id = %s"
    else:
        wanted += " JOIN process_instance i ON i.id = t.instance_id WHERE i.application_id = %s"
    cursor.execute(f"{wanted} ORDER BY t.{ORDER.get(table, 'id')}".encode(), [application_id])
    return cursor.fetchall()


def _owner(table: str) -> str:
    columns = tables.Base.metadata.tables[table].columns
    return next(name for name in ("application_id", "instance_id", "sender_id", "id") if name in columns)


def _is_particular(cursor: psycopg.Cursor[Row], application_id: int) -> bool:
    for table in PARTICULAR:
        cursor.execute(f"SELECT 1 FROM {table} WHERE {_owner(table)} = %s LIMIT 1".encode(), [application_id])
        if cursor.fetchone():
            return True
    cursor.execute(
        "SELECT 1 FROM certificate WHERE application_id = %(case)s AND (replaces_id IS NOT NULL OR replaced_at IS NOT"
        " NULL) UNION ALL SELECT 1 FROM continuation c JOIN certificate x ON x.id = c.certificate_id WHERE"
        " x.application_id = %(case)s LIMIT 1",
        {"case": application_id},
    )
    return cursor.fetchone() is not None
