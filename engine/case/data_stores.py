"""What the processes of a service keep beyond the end of a case: the data stores of its diagrams, in rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import bpmn
from engine.case.turn import Turn
from engine.working_time.functions import Functions
from storage.processes import DataStore


def store_functions(session: Session, service_key: str, *, lock: bool) -> Functions:
    """How a step reads the data stores of its service. ``lock`` keeps other cases out until the transaction ends, so
    that what is computed from a value and written back loses nothing."""

    def read(name: str) -> Any:
        row = _locked(session, service_key, name) if lock else session.scalar(_named(service_key, name))
        return row.content["value"] if row is not None else None

    return {"data_store": read}


def keep(turn: Turn, effect: bpmn.Effect) -> None:
    """Replaces what a data store holds by what an element of the case has written."""
    row = _locked(turn.session, turn.case.published.service_key, effect.name)
    row.content, row.application_id, row.written_at = dict(effect.payload), turn.case.application.id, turn.now


def _named(service_key: str, name: str) -> Select[DataStore]:
    return select(DataStore).where(DataStore.service_key == service_key, DataStore.name == name)


def _locked(session: Session, service_key: str, name: str) -> DataStore:
    session.flush()
    wanted = _named(service_key, name).with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(DataStore(service_key=service_key, name=name, content={"value": None}))
    except IntegrityError:  # another case touched the store for the first time at the same moment
        pass
    return session.scalars(wanted).one()
