"""What administrators proposed to do by hand: what waits for a second one, and what became of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from engine.case.kept_apart import not_apart
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.analyst.elements import ElementShown, shown
from storage.applications import Application
from storage.interventions import Intervention, InterventionStatus
from storage.people import Person
from storage.processes import ProcessInstance

MOST_SHOWN: Final = 50
_Proposer, _Answerer = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step by hand and the two who look at it. ``action`` is skip, move or correct; ``left`` and ``reached`` are the
    elements, ``data`` the variable with what it was and is to be, ``passes`` what makes it a matter for two.

    ``state``: proposed, confirmed, refused, or ``stale`` (the case went on since) and ``expired``. ``is_mine``: whoever
    reads proposed it."""

    id: int
    application_key: str
    reference: str
    action: str
    left: ElementShown | None
    reached: ElementShown | None
    data: Mapping[str, Any]
    passes: tuple[ElementShown, ...]
    reason: str
    proposed_by: Bilingual
    proposed_at: datetime
    expires_at: datetime
    answered_by: Bilingual | None
    answered_at: datetime | None
    state: str
    is_mine: bool


def proposals(
    session: Session, house: House, actor: Actor, *, application_key: str = "", now: datetime
) -> tuple[Proposal, ...]:
    """The newest proposals at the administrator's offices, or about one case."""
    offices = actor.offices(ADMINISTRATOR)
    wanted = _rows().where(not_apart(actor, Application.id))
    wanted = wanted if offices is None else wanted.where(Application.office_id.in_(offices))
    if application_key:
        wanted = wanted.where(Application.key == application_key)
    rows = session.execute(wanted.order_by(Intervention.id.desc()).limit(MOST_SHOWN)).all()
    return tuple(_shown(session, house, actor, row, now) for row in rows)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(Intervention, Application, ProcessInstance, _Proposer, _Answerer)
        .join(Application, Application.id == Intervention.application_id)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .join(_Proposer, _Proposer.id == Intervention.proposed_by_id)
        .outerjoin(_Answerer, _Answerer.id == Intervention.answered_by_id)
    )


def _shown(session: Session, house: House, actor: Actor, found: Row[*tuple[Any, ...]], now: datetime) -> Proposal:
    row, application, instance, proposer, answerer = found
    published = house.catalog.of(session, instance.definition_id)
    target = row.step.get("element_id") or ""
    return Proposal(
        id=row.id,
        application_key=application.key,
        reference=application.reference or "",
        action=row.step["operation"],
        left=shown(row.element_id, published) if row.element_id else None,
        reached=shown(target, published) if target else None,
        data=row.data,
        passes=tuple(shown(element_id, published) for element_id in row.passes),
        reason=row.reason,
        proposed_by=Bilingual(proposer.name_km, proposer.name_latin),
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        answered_by=Bilingual(answerer.name_km, answerer.name_latin) if answerer else None,
        answered_at=row.answered_at,
        state=_state(row, instance, now),
        is_mine=row.proposed_by_id == actor.person_id,
    )


def _state(row: Intervention, instance: ProcessInstance, now: datetime) -> str:
    if row.status != InterventionStatus.PROPOSED:
        return str(row.status)
    if row.revision != instance.revision:
        return "stale"
    return "expired" if now >= row.expires_at else str(row.status)
