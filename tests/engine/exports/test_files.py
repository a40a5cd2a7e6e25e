"""Files of long lists: asked for, made behind the page, stopped, taken over, fetched, removed."""

from __future__ import annotations

import csv
import errno
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.claiming import LEASE
from engine.clockwork import upkeep
from engine.documents.separated import BYTE_ORDER_MARK
from engine.errors import NotAllowed, NotFound
from engine.errors.prepared_files import FileNotReady, RightsEnded, TooManyFiles
from engine.exports import asking
from engine.exports.asking import AskedFile, ask, give_up
from engine.exports.fetching import Fetched, fetch
from engine.exports.making import MOST_ATTEMPTS, TOGETHER, Maker
from engine.house import House, Keeping
from engine.people.actors import load_actor
from engine.queries.office.prepared_files import FileLine, my_file, my_files
from storage.chores import Chore, ChoreKind
from storage.files import FileStore
from storage.notices import Notice, NoticeKind
from storage.people import Membership, Person
from storage.prepared_files import FileFailure, FileStatus, PreparedFile
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Cast, Member
from tests.fixtures.houses import SetClock

LIST = AskedFile("/admin/now/cases?state=late&as=csv&lang=en", "one-window-cases", "csv")
MANY = 2 * TOGETHER + 500


def nothing(_number: int) -> None:
    return


class Reads:
    """A list of so many lines, beside each of which something may happen."""

    def __init__(self, many: int = MANY, beside: Callable[[int], None] = nothing) -> None:
        self.many, self.beside = many, beside
        self.asked: list[tuple[str, int]] = []

    @contextmanager
    def __call__(self, *, address: str, person_id: int) -> Iterator[Iterator[Sequence[object]]]:
        self.asked.append((address, person_id))
        yield self._lines()

    def _lines(self) -> Iterator[Sequence[object]]:
        yield ["Number", "Text"]
        for number in range(1, self.many + 1):
            self.beside(number)
            yield [number, "=1+1"]


def maker(reads: Reads, clock: SetClock, *, stops: bool = False) -> Maker:
    return Maker(reads, clock.now, lambda: stops)


def asked(house: House, member: Member, wanted: AskedFile = LIST) -> str:
    with house.database.transaction() as session:
        return ask(session, house, member.actor, wanted, now=NOW)


def seen(house: House, member: Member, key: str) -> FileLine:
    with house.database.reading() as session:
        return my_file(session, member.actor, key, now=NOW)


def fetched(house: House, member: Member, key: str) -> Fetched:
    with house.database.transaction() as session:
        actor = load_actor(session, member.person_id, today=NOW.date())
        assert actor is not None
        return fetch(session, actor, key, now=NOW)


def made(house: House, reads: Reads, clock: SetClock) -> int:
    return maker(reads, clock).make_due(house, now=clock.now())


def stored(house: House) -> set[Path]:
    return {path for path in house.files.root.rglob("*") if path.is_file()}


def test_a_list_is_made_into_a_file_and_its_person_is_told(house: House, cast: Cast, clock: SetClock) -> None:
    key, reads = asked(house, cast.kunthea), Reads()
    assert seen(house, cast.kunthea, key).status == FileStatus.WAITING
    assert made(house, reads, clock) == 1
    assert reads.asked == [(LIST.address, cast.kunthea.person_id)]
    line = seen(house, cast.kunthea, key)
    assert (line.status, line.lines, line.may_fetch) == (FileStatus.READY, MANY, True)
    file = fetched(house, cast.kunthea, key)
    text = b"".join(house.files.pieces(file.sha256)).decode()
    rows = list(csv.reader(text.removeprefix(BYTE_ORDER_MARK).splitlines()))
    assert (text[0], len(rows)) == (BYTE_ORDER_MARK, 1 + MANY)
    assert (rows[0], rows[-1]) == (["Number", "Text"], [str(MANY), "'=1+1"])
    assert file.size == line.size == len(text.encode())
    with house.database.reading() as session:
        notice = session.scalars(select(Notice)).one()
        assert (notice.person_id, notice.kind, notice.opens) == (cast.kunthea.person_id, NoticeKind.FILE_READY, key)
        lines = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)).all()
    assert [(one.kind, one.actor_id) for one in lines] == [
        (SecurityKind.EXPORT_ASKED, cast.kunthea.person_id),
        (SecurityKind.EXPORTED, cast.kunthea.person_id),
    ]
    assert lines[1].data == {
        "what": "one-window-cases.csv", "of": "/admin/now/cases", "lines": MANY, "size": file.size
    }  # fmt: skip
    assert made(house, reads, clock) == 0, "nothing is made twice"


def test_a_workbook_is_made_too_and_no_cell_is_a_formula(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea, replace(LIST, end="xlsx"))
    assert made(house, Reads(TOGETHER + 1), clock) == 1
    content = io.BytesIO(house.files.get(fetched(house, cast.kunthea, key).sha256))
    with zipfile.ZipFile(content) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 2 + TOGETHER
    assert "<f>" not in sheet
    assert [path.name for path in house.files.root.glob("benches/*")] == []


