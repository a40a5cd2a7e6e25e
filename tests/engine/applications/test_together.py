"""Two clicks at the same moment: one draft, one application, one withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from engine.applications import drafts, submitting
from storage.applications import Application
from storage.events import CaseEvent
from tests.cast import NOW, Cast
from tests.journeys.guesthouse import SERVICE, Guesthouse


def at_once(act: Callable[[], object], times: int = 4) -> list[object]:
    """The results of doing the same in several threads that start together."""
    ready = Barrier(times)

    def one() -> object:
        ready.wait()
        return act()

    with ThreadPoolExecutor(times) as pool:
        return [done.result() for done in [pool.submit(one) for _ in range(times)]]


def test_two_clicks_on_apply_make_one_draft(licence: Guesthouse, cast: Cast) -> None:
    def begin() -> str:
        with licence.house.database.transaction() as session:
            return drafts.start_draft(session, licence.house, cast.dara.actor, SERVICE, cast.battambang, now=NOW)

    assert len(set(at_once(begin))) == 1
    with licence.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 1


def test_two_clicks_on_send_make_one_application(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()

    def send() -> submitting.Submitted:
        with licence.house.database.transaction() as session:
            return submitting.submit(session, licence.house, cast.dara.actor, key, now=NOW)

    assert len(set(at_once(send))) == 1
    with licence.house.database.reading() as session:
        sent = select(func.count()).select_from(CaseEvent).where(CaseEvent.kind == "submitted")
        assert session.scalar(sent) == 1
    assert len(licence.clocks(key, "term")) == 1


def test_two_clicks_on_withdraw_end_it_once(licence: Guesthouse, cast: Cast) -> None:
    key = licence.sent()

    def withdraw() -> None:
        with licence.house.database.transaction() as session:
            submitting.withdraw(session, licence.house, cast.dara.actor, key, now=NOW)

    at_once(withdraw)
    with licence.house.database.reading() as session:
        ended = select(func.count()).select_from(CaseEvent).where(CaseEvent.kind == "ended")
        assert session.scalar(ended) == 1
