"""What an empty installation gets before anything happens in it: the packages, the offices and who works there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from pwdlib import PasswordHash
from sqlalchemy.orm import Session

from engine.demonstration import installing
from engine.demonstration.books import set_example_shares
from engine.demonstration.told import Staff
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.people.actors import OPERATOR
from engine.versions import publishing
from engine.working_time.calendar import USUAL_WEEK, WorkingTime, public_holidays


class _HashedOnce(PasswordHash):
    """Hashing is slow on purpose, and all invented people share one password: it is hashed for the first of them."""

    def __init__(self, usual: PasswordHash) -> None:
        super().__init__(usual.hashers)
        self._hashed: dict[str | bytes, str] = {}

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        if password not in self._hashed:
            self._hashed[password] = super().hash(password, salt=salt)
        return self._hashed[password]


def hashing_once(house: House) -> House:
    """The same house, in which invented people get their accounts quickly."""
    return replace(house, passwords=_HashedOnce(house.passwords))


def found(house: House, *, password: str, opened: datetime, now: datetime) -> tuple[Mapping[str, int], Staff]:
    """Publishes every package and opens the offices, at the moment ``opened``: their ids by code, and who works there.
    Whoever is hired last (``installing.hire_last``) is not there yet."""
    with house.database.transaction() as session:
        _publish(session, house, opened)
        codes = installing.open_offices(session, house, opened=opened, now=now)
        set_example_shares(session, opened=opened)
        return codes, installing.hire(session, house, codes, password=password, opened=opened)


def _publish(session: Session, house: House, opened: datetime) -> None:
    for manifest in sorted(house.processes.rglob("service.yaml")):
        publishing.publish(session, house, manifest.parent, author=OPERATOR, note="Demonstration", now=opened)


def calendar_around(now: datetime) -> WorkingTime:
    """The calendar that the offices will have."""
    closed = {day for year in range(now.year - 1, now.year + 2) for day in public_holidays(year)}
    return WorkingTime(weekly=USUAL_WEEK, holidays=frozenset(closed))


def moment_at(day: date, at: time) -> datetime:
    """This local time of a day."""
    return datetime.combine(day, at, PHNOM_PENH).astimezone(UTC)
