"""What messages say about a session: its day, its time, its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import Case
from engine.khmer import Bilingual
from engine.localise import clock_time, plain_day
from storage.sessions import OfficeSession, Seat, SeatStatus

STILL_TO_CHOOSE: Final = Bilingual("ថ្ងៃដែលមិនទាន់បានជ្រើសរើស", "a day that is still to be chosen")
"""Said where a message names the day of a session and none is chosen."""


def when_and_where(row: OfficeSession, language: str) -> dict[str, str]:
    """A session in messages: its day, its time, its place."""
    return {
        "session_day": plain_day(row.starts_at, language),
        "session_time": clock_time(row.starts_at, language).replace("\u00a0", " "),
        "session_place": Bilingual(row.place_km, row.place_en)(language),
    }


def facts_of_seat(session: Session, case: Case, language: str) -> dict[str, str]:
    """The same of the session that the case has chosen last; one statement, none for a service without sessions."""
    if not case.published.package.manifest.sessions:
        return {}
    held = Seat.application_id == case.application.id, Seat.status == SeatStatus.HELD
    rows: Sequence[OfficeSession] = session.scalars(
        select(OfficeSession).join(Seat, Seat.session_id == OfficeSession.id).where(*held).order_by(Seat.id.desc())
    ).all()
    return when_and_where(rows[0], language) if rows else {"session_day": STILL_TO_CHOOSE(language)}
