"""What people, businesses and places are found by, kept beside the text whoever writes it.

A row is one key (``storage.normal_form``): what is looked for is the beginning of one, so a plain index answers, on
both databases alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Index,
    String,
    Table,
    bindparam,
    delete,
    event,
    insert,
    inspect,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from storage.applications import Application
from storage.base import Base, Id, Pk, words
from storage.normal_form import LONGEST, LONGEST_KEY, keys_of
from storage.people import Person

MOST_TEXTS: Final = 40
"""Answers of one application that are kept for finding."""
MOST_KEYS: Final = 2_000
PLACE: Final = "@"
"""Before the code of a place among the keys of an application."""
_LEVELS: Final = ("village", "commune", "district", "province")
_LONGEST_CODE: Final = 8
_ABOVE_ALL: Final = "\U0010ffff"


class Found(StrEnum):
    """What a key finds: a person by a name, or an application by what it says."""

    PERSON = "person"
    APPLICATION = "application"


class FindingKey(Base):
    """Something begins with this text: a person's name, or what an application says, which is its texts, such as the
    name of a business, and the codes of its places behind an ``@``."""

    __tablename__ = "finding_key"
    id: Mapped[Pk]
    kind: Mapped[Found] = mapped_column(words("kind", Found))
    owner_id: Mapped[int] = mapped_column(Id)
    text: Mapped[str] = mapped_column(String(LONGEST_KEY).with_variant(String(LONGEST_KEY, "C"), "postgresql"))
    __table_args__ = (
        Index("ix_finding_key_text", "kind", "text", "owner_id"),
        Index("ix_finding_key_owner", "kind", "owner_id"),
    )


def keys_of_person(name_km: str, name_latin: str) -> set[str]:
    """What a person with these names is found by."""
    return keys_of(name_km or "") | keys_of(name_latin or "")


def keys_of_answers(answers: Mapping[str, Any]) -> set[str]:
    """What an application with these answers is found by: its texts and places, not its days, numbers and addresses
    of mail."""
    keys: set[str] = set()
    for text in islice(_texts(answers), MOST_TEXTS):
        keys |= {text} if text.startswith(PLACE) else keys_of(text)
    return set(islice(sorted(keys), MOST_KEYS))


def begins(text: str) -> ColumnElement[bool]:
    """Whether a key begins with this text."""
    return _lies_between(*_ends(text))


def begins_at(place: str) -> ColumnElement[bool]:
    """Whether a key begins with the text that the statement is given for this place (``beginning``)."""
    least, above = _places(place)
    return _lies_between(bindparam(least, type_=String()), bindparam(above, type_=String()))


def beginning(place: str, text: str) -> dict[str, str]:
    """What is given for a place of ``begins_at``."""
    return dict(zip(_places(place), _ends(text), strict=True))


def _lies_between(least: str | BindParameter[str], above: str | BindParameter[str]) -> ColumnElement[bool]:
    return (FindingKey.text >= least) & (FindingKey.text < above)


def _ends(text: str) -> tuple[str, str]:
    part = text[:LONGEST_KEY]
    return part, part + _ABOVE_ALL


def _places(place: str) -> tuple[str, str]:
    return place, f"above_{place}"


def _texts(answers: Mapping[str, Any]) -> Iterator[str]:
    for value in answers.values():
        if isinstance(value, str) and len(value) <= LONGEST and "@" not in value and any(map(str.isalpha, value)):
            yield value
        elif isinstance(value, Mapping):
            code = next((value[level] for level in _LEVELS if _is_code(value.get(level))), None)
            yield from [f"{PLACE}{code}"] if code else []
            yield from _texts(value)
        elif isinstance(value, list):
            yield from _texts({str(number): one for number, one in enumerate(value)})


def _is_code(value: Any) -> bool:
    """Whether this is the code of a place: a list may have a question of that name that is answered in words."""
    return isinstance(value, str) and len(value) <= _LONGEST_CODE and value.isdigit()


def _keep(connection: Connection, kind: Found, owner: int, keys: set[str]) -> None:
    table: Table = FindingKey.__table__  # type: ignore[assignment]
    connection.execute(delete(table).where(table.c.kind == kind, table.c.owner_id == owner))
    rows = [{"kind": kind, "owner_id": owner, "text": key} for key in sorted(keys)]
    if rows:
        connection.execute(insert(table), rows)


@event.listens_for(Person, "after_insert")
@event.listens_for(Person, "after_update")
def _person_kept(_mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    names = inspect(person).attrs
    if names.name_km.history.has_changes() or names.name_latin.history.has_changes():
        _keep(connection, Found.PERSON, person.id, keys_of_person(person.name_km, person.name_latin))


@event.listens_for(Application, "after_insert")
@event.listens_for(Application, "after_update")
def _application_kept(_mapper: Mapper[Application], connection: Connection, application: Application) -> None:
    """A draft is nobody's business yet."""
    now = inspect(application).attrs
    if application.submitted_at and (now.answers.history.has_changes() or now.submitted_at.history.has_changes()):
        _keep(connection, Found.APPLICATION, application.id, keys_of_answers(application.answers))
