"""The calendar month and day of a moment, reckoned inside either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class local_month(GenericFunction[str]):  # noqa: N801 - named like the function that it is in a statement
    """``2026-11`` for a moment, in Cambodia's time: seven hours ahead of UTC all year."""

    type = String()
    inherit_cache = True


@compiles(local_month, "sqlite")
def _sqlite(element: local_month, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strftime('%Y-%m', {_whole_seconds(element, compiler, kw)}, '+7 hours')"


@compiles(local_month, "postgresql")
def _postgresql(element: local_month, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Phnom_Penh', 'YYYY-MM')"


class local_day(GenericFunction[str]):  # noqa: N801 - as above
    """``2026-11-30`` for a moment, in Cambodia's time."""

    type = String()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _day_in_sqlite(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strftime('%Y-%m-%d', {_whole_seconds(element, compiler, kw)}, '+7 hours')"


@compiles(local_day, "postgresql")
def _day_in_postgresql(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Phnom_Penh', 'YYYY-MM-DD')"


def _whole_seconds(element: local_month | local_day, compiler: SQLCompiler, kw: dict[str, Any]) -> str:
    """SQLite rounds to milliseconds: the last of them would be of the next day."""
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 19)"
