"""Days on lists of days off: what is refused of one, how its hours are kept, and the line in the security log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import BadAnswers, DayNameMissing, HoursContradict, WorkedNationally
from engine.khmer import Bilingual, tidy
from engine.offices import weeks
from engine.people import security_log
from engine.people.actors import Actor
from engine.working_time.calendar import NoWorkingTime, WorkingTime
from storage.security_log import SecurityKind

LONGEST_NAME: Final = 200
WEEKEND: Final = (5, 6)


def checked_name(name: Bilingual, day: date, *, national: bool, works: bool) -> Bilingual:
    """The name in both languages, as it is kept; ``BadAnswers``."""
    written = Bilingual(tidy(name.km)[:LONGEST_NAME], tidy(name.en)[:LONGEST_NAME])
    errors: dict[str, object] = {}
    for field, text in (("name_km", written.km), ("name_en", written.en)):
        if not text:
            errors[field] = DayNameMissing()
    if national and works and day.weekday() not in WEEKEND:
        errors["works"] = WorkedNationally()
    if errors:
        raise BadAnswers(errors)
    return written


def check_hours(day: date, hours: Sequence[tuple[time, time]]) -> None:
    """``BadAnswers`` for hours that contradict each other."""
    if not hours:
        return
    try:
        WorkingTime(weekly=tuple((day.weekday(), opens, closes) for opens, closes in hours))
    except NoWorkingTime as refused:
        raise BadAnswers({"day_hours": HoursContradict()}) from refused


def stored_hours(hours: Sequence[tuple[time, time]]) -> list[list[str]]:
    """The hours of a day as the database keeps them."""
    return [[weeks.clock(opens), weeks.clock(closes)] for opens, closes in sorted(hours)]


def day_in_words(day: date, name: Bilingual, *, works: bool, hours: Sequence[Any]) -> dict[str, Any]:
    """A day of a list, as the security log has it."""
    return {"day": day.isoformat(), "name_km": name.km, "name_en": name.en, "works": works, "hours": list(hours)}


def note_calendar(
    session: Session, actor: Actor, whose: str | None, what: str, change: Mapping[str, Any], *, now: datetime
) -> None:
    """The line that the calendar of an office, of an area or of the country (None) was changed: how it was and is."""
    changed = {"what": what, "office": whose, **change}
    security_log.note(session, SecurityKind.SETTINGS_CHANGED, actor, data=changed, at=now)
