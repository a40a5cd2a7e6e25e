"""The chained history of a case."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.case import events
from engine.people.actors import THE_CLOCK
from storage.applications import Application
from storage.database import Database
from storage.events import CaseEvent
from storage.processes import ProcessDefinition
from tests.cast import NOW, Cast


@pytest.fixture
def told(database: Database, cast: Cast) -> int:
    """An application with three events, the second of them with personal data."""
    with database.transaction() as session:
        definition = ProcessDefinition(
            service_key="t.s", version=1, digest="d", archive=b"", published_at=NOW, effective_from=NOW
        )
        session.add(definition)
        session.flush()
        application = Application(
            key="k",
            service_key="t.s",
            definition_id=definition.id,
            office_id=cast.battambang,
            applicant_id=cast.dara.person_id,
            created_at=NOW,
            event_seq=0,
            event_hash="",
        )
        session.add(application)
        session.flush()
        events.record(session, application, "submitted", cast.dara.actor, at=NOW, data={"fee": 100_000})
        events.record(session, application, "answered", cast.dara.actor, at=NOW, personal={"name": "សុខ ដារ៉ា"})
        events.record(session, application, "warned", THE_CLOCK, at=NOW)
        return application.id


def broken(session: Session) -> list[tuple[int, str]]:
    return [(link.seq, link.reason) for link in events.verify_chains(session)]


def test_an_untouched_chain_holds(database: Database, told: int) -> None:
    with database.reading() as session:
        assert broken(session) == []
        assert session.scalars(select(CaseEvent.seq).order_by(CaseEvent.seq)).all() == [1, 2, 3]


def test_a_changed_event_is_found(database: Database, told: int) -> None:
    with database.transaction() as session:
        session.execute(update(CaseEvent).where(CaseEvent.seq == 1).values(data={"fee": 1}))
    with database.reading() as session:
        assert broken(session) == [(1, "the event was changed")]


def test_a_removed_event_is_found(database: Database, told: int) -> None:
    with database.transaction() as session:
        session.execute(delete(CaseEvent).where(CaseEvent.seq == 2))
    with database.reading() as session:
        assert broken(session) == [(3, "an event before this one is missing")]


def test_a_chain_that_was_cut_short_is_found(database: Database, told: int) -> None:
    with database.transaction() as session:
        session.execute(delete(CaseEvent).where(CaseEvent.seq == 3))
    with database.reading() as session:
        assert broken(session) == [(3, "the last events are missing")]


def test_changed_personal_data_is_found(database: Database, told: int) -> None:
    with database.transaction() as session:
        session.execute(update(CaseEvent).where(CaseEvent.seq == 2).values(personal={"name": "somebody else"}))
    with database.reading() as session:
        assert broken(session) == [(2, "the personal data of the event was changed")]


def test_erasing_personal_data_leaves_the_chain_whole(database: Database, told: int) -> None:
    with database.transaction() as session:
        session.execute(update(CaseEvent).where(CaseEvent.seq == 2).values(personal=None))
    with database.reading() as session:
        assert broken(session) == []
