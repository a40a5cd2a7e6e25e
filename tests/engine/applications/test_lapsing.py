"""Drafts that nobody came back to: told in time, removed with everything in them, and only those."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from engine.applications import drafts, lapsing
from engine.applications.forgetting import file_columns, forget_unnamed
from engine.clockwork import schedule, upkeep
from engine.errors import NotFound
from engine.localise import plain_day
from storage.applications import Application, Document
from storage.chores import Chore, ChoreKind
from storage.drafts import Draft
from storage.files import SHELVES
from storage.messages import Notification
from storage.people import Person
from tests.cast import NOW, Cast
from tests.engine.applications.test_drafts import begin
from tests.engine.applications.test_quotas import lies
from tests.engine.applications.test_uploads import add
from tests.journeys.guesthouse import ANSWERS, PNG, Guesthouse
from tests.small.cases import PAGE, Kilns
from tests.statements import counted

DAY = timedelta(days=1)
REMINDED, REMOVED = NOW + 83 * DAY, NOW + 90 * DAY


def there(licence: Guesthouse, key: str) -> bool:
    with licence.house.database.reading() as session:
        return session.scalar(select(Application.id).where(Application.key == key)) is not None


def told(licence: Guesthouse) -> list[str]:
    """What was told of drafts, in the order in which it was."""
    with licence.house.database.reading() as session:
        return list(
            session.scalars(
                select(Notification.body)
                .where(Notification.idempotency_key.like("%/draft_kept_until/%"), Notification.channel == "sms")
                .order_by(Notification.id)
            )
        )


def save(licence: Guesthouse, key: str, now: datetime) -> None:
    page, answers = next(iter(ANSWERS.items()))
    with licence.house.database.transaction() as session:
        drafts.save_page(session, licence.house, licence.cast.dara.actor, key, page, raw=answers, now=now)


def test_a_forgotten_draft_is_told_of_a_week_before_and_then_goes_with_its_files(
    licence: Guesthouse, cast: Cast
) -> None:
    key = begin(licence, cast.dara)
    add(licence, cast.dara, key, PNG)
    assert lapsing.lapse_due(licence.house, now=REMINDED - DAY) == 0
    assert told(licence) == []
    for _ in range(2):
        lapsing.lapse_due(licence.house, now=REMINDED)
    (message,) = told(licence)
    assert plain_day(REMOVED, "km") in message
    assert lapsing.lapse_due(licence.house, now=REMOVED - timedelta(seconds=1)) == 0
    assert (there(licence, key), lies(licence, PNG)) == (True, True)
    assert [lapsing.lapse_due(licence.house, now=REMOVED) for _ in range(2)] == [1, 0]
    assert (there(licence, key), lies(licence, PNG)) == (False, False)
    with licence.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0
        assert session.scalar(select(func.count()).select_from(Draft)) == 0
        assert session.scalar(select(func.count()).select_from(Notification)) == 1  # what was told stays


def test_a_draft_that_is_worked_on_is_kept_anew_and_told_of_anew(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    lapsing.lapse_due(licence.house, now=REMINDED)
    save(licence, key, REMOVED - DAY)
    assert lapsing.lapse_due(licence.house, now=REMOVED + DAY) == 0
    lapsing.lapse_due(licence.house, now=REMOVED - DAY + 83 * DAY)
    assert len(told(licence)) == 2
    assert lapsing.lapse_due(licence.house, now=REMOVED - DAY + 90 * DAY) == 1


def test_nobody_loses_a_draft_sooner_than_a_week_after_being_told(licence: Guesthouse, cast: Cast) -> None:
    """The server was away for a year, or the time was made shorter."""
    key, late = begin(licence, cast.dara), NOW + 400 * DAY
    assert lapsing.lapse_due(licence.house, now=late) == 0
    assert plain_day(late + 7 * DAY, "km") in told(licence)[0]
    assert lapsing.lapse_due(licence.house, now=late + 6 * DAY) == 0
    assert there(licence, key)
    assert lapsing.lapse_due(licence.house, now=late + 7 * DAY) == 1


def test_what_was_sent_is_no_draft_and_stays(licence: Guesthouse) -> None:
    key = licence.sent()
    for now in (REMINDED, REMOVED, REMOVED + 90 * DAY):
        assert lapsing.lapse_due(licence.house, now=now) == 0
    assert there(licence, key)
    assert told(licence) == []


def test_what_is_remembered_of_drafts_that_were_sent_goes_many_at_a_time(
    licence: Guesthouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        licence.sent()
    monkeypatch.setattr(lapsing, "SENT_TOGETHER", 2)
    left = []
    for now in (REMINDED - DAY, REMINDED, REMINDED):
        with counted(licence.house.database) as asked:
            assert lapsing.lapse_due(licence.house, now=now) == 0
        assert asked.statements <= 4
        with licence.house.database.reading() as session:
            left.append(session.scalar(select(func.count()).select_from(Draft)))
    assert left == [3, 1, 0]


def test_a_verification_of_an_account_and_somebody_without_telephone_lapse_alike(
    licence: Guesthouse, cast: Cast
) -> None:
    with licence.house.database.transaction() as session:
        service, office = "interior.account_verification", cast.battambang
        key = drafts.start_draft(session, licence.house, cast.sreyneang.actor, service, office, now=NOW)
        session.execute(update(Person).where(Person.id == cast.sreyneang.person_id).values(phone=None, email=None))
    assert [lapsing.lapse_due(licence.house, now=now) for now in (REMINDED, REMOVED)] == [0, 1]
    assert not there(licence, key)


@pytest.mark.parametrize("batch", [1, lapsing.BATCH])
def test_a_sweep_removes_them_and_one_that_breaks_stops_no_other_and_takes_nobodys_place(
    licence: Guesthouse, cast: Cast, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    broken, whole = begin(licence, cast.dara), begin(licence, cast.sreyneang)
    schedule.sweep(licence.house, now=REMINDED)
    with licence.house.database.transaction() as session:
        first = select(Application.id).where(Application.key == broken).scalar_subquery()
        earlier = NOW - timedelta(days=1)
        session.execute(update(Draft).where(Draft.application_id == first).values(touched_at=earlier))
    monkeypatch.setattr(lapsing, "BATCH", batch)
    remove = lapsing.remove_draft

    def breaks(session: object, house: object, application: Application) -> None:
        if application.key == broken:
            raise RuntimeError
        remove(session, house, application)  # type: ignore[arg-type]

    monkeypatch.setattr(lapsing, "remove_draft", breaks)
    assert schedule.sweep(licence.house, now=REMOVED).removed == 1
    assert (there(licence, broken), there(licence, whole)) == (True, False)


def aged(root: Path, days: int) -> None:
    for path in root.rglob("*"):
        if path.is_file():
            written = path.stat().st_mtime - days * 86_400
            os.utime(path, (written, written))


def test_a_file_that_no_row_names_goes_after_a_day_and_every_other_stays(kilns: Kilns) -> None:
    sent = kilns.approved()
    kilns.collect(sent)
    files = kilns.house.files
    named = {files.get(kilns.certificate(sent).sha256), b"a signed slip"}
    aged(files.root, 2)
    files.put(b"written just now")
    orphan = files.put(b"nobody's")
    left = files.root / orphan[:2] / "tmpleftover"
    left.write_bytes(b"half of a file")
    for path in (left, files.root / orphan[:2] / orphan):
        os.utime(path, (0, 0))
    assert sum(forget_unnamed(kilns.house, shelf) for shelf in range(SHELVES)) == 2
    assert {path.read_bytes() for path in files.root.rglob("*") if path.is_file()} == named | {b"written just now"}


def test_a_file_that_was_put_aside_when_the_server_fell_comes_back(kilns: Kilns) -> None:
    sent = kilns.approved()
    files, digest = kilns.house.files, kilns.certificate(sent).sha256
    path = files.root / digest[:2] / digest
    path.replace(path.with_name(f"{digest}.{'a' * 32}"))
    aged(files.root, 2)
    forget_unnamed(kilns.house, int(digest[:2], 16))
    assert files.get(digest)


def test_a_file_that_is_written_again_is_about_to_be_named(kilns: Kilns) -> None:
    files = kilns.house.files
    digest = files.put(b"a signature")
    aged(files.root, 2)
    files.put(b"a signature")  # its row is not kept yet
    assert forget_unnamed(kilns.house, int(digest[:2], 16)) == 0
    assert files.get(digest) == b"a signature"


def test_a_file_that_was_old_when_it_was_looked_for_and_young_when_it_was_put_aside_stays(kilns: Kilns) -> None:
    files = kilns.house.files
    digest = files.put(b"a signature")
    aged(files.root, 2)
    assert files.old_on_shelf(int(digest[:2], 16), older=DAY) == [digest]
    files.put(b"a signature")
    with files.put_aside(digest) as aside:
        assert aside.age < DAY
        aside.is_needed = True


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # a day of looks; one is tried on both
def test_every_file_is_looked_at_once_a_day_a_shelf_at_a_time(kilns: Kilns) -> None:
    digest = kilns.house.files.put(b"nobody's")
    aged(kilns.house.files.root, 2)
    now = NOW
    for shelf in range(SHELVES):
        while upkeep.tidy_due(kilns.house, now=now):
            pass
        assert looked_at(kilns) == (shelf + 1) % SHELVES
        now += DAY / SHELVES
    with pytest.raises(FileNotFoundError):
        kilns.house.files.get(digest)


def looked_at(kilns: Kilns) -> int:
    """The shelf at which the next look begins."""
    with kilns.house.database.reading() as session:
        return session.scalars(select(Chore.position).where(Chore.kind == ChoreKind.FILES)).one()


def test_every_table_that_names_a_file_is_asked() -> None:
    asked = {str(column) for column in file_columns()}
    assert {"document.sha256", "certificate.sha256", "handover.signature_sha256", "bank_slip.sha256"} <= asked


def test_a_removed_draft_cannot_be_opened_any_more(kilns: Kilns) -> None:
    actor, house = kilns.cast.dara.actor, kilns.house
    with house.database.transaction() as session:
        key = drafts.start_draft(session, house, actor, "industry.kiln_permit", kilns.cast.battambang, now=NOW)
    for now in (REMINDED, REMOVED):
        lapsing.lapse_due(house, now=now)
    with pytest.raises(NotFound), house.database.transaction() as session:
        drafts.save_page(session, house, actor, key, PAGE, raw={}, now=REMOVED)
