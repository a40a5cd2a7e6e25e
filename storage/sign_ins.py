"""In which browsers people are signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class EndReason(StrEnum):
    """Why a sign-in ended before its time: signed out there, ended by its person from another browser, the password or
    the groups of the person changed, the account disabled."""

    SIGNED_OUT = "signed_out"
    ELSEWHERE = "elsewhere"
    PASSWORD = "password"  # noqa: S105
    GROUPS = "groups"
    DISABLED = "disabled"


class SignIn(Base):
    """A browser in which somebody is signed in, known by the hash of what it carries (SHA-256, in hex). It holds while
    ``epoch`` is the person's and nothing ended it; ``seen_at`` is written some minutes apart. ``address`` is the
    network without its last part, ``browser`` the names of program and system. Moments are those of the machine, also
    where the office's clock was moved. ``factor_at``: when a second factor was shown in it first; ``confirmed_at``:
    when the person showed last that it is them, where that was after the beginning."""

    __tablename__ = "sign_in"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[Key] = mapped_column(unique=True)
    epoch: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)
    address: Mapped[Key] = mapped_column(default="")
    browser: Mapped[Key] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    factor_at: Mapped[datetime | None] = mapped_column(Moment)
    end_kind: Mapped[EndReason | None] = mapped_column(words("end_kind", EndReason))
