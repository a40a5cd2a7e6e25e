"""Transfers whose mapping takes cases past what nobody brings about alone: a second administrator confirms them first.

A mapping says where a case goes on. Where fewer payments, decisions or papers lie ahead of the new place than of the
old one, or the place itself is another such element, it does what a move by hand would do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import ProcessDefinition as Process
from engine.case.concerned import is_own
from engine.case.opening import Case
from engine.catalog.published import Published
from engine.errors import NotFound, ProposalOver, SecondNeeded
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.packages.guarded import guarded
from engine.people.actors import Actor
from storage.processes import ProcessDefinition
from storage.transfers import Transfer

KEPT: Final = timedelta(days=7)
"""How long a transfer can be confirmed."""
OWN_FACT: Final = "own-case"
"""The case of one of the two who look at the transfer: it stays."""


def needs_second(session: Session, house: House, target: Published, mapping: Mapping[str, str]) -> bool:
    """Whether the mapping takes a token of any version past a payment, a decision or a paper."""
    of_service = select(ProcessDefinition.id).where(ProcessDefinition.service_key == target.service_key)
    versions = [house.catalog.of(session, one).process for one in session.scalars(of_service).all()]
    return any(
        _passes(version, target.process, old, new)
        for old, new in mapping.items()
        for version in versions
        if old in version.elements and new in target.process.elements
    )


def confirm(session: Session, actor: Actor, transfer_id: int, *, now: datetime) -> None:
    """The transfer that a colleague or the operator began may go on. ``SecondNeeded`` for whoever began it,
    ``ProposalOver``, ``NotFound``."""
    actor.require(None, ADMINISTRATOR)
    row = session.get(Transfer, transfer_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if not row.waits or row.undone_at is not None:
        raise ProposalOver
    if actor.person_id is None or actor.person_id == row.made_by_id:
        raise SecondNeeded
    if now >= row.made_at + KEPT:
        raise ProposalOver
    row.confirmed_at, row.confirmed_by_id = now, actor.person_id


def concerns(session: Session, case: Case, row: Transfer) -> bool:
    """Whether the mapping would help one of the two who looked at it in a case of their own."""
    return row.needs_second and any(
        is_own(session, case.application, person_id) for person_id in (row.made_by_id, row.confirmed_by_id)
    )


def _passes(here: Process, there: Process, old: str, new: str) -> bool:
    before, after = guarded(here), guarded(there)
    return before.get(old) != after.get(new) or bool(_ahead(here, old, before) - _ahead(there, new, after))


def _ahead(process: Process, place: str, matters: Mapping[str, str]) -> Counter[str]:
    return Counter(matters[element_id] for element_id in bpmn.ahead_of(process, place) if element_id in matters)
