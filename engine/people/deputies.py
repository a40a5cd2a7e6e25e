"""Who stands in for whom on a day, asked of many at once, as it is for whoever acts (``engine.people.actors``)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from storage.absences import Absence, Deputy
from storage.people import Membership, Person


def stand_in_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Over absences and their deputies: that the deputy stands in on this day. An absence may outlast what it rests on:
    the absent person still belongs to the group, the deputy still works where they may by, and neither is disabled."""
    held, theirs = aliased(Membership), aliased(Membership)
    everywhere = and_(theirs.office_id.is_(None), Deputy.by_office_id.is_(None))
    disabled = Person.id.in_((Absence.person_id, Deputy.person_id)), Person.disabled_at.is_not(None)
    return (
        Absence.ended_at.is_(None),
        Absence.first_day <= day,
        Absence.last_day >= day,
        exists().where(
            held.person_id == Absence.person_id,
            held.group == Deputy.group,
            or_(held.office_id == Deputy.office_id, held.office_id.is_(None)),
            *_lasts(held, day),
        ),
        exists().where(
            theirs.person_id == Deputy.person_id,
            or_(theirs.office_id == Deputy.by_office_id, everywhere),
            *_lasts(theirs, day),
        ),
        ~exists().where(*disabled).correlate(Absence, Deputy),
    )


def _lasts(membership: type[Membership], day: date) -> tuple[ColumnElement[bool], ...]:
    return membership.from_day <= day, or_(membership.to_day.is_(None), membership.to_day >= day)
