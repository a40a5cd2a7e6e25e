"""The sessions from which is chosen in a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.case import seats
from engine.case.turn import Turn
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages import SessionRule
from engine.queries.shared.appointments import last_minute


@dataclass(frozen=True, slots=True)
class Choice:
    """A session with seats enough: ``left`` are free, ``until`` is the last minute in which it can be chosen."""

    key: str
    starts_at: datetime
    ends_at: datetime
    place: Bilingual
    left: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen of one kind. ``full`` counts the sessions without seats enough, ``needed`` the seats that are
    taken. ``is_changeable``: what is chosen can be changed later. ``office`` publishes them, with its telephone."""

    rule_key: str
    title: Bilingual
    sessions: tuple[Choice, ...]
    full: int
    needed: int
    is_changeable: bool
    office: Bilingual
    phone: str


def choices_of(turn: Turn, rule: SessionRule, *, but: str = "") -> Choices:
    """The sessions of one kind from which is chosen in a case, without the one that is chosen already."""
    case, office = turn.case, seats.publisher(turn.session, turn.case, rule)
    found = (
        seats.open_sessions(turn.session, turn.house, office, rule, case.published.service_key, now=turn.now)
        if office
        else ()
    )
    needed = rule.seats_for(case.application.answers)
    free = [row for row in found if row.taken + needed <= row.seats and row.key != but]
    shown = tuple(
        Choice(
            key=row.key,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=Bilingual(row.place_km, row.place_en),
            left=row.seats - row.taken,
            until=last_minute(turn.session, turn.house, rule, row, office or case.office),
        )
        for row in free
    )
    return Choices(
        rule_key=rule.key,
        title=rule.title,
        sessions=shown,
        full=len([row for row in found if row.key != but]) - len(free),
        needed=needed,
        is_changeable=rule.changeable is not None,
        office=office_name(office or case.office),
        phone=(office or case.office).phone,
    )
