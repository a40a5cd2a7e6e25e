"""The rules by which an office gives its tasks, for whoever sets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.giving import rules_of
from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.commune_officers import communes_of
from engine.offices.task_rules import WHO_SETS, mark_of, ruled_groups
from engine.people.actors import Actor
from storage.offices import Office, TaskRule

MOST_OFFICES: Final = 200


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """One office: each group with its rule, none for by hand; ``seen`` says what was shown. ``has_communes``: it works
    for communes, which may have officers of their own; of the groups ``by_commune`` some have. ``offices``: those from
    which the reader can choose, code and name."""

    code: str
    name: Bilingual
    groups: tuple[str, ...]
    rules: Mapping[str, TaskRule]
    seen: str
    has_communes: bool
    by_commune: frozenset[str]
    offices: tuple[tuple[str, Bilingual], ...]


def office_rules(session: Session, actor: Actor, code: str, *, today: date) -> OfficeRules:
    """The rules of the office with this code, of the first one without; ``NotFound`` for whoever sets none there. Three
    statements."""
    offices = _mine(session, actor)
    office = session.scalar(select(Office).where(Office.code == code)) if code else next(iter(offices), None)
    if office is None or not any(actor.acts_for(group, office.id) for group in WHO_SETS):
        raise NotFound
    rules = rules_of(office)
    choice = tuple((one.code, office_name(one)) for one in offices)
    groups = ruled_groups(session, office, today)
    return OfficeRules(
        office.code,
        office_name(office),
        groups,
        rules,
        mark_of(rules),
        bool(communes_of(office)),
        frozenset(office.by_commune),
        choice,
    )


def _mine(session: Session, actor: Actor) -> Sequence[Office]:
    mine = actor.offices(*WHO_SETS)
    wanted = select(Office).order_by(Office.code).limit(MOST_OFFICES)
    return session.scalars(wanted if mine is None else wanted.where(Office.id.in_(sorted(mine)))).all()
