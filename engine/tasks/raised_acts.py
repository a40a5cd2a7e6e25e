"""What whoever a late case was raised to beyond its office does about it: they say that they take care of it, and write
to the applicant. To give a task to an officer is ``engine.tasks.assigning``, more time ``engine.flow.more_time``.

The right comes from the rung and ends with its clock. The work stays with the office: nobody completes a task by it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.case.concerned import require_other
from engine.case.messages import tell_about
from engine.case.opening import lock_case_by_key
from engine.case.raised_to import rungs_above
from engine.case.readers import may_read
from engine.case.turn import Turn
from engine.errors import NotAllowed, NotFound
from engine.house import House
from engine.namesakes import office_name
from engine.people.actors import Actor
from engine.tasks.holders import named
from engine.tasks.notes import written
from storage.chains import Raised
from storage.events import CaseEvent
from storage.offices import Office

TAKEN_UP: Final = "taken_up"
WRITTEN: Final = "told_from_above"
"""The kinds of the events."""


def take_up(session: Session, house: House, actor: Actor, key: str, words: str, *, now: datetime) -> None:
    """The actor takes care of a case that was raised to them; their words are kept with the event, for the officers.
    Whoever took it up before does so no more; the same words once more are kept once. ``WordsMissing``; ``NotAllowed``
    for whoever it was not raised to beyond its office, or whose clock has ended; ``NotFound`` for whoever does not read
    it."""
    turn, rungs = _in_hand(session, house, actor, key, now)
    said = written(words)
    whole = Raised.clock_id.in_({rung.clock_id for rung in rungs}), Raised.stands()
    session.execute(update(Raised).where(*whole).values(taken_up_at=now, taken_up_by_id=actor.person_id))
    if not _is_newest(turn, TAKEN_UP, said):
        _record(turn, TAKEN_UP, rungs, said)


def write(session: Session, house: House, actor: Actor, key: str, words: str, *, now: datetime) -> None:
    """The applicant is written to about the case in the name of the office of the rung, on the way that they chose.
    The same words once more, as by a second click, are sent once. Refused as ``take_up`` is."""
    turn, rungs = _in_hand(session, house, actor, key, now)
    said = written(words)
    if _is_newest(turn, WRITTEN, said):
        return
    _record(turn, WRITTEN, rungs, said)
    office = office_name(session.get_one(Office, next(iter(rungs)).office_id))
    application, applicant = turn.case.application, turn.case.applicant
    about = f"{application.id}/from_above/{application.event_seq}"
    message = house.texts["word_from_above"]
    tell_about(turn, applicant, message, key=about, office=office(applicant.language), reason=said.rstrip(".។ "))


def _in_hand(session: Session, house: House, actor: Actor, key: str, now: datetime) -> tuple[Turn, Collection[Raised]]:
    """The case, locked, and the rungs by which the actor has it; at least one."""
    case = lock_case_by_key(session, house, key)
    if not may_read(session, case.application, actor):
        raise NotFound
    require_other(session, case.application, actor)
    rungs = rungs_above(session, case.application, actor)
    if not rungs:
        raise NotAllowed
    return Turn(session, house, case, actor, now), rungs


def _is_newest(turn: Turn, kind: str, said: str) -> bool:
    """Whether the newest event of this kind is the actor's, with the same words."""
    of_kind = CaseEvent.application_id == turn.case.application.id, CaseEvent.kind == kind
    newest = turn.session.scalar(select(CaseEvent).where(*of_kind).order_by(CaseEvent.seq.desc()).limit(1))
    if newest is None or newest.actor_id != turn.actor.person_id:
        return False
    return (newest.personal or {}).get("reason") == said


def _record(turn: Turn, kind: str, rungs: Collection[Raised], said: str) -> None:
    name = named(turn.actor.name_km, turn.actor.name_latin)
    data = {"level": next(iter(rungs)).level.value, "officer_km": name.km, "officer_en": name.en}
    turn.record(kind, data=data, personal={"reason": said})
