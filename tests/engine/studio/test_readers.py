"""Who else has a draft open: seen with file and last save, gone after a minute, and nobody's business but drafters'."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.errors import NotFound, PathRefused
from engine.house import House
from engine.people.actors import Actor
from engine.studio import drafts, readers, saving
from engine.studio.readers import AT_MOST_EVERY, SILENT, Other
from storage.package_drafts import DraftReader
from tests.cast import NOW, Cast, Member

SECOND = timedelta(seconds=1)


@pytest.fixture
def draft(house: House, cast: Cast) -> str:
    with house.database.transaction() as session:
        files = {"service.yaml": b"key: industry.kiln\n"}
        return drafts.begin(session, cast.chenda.actor, "industry.kiln", files, words="Begun", now=NOW)


def look(house: House, member: Member, draft: str, file: str = "", after: timedelta = timedelta()) -> None:
    with house.database.transaction() as session:
        readers.note(session, member.actor, draft, file, now=NOW + after)


def seen(house: House, actor: Actor, draft: str, after: timedelta = timedelta()) -> tuple[Other, ...]:
    with house.database.reading() as session:
        return readers.others(session, actor, draft, now=NOW + after)


def is_news(house: House, actor: Actor, draft: str, file: str, after: timedelta) -> bool:
    with house.database.reading() as session:
        return readers.is_news(session, actor, draft, file, now=NOW + after)


def test_each_sees_the_other_with_file_and_last_save_and_not_themselves(house: House, cast: Cast, draft: str) -> None:
    look(house, cast.chenda, draft, "fees.dmn")
    look(house, cast.visal, draft)
    (her,) = seen(house, cast.visal.actor, draft)
    (him,) = seen(house, cast.chenda.actor, draft)
    assert (her.name.en, her.file, her.saved_at) == ("Tep Chenda", "fees.dmn", NOW)
    assert (him.name.en, him.file, him.saved_at) == ("Ouch Visal", "", None)
    with house.database.transaction() as session:
        changes = {"fees.dmn": b"x"}
        saving.save(session, cast.visal.actor, draft, changes, based_on=1, now=NOW + SECOND)
    assert seen(house, cast.chenda.actor, draft)[0].saved_at == NOW + SECOND


def test_whoever_is_silent_for_a_minute_has_gone(house: House, cast: Cast, draft: str) -> None:
    look(house, cast.chenda, draft)
    assert len(seen(house, cast.visal.actor, draft, SILENT - SECOND)) == 1
    assert seen(house, cast.visal.actor, draft, SILENT) == ()
    look(house, cast.chenda, draft, "texts.yaml", SILENT)
    assert [one.file for one in seen(house, cast.visal.actor, draft, SILENT)] == ["texts.yaml"]


def test_the_same_is_written_down_now_and_then_and_another_file_at_once(house: House, cast: Cast, draft: str) -> None:
    her = cast.chenda
    assert is_news(house, her.actor, draft, "a.dmn", SECOND)
    look(house, her, draft, "a.dmn")
    assert not is_news(house, her.actor, draft, "a.dmn", AT_MOST_EVERY - SECOND)
    assert is_news(house, her.actor, draft, "a.dmn", AT_MOST_EVERY)
    assert is_news(house, her.actor, draft, "", SECOND)


def test_two_pages_of_one_person_at_once_are_one_row(house: House, cast: Cast, draft: str) -> None:
    start = Barrier(2)

    def open_page(file: str) -> None:
        start.wait()
        look(house, cast.chenda, draft, file)

    pages = [Thread(target=open_page, args=(file,)) for file in ("a.dmn", "b.dmn")]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    with house.database.reading() as session:
        assert session.scalars(select(DraftReader.file)).one() in ("a.dmn", "b.dmn")


def test_who_may_not_draft_neither_sees_nor_is_seen(house: House, cast: Cast, draft: str) -> None:
    with pytest.raises(NotFound):
        look(house, cast.kunthea, draft)
    with pytest.raises(NotFound):
        seen(house, cast.kunthea.actor, draft)
    with pytest.raises(PathRefused):
        is_news(house, cast.chenda.actor, draft, "../secret", SECOND)
