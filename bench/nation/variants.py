"""A told case as it might have been begun at another minute, or weeks earlier: every moment of it moved alike, and in
the place of every number of a row what says which row of the copy is meant.

What ends with an office's day keeps its hour, as the promise of a case does that began some minutes earlier. So what is
due is due when the product would have had it due.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import orjson

from bench.nation.told_cases import OWNED, Row, ToldCase
from storage import tables
from storage.clocks import NEVER

ENDS: Final = frozenset({time(10, 0), time(16, 59, 59), time(17, 0)})
"""The end of an office's day and that of a day, in UTC."""
APPLICANT, OWN, PROVINCE = -1, -1, -2
"""In place of a person: the applicant; in place of an office: the one where the case came in, and its province's."""
FIRST_ROLE: Final = -10
"""From here downwards stand officers, each by the place of the role in ``Roles``."""
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)")
_COUNTED = re.compile(rb"(?<!\d)1[5-9]\d{14}(?!\d)")
"""A moment in the engine's own bytes: microseconds since 1970."""


@dataclass(frozen=True)
class Roles:
    """Officers as what they are to a case: group, place among the colleagues, and whether at the province of the office
    where it came in. ``office`` knows the (office id, group, place) of everybody who works at one."""

    office: Mapping[int, tuple[int, str, int]]
    known: dict[tuple[bool, str, int], int]

    def code(self, person_id: int, own: int, province: int | None) -> int:
        """What stands for this officer in the copies of a case; the officer's own number for one of elsewhere."""
        where, group, place = self.office.get(person_id, (0, "", 0))
        if where not in (own, province):
            return person_id
        role = (where != own, group, place)
        return FIRST_ROLE - self.known.setdefault(role, len(self.known))


@dataclass(frozen=True)
class Shift:
    """How much earlier than the told case a variant happens."""

    weeks: int = 0
    minutes: int = 0

    def of(self, moment: datetime) -> datetime:
        moment = moment.astimezone(UTC)
        if moment.year == NEVER.year:
            return moment
        moment -= timedelta(weeks=self.weeks)
        return moment if moment.time() in ENDS else moment - timedelta(minutes=self.minutes)

    def written(self, found: re.Match[str]) -> str:
        return self.of(datetime.fromisoformat(found.group())).isoformat()

    def counted(self, found: re.Match[bytes]) -> bytes:
        moment = self.of(datetime.fromtimestamp(int(found.group()) / 1_000_000, UTC))
        return b"%d" % (round(moment.timestamp()) * 1_000_000)


def variant(case: ToldCase, shift: Shift, roles: Roles, province: int | None) -> Iterator[tuple[str, Row]]:
    """The rows of a variant with their tables, as they are staged."""
    places = {table: {row["id"]: at for at, row in enumerate(rows) if "id" in row} for table, rows in case.rows.items()}
    said = said_of(case)
    for table in OWNED:
        references = _references(table)
        for at, row in enumerate(case.rows[table]):
            moved = {name: _moved(value, shift, said) for name, value in row.items()}
            for name, target in references.items():
                moved[name] = _stands_for(row[name], target, places, case, roles, province)
            if table == "case_event":
                moved |= _covered(row, shift)
            yield table, moved | {"row_at": at}


def said_of(case: ToldCase) -> Callable[[str], str]:
    """Puts signs for what is said of the applicant and of the case into a text, so that each copy says its own."""
    applicant, application = case.applicant, case.rows["application"][0]
    signs = [
        ("name_km", applicant["name_km"]), ("name_latin", applicant["name_latin"]), ("phone", applicant["phone"]),
        ("id_number", applicant["id_number"]), ("reference", application["reference"]),
    ]  # fmt: skip
    known = [(text, sign(name)) for name, text in signs if text and len(text) > 3]

    def put(text: str) -> str:
        for there, instead in known:
            text = text.replace(there, instead)
        return text

    return put


def sign(name: str) -> str:
    """What stands in a staged text where each copy says its own."""
    return f"⟦{name}⟧"


def _references(table: str) -> dict[str, str]:
    """The columns of a table that name rows of another one, with its name."""
    columns = tables.Base.metadata.tables[table].columns
    return {column.name: key.column.table.name for column in columns for key in column.foreign_keys}


def _moved(value: Any, shift: Shift, said: Callable[[str], str]) -> Any:
    if isinstance(value, datetime):
        return shift.of(value)
    if isinstance(value, bytes):
        return _COUNTED.sub(shift.counted, value)
    if isinstance(value, str):
        return said(value)
    if isinstance(value, dict | list):
        return said(_WRITTEN.sub(shift.written, orjson.dumps(value).decode()))
    return value


def _stands_for(
    value: Any, target: str, places: Mapping[str, Mapping[int, int]], case: ToldCase, roles: Roles, province: int | None
) -> Any:
    if value is None or target not in (*OWNED, "person", "office"):
        return value
    if target == "person":
        return APPLICANT if value == case.applicant_id else roles.code(value, case.office_id, province)
    if target == "office":
        return {province: PROVINCE, case.office_id: OWN}.get(value, value)
    return places[target].get(value, 0)


def _covered(row: Row, shift: Shift) -> dict[str, Any]:
    """What the hash of an event covers, around the numbers that are each copy's own. The data and what is personal stay
    as they were told: names and numbers of papers in old events are those of the told case."""
    data = _WRITTEN.sub(shift.written, orjson.dumps(row["data"], option=orjson.OPT_SORT_KEYS).decode())
    before = orjson.dumps([row["seq"], shift.of(row["at"]).isoformat(), row["kind"]]).decode()[1:-1]
    between = orjson.dumps([row["actor_role"], row["element_id"]]).decode()[1:-1]
    personal = None if row["personal"] is None else orjson.dumps(row["personal"]).decode()
    after = f',{between},{data},"{row["personal_hash"]}","'
    return {"data": data, "personal": personal, "before": f",{before},", "after": after}
