"""Invitations: what somebody is asked to accept before it counts, an account, a group, a new password."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words
from storage.messages import MessageChannel


class InvitationKind(StrEnum):
    """``account``: an account was made for an officer, who proves the contact and sets the password; ``groups``:
    somebody with an account is asked to serve; ``new_password``: a second person lets an officer set a new one."""

    ACCOUNT = "account"
    GROUPS = "groups"
    NEW_PASSWORD = "new_password"  # noqa: S105


class Invitation(Base):
    """A link that was sent to a contact of a person, known by the hash of its token. ``is_by_hand``: the operator of
    the machine hands the link over and vouches for the contact, so no code is asked. It is open until it ends, was
    accepted or revoked; ``asked_by`` is empty for the operator."""

    __tablename__ = "invitation"
    id: Mapped[Pk]
    invitation_kind: Mapped[InvitationKind] = mapped_column(words("invitation_kind", InvitationKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[Key] = mapped_column(unique=True)
    channel: Mapped[MessageChannel] = mapped_column(words("channel", MessageChannel))
    address: Mapped[str] = mapped_column(index=True)
    is_by_hand: Mapped[bool] = mapped_column(default=False)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class OfferedGroup(Base):
    """A group at an office (empty: everywhere) that an invitation offers: it becomes a membership when the invitation
    is accepted, and gives no right before."""

    __tablename__ = "offered_group"
    id: Mapped[Pk]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    group: Mapped[Key]
    from_day: Mapped[date]
    to_day: Mapped[date | None]
