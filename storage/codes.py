"""One-time codes: what shows that somebody holds a telephone or reads a mailbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words
from storage.messages import MessageChannel


class CodePurpose(StrEnum):
    """What a code is for; it opens nothing else. ``door``: to register, or to get back into an account; ``contact``: a
    new telephone or e-mail of an account, and the farewell of the old one; ``counter``: somebody stands before the
    officer and holds the telephone; ``help``: somebody lets another act for them; ``invitation``: an officer
    accepts."""

    DOOR = "door"
    CONTACT = "contact"
    COUNTER = "counter"
    HELP = "help"
    INVITATION = "invitation"


class OneTimeCode(Base):
    """A code that was sent to a telephone or mailbox. Whoever asked for it holds a token; without the token the hash
    tells nothing of the code, and of both only hashes are kept. ``asker``: who asked, as far as pauses are counted
    apart. ``tries`` counts wrong ones. ``proved_at``: the code was given back; ``used_at``: what it was asked for is
    done."""

    __tablename__ = "one_time_code"
    id: Mapped[Pk]
    code_kind: Mapped[CodePurpose] = mapped_column(words("code_kind", CodePurpose))
    token_hash: Mapped[Key] = mapped_column(unique=True)
    code_hash: Mapped[Key]
    channel: Mapped[MessageChannel] = mapped_column(words("channel", MessageChannel))
    address: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    asker: Mapped[Key] = mapped_column(default="", server_default="")
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_one_time_code_address", "address", "asked_at"),)
