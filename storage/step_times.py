"""How long the steps of services take: waiting until somebody takes a task, and being worked on, kept by months.

Completed tasks are counted behind the work, an office at a time (``engine.clockwork.step_times``): who completes a task
pays nothing for it but its place in an index.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, Key, Moment, OrderedKey, words

BOUNDS: Final = (
    *(5, 10, 15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480),
    *(600, 720, 960, 1200, 1440, 1920, 2400, 2880, 3360, 4320, 4800, 6000, 7200, 9600, 12000, 14400, 19200, 28800),
)
"""Working minutes: a stretch lies in the first of these groups that is no less. What is longer lies in one more."""
BEYOND: Final = 10**9
"""The group of what is longer than all of them."""


class StepTally(Base):
    """The completed tasks of one element of a service at an office in a month (Cambodia's, of completion) whose stretch
    lies in the group ``bound``: of how many the ``waited`` (ready until taken) and of how many the ``worked`` (taken
    until done), with the working minutes that these come to."""

    __tablename__ = "step_tally"
    service_key: Mapped[Key] = mapped_column(primary_key=True)
    month: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    element_id: Mapped[OrderedKey] = mapped_column(primary_key=True)
    bound: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    waited: Mapped[int] = mapped_column(BigInteger)
    worked: Mapped[int] = mapped_column(BigInteger)
    waited_minutes: Mapped[int] = mapped_column(BigInteger)
    worked_minutes: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index("ix_step_tally_office", "office_id", "month"),)


class SlowTask(Base):
    """One of the tasks of an element at an office in a month that took longest, in working minutes."""

    __tablename__ = "slow_task"
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True, autoincrement=False)
    service_key: Mapped[Key]
    month: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    element_id: Mapped[OrderedKey]
    waited: Mapped[int] = mapped_column(Id)
    worked: Mapped[int] = mapped_column(Id)
    __table_args__ = (Index("ix_slow_task_cell", "service_key", "element_id", "month", "office_id"),)


class FactKind(StrEnum):
    """What is counted of cases: how they were received (``key``: the channel), what was sent back to be mended
    (``key``: ``field:`` or ``document:`` and its own), at which step they were refused (``key``: the element), on which
    ground, and what was found (``key``: form, question and choice, parted by ``:``), on how many days applicants came
    (``key``: the number); how many were sent, and how many tasks the office completed, in a week (``key``: its Monday,
    in whose month it lies)."""

    RECEIVED = "received"
    RETURNED = "returned"
    REFUSED = "refused"
    GROUND = "ground"
    FOUND = "found"
    VISITS = "visits"
    SENT_IN_WEEK = "sent_in_week"
    DONE_IN_WEEK = "done_in_week"


class CaseTally(Base):
    """Of how many cases of a service at an office something was so in a month."""

    __tablename__ = "case_tally"
    service_key: Mapped[Key] = mapped_column(primary_key=True)
    month: Mapped[Key] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    kind: Mapped[FactKind] = mapped_column(words("kind", FactKind), primary_key=True)
    key: Mapped[OrderedKey] = mapped_column(primary_key=True)
    cases: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index("ix_case_tally_office", "office_id", "month"),)


class StepCount(Base):
    """Up to which completed task, and up to which application that was sent, an office is counted."""

    __tablename__ = "step_count"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, autoincrement=False)
    completed_at: Mapped[datetime] = mapped_column(Moment)
    user_task_id: Mapped[int] = mapped_column(Id)
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    application_id: Mapped[int] = mapped_column(Id)


class QueueJump(Base):
    """A task that was taken at ``at`` while ``passed`` older ones of the same step at the office lay free; the oldest
    of them, ``oldest_id``, was ready ``days`` working days before it. ``by_id`` took it, or was given it by
    ``given_by_id``."""

    __tablename__ = "queue_jump"
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_key: Mapped[Key]
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    passed: Mapped[int]
    oldest_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"))
    days: Mapped[int]
    __table_args__ = (
        Index("ix_queue_jump_at", "at", "user_task_id"),
        Index("ix_queue_jump_office", "office_id", "at", "user_task_id"),
        Index("ix_queue_jump_service", "service_key", "at", "user_task_id"),
    )
