"""Making files of long lists, behind the page: one at a time for each worker, from the beginning, whole or not at all.

A worker that is killed leaves its file to the next, who begins anew; what it wrote lies on a bench of the store and is
cleared. Every thousand lines it writes down how far it is, waits a moment for others, and stops where its person has
stopped the file, where another worker has taken it over, or where the worker itself is to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import structlog
from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from engine.applications.forgetting import forget_after
from engine.claiming import LEASE, Queue, Soonest, soonest
from engine.documents.separated import write_separated
from engine.documents.spreadsheets import write_spreadsheet
from engine.errors import NotAllowed, Refused
from engine.exports.asking import octets_of_others
from engine.exports.rights import rights_of
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.outages import outage_in
from engine.people.actors import load_actor
from engine.people.notices import News, tell
from storage.notices import NoticeKind, NoticePlace
from storage.prepared_files import OPEN_FILE, FileFailure, FileStatus, PreparedFile

MOST_LINES: Final = {"csv": 1_000_000, "xlsx": 100_000}
"""How files are made, by the end of their name, and with how many lines at most; a spreadsheet takes 1,048,576."""
TOGETHER: Final = 1_000
"""After so many lines it is written down how far a file is."""
MOST_ATTEMPTS: Final = 3
"""What broke so often, or killed its worker, is not tried again."""
Cells = Sequence[object]
FILES: Final = Queue(
    PreparedFile,
    PreparedFile.id,
    PreparedFile.due_at,
    is_open=lambda _now: PreparedFile.status.in_(OPEN_FILE),
    taken={PreparedFile.status: FileStatus.MAKING, PreparedFile.attempts: PreparedFile.attempts + 1},
    batch=1,
)
log = structlog.get_logger("owso.exports")


class ReadsLists(Protocol):
    """Reads the list that a page shows, as this person may see it now: the heads, then its lines, while the block
    lasts. What the person may not is refused, at the beginning or between two lines."""

    def __call__(self, *, address: str, person_id: int) -> AbstractContextManager[Iterator[Cells]]: ...


class GivenUp(Exception):
    """The file is not this worker's to make any more."""


class Halted(Exception):
    """The worker is to end."""


