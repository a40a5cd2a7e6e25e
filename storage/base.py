"""What every table shares: the declarative base, moments in UTC, JSON that both databases store well."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment in Python on both databases; a naive datetime is refused when it is bound."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
Id = BigInteger().with_variant(Integer(), "sqlite")

WORD_LENGTH = 80
Pk = Annotated[int, mapped_column(Id, primary_key=True, autoincrement=True)]
Key = Annotated[str, mapped_column(String(WORD_LENGTH))]
OrderedKey = Annotated[str, mapped_column(String().with_variant(String(collation="C"), "postgresql"))]
"""A key that both databases put into the same order, sign by sign."""
OrderedName = Annotated[str, mapped_column(String(80).with_variant(String(80, "C"), "postgresql"))]
"""The beginning of a name, for lists in the order of names: Khmer sign by sign, as the letters follow one another."""
Name = Annotated[str, mapped_column(String(400))]


def words(column: str, of: type[StrEnum]) -> Enum:
    """The type of a column that holds one word of a closed set: read as a member of ``of``, kept as its value, and the
    database itself refuses every other word. ``column`` names the constraint."""
    return Enum(
        of,
        name=column,
        native_enum=False,
        length=WORD_LENGTH,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: Json, list[Any]: Json, datetime: Moment}  # noqa: RUF012


class OftenNew:
    """New rows of which every step makes some. Their values are put down as they are: SQLAlchemy would note for each
    what it was before, which of a new row is nothing."""

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - self.__class__.__annotations__.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(values)
