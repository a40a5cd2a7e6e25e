"""What is wrong with a draft as a whole, as ``owso check`` says it; and what would be wrong with what is typed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from engine.packages import Draft, Problem
from engine.people.actors import Actor
from engine.studio.bounds import check_files
from engine.studio.keeping import files_in, find, save_of
from storage.processes import ProcessDefinition


def problems_of(session: Session, house: House, actor: Actor, key: str) -> tuple[Problem, ...]:
    """Everything that is wrong with the newest save of a draft; scenarios are not run."""
    return looked_at(session, house, actor, key)[1]


def problems_with(
    session: Session, house: House, actor: Actor, key: str, changes: Mapping[str, bytes | None]
) -> tuple[Problem, ...]:
    """Everything that would be wrong with these changes; nothing is saved. Raises what a save of them would."""
    return looked_at_with(session, house, actor, key, changes)[1]


def looked_at_with(
    session: Session, house: House, actor: Actor, key: str, changes: Mapping[str, bytes | None]
) -> tuple[Draft, tuple[Problem, ...]]:
    """The package with these changes as far as it can be read, and what would be wrong with it; nothing is saved.
    Raises what a save of them would."""
    files = files_in(session, save_of(session, find(session, actor, key)))
    changed = {path: content for path, content in (files | dict(changes)).items() if content is not None}
    check_files(changed)
    return house.examined.look(changed, known=services_there(session))


def looked_at(session: Session, house: House, actor: Actor, key: str) -> tuple[Draft, tuple[Problem, ...]]:
    """The package of the newest save as far as it can be read, and what is wrong with it."""
    files = files_in(session, save_of(session, find(session, actor, key)))
    return house.examined.look(files, known=services_there(session))


def services_there(session: Session) -> frozenset[str]:
    """The keys of the services that are published."""
    return frozenset(session.scalars(select(ProcessDefinition.service_key).distinct()))