class TooLarge(Exception):
    """The person's files would be larger together than they may be."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes files. What time does knows no lists: those who show them hand in how they are read. ``moment``: what
    the clock says; ``pause`` waits a moment, so that others get their turn, and says whether to end."""

    reads: ReadsLists
    moment: Callable[[], datetime]
    pause: Callable[[], bool]

    def make_due(self, house: House, *, now: datetime) -> int:
        """Makes the file that waits longest, if there is one; how many."""
        return FILES.work_off(house.database, partial(self._make, house), now=now)

    def _make(self, house: House, row: PreparedFile) -> bool:
        try:
            if row.attempts > MOST_ATTEMPTS:
                self._fail(house, row, FileFailure.BROKE)
                return True
            with house.files.bench() as bench:
                self._write_and_keep(house, row, bench / f"{row.name}.{row.end}")
        except GivenUp:
            log.info("file_given_up", file=row.id)
        except Halted:
            self._end(house, row, {PreparedFile.attempts: row.attempts - 1, PreparedFile.due_at: self.moment()})
        except Refused:
            self._fail(house, row, FileFailure.NOT_ALLOWED)
        except TooLarge:
            self._fail(house, row, FileFailure.TOO_LARGE)
        except OSError as failure:
            if outage_in(failure) is None:
                raise
            log.error("file_not_written", file=row.id, failure=type(failure).__name__)
            self._fail(house, row, FileFailure.NO_ROOM)
        return True

    def _write_and_keep(self, house: House, row: PreparedFile, path: Path) -> None:
        most = self._begin(house, row)
        written = _Written(path, most)
        with self.reads(address=row.address, person_id=row.person_id) as lines:
            rows = self._counted(house, row, written, lines)
            if row.end == "csv":
                write_separated(path, rows)
            else:
                write_spreadsheet(path, row.name, rows, made_at=self.moment())
        self._go_on(house, row, written)
        self._keep(house, row, written)

    def _begin(self, house: House, row: PreparedFile) -> int:
        """Notes with which rights the file is made; how many octets it may have."""
        with house.database.transaction() as session:
            actor = load_actor(session, row.person_id, today=self.moment().astimezone(PHNOM_PENH).date())
            if actor is None or not actor.is_officer:
                raise NotAllowed
            _change(session, row, {PreparedFile.rights: rights_of(actor), PreparedFile.lines: 0})
            return house.keeping.octets - octets_of_others(session, row)

    def _counted(self, house: House, row: PreparedFile, written: _Written, lines: Iterable[Cells]) -> Iterator[Cells]:
        for number, line in enumerate(lines):
            if number and number % TOGETHER == 0:
                written.lines = number
                self._go_on(house, row, written)
            yield line
            written.lines = number  # the heads are none

    def _go_on(self, house: House, row: PreparedFile, written: _Written) -> None:
        """How far it is, kept; raises where it does not go on."""
        if written.octets > written.most:
            raise TooLarge
        with house.database.transaction() as session:
            _change(session, row, {PreparedFile.lines: written.lines, PreparedFile.due_at: self.moment() + LEASE})
        if self.pause():
            raise Halted

    def _keep(self, house: House, row: PreparedFile, written: _Written) -> None:
        size, digest, now = written.octets, house.files.take_in(written.path), self.moment()
        try:
            with house.database.transaction() as session:
                ready = {PreparedFile.status: FileStatus.READY, PreparedFile.sha256: digest, PreparedFile.size: size}
                goes_at = now + (row.goes_at - row.asked_at)
                _change(session, row, {**ready, PreparedFile.ended_at: now, PreparedFile.goes_at: goes_at})
                _tell(session, row, NoticeKind.FILE_READY, now)
        except GivenUp:
            with house.database.transaction() as session:
                forget_after(session, house, [digest])
            raise
        log.info("file_made", file=row.id, lines=written.lines, octets=size)

    def _fail(self, house: House, row: PreparedFile, why: FileFailure) -> None:
        now = self.moment()
        failed = {PreparedFile.status: FileStatus.FAILED, PreparedFile.failure_kind: why, PreparedFile.ended_at: now}
        if self._end(house, row, failed, NoticeKind.FILE_FAILED):
            log.warning("file_not_made", file=row.id, why=why.value)

    def _end(self, house: House, row: PreparedFile, values: dict[Any, Any], told: NoticeKind | None = None) -> bool:
        """Writes how the attempt ended, where it is still this worker's; whether it was."""
        try:
            with house.database.transaction() as session:
                _change(session, row, values)
                if told is not None:
                    _tell(session, row, told, self.moment())
        except GivenUp:
            return False
        return True


@dataclass(slots=True)
class _Written:
    """How far a file is: its place, how many octets it may have, the lines so far."""

    path: Path
    most: int
    lines: int = field(default=0)

    @property
    def octets(self) -> int:
        """What lies on the bench so far; a workbook has its lines beside it until it is closed."""
        return sum(one.stat().st_size for one in self.path.parent.iterdir())


def next_due(after: datetime | None = None) -> Soonest:
    """When a file is to be made next."""
    return soonest(PreparedFile.due_at, PreparedFile.status.in_(OPEN_FILE), after=after)


def _change(session: Session, row: PreparedFile, values: dict[Any, Any]) -> None:
    """Writes to the row while it is made by this attempt; raises ``GivenUp`` where it is not any more."""
    mine: list[ColumnElement[bool]] = [
        PreparedFile.id == row.id,
        PreparedFile.status == FileStatus.MAKING,
        PreparedFile.attempts == row.attempts,
    ]
    changed = update(PreparedFile).where(*mine).values(values).returning(PreparedFile.id)
    if session.scalar(changed.execution_options(synchronize_session=False)) is None:
        raise GivenUp


def _tell(session: Session, row: PreparedFile, kind: NoticeKind, now: datetime) -> None:
    news = News(kind, row.key, NoticePlace.FILE, row.key, reference=f"{row.name}.{row.end}")
    tell(session, news, [row.person_id], now=now)
