"""The second factors of a person, as they are shown them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from engine.people import factors, passkeys
from engine.people.sign_ins import Known
from storage.factors import AuthenticatorApp, Passkey


@dataclass(frozen=True, slots=True)
class FactorLine:
    """A factor: the name that its person gave it (none for the app), since when, and last used when."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class MyFactors:
    """What somebody has. ``codes`` are the recovery codes that are left; ``is_demanded``: their work demands a factor;
    ``is_missing``: and they reach nothing else before they have shown one."""

    app: FactorLine | None
    passkeys: tuple[FactorLine, ...]
    codes: int
    is_demanded: bool
    is_missing: bool
    may_have_passkeys: bool

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def my_factors(session: Session, house: House, known: Known) -> MyFactors:
    """The factors of whoever asks; three statements."""
    mine = known.actor.person_id
    app = session.scalar(select(AuthenticatorApp).where(AuthenticatorApp.person_id == mine))
    keys = session.scalars(select(Passkey).where(Passkey.person_id == mine).order_by(Passkey.id))
    return MyFactors(
        app=None if app is None else FactorLine(app.id, "", app.added_at, app.used_at),
        passkeys=tuple(FactorLine(key.id, key.name, key.added_at, key.used_at) for key in keys),
        codes=factors.held(session, mine).codes,
        is_demanded=factors.is_demanded(house, known.actor),
        is_missing=factors.lacks(house, known),
        may_have_passkeys=passkeys.are_offered(house),
    )
