"""Papers of a case with several results are drawn after the step that issued them, each once, whoever comes first."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest
from sqlalchemy import select, update

from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import PaperNotDrawn
from engine.handovers.handovers import HandedOver
from engine.house import House
from engine.results import certificates, drawing
from storage.applications import Application, Certificate
from storage.events import CaseEvent
from storage.files import FileStore
from storage.people import Person
from tests.cast import NOW, Cast
from tests.small.services import SmallService, found, scale_checks

NUMBERS = ["SC-02-26-000001", "SC-02-26-000002", "SC-02-26-000003"]


@pytest.fixture
def scales(house: House, cast: Cast) -> SmallService:
    return scale_checks(house, cast)


def issue(scales: SmallService) -> str:
    key = scales.send()
    scales.work(key, "verify", found(True, True, True))
    return key


def drawn(scales: SmallService, key: str) -> list[bool]:
    return [bool(one.sha256) for one in scales.certificates(key)]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())


def recorded(scales: SmallService, kind: str) -> list[dict[str, Any]]:
    with scales.house.database.reading() as session:
        assert list(verify_chains(session)) == []
        rows = session.scalars(select(CaseEvent).where(CaseEvent.kind == kind).order_by(CaseEvent.seq))
        return [row.data for row in rows]


def test_numbers_and_rows_are_there_at_once_and_all_papers_after_the_next_sweep(scales: SmallService) -> None:
    key = issue(scales)
    assert [one.number for one in scales.certificates(key)] == NUMBERS
    assert drawn(scales, key) == [True, False, False]
    with scales.house.database.reading() as session:
        due = schedule.next_due(session)
    assert due is not None
    assert due <= NOW
    schedule.sweep(scales.house, now=NOW)
    papers = {one.number: scales.house.files.get(one.sha256) for one in scales.certificates(key)}
    for (number, paper), serial in zip(papers.items(), ("A1", "B2", "C3"), strict=True):
        assert number in text_of(paper)
        assert serial in text_of(paper)
    assert all(one.to_draw is None and one.draw_at is None for one in scales.certificates(key))
    assert drawing.draw_due(scales.house, now=NOW) == 0


def test_the_history_has_what_each_is_drawn_from_at_once_and_the_hash_of_the_paper_then(scales: SmallService) -> None:
    key = issue(scales)
    said = recorded(scales, "certificate_issued")
    assert [set(one) for one in said] == [{"number", "sha256"}, {"number", "drawn_from"}, {"number", "drawn_from"}]
    drawing.draw_due(scales.house, now=NOW)
    (told,) = recorded(scales, "papers_drawn")
    papers = {one.number: one.sha256 for one in scales.certificates(key)[1:]}
    assert told == {"papers": papers}
    for digest in papers.values():
        assert hashlib.sha256(scales.house.files.get(digest)).hexdigest() == digest


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_paper_is_the_same_whenever_it_is_drawn_and_whatever_changed_meanwhile(scales: SmallService) -> None:
    key = issue(scales)
    kept = scales.certificates(key)[1].to_draw
    drawing.draw_due(scales.house, now=NOW)
    first = scales.certificates(key)[1].sha256
    with scales.house.database.transaction() as session:
        second = session.scalars(select(Certificate).where(Certificate.number == NUMBERS[1])).one()
        second.sha256, second.to_draw = "", kept
        session.execute(update(Application).values(answers={"shop": "ហាងចាស់"}))
        session.execute(update(Person).values(name_latin="Somebody Else"))
    drawing.draw_now(scales.house, scales.row(key).id, now=NOW + timedelta(days=9))
    assert scales.certificates(key)[1].sha256 == first


def test_whoever_asks_first_has_it_drawn_from_there_on(scales: SmallService) -> None:
    key = issue(scales)

    def read() -> bytes:
        with scales.house.database.transaction() as session:
            return certificates.read(session, scales.house, scales.cast.dara.actor, NUMBERS[2], now=NOW).content

    with pytest.raises(PaperNotDrawn) as waits:
        read()
    with pytest.raises(PaperNotDrawn), scales.house.database.transaction() as session:
        certificates.read_all(session, scales.house, scales.cast.dara.actor, key, now=NOW)
    drawing.draw_now(scales.house, waits.value.application_id, first=waits.value.first, now=NOW)
    assert drawn(scales, key) == [True, False, True]
    assert "C3" in text_of(read())


def test_what_leaves_the_office_may_be_handed_over_before_it_was_drawn(scales: SmallService) -> None:
    key = issue(scales)
    assert isinstance(scales.collect(key), HandedOver)
    drawing.draw_due(scales.house, now=NOW)
    assert drawn(scales, key) == [True, True, True]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_full_disk_or_a_killed_worker_loses_nothing(scales: SmallService, monkeypatch: pytest.MonkeyPatch) -> None:
    key, put, times = issue(scales), FileStore.put, iter(range(9))

    def full(store: FileStore, content: bytes) -> str:
        if next(times) == 1:
            raise OSError(28, "No space left on device")
        return put(store, content)

    monkeypatch.setattr(FileStore, "put", full)
    assert drawing.draw_due(scales.house, now=NOW) == 1, "the second of them is tried by itself in the same sweep"
    assert drawn(scales, key)[2]
    later = NOW + drawing.PAPERS.lease
    drawing.draw_due(scales.house, now=later)
    assert drawn(scales, key) == [True, True, True]
    assert [one.number for one in scales.certificates(key)] == NUMBERS


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_that_cannot_be_drawn_holds_up_no_other_and_comes_back(scales: SmallService) -> None:
    key = issue(scales)
    with scales.house.database.transaction() as session:
        broken = session.scalars(select(Certificate).where(Certificate.number == NUMBERS[1])).one()
        whole = dict(broken.to_draw or {})
        broken.to_draw = whole | {"row": {}}
    drawing.draw_due(scales.house, now=NOW)
    assert drawn(scales, key) == [True, False, True]
    with scales.house.database.transaction() as session:
        waiting = session.scalars(select(Certificate).where(Certificate.sha256 == "")).one()
        assert waiting.draw_at is not None
        assert waiting.draw_at > NOW
        waiting.to_draw, again = whole, waiting.draw_at
    drawing.draw_due(scales.house, now=NOW)
    assert drawn(scales, key) == [True, False, True]
    drawing.draw_due(scales.house, now=again)
    assert drawn(scales, key) == [True, True, True]


def test_two_who_draw_at_once_write_one_paper_each_once(scales: SmallService) -> None:
    key = issue(scales)
    application_id, gate, failed = scales.row(key).id, threading.Barrier(2), list[Exception]()

    def draw(how: Callable[[], object]) -> None:
        try:
            gate.wait()
            how()
        except Exception as failure:
            failed.append(failure)

    both = (
        lambda: drawing.draw_due(scales.house, now=NOW),
        lambda: drawing.draw_now(scales.house, application_id, now=NOW),
    )
    workers = [threading.Thread(target=draw, args=(how,)) for how in both]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert drawn(scales, key) == [True, True, True]
    written = [number for told in recorded(scales, "papers_drawn") for number in told["papers"]]
    assert sorted(written) == NUMBERS[1:]