def test_it_is_seen_how_far_a_file_is(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea, replace(LIST, total=MANY))
    found: list[tuple[FileStatus, int, int | None]] = []

    def look(number: int) -> None:
        if number in (1, TOGETHER + 2):
            line = seen(house, cast.kunthea, key)
            found.append((line.status, line.lines, line.total))

    made(house, Reads(beside=look), clock)
    assert found == [(FileStatus.MAKING, 0, MANY), (FileStatus.MAKING, TOGETHER, MANY)]


def test_a_file_that_is_stopped_is_not_made_further_and_leaves_nothing(
    house: House, cast: Cast, clock: SetClock
) -> None:
    key, read = asked(house, cast.kunthea), []

    def stop(number: int) -> None:
        read.append(number)
        if number == 10:
            with house.database.transaction() as session:
                assert give_up(session, house, cast.kunthea.actor, key, now=NOW)

    made(house, Reads(beside=stop), clock)
    assert seen(house, cast.kunthea, key).status == FileStatus.CANCELLED
    assert max(read) < 2 * TOGETHER
    assert stored(house) == set()
    with pytest.raises(FileNotReady):
        fetched(house, cast.kunthea, key)
    with house.database.transaction() as session:
        assert not give_up(session, house, cast.kunthea.actor, key, now=NOW)
    with house.database.reading() as session:
        assert my_files(session, cast.kunthea.actor, now=NOW) == ()


def test_a_file_that_is_stopped_after_its_last_line_is_not_offered(house: House, cast: Cast, clock: SetClock) -> None:
    key, house = asked(house, cast.kunthea), replace(house)

    class StopsLast(FileStore):
        def take_in(self, written: Path) -> str:
            with house.database.transaction() as session:
                give_up(session, house, cast.kunthea.actor, key, now=NOW)
            return super().take_in(written)

    made(replace(house, files=StopsLast(house.files.root)), Reads(5), clock)
    assert seen(house, cast.kunthea, key).status == FileStatus.CANCELLED
    assert stored(house) == set()


class Killed(BaseException):
    """The process ends here."""


def test_whoever_is_killed_leaves_the_file_to_the_next_who_begins_anew(
    house: House, cast: Cast, clock: SetClock
) -> None:
    key = asked(house, cast.kunthea)

    def die(number: int) -> None:
        if number == TOGETHER + 7:
            raise Killed

    with pytest.raises(Killed):
        made(house, Reads(beside=die), clock)
    assert seen(house, cast.kunthea, key).lines == TOGETHER
    assert made(house, Reads(), clock) == 0, "it may still be at it"
    clock.moment += LEASE + timedelta(seconds=1)
    assert made(house, Reads(3), clock) == 1
    line = seen(house, cast.kunthea, key)
    assert (line.status, line.lines) == (FileStatus.READY, 3)


def test_what_kills_its_worker_each_time_is_not_tried_for_ever(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)

    def break_off(_number: int) -> None:
        raise LookupError

    for _ in range(MOST_ATTEMPTS + 1):
        made(house, Reads(beside=break_off), clock)
        clock.moment += LEASE + timedelta(seconds=1)
    line = seen(house, cast.kunthea, key)
    assert (line.status, line.failure) == (FileStatus.FAILED, FileFailure.BROKE)
    with house.database.reading() as session:
        assert [one.kind for one in session.scalars(select(Notice))] == [NoticeKind.FILE_FAILED]


def test_of_two_workers_only_the_one_that_took_it_over_ends_a_file(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)

    def sleep_long(number: int) -> None:
        if number == 5:
            clock.moment += LEASE + timedelta(seconds=1)
            assert made(house, Reads(4), clock) == 1

    made(house, Reads(beside=sleep_long), clock)
    line = seen(house, cast.kunthea, key)
    assert (line.status, line.lines) == (FileStatus.READY, 4)
    assert len(stored(house)) == 1


def test_a_worker_that_is_to_end_gives_the_file_back_at_once(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)
    for _ in range(MOST_ATTEMPTS + 1):
        maker(Reads(), clock, stops=True).make_due(house, now=clock.now())
    assert seen(house, cast.kunthea, key).is_open
    assert made(house, Reads(), clock) == 1
    assert seen(house, cast.kunthea, key).status == FileStatus.READY


def test_whoever_lost_a_group_before_it_was_made_or_after_gets_nothing(
    house: House, cast: Cast, clock: SetClock
) -> None:
    key = asked(house, cast.kunthea)
    made(house, Reads(5), clock)
    later = asked(house, cast.kunthea)
    yesterday = NOW.date() - timedelta(days=1)
    with house.database.transaction() as session:
        session.execute(
            update(Membership).where(Membership.person_id == cast.kunthea.person_id).values(to_day=yesterday)
        )
        session.add(
            Membership(person_id=cast.kunthea.person_id, group="cashier", office_id=cast.battambang, from_day=yesterday)
        )
    with pytest.raises(RightsEnded):
        fetched(house, cast.kunthea, key)
    with house.database.transaction() as session:
        session.execute(
            update(Membership).where(Membership.person_id == cast.kunthea.person_id).values(to_day=yesterday)
        )
    made(house, Reads(5), clock)
    line = seen(house, cast.kunthea, later)
    assert (line.status, line.failure) == (FileStatus.FAILED, FileFailure.NOT_ALLOWED)


