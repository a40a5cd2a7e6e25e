"""Kinds of sessions in ``service.yaml``: what an applicant comes to on a day that the office publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError, post_load, validate

from engine.khmer import Bilingual
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.forms import Component, Form, Page
from engine.packages.said import Said
from engine.packages.schema import BilingualField, PlainText, StrictSchema, TermField, one_of
from engine.working_time.before import before
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import Months, WorkingDays, WorkingHours

SESSIONS: Final = "sessions"
"""The first word of what a diagram sees of a session: ``sessions.exam.day``."""
DAY, BEGINS, ENDS = "day", "begins", "ends"
ON_PAPERS: Final = ("title", DAY, "last_day", BEGINS, ENDS, "place")
"""What papers say of a session: the days, the times on them and the place, in words."""
_SEATS: Final = Said(
    "“{input}”៖ សូមសរសេរសំណួរចំនួនក្នុងទម្រង់ apply ឧទាហរណ៍ apply.person_count។",
    "“{input}”: write a number of the form apply: apply.person_count.",
)
_NO_MONTHS: Final = Said(
    "សូមសរសេរជាថ្ងៃធ្វើការ ឬម៉ោងធ្វើការ៖ 1 working day។", "Write working days or working hours: 1 working day."
)


@dataclass(frozen=True, slots=True)
class SessionRule:
    """One kind of session. ``changeable`` is how long before it begins it can be chosen and changed (None: chosen until
    it begins, and not changed). ``level`` is the level of the office that publishes it, empty for the office where the
    case came in. ``seats`` is the number among the answers that says how many seats an application takes."""

    key: str
    title: Bilingual
    changeable: WorkingDays | WorkingHours | None
    level: str
    seats: str | None

    @property
    def answers(self) -> str:
        """Under which name variables take something from it, as from a form."""
        return f"{SESSIONS}.{self.key}"

    def seats_for(self, answers: Mapping[str, Any]) -> int:
        """How many seats an application with these answers takes."""
        asked = answers.get(self.seats) if self.seats else None
        return int(asked) if isinstance(asked, int | float) and asked >= 1 else 1

    def open_until(self, begins: datetime, calendar: WorkingTime) -> datetime:
        """Until when one that begins at this moment can be chosen, UTC; where it can be changed, until then too."""
        return begins if self.changeable is None else before(calendar, begins, self.changeable)

    @property
    def form(self) -> Form:
        """What a diagram and its tables may see of it, as the questions of a form."""
        day = Component(DAY, FIELD_KINDS["date"], Bilingual("ថ្ងៃ", "Day"), required=True)
        moments = ((BEGINS, Bilingual("ចាប់ផ្តើម", "Begins")), (ENDS, Bilingual("បញ្ចប់", "Ends")))
        times = (Component(key, FIELD_KINDS["text"], label, required=True) for key, label in moments)
        return Form(self.answers, self.title, (Page(self.key, self.title, (day, *times)),))


class SessionSchema(StrictSchema):
    """A kind of session."""

    title = BilingualField(required=True)
    changeable = TermField(load_default=None)
    level = PlainText(load_default="", validate=one_of("ministry", "province"))
    seats = PlainText(
        load_default=None,
        validate=validate.Regexp(r"^apply\.[a-z][a-z0-9_]*\Z", error=_SEATS),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if isinstance(data["changeable"], Months):
            raise ValidationError(_NO_MONTHS, "changeable")
        return {**data, "seats": (data["seats"] or "").removeprefix("apply.") or None}


def sessions_of(written: Mapping[str, Mapping[str, Any]]) -> tuple[SessionRule, ...]:
    """The kinds of sessions, in the order in which they are written."""
    return tuple(SessionRule(key, **data) for key, data in written.items())


def told_by(begins: datetime, ends: datetime, calendar: WorkingTime) -> dict[str, str]:
    """What a diagram sees of a session from one moment to another: its day, and both moments, in the office's time."""
    first, last = begins.astimezone(calendar.zone), ends.astimezone(calendar.zone)
    return {DAY: first.date().isoformat(), BEGINS: first.isoformat(), ENDS: last.isoformat()}
