"""How often attempts failed, for pages where somebody could guess."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class AttemptCount(Base):
    """Attempts of one kind about one account, or from one place, that failed lately. ``key`` is a keyed hash: nobody
    reads in it whose account or which address. Moments are milliseconds since 1970 by the clock of the machine, because
    databases reckon with them: ``failed_at`` of the last one, ``empty_at`` when all will be forgotten."""

    __tablename__ = "attempt_count"
    key: Mapped[Key] = mapped_column(primary_key=True)
    failed_at: Mapped[int] = mapped_column(BigInteger, index=True)
    empty_at: Mapped[int] = mapped_column(BigInteger)
