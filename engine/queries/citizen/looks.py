"""Who looked at a person's data or applications, as that person reads it: one line for each look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from engine.case.look_purposes import purpose_of
from engine.khmer import Bilingual
from engine.namesakes import told_apart
from engine.people.actors import Actor
from engine.queries.shared.people import person_name
from storage.applications import Application
from storage.look_reasons import LookReason
from storage.offices import Office
from storage.people import AccessLog, Membership, Person

PAGE_SIZE: Final = 50
_Absent: Final = aliased(Person)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of an office opened a page about the person or an application: who, as what (``groups``) and for which
    office (none: for every office), what they saw (``page``, ``paper``, the name of a file in ``detail``) and what for:
    the ``why`` and ``words`` that they gave, else the ``purpose`` that follows from the page. ``instead``: the absent
    colleague in whose place they looked."""

    at: datetime
    who: Bilingual
    groups: tuple[str, ...]
    office: Bilingual | None
    reference: str | None
    page: str
    paper: str
    detail: str
    purpose: str
    why: str
    words: str
    instead: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """Some looks, newest first; ``before`` asks for those that are older, ``None`` at the end."""

    lines: tuple[Look, ...]
    before: int | None


def looks_at(session: Session, actor: Actor, *, before: int | None = None) -> Looks:
    """Who looked at the actor or at their applications, those before the look with this number where one is given. Two
    statements, each as long as its page, however many looks there are."""
    bound = _older_than(session, before)
    own = select(Application.id).where(Application.applicant_id == actor.person_id)
    found = union(
        _newest(AccessLog.application_id.in_(own), bound), _newest(AccessLog.subject_id == actor.person_id, bound)
    ).subquery()
    newest_first = _rows().join(found, found.c.id == AccessLog.id).order_by(AccessLog.at.desc(), AccessLog.id.desc())
    rows = session.execute(newest_first.limit(PAGE_SIZE + 1)).all()
    return Looks(tuple(map(_look, rows[:PAGE_SIZE])), rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None)


def _older_than(session: Session, before: int | None) -> ColumnElement[bool]:
    at = None if before is None else session.scalar(select(AccessLog.at).where(AccessLog.id == before))
    if at is None:
        return AccessLog.id > 0
    return or_(AccessLog.at < at, and_(AccessLog.at == at, AccessLog.id < before))


def _newest(whose: ColumnElement[bool], bound: ColumnElement[bool]) -> Select[Any]:
    """A page of one kind of looks; through a subquery, since SQLite takes no limit in a part of a union."""
    newest = select(AccessLog.id).where(whose, bound).order_by(AccessLog.at.desc(), AccessLog.id.desc())
    return select(newest.limit(PAGE_SIZE + 1).subquery().c.id)


def _rows() -> Select[*tuple[Any, ...]]:
    """Looks with who and where. Those of before the office was kept name the first one of whoever looked."""
    first = select(func.min(Membership.office_id)).where(Membership.person_id == AccessLog.person_id)
    at_first = and_(AccessLog.groups == "", Office.id == first.scalar_subquery())
    return (
        select(
            AccessLog.id,
            AccessLog.at,
            AccessLog.page,
            AccessLog.paper,
            AccessLog.detail,
            AccessLog.groups,
            Person.name_km,
            Person.name_latin,
            Office.name_km.label("office_km"),
            Office.name_en.label("office_en"),
            Office.code.label("office_code"),
            Office.namesakes,
            _Absent.name_km.label("absent_km"),
            _Absent.name_latin.label("absent_latin"),
            Application.reference,
            LookReason.kind,
            LookReason.text,
        )
        .join(Person, Person.id == AccessLog.person_id)
        .outerjoin(_Absent, _Absent.id == AccessLog.for_id)
        .outerjoin(Application, Application.id == AccessLog.application_id)
        .outerjoin(Office, or_(Office.id == AccessLog.office_id, at_first))
        .outerjoin(LookReason, LookReason.id == AccessLog.reason_id)
    )


def _look(row: Any) -> Look:
    return Look(
        at=row.at,
        who=person_name(row.name_km, row.name_latin),
        groups=tuple(filter(None, row.groups.split("+"))),
        office=told_apart(row.office_km, row.office_en, row.office_code, row.namesakes) if row.office_km else None,
        reference=row.reference,
        page=row.page,
        paper=row.paper,
        detail=row.detail,
        purpose=purpose_of(row.page),
        why=row.kind or "",
        words=row.text or "",
        instead=person_name(row.absent_km, row.absent_latin) if row.absent_km is not None else None,
    )