def test_what_the_page_refuses_in_the_middle_ends_the_file(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)

    def refuse(number: int) -> None:
        if number == 20:
            raise NotAllowed

    made(house, Reads(beside=refuse), clock)
    assert seen(house, cast.kunthea, key).failure == FileFailure.NOT_ALLOWED
    assert stored(house) == set()


def test_a_disabled_account_gets_no_file(house: House, cast: Cast, clock: SetClock) -> None:
    key, reads = asked(house, cast.kunthea), Reads(5)
    with house.database.transaction() as session:
        session.execute(update(Person).where(Person.id == cast.kunthea.person_id).values(disabled_at=NOW))
    made(house, reads, clock)
    assert seen(house, cast.kunthea, key).failure == FileFailure.NOT_ALLOWED
    assert reads.asked == []


def test_a_second_click_gets_the_file_that_is_being_made(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)
    assert asked(house, cast.kunthea) == key
    assert asked(house, cast.kunthea, replace(LIST, end="xlsx")) != key
    assert asked(house, cast.visal) != key
    made(house, Reads(5), clock)
    assert asked(house, cast.kunthea) != key, "a new one is of now"


def test_nobody_has_somebody_elses_file(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)
    made(house, Reads(5), clock)
    for act in (
        lambda: seen(house, cast.visal, key),
        lambda: fetched(house, cast.visal, key),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound), house.database.transaction() as session:
        give_up(session, house, cast.visal.actor, key, now=NOW)
    assert seen(house, cast.kunthea, key).status == FileStatus.READY


def test_an_applicant_prepares_no_file(house: House, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        asked(house, cast.dara)


def test_one_person_has_so_many_files_and_so_many_octets(house: House, cast: Cast, clock: SetClock) -> None:
    for number in range(asking.MOST_FILES):
        key = asked(house, cast.kunthea, replace(LIST, address=f"/{number}"))
    with pytest.raises(TooManyFiles):
        asked(house, cast.kunthea)
    with house.database.transaction() as session:
        give_up(session, house, cast.kunthea.actor, key, now=NOW)
        give_up(session, house, cast.kunthea.actor, key, now=NOW)
    small = replace(house, keeping=Keeping(octets=20_000))
    assert asked(small, cast.kunthea)
    made(small, Reads(5), clock)
    with small.database.reading() as session:
        first = session.scalars(select(PreparedFile).order_by(PreparedFile.id)).first()
    assert first is not None
    assert first.status == FileStatus.READY
    made(small, Reads(10 * TOGETHER), clock)
    with small.database.reading() as session:
        second = session.scalars(select(PreparedFile).where(PreparedFile.id > first.id).order_by(PreparedFile.id))
        assert second.first().failure_kind == FileFailure.TOO_LARGE  # type: ignore[union-attr]


class Full(FileStore):
    """A store on a disk that takes no more."""

    def take_in(self, written: Path) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_ends_in_words_and_the_next_file_is_made(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)
    assert made(replace(house, files=Full(house.files.root)), Reads(5), clock) == 1
    line = seen(house, cast.kunthea, key)
    assert (line.status, line.failure, line.may_fetch) == (FileStatus.FAILED, FileFailure.NO_ROOM, False)
    again = asked(house, cast.kunthea)
    made(house, Reads(5), clock)
    assert seen(house, cast.kunthea, again).status == FileStatus.READY


def test_a_file_goes_when_its_days_are_over(house: House, cast: Cast, clock: SetClock) -> None:
    key = asked(house, cast.kunthea)
    made(house, Reads(5), clock)
    assert len(stored(house)) == 1
    clock.pass_time(days=house.keeping.days)
    with pytest.raises(NotFound), house.database.transaction() as session:
        fetch(session, cast.kunthea.actor, key, now=clock.now())
    with house.database.transaction() as session:
        session.add(Chore(kind=ChoreKind.FILES, due_at=NOW))
    upkeep.tidy_due(house, now=clock.now())
    assert stored(house) == set()
    with house.database.reading() as session:
        assert session.scalars(select(PreparedFile)).all() == []


def test_what_a_killed_worker_left_on_a_bench_is_cleared(house: House) -> None:
    with house.files.bench() as bench:
        (bench / "half").write_text("x")
        house.files.clear_benches(older=timedelta(hours=1))
        assert (bench / "half").exists(), "somebody may be at it"
        house.files.clear_benches(older=timedelta(seconds=-1))
        assert not bench.exists()
        bench.mkdir()
