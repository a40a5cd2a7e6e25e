"""Who belongs to which group on a day: whom the house tells, and whose work it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.sql.elements import SQLCoreOperations

from storage.people import Membership, Person


def members(groups: Collection[str], office_id: int, today: date) -> Select[int]:
    """The ids of everybody who belongs to one of these groups at the office, or everywhere, on that day, and may sign
    in."""
    return (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.group.in_(sorted(groups)), is_held(office_id, today), Person.disabled_at.is_(None))
    )


def is_held(
    office_id: int | SQLCoreOperations[int], today: date, held: type[Membership] = Membership
) -> ColumnElement[bool]:
    """Whether a membership holds at the office on that day."""
    return (
        or_(held.office_id == office_id, held.office_id.is_(None))
        & (held.from_day <= today)
        & or_(held.to_day.is_(None), held.to_day >= today)
    )
