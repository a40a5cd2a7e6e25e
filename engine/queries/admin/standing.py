"""Where a running case stands inside its process: what an administrator needs before acting on it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.kept_apart import is_apart
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.analyst.elements import ElementShown, shown
from storage.applications import Application
from storage.processes import LIVE_INSTANCE, InstanceStatus, ProcessInstance

_NOT_A_TARGET: Final = ("boundaryEvent", "eventSubProcess", "startEvent")


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A token at rest, and the elements that it may be taken to."""

    id: str
    element: ElementShown
    targets: tuple[ElementShown, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A case from inside. ``revision`` goes with every action, so that nobody acts on an old page."""

    application_key: str
    reference: str
    revision: int
    is_open: bool
    is_suspended: bool
    tokens: tuple[TokenShown, ...]
    variables: tuple[tuple[str, Any], ...]


def standing(session: Session, house: House, actor: Actor, application_key: str, *, now: datetime) -> Standing:
    """Where the case is; ``NotFound`` for a draft and for a case of another administrator's office."""
    row = session.execute(
        select(Application, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.application_id == Application.id)
        .where(Application.key == application_key)
    ).one_or_none()
    if row is None or not actor.acts_for(ADMINISTRATOR, row[0].office_id) or is_apart(session, row[0], actor):
        raise NotFound
    application, instance = row
    published = house.catalog.of(session, instance.definition_id)
    is_open = instance.status in LIVE_INSTANCE
    return Standing(
        application_key=application.key,
        reference=application.reference or "",
        revision=instance.revision,
        is_open=is_open,
        is_suspended=instance.status == InstanceStatus.SUSPENDED,
        tokens=_tokens(published, instance, now) if is_open else (),
        variables=tuple(sorted(bpmn.variables(published.process, instance.state, now=now).items())),
    )


def _tokens(published: Published, instance: ProcessInstance, now: datetime) -> tuple[TokenShown, ...]:
    tokens = []
    for position in bpmn.positions(published.process, instance.state, now=now):
        here = published.process.elements[position.element_id]
        beside = [
            each
            for each in published.process.elements.values()
            if (each.process_id, each.parent_id) == (here.process_id, here.parent_id) and each.type not in _NOT_A_TARGET
        ]
        targets = tuple(shown(each.id, published) for each in beside if each.id != here.id)
        tokens.append(TokenShown(position.id, shown(here.id, published), targets))
    return tuple(tokens)
