"""What messages and papers say about a session: its day, its time, its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.opening import Case
from engine.khmer import LANGUAGES, Bilingual
from engine.localise import clock_time, plain_day
from engine.packages import ON_PAPERS, SessionRule
from storage.sessions import CURRENT_SEAT, OfficeSession, Seat, SeatStatus

STILL_TO_CHOOSE: Final = Bilingual("ថ្ងៃដែលមិនទាន់បានជ្រើសរើស", "a day that is still to be chosen")
"""Said where a message names the day of a session and none is chosen."""


def when_and_where(row: OfficeSession, language: str) -> dict[str, str]:
    """A session in messages: its day, its time, its place."""
    return {
        "session_day": plain_day(row.starts_at, language),
        "session_time": clock_time(row.starts_at, language).replace("\u00a0", " "),
        "session_place": Bilingual(row.place_km, row.place_en)(language),
    }


def on_papers(session: Session, case: Case) -> dict[str, dict[str, Bilingual]]:
    """What papers say of the sessions that the case has chosen, by their keys; one statement, none for a service
    without sessions. One that the office cancelled stays until another is chosen, as in the diagram."""
    rules = {rule.key: rule for rule in case.published.package.manifest.sessions}
    if not rules:
        return {}
    current = Seat.application_id == case.application.id, Seat.status.in_(CURRENT_SEAT), Seat.session_key.in_(rules)
    rows = session.scalars(select(OfficeSession).join(Seat, Seat.session_id == OfficeSession.id).where(*current))
    return {
        row.session_key: said_of(
            rules[row.session_key], row.starts_at, row.ends_at, Bilingual(row.place_km, row.place_en)
        )
        for row in rows
    }


def said_of(rule: SessionRule, starts_at: datetime, ends_at: datetime, place: Bilingual) -> dict[str, Bilingual]:
    """What papers say of a session from one moment to another, at this place."""
    first, last = (_in_both(plain_day, moment) for moment in (starts_at, ends_at))
    begins, ends = (_in_both(clock_time, moment) for moment in (starts_at, ends_at))
    said = (rule.title, first, last, begins, ends, place)
    return dict(zip(ON_PAPERS, said, strict=True))


def _in_both(localised: Callable[[datetime, str], str], moment: datetime) -> Bilingual:
    return Bilingual(*(localised(moment, language) for language in LANGUAGES))


def facts_of_seat(session: Session, case: Case, language: str) -> dict[str, str]:
    """The same of the session that the case has chosen last; one statement, none for a service without sessions
    and for a case without a seat."""
    if not case.published.package.manifest.sessions:
        return {}
    if case.is_seatless:
        return {"session_day": STILL_TO_CHOOSE(language)}
    held = Seat.application_id == case.application.id, Seat.status == SeatStatus.HELD
    rows: Sequence[OfficeSession] = session.scalars(
        select(OfficeSession).join(Seat, Seat.session_id == OfficeSession.id).where(*held).order_by(Seat.id.desc())
    ).all()
    return when_and_where(rows[0], language) if rows else {"session_day": STILL_TO_CHOOSE(language)}
