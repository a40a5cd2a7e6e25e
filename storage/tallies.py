"""Numbers that are kept beside the rows that they count, so that no page has to count a nation.

Triggers of the database write what each change of a row adds and takes away, as rows that nobody else writes to
(decision 52); what lies there is folded into the sums behind the work (``storage.tallying``). A number is the sum and
what is not yet folded, read in one statement.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, Key, OrderedKey, Pk, words
from storage.clocks import COUNTED_BY, ClockKind

STANDINGS: Final = ("late", "warned", "running", "paused")
"""What open clocks are counted as, in columns of these names."""
MEASURES: Final = ("received", "granted", "refused", "withdrawn", "lapsed", "on_time", "late", "paid", "income")
"""What is counted by months, in columns of these names; income in whole riel."""
GROUP: Final = COUNTED_BY
CELL: Final = ("month", "office_id", "service_key")
OFFICE_DAY: Final = ("sent_on", "office_id")
SERVICE_DAY: Final = ("sent_on", "service_key")
UNDECIDED: Final = ("undecided",)
"""What is counted of the cases that were sent on a day."""


class _Standings:
    """How many open clocks stand how (``ListedStatus``)."""

    late: Mapped[int] = mapped_column(BigInteger, server_default="0")
    warned: Mapped[int] = mapped_column(BigInteger, server_default="0")
    running: Mapped[int] = mapped_column(BigInteger, server_default="0")
    paused: Mapped[int] = mapped_column(BigInteger, server_default="0")


class _Measures:
    """What happened in a month (``2026-11``, Cambodia's) with a service at an office."""

    received: Mapped[int] = mapped_column(BigInteger, server_default="0")
    granted: Mapped[int] = mapped_column(BigInteger, server_default="0")
    refused: Mapped[int] = mapped_column(BigInteger, server_default="0")
    withdrawn: Mapped[int] = mapped_column(BigInteger, server_default="0")
    lapsed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    on_time: Mapped[int] = mapped_column(BigInteger, server_default="0")
    late: Mapped[int] = mapped_column(BigInteger, server_default="0")
    paid: Mapped[int] = mapped_column(BigInteger, server_default="0")
    income: Mapped[int] = mapped_column(BigInteger, server_default="0")


class ClockTally(_Standings, Base):
    """The open clocks of one promise of one service at one office, as far as they are folded. ``element_id``: of the
    user task whose clock it is, empty for those of the law and of the office."""

    __tablename__ = "clock_tally"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    service_key: Mapped[OrderedKey] = mapped_column(primary_key=True)
    kind: Mapped[ClockKind] = mapped_column(words("kind", ClockKind), primary_key=True)
    element_id: Mapped[OrderedKey] = mapped_column(primary_key=True)


class ClockChange(_Standings, Base):
    """What one change of a clock adds to those of its group, and takes away; gone once it is folded."""

    __tablename__ = "clock_change"
    id: Mapped[Pk]
    office_id: Mapped[int] = mapped_column(Id)
    service_key: Mapped[OrderedKey]
    kind: Mapped[ClockKind] = mapped_column(words("kind", ClockKind))
    element_id: Mapped[OrderedKey]


class MonthTally(_Measures, Base):
    """The numbers of one service at one office in one month, as far as they are folded."""

    __tablename__ = "month_tally"
    month: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    service_key: Mapped[Key] = mapped_column(primary_key=True)


class MonthChange(_Measures, Base):
    """What one change of an application, clock, payment or refund adds to the numbers of a month, and takes away; gone
    once it is folded."""

    __tablename__ = "month_change"
    id: Mapped[Pk]
    month: Mapped[Key]
    office_id: Mapped[int] = mapped_column(Id)
    service_key: Mapped[Key]


class OfficeAge(Base):
    """How many cases that were sent to an office on a day (``2026-11-30``, Cambodia's) are not decided, as far as they
    are folded; a day of which none is left has no row."""

    __tablename__ = "office_age"
    sent_on: Mapped[OrderedKey] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    undecided: Mapped[int] = mapped_column(BigInteger, server_default="0")


class OfficeAgeChange(Base):
    """A case that came to an office, or was decided or ended there; gone once it is folded."""

    __tablename__ = "office_age_change"
    id: Mapped[Pk]
    sent_on: Mapped[OrderedKey]
    office_id: Mapped[int] = mapped_column(Id)
    undecided: Mapped[int] = mapped_column(BigInteger, server_default="0")


class ServiceAge(Base):
    """The same by service."""

    __tablename__ = "service_age"
    sent_on: Mapped[OrderedKey] = mapped_column(primary_key=True)
    service_key: Mapped[OrderedKey] = mapped_column(primary_key=True)
    undecided: Mapped[int] = mapped_column(BigInteger, server_default="0")


class ServiceAgeChange(Base):
    """A case of a service that came, or was decided or ended; gone once it is folded."""

    __tablename__ = "service_age_change"
    id: Mapped[Pk]
    sent_on: Mapped[OrderedKey]
    service_key: Mapped[OrderedKey]
    undecided: Mapped[int] = mapped_column(BigInteger, server_default="0")
