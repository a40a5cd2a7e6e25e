"""The results of an application, as pages list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.results.issuing import issued
from engine.results.standing import CertificateState, state_of


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One of them: of which kind, what it is for (empty where the case has one), how long it holds, how it stands."""

    kind: str
    number: str
    about: Bilingual
    issued_at: datetime
    expires_at: datetime | None
    state: CertificateState


def results_of(session: Session, application_id: int, now: datetime) -> tuple[ResultLine, ...]:
    """Every result of the application in its order; one statement."""
    return tuple(
        ResultLine(
            kind=one.kind,
            number=one.number,
            about=Bilingual(one.about_km, one.about_en),
            issued_at=one.issued_at,
            expires_at=one.expires_at,
            state=state_of(one, now),
        )
        for one in issued(session, application_id)
    )
