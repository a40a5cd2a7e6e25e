"""Second factors: what people show beside a password, and who asked to take somebody's away."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Name, Pk, words


class AuthenticatorApp(Base):
    """The app of a person that shows a new code every 30 seconds (RFC 6238). ``secret`` is sealed with the key of the
    installation. ``taken`` is the number of the last half minute whose code was taken: none is taken twice.
    ``failures`` are wrong codes since the last right one, the newest of them at ``tried_at``. Moments here and below
    are those of the machine."""

    __tablename__ = "authenticator_app"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    secret: Mapped[str]
    taken: Mapped[int] = mapped_column(BigInteger, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    added_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Passkey(Base):
    """A passkey (W3C WebAuthn): the name that its person gave it, its number and its public key in base64url.
    ``handle`` is the person as their devices know them, made by chance. ``uses`` is the count that the device reported
    last; many always report 0."""

    __tablename__ = "passkey"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[Name]
    handle: Mapped[Key]
    credential: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    uses: Mapped[int] = mapped_column(BigInteger, default=0)
    added_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SpentChallenge(Base):
    """A challenge that some passkey has answered, by its hash: an answer is taken once, whoever sends it again."""

    __tablename__ = "spent_challenge"
    challenge_hash: Mapped[Key] = mapped_column(primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(Moment, index=True)


class RecoveryCode(Base):
    """One of ten codes on paper, by its hash (SHA-256; a code holds 80 bits made by chance)."""

    __tablename__ = "recovery_code"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[Key] = mapped_column(unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class RemovalStatus(StrEnum):
    """What became of a proposal to take somebody's second factors away."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class FactorRemoval(Base):
    """An administrator proposed to take a person's lost second factors away; another one answered. One is open at a
    time for a person."""

    __tablename__ = "factor_removal"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[RemovalStatus] = mapped_column(words("status", RemovalStatus), default=RemovalStatus.OPEN)
    reason: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index(
            "uq_factor_removal_open",
            "person_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
