"""A turn at a case: what every procedure of the office needs beside its own arguments, carried as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.case import events
from engine.case.opening import Case
from engine.house import House
from engine.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's turn at a case that is locked: in which transaction, of which house, which case, whose turn, when."""

    session: Session
    house: House
    case: Case
    actor: Actor
    now: datetime

    def record(
        self,
        kind: str,
        *,
        element_id: str = "",
        data: Mapping[str, Any] | None = None,
        personal: Mapping[str, Any] | None = None,
    ) -> None:
        """Appends what happened to the history of the case; see ``engine.case.events.record``."""
        events.record(
            self.session,
            self.case.application,
            kind,
            self.actor,
            at=self.now,
            element_id=element_id,
            data=data,
            personal=personal,
        )
