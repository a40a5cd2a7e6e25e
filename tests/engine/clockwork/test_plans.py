"""How PostgreSQL goes about what a sweep asks, beside thousands of rows of which nothing is due: every search
comes by an index that holds what it may find, and none goes through a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Connection, event, func, select, text, update

from engine.clockwork import claiming_messages, schedule, step_times
from engine.house import House
from engine.reporting import measuring
from engine.reporting.office_today import office_today
from storage.chores import Chore
from storage.messages import Notification, NotificationStatus
from storage.offices import Office
from storage.processes import ProcessInstance, Timer
from storage.tallying import rebuild
from tests.cast import NOW
from tests.engine.clockwork.test_cost_of_sweeps import KINDS
from tests.engine.clockwork.test_new_days import late
from tests.plans import planned
from tests.small.cases import Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
NUMBER = 8_000
LARGE = ("application", "clock", "notification", "process_instance", "timer", "user_task")
AHEAD = "timestamptz '2027-01-04' + n * interval '20 seconds'"
COPIED = {
    "application": {"id": "n", "key": "'k' || n", "reference": "'r' || n", "tracking_code": "'t' || n"},
    "process_instance": {"id": "n", "application_id": "n"},
    "user_task": {"id": "n", "application_id": "n", "instance_id": "n", "key": "'k' || n"},
    "clock": {"id": "n", "application_id": "n", "due_at": AHEAD, "watch_at": AHEAD, "warn_at": AHEAD},
    "timer": {"id": "n", "instance_id": "n", "due_at": AHEAD},
    "notification": {"id": "n", "application_id": "n", "idempotency_key": "'k' || n", "status": "'sent'"},
}  # fmt: skip

SERIES = f"generate_series(10001, {10_000 + NUMBER}) n"
MADE = "application_id, service_key, office_id, based_at, half, most, told_half, told_most, elements, looked_at"
EACH = f"SELECT n, 'x', 1, '{NOW}', 1, 1, 1, 1, '', '{NOW}'"
BESIDE = {
    "draft": f"INSERT INTO draft (application_id, touched_at) SELECT n, '{NOW}' FROM {SERIES}",
    "counted_case": f"INSERT INTO counted_case (application_id, event_seq, is_open) SELECT n, 99, true FROM {SERIES}",
    "expected_date": f"INSERT INTO expected_date ({MADE}) {EACH} FROM {SERIES}",
}


@pytest.fixture
def nation(kilns: Kilns) -> Iterator[House]:
    """A case that is late, and thousands that are not."""
    sent = late(kilns)
    with kilns.house.database.transaction() as session:
        (instance_id,) = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.application_id == kilns.row(sent).id)
        )
        session.add(Timer(instance_id=instance_id, element_id="later", due_at=NOW + timedelta(weeks=52)))
    with kilns.house.database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is looked at
        for table, changed in COPIED.items():
            _copy(connection, table, changed)
        for filled in BESIDE.values():
            connection.execute(text(filled))
    with kilns.house.database.engine.begin() as connection:
        connection.execute(text(f"ANALYZE {', '.join((*LARGE, *BESIDE))}"))
    yield kilns.house
    with kilns.house.database.transaction() as session:
        session.execute(text(f"TRUNCATE {', '.join((*LARGE, *BESIDE))} CASCADE"))
        session.execute(text(f"ANALYZE {', '.join(LARGE)}"))
        rebuild(session)


def _copy(connection: Connection, table: str, changed: dict[str, str]) -> None:
    columns = connection.scalars(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = :table"), {"table": table}
    ).all()
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'one."{column}"') for column in columns)
    one = f"(SELECT * FROM {table} ORDER BY id LIMIT 1) one"
    connection.execute(text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {one}, {SERIES}"))


def plans_of(house: House) -> str:
    """How everything is found that a sweep asks for when nothing is due but the next piece of each chore, and then each
    kind of what may be due."""
    asked: dict[str, object] = {}
    schedule.sweep(house, now=NOW)
    with house.database.transaction() as session:
        session.execute(update(Chore).values(due_at=NOW, position=10_000))
        one = select(func.min(Notification.id)).where(Notification.person_id.is_not(None)).scalar_subquery()
        waits = {"status": NotificationStatus.PENDING, "left_at": None, "next_attempt_at": NOW}
        session.execute(update(Notification).where(Notification.id == one).values(**waits))

    def note(_conn: object, cursor: psycopg.Cursor, sql: str, given: object, *_: object) -> None:
        if sql.startswith("SELECT") and not sql.startswith("SELECT pg_"):
            asked[sql] = given

    event.listen(house.database.engine, "before_cursor_execute", note)
    try:
        schedule.sweep(house, now=NOW)
        for due, act in KINDS:
            due.work_off(house, act, now=NOW + timedelta(weeks=3))
        with house.database.transaction() as session:
            claiming_messages.claim(session, house, now=NOW + timedelta(weeks=3))
        with house.database.transaction() as session:
            for office_id in session.scalars(select(Office.id)).all():
                step_times.count(session, house, office_id, now=NOW + timedelta(weeks=3))
    finally:
        event.remove(house.database.engine, "before_cursor_execute", note)
    with house.database.engine.connect() as connection:
        return "\n".join(
            row[0] for sql, given in asked.items() for row in connection.exec_driver_sql(f"EXPLAIN {sql}", given)
        )


def test_what_is_due_is_found_by_its_own_index_among_any_number_of_rows(nation: House) -> None:
    plans = plans_of(nation)
    scanned = set(re.findall(r"Seq Scan on (\w+)", plans))
    assert scanned.isdisjoint((*LARGE, *BESIDE)), plans
    for index in (
        "ix_timer_due", "ix_clock_runs_until", "ix_clock_to_warn", "ix_user_task_remind", "ix_notification_waits",
        "ix_notification_urgent", "ix_notification_person", "ix_notification_goes", "ix_draft_touched_at",
        "ix_user_task_done", "ix_application_received",
    ):  # fmt: skip
        assert re.search(rf"Index (Only )?Scan (Backward )?using {index} ", plans), f"{index}\n{plans}"
    for table in ("counted_case", "(?:clock|process_instance)"):  # a piece of a chore is a range of cases
        bounded = (
            rf"{table}\S*(?: \S+)?  \(cost.*\n\s*Index Cond: .*application_id > \S*10000.*application_id <= \S*11000"
        )
        assert re.search(bounded, plans), plans
    assert re.search(r"expected_date\S* .*\n\s*Index Cond: .*> \S*10000.*<= \S*10500", plans), plans
    assert not re.search(r"Sort Key: (clock|timer)\.(watch_at|warn_at|due_at)", plans), plans


def test_an_office_is_measured_and_played_ahead_by_its_own_rows(nation: House) -> None:
    with nation.database.reading() as session:
        other = session.scalars(select(Office.id).where(Office.code == "12")).one()
    with planned(nation.database) as plans, nation.database.reading() as session:
        measuring.measure(session, nation, other, now=NOW)
        office_today(session, nation, other, now=NOW)
    scanned = set(re.findall(r"Seq Scan on (\w+)", str(plans)))
    assert scanned.isdisjoint((*LARGE, *BESIDE)), plans
    assert "ix_clock_terms" in str(plans)
