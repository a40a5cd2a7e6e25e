"""What keeps the house in order, a piece at a time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk, words


class ChoreKind(StrEnum):
    """What is looked after: files that no row names any more with saves of drafts that are too much, promises that
    should stand still, the usual times of the services of each office, trials that are kept no longer, how often each
    flow was taken, numbers that are not folded yet, how long steps took at each office, what usually follows, and when
    open cases are expected to be done."""

    FILES = "files"
    PROMISES = "promises"
    USUAL_TIMES = "usual_times"
    TRIALS = "trials"
    FLOWS = "flows"
    TALLIES = "tallies"
    STEPS = "steps"
    STEP_HISTORIES = "step_histories"
    EXPECTED_DATES = "expected_dates"


class Chore(Base):
    """Work that never ends: when its next piece is due, and where that begins (``position``: a shelf of the file store,
    or the last case or office that was looked at)."""

    __tablename__ = "chore"
    id: Mapped[Pk]
    kind: Mapped[ChoreKind] = mapped_column(words("kind", ChoreKind), unique=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
    position: Mapped[int] = mapped_column(default=0)
