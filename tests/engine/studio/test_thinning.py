"""What a draft keeps of old saves: the last of each day, then of each month, and always those with words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.clockwork import upkeep
from engine.errors import NotFound
from engine.house import House
from engine.studio import drafts, keeping, saving, thinning
from storage.files import SHELVES
from storage.package_drafts import DraftContent, DraftReader, DraftSave, PackageDraft
from tests.cast import NOW, Cast
from tests.ways import ground

FILE = "texts.yaml"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = NOW.replace(hour=1, minute=0, second=0, microsecond=0)
"""Eight in the morning in Phnom Penh."""


@pytest.fixture
@ground
def draft(house: House, cast: Cast) -> str:
    with house.database.transaction() as session:
        files = {"service.yaml": b"key: industry.kiln\n", FILE: b"first"}
        return drafts.begin(session, cast.chenda.actor, "industry.kiln", files, words="Begun", now=MORNING)


def save(house: House, cast: Cast, key: str, *, at: timedelta, words: str = "") -> int:
    """Saves something new at this time after the beginning; the number of the save."""
    with house.database.transaction() as session:
        draft, content = keeping.find(session, cast.chenda.actor, key), f"at {at}".encode()
        moment = MORNING + at
        return saving.save(
            session, cast.chenda.actor, key, {FILE: content}, based_on=draft.revision, words=words, now=moment
        )


def thin(house: House, *, after: timedelta) -> list[int]:
    """Thins at this time after the beginning; the numbers of the saves that are left."""
    with house.database.transaction() as session:
        draft_id = session.scalars(select(PackageDraft.id)).one()
        thinning.thin(session, draft_id, now=MORNING + after)
    with house.database.reading() as session:
        return list(session.scalars(select(DraftSave.number).order_by(DraftSave.number)))


def contents(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(DraftContent)) or 0


def test_of_old_saves_the_last_of_each_day_stays_with_its_files(house: House, cast: Cast, draft: str) -> None:
    for at in (DAY, DAY + HOUR, DAY + 2 * HOUR, 2 * DAY, 2 * DAY + HOUR):
        save(house, cast, draft, at=at)
    assert thin(house, after=10 * DAY) == [1, 2, 3, 4, 5, 6]
    assert contents(house) == 7
    assert thin(house, after=93 * DAY) == [1, 4, 6]
    assert contents(house) == 4
    with house.database.reading() as session:
        found = keeping.find(session, cast.chenda.actor, draft)
        kept = keeping.save_of(session, found, 4)
        assert keeping.file_in(session, kept, FILE) == f"at {DAY + 2 * HOUR}".encode()
        with pytest.raises(NotFound):
            keeping.save_of(session, found, 3)


def test_a_day_is_one_of_the_office_and_the_newest_stays(house: House, cast: Cast, draft: str) -> None:
    for at in (DAY + 15 * HOUR, DAY + 17 * HOUR, DAY + 18 * HOUR):  # 23:00, and 1:00 and 2:00 of the next day
        save(house, cast, draft, at=at)
    assert thin(house, after=200 * DAY) == [1, 2, 4]


def test_after_two_years_the_last_of_each_month_stays(house: House, cast: Cast, draft: str) -> None:
    for day in (40, 41, 42, 75, 76, 800):
        save(house, cast, draft, at=day * DAY)
    assert thin(house, after=820 * DAY) == [1, 4, 6, 7]


def test_a_save_with_words_stays_whatever_its_age(house: House, cast: Cast, draft: str) -> None:
    save(house, cast, draft, at=DAY, words="Fee of the law")
    for hours in (1, 2):
        save(house, cast, draft, at=DAY + hours * HOUR)
    assert thin(house, after=900 * DAY) == [1, 2, 4]


def test_of_a_draft_that_was_put_away_a_year_ago_only_what_is_named_stays(house: House, cast: Cast, draft: str) -> None:
    save(house, cast, draft, at=DAY)
    save(house, cast, draft, at=2 * DAY, words="Agreed")
    save(house, cast, draft, at=3 * DAY)
    save(house, cast, draft, at=4 * DAY)
    with house.database.transaction() as session:
        drafts.close(session, cast.chenda.actor, draft, now=MORNING + 5 * DAY)
    assert thin(house, after=200 * DAY) == [1, 2, 3, 4, 5]
    assert thin(house, after=371 * DAY) == [1, 3, 5]


def test_upkeep_comes_by_each_draft_once_a_day_and_forgets_who_has_gone(house: House, cast: Cast, draft: str) -> None:
    for at in (DAY, DAY + HOUR, 2 * DAY):
        save(house, cast, draft, at=at)
    with house.database.transaction() as session:
        found = keeping.find(session, cast.chenda.actor, draft)
        session.add(DraftReader(draft_id=found.id, person_id=cast.visal.person_id, file="", seen_at=MORNING))
    moment = MORNING + 100 * DAY
    for _shelf in range(SHELVES):
        while upkeep.tidy_due(house, now=moment):
            pass
        moment += upkeep.ALL_IN / SHELVES
    with house.database.reading() as session:
        assert session.scalars(select(DraftSave.number).order_by(DraftSave.number)).all() == [1, 3, 4]
        assert session.scalars(select(DraftReader)).all() == []
