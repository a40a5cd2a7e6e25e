"""Whoever looks at cases from the command line, known by the name that they have on the machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.people.actors import OPERATOR, Actor
from storage.people import Person

LONGEST_NAME = 100


def operator_called(session: Session, name: str, *, now: datetime) -> Actor:
    """The operator under this name, so that a look can say whose it was. Nobody can sign in as one: the row has neither
    telephone nor e-mail nor password."""
    called = f"{OPERATOR.name_latin} {name[:LONGEST_NAME]}"
    nobody = Person.phone.is_(None), Person.email.is_(None), Person.password_hash.is_(None), Person.id_number == ""
    person_id = session.scalar(select(Person.id).where(Person.name_latin == called, Person.name_km == "", *nobody))
    if person_id is None:
        person = Person(name_latin=called, created_at=now)
        session.add(person)
        session.flush()
        person_id = person.id
    return replace(OPERATOR, person_id=person_id, name_latin=called)
