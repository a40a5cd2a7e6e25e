"""Lists of administrators that grow for years: counted to a thousand, and read by an index."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from engine.queries.admin.incidents import incident_counts, incident_lines
from engine.queries.admin.security_log import security_page
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import MOST_COUNTED
from storage.processes import Incident, IncidentStatus, ProcessInstance
from storage.security_log import SecurityEvent
from tests.cast import NOW
from tests.plans import planned
from tests.small.cases import Kilns

MANY = 1_130


@pytest.fixture
def busy(kilns: Kilns) -> Kilns:
    """An office that has had more incidents than are counted, and as many lines of the security log."""
    kilns.send()
    with kilns.house.database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        numbers = range(MANY)
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


def test_what_is_over_is_counted_no_further_than_a_thousand(busy: Kilns) -> None:
    with busy.house.database.reading() as session:
        assert incident_counts(session, busy.cast.visal.actor) == {"open": 0, "resolved": MOST_COUNTED + 1}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_page_of_a_long_list_is_read_by_its_index(busy: Kilns) -> None:
    visal, database = busy.cast.visal.actor, busy.house.database
    with planned(database) as incidents, database.reading() as session:
        names = read_names(session, busy.house, now=NOW)
        incident_lines(session, names, visal, status=IncidentStatus.RESOLVED, page=1)
    with planned(database) as log, database.reading() as session:
        security_page(session, visal, kind="exported")
    assert "ix_incident_resolved" in str(incidents)
    assert "ix_security_event_kind" in str(log)
