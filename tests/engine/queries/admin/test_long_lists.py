"""Lists of administrators that grow for years: counted to a thousand, read by an index, and nothing out of reach."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from engine.queries.admin.incidents import incident_counts, incident_lines
from engine.queries.admin.outbox import MessagePage, message_counts, message_lines
from engine.queries.admin.security_log import security_page
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import MOST_COUNTED
from storage.messages import Notification, NotificationStatus
from storage.processes import Incident, IncidentStatus, ProcessInstance
from storage.security_log import SecurityEvent
from tests.cast import NOW
from tests.plans import planned
from tests.small.cases import Kilns

MESSAGES = 1_130


@pytest.fixture
def busy(kilns: Kilns) -> Kilns:
    """An office that has sent more messages than are counted, and has had as many incidents."""
    kilns.send()
    with kilns.house.database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        numbers = range(MESSAGES)
        told = [_message(number, instance.application_id, "sent" if number % 50 else "failed") for number in numbers]
        session.execute(insert(Notification.__table__), told)
        failed = {"instance_id": instance.id, "application_id": instance.application_id, "element_id": "check"}
        failed |= {"kind": "timers", "reason": "away", "input": {}, "status": "resolved", "raised_at": NOW}
        session.execute(
            insert(Incident.__table__),
            [{**failed, "resolved_at": NOW + timedelta(minutes=number)} for number in numbers],
        )
        events = [
            {"at": NOW, "kind": "exported" if number % 50 == 0 else "signed_in", "data": {}} for number in numbers
        ]
        session.execute(insert(SecurityEvent.__table__), events)
    with kilns.house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return kilns


def _message(number: int, application: int, status: str) -> dict[str, object]:
    return {
        "idempotency_key": f"m{number}", "application_id": application, "channel": "sms", "address": "+85512345601",
        "language": "km", "subject": "s", "body": "b", "status": status, "next_attempt_at": NOW, "created_at": NOW,
        "left_at": NOW,
    }  # fmt: skip


def lines(kilns: Kilns, page: int = 1, before: int | None = None) -> MessagePage:
    with kilns.house.database.reading() as session:
        actor = kilns.cast.visal.actor
        return message_lines(session, kilns.house, actor, status=NotificationStatus.SENT, page=page, before=before)


def test_the_outbox_is_counted_to_a_thousand_and_goes_on_behind_it(busy: Kilns) -> None:
    sent = MESSAGES - len(range(0, MESSAGES, 50))
    with busy.house.database.reading() as session:
        counts = message_counts(session, busy.cast.visal.actor)
    assert (counts["sent"], counts["failed"]) == (MOST_COUNTED + 1, MESSAGES - sent)
    pages = [lines(busy, page) for page in range(1, 21)]
    assert {(one.lines.pages, one.lines.total) for one in pages} == {(20, MOST_COUNTED)}
    assert [one.older is not None for one in pages] == [False] * 19 + [True]
    rest = [lines(busy, page, pages[-1].older) for page in (1, 2, 3)]
    ids = [line.id for one in (*pages, *rest) for line in one.lines.items]
    assert len(set(ids)) == len(ids) == sent
    assert ids == sorted(ids, reverse=True)
    assert {one.older for one in rest} == {None}


def test_what_is_over_is_counted_no_further_than_a_thousand(busy: Kilns) -> None:
    with busy.house.database.reading() as session:
        assert incident_counts(session, busy.cast.visal.actor) == {"open": 0, "resolved": MOST_COUNTED + 1}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_page_of_a_long_list_is_read_by_its_index(busy: Kilns) -> None:
    visal, database = busy.cast.visal.actor, busy.house.database
    with planned(database) as outbox, database.reading() as session:
        message_lines(session, busy.house, visal, status=NotificationStatus.FAILED, page=1)
    with planned(database) as incidents, database.reading() as session:
        names = read_names(session, busy.house, now=NOW)
        incident_lines(session, names, visal, status=IncidentStatus.RESOLVED, page=1)
    with planned(database) as log, database.reading() as session:
        security_page(session, visal, kind="exported")
    assert "Scan Backward using ix_notification_left" in str(outbox)
    assert "ix_incident_resolved" in str(incidents)
    assert "ix_security_event_kind" in str(log)
