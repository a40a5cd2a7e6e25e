"""A long history is read page by page: nothing is lost, all of its chain is examined, and a page costs the same."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from engine.applications.submitting import Submitted
from engine.case.events import record
from engine.errors import NotFound
from engine.people.actors import THE_CLOCK
from engine.queries.shared.history import PAGE_SIZE, CaseHistory, case_history, whole_history
from storage.applications import Application
from storage.events import CaseEvent
from tests.cast import NOW
from tests.small.cases import Kilns

LONG = 2 * PAGE_SIZE + 30


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    return kilns.send()


def lengthen(kilns: Kilns, sent: Submitted, by: int = LONG) -> int:
    """So many more reminders; gives how many events there are now."""
    with kilns.house.database.transaction() as session:
        row = _row(session, sent)
        for number in range(by):
            record(session, row, "reminded", THE_CLOCK, at=NOW, element_id="check", data={"number": number})
        return row.event_seq


def _row(session: Session, sent: Submitted) -> Application:
    return session.scalars(select(Application).where(Application.key == sent.key)).one()


def read(kilns: Kilns, sent: Submitted, number: int = 1) -> CaseHistory:
    with kilns.house.database.reading() as session:
        return case_history(session, kilns.house, kilns.cast.visal.actor, sent.key, number)


def test_every_event_is_on_exactly_one_page_the_newest_first(kilns: Kilns, sent: Submitted) -> None:
    last = lengthen(kilns, sent)
    pages = [read(kilns, sent, number) for number in (1, 2, 3)]
    assert {(page.events.pages, page.events.total) for page in pages} == {(3, last)}
    assert [len(page.events.items) for page in pages] == [PAGE_SIZE, PAGE_SIZE, last - 2 * PAGE_SIZE]
    assert [line.seq for page in pages for line in page.events.items] == list(range(last, 0, -1))
    assert read(kilns, sent, 99).events == pages[-1].events


def test_what_was_changed_on_the_last_page_is_told_on_the_first(kilns: Kilns, sent: Submitted) -> None:
    lengthen(kilns, sent)
    assert read(kilns, sent).breaks == ()
    with kilns.house.database.transaction() as session:
        first = CaseEvent.application_id == _row(session, sent).id, CaseEvent.seq == 1
        session.execute(update(CaseEvent).where(*first).values(actor_role="head"))
    assert [broken.seq for broken in read(kilns, sent).breaks] == [1]


def test_a_page_of_a_long_history_takes_as_many_statements_as_one_of_a_short(kilns: Kilns, sent: Submitted) -> None:
    read(kilns, sent)  # the package is read once
    asked: list[str] = []
    event.listen(kilns.house.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    read(kilns, sent)
    short = len(asked)
    lengthen(kilns, sent)
    asked.clear()
    read(kilns, sent)
    assert len(asked) == short


def test_the_whole_history_is_for_a_file_and_belongs_to_the_same_administrators(kilns: Kilns, sent: Submitted) -> None:
    last = lengthen(kilns, sent)
    with kilns.house.database.reading() as session:
        reference, lines = whole_history(session, kilns.house, kilns.cast.visal.actor, sent.key)
        with pytest.raises(NotFound):
            whole_history(session, kilns.house, kilns.cast.bopha.actor, sent.key)
    assert (reference, [line.seq for line in lines]) == (sent.reference, list(range(1, last + 1)))
