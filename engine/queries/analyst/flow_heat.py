"""How often each sequence flow of a version was really taken, for its diagram and the table beside it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalog.published import Published
from engine.people.actors import Actor
from engine.queries.admin.reports import Period
from engine.queries.analyst.elements import ElementShown, shown
from engine.queries.analyst.heat import degree, offices_read
from storage.traffic import FlowVolume


@dataclass(frozen=True, slots=True)
class FlowHeat:
    """A flow that is drawn and how often it was ``taken``; ``degree`` is 1 to 3 beside the one that was taken most
    often, 0 for one that never was."""

    id: str
    source: ElementShown
    target: ElementShown
    taken: int
    degree: int


def flow_heat(
    session: Session, actor: Actor, published: Published, period: Period, *, office_id: int | None
) -> tuple[FlowHeat, ...]:
    """The flows of a version by how often they were taken in a period by the cases that came in at an office (at all
    that this person reads of, without one); one statement beside their rights, which reads a row for each month, office
    and flow, however many cases there were. ``NotAllowed`` for an office that is not theirs."""
    offices = offices_read(session, actor, published.service_key, office_id)
    wanted = (
        select(FlowVolume.flow_id, func.sum(FlowVolume.taken))
        .where(
            FlowVolume.definition_id == published.definition_id,
            FlowVolume.month.between(period.months[0], period.months[-1]),
        )
        .group_by(FlowVolume.flow_id)
    )
    wanted = wanted if offices is None else wanted.where(FlowVolume.office_id.in_(sorted(offices)))
    taken = {flow: int(times) for flow, times in session.execute(wanted)}
    most = max(taken.values(), default=0)
    found = [
        FlowHeat(
            id=flow.id,
            source=shown(flow.source_id, published),
            target=shown(flow.target_id, published),
            taken=taken.get(flow.id, 0),
            degree=degree(taken.get(flow.id, 0), most),
        )
        for flow in bpmn.drawn_flows(published.process)
    ]
    return tuple(sorted(found, key=lambda one: -one.taken))
