"""What one completed task costs over HTTP: one transaction, few statements, however much the database holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert

from storage.people import Membership, Person
from tests.cast import HIRED, NOW, Member
from tests.journeys.guesthouse import Guesthouse

MOST_STATEMENTS = 15
OFFICE = {
    "check": {"check_result": "ok"},
    "review": {"review_result": "ok", "review_opinion": "គាំទ្រ"},
    "inspect": {
        "inspected_on-day": "2",
        "inspected_on-month": "3",
        "inspected_on-year": "2026",
        "rooms_counted": "12",
        "inspection_result": "ok",
        "findings": "ត្រឹមត្រូវ",
    },
}


class Counted:
    """The statements and transactions that a database was asked for."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.commits = 0


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Counts what happens on this database inside the block; locks and settings of a connection are no statements."""
    counted = Counted()

    def on_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            counted.statements.append(statement)

    def on_commit(_connection: object) -> None:
        counted.commits += 1

    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "commit", on_commit)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
        event.remove(engine, "commit", on_commit)


def complete_over_http(licence: Guesthouse, client: FlaskClient, key: str, element: str, who: Member) -> Counted:
    """Claims the task, then completes it as a browser does; what the completion alone cost."""
    task = licence.claim(key, element, who)
    revision = licence.row(key).revision
    with counting(licence.house.database.engine) as counted:
        answer = client.post(f"/office/tasks/{task}", data={**OFFICE[element], "revision": str(revision)})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    assert element not in licence.open_tasks(key)
    return counted


@pytest.mark.parametrize("element", ["check", "review"])
def test_a_completed_task_is_one_transaction_of_at_most_15_statements(
    licence: Guesthouse, signed_in: Callable[[Member], FlaskClient], element: str
) -> None:
    who = {"check": licence.cast.bopha, "review": licence.cast.rithy}[element]
    client = signed_in(who)
    key = licence.paid()
    if element != "check":
        licence.check(key)
        licence.inspect(key)
    counted = complete_over_http(licence, client, key, element, who)
    assert counted.commits == 1
    assert len(counted.statements) <= MOST_STATEMENTS, "\n".join(counted.statements)


def test_it_costs_the_same_with_many_cases_tasks_and_members(
    licence: Guesthouse, signed_in: Callable[[Member], FlaskClient]
) -> None:
    client = signed_in(licence.cast.bopha)
    few = complete_over_http(licence, client, licence.paid(), "check", licence.cast.bopha)
    with licence.house.database.transaction() as session:
        for number in range(30):
            person = Person(phone=f"+8551699{number:04d}", session_epoch=1, created_at=NOW)
            session.add(person)
            session.flush()
            session.execute(
                insert(Membership).values(
                    person_id=person.id, office_id=licence.cast.battambang, group="front_office", from_day=HIRED
                )
            )
    for _ in range(5):
        licence.paid()
    many = complete_over_http(licence, client, licence.paid(), "check", licence.cast.bopha)
    assert len(many.statements) == len(few.statements)
    assert many.commits == few.commits == 1


def test_the_inbox_costs_the_same_however_much_lies_in_it(
    licence: Guesthouse, signed_in: Callable[[Member], FlaskClient]
) -> None:
    client = signed_in(licence.cast.bopha)
    licence.paid()
    client.get("/office")  # what is read once and kept
    with counting(licence.house.database.engine) as few:
        assert client.get("/office").status_code == 200
    for _ in range(6):
        licence.paid()
    with counting(licence.house.database.engine) as many:
        assert client.get("/office").status_code == 200
    assert len(many.statements) == len(few.statements)
    assert many.commits == few.commits == 1  # the note of whose cases were shown
