"""Moving the clock of a play: by working hours or days, to what is due next, or to a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from engine.packages.playing.walking import Walk, due_moments
from engine.working_time.calendar import WorkingTime

LONGEST: Final = 10
"""Years that a play may take."""
MOST_DAYS: Final = 250
"""Working days by which the clock is moved at once."""
_A_MINUTE: Final = timedelta(minutes=1)


def after_hours(now: datetime, hours: int) -> datetime:
    """So many hours later by the clock on the wall."""
    return now + timedelta(hours=hours)


def after_days(now: datetime, days: int, working_time: WorkingTime) -> datetime:
    """The same time of day, so many working days later."""
    aware = now.replace(tzinfo=working_time.zone)
    closing = next(islice(working_time.closings(aware, days), 1))
    return datetime.combine(working_time.local_date(closing), now.time())


def next_due(found: Walk, working_time: WorkingTime) -> datetime | None:
    """The next moment at which something happens by itself, as a local minute that does not lie before it."""
    coming = due_moments(found)
    if not coming:
        return None
    return whole_minute(coming[0][0].astimezone(working_time.zone).replace(tzinfo=None))


def whole_minute(moment: datetime) -> datetime:
    """The first whole minute that does not lie before a moment, since moves are made at those."""
    before = moment.replace(second=0, microsecond=0)
    return moment if moment == before else before + _A_MINUTE


def is_too_late(found: Walk, moment: datetime) -> bool:
    """Whether a play would take longer than anybody looks at."""
    return moment.year - found.play.starts.year > LONGEST
