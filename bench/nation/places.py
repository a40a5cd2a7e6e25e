"""Two hundred offices with real codes, what they offer, and who works there, after the example of two that the
demonstration opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg
from sqlalchemy.orm import Session

from bench.nation.variants import Roles
from engine.house import House
from engine.offices import opening
from engine.packages import gazetteer
from engine.people.actors import OPERATOR

OFFICES: Final = 200
EXAMPLES: Final = {"province": "02", "district": "0203"}
"""The offices whose offers and officers each other one of their level has as well."""


@dataclass(frozen=True)
class Place:
    """An office that takes in cases: its id, code, level and the id of the office of its province."""

    id: int
    code: str
    level: str
    province_id: int


def open_places(house: House, *, now: datetime) -> None:
    """All provinces, and districts up to two hundred offices in all; those that are there already stay as they are."""
    with house.database.transaction() as session:
        for code in _codes():
            opening.open_office(session, OPERATOR, opening.usual_facts(code), now=now)
        _like_the_examples(session)


def _codes() -> list[str]:
    """Provinces first, then a district of each in turn."""
    provinces = [place.code for place in gazetteer.provinces()]
    rows = [[place.code for place in gazetteer.districts(code) if place.is_offered] for code in provinces]
    turns = [row[at] for at in range(max(map(len, rows))) for row in rows if at < len(row)]
    shown = [code for code in turns if code in ("0203", "0205")]
    return [*provinces, *shown, *(code for code in turns if code not in shown)][:OFFICES]


def _like_the_examples(session: Session) -> None:
    connection = session.connection()
    for level, code in EXAMPLES.items():
        for statement in (_OFFERS, _OFFICERS, _MEMBERS):
            connection.exec_driver_sql(statement, {"level": level, "code": code})


_OFFERS: Final = """
INSERT INTO office_service (office_id, service_key, offered_from, offered_to)
SELECT o.id, s.service_key, s.offered_from, s.offered_to
FROM office_service s JOIN office e ON e.id = s.office_id CROSS JOIN office o
WHERE e.code = %(code)s AND o.level = %(level)s AND NOT EXISTS (
  SELECT 1 FROM office_service t WHERE t.office_id = o.id AND t.service_key = s.service_key)
ORDER BY o.id, s.id"""
_OFFICERS: Final = """
INSERT INTO person (name_km, name_latin, email, email_proved_at, password_hash, sex, id_kind, id_number, address,
  identity_status, language, session_epoch, created_at)
SELECT p.name_km, p.name_latin, split_part(p.email, '.' || %(code)s || '@', 1) || '.' || o.code || '@owso.example',
  p.email_proved_at, p.password_hash, p.sex, '', '', p.address, 'unverified', p.language, 1, p.created_at
FROM membership m JOIN office e ON e.id = m.office_id JOIN person p ON p.id = m.person_id CROSS JOIN office o
WHERE e.code = %(code)s AND o.level = %(level)s
  AND NOT EXISTS (SELECT 1 FROM membership t WHERE t.office_id = o.id)
ORDER BY o.id, p.id"""
_MEMBERS: Final = """
INSERT INTO membership (person_id, office_id, "group", from_day, to_day)
SELECT n.id, o.id, m."group", m.from_day, m.to_day
FROM membership m JOIN office e ON e.id = m.office_id JOIN person p ON p.id = m.person_id
CROSS JOIN office o
JOIN person n ON n.email = split_part(p.email, '.' || %(code)s || '@', 1) || '.' || o.code || '@owso.example'
WHERE e.code = %(code)s AND o.level = %(level)s
  AND NOT EXISTS (SELECT 1 FROM membership t WHERE t.person_id = n.id)
ORDER BY n.id"""


def places(connection: psycopg.Connection) -> list[Place]:
    """The offices of provinces and districts, by code."""
    found = connection.execute(
        "SELECT o.id, o.code, o.level, p.id FROM office o JOIN office p ON p.code = left(o.code, 2)"
        " WHERE o.level IN ('province', 'district') ORDER BY o.code"
    )
    return [Place(*row) for row in found]


def roles(connection: psycopg.Connection) -> Roles:
    """Who works at which office in which group, and the how manieth of them."""
    return Roles({person: where for person, *where in _staff(connection)}, {})  # type: ignore[misc]


def officers(connection: psycopg.Connection, known: Roles, offices: Sequence[Place]) -> list[tuple[int, int, int]]:
    """For each office and place of a role in ``known`` the officer there; the first of the group where it has fewer."""
    staff: Mapping[tuple[int, str, int], int] = {
        (office, group, at): person for person, office, group, at in _staff(connection)
    }
    found = []
    for office in offices:
        for (above, group, at), code in known.known.items():
            where = office.province_id if above else office.id
            person = staff.get((where, group, at)) or staff.get((where, group, 0))
            if person is not None:
                found.append((office.id, code, person))
    return found


def _staff(connection: psycopg.Connection) -> list[tuple[int, int, str, int]]:
    return connection.execute(
        'SELECT person_id, office_id, "group", (row_number() OVER (PARTITION BY office_id, "group" ORDER BY'
        " person_id))::int - 1 FROM membership WHERE office_id IS NOT NULL"
    ).fetchall()
