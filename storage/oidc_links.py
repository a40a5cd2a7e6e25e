"""Accounts linked with what somebody is called by a provider of sign-ins elsewhere (OpenID Connect)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Moment, Pk


class OidcLink(Base):
    """Whoever the ``issuer`` calls ``subject`` signs in to the account of this person. Made by a person who was signed
    in, or with a new account; never because an address was the same."""

    __tablename__ = "oidc_link"
    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))
