"""The name of the applicant on their open tasks, kept beside the person's whoever changes it: lists in the order of
names are read by an index of tasks."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, event, inspect, select, update
from sqlalchemy.orm import Mapper

from storage.applications import Application
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask

LONGEST: Final = 80


def name_in_order(name_km: str | None, name_latin: str | None) -> str:
    """By what somebody stands in a list of names: the Khmer name, of whoever has none the Latin one."""
    return (name_km or name_latin or "")[:LONGEST]


@event.listens_for(Person, "after_update")
def _renamed(_mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    names = inspect(person).attrs
    if not (names.name_km.history.has_changes() or names.name_latin.history.has_changes()):
        return
    theirs = UserTask.application_id.in_(select(Application.id).where(Application.applicant_id == person.id))
    name = name_in_order(person.name_km, person.name_latin)
    connection.execute(update(UserTask).where(theirs, UserTask.status.in_(OPEN_TASK)).values(applicant_name=name))
