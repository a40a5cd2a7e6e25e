"""What an officer wants of the inbox: filters and an order, as they stand in an address, so that it can be kept and
shared. Whatever an address says that means nothing is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from engine.khmer import tidy
from engine.typed.days import typed_day
from engine.typed.fault import Fault

Shelf = Literal["all", "mine", "free", "escalated", "late"]
SHELVES: Final[tuple[Shelf, ...]] = get_args(Shelf)
Due = Literal["", "late", "today", "week", "range"]
DUES: Final[tuple[Due, ...]] = get_args(Due)
Sort = Literal["due", "newest", "oldest", "applicant"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
Column = Literal["due", "applicant", "number", "stage", "since", "holder"]
COLUMNS: Final[tuple[Column, ...]] = get_args(Column)
USUAL: Final[tuple[Column, ...]] = ("due", "applicant", "number", "holder")
"""The columns of an inbox for which nobody chose others. What is to be done stands in each."""
ME: Final = "me"
NOBODY: Final = "nobody"
LONGEST: Final = 100
_LONGEST_KEY: Final = 80
_MOST_DIGITS: Final = 9
_ZONE: Final = ZoneInfo("Asia/Phnom_Penh")


@dataclass(frozen=True, slots=True)
class Filters:
    """``text``: a number, a telephone or a name, as the search takes it. ``service`` and ``stage`` by their keys,
    ``office`` by its code. ``due`` with the days ``since`` and ``until`` of a range, both included and each empty where
    it is open. ``who`` has the task: ``ME``, ``NOBODY`` or the id of a person. ``sort``: the order. ``columns``:
    those that were chosen, none for the usual ones."""

    text: str = ""
    service: str = ""
    stage: str = ""
    due: Due = ""
    since: date | None = None
    until: date | None = None
    who: str = ""
    office: str = ""
    sort: Sort = "due"
    columns: tuple[Column, ...] = ()

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of the list, in their order."""
        return self.columns or USUAL

    @property
    def names(self) -> tuple[str, ...]:
        """The filters that are set, without the order and the days that belong to another one."""
        return tuple(one.name for one in fields(self) if one.name not in _OF_OTHERS and getattr(self, one.name))

    def without(self, name: str) -> Filters:
        """The same but for one filter and what has no meaning without it."""
        gone: dict[str, Any] = {one: getattr(NOTHING, one) for one in (name, *_WITH.get(name, ()))}
        return replace(self, **gone)

    def between(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """From which moment on, and before which, a task must be due. Days are those of Cambodia."""
        today = now.astimezone(_ZONE).date()
        if self.due == "late":
            return None, now
        if self.due == "today":
            return _begins(today), _begins(today, 1)
        if self.due == "week":
            return _begins(today), _begins(today, 7 - today.weekday())
        if self.due == "range":
            return (_begins(self.since) if self.since else None), (_begins(self.until, 1) if self.until else None)
        return None, None

    def arguments(self) -> dict[str, str]:
        """What stands in the address."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _OF_THE_LIST}
        found = {_IN_ADDRESS.get(name, name): str(value) for name, value in said.items() if value}
        found |= {"sort": self.sort} if self.sort != "due" else {}
        return found | ({"cols": ".".join(self.columns)} if self.columns else {})


NOTHING: Final = Filters()
_OF_THE_LIST: Final = ("sort", "columns")
_OF_OTHERS: Final = (*_OF_THE_LIST, "since", "until")
_WITH: Final[Mapping[str, tuple[str, ...]]] = {"service": ("stage",), "due": ("since", "until")}
_IN_ADDRESS: Final[Mapping[str, str]] = {"text": "q", "since": "from", "until": "to"}


def filters_in(asked: Mapping[str, str]) -> Filters:
    """The filters of an address. A stage counts with its service only; a range without a day is none."""
    service, who = _key(asked, "service"), _key(asked, "who")
    since, until = (_day(asked.get(name, "")) for name in ("from", "to"))
    due: Due = next((one for one in DUES if one and one == asked.get("due")), "")
    if due == "range" and since is None and until is None:
        due = ""
    is_range = due == "range"
    return Filters(
        text=tidy(asked.get("q", "")[:LONGEST]),
        service=service,
        stage=_key(asked, "stage") if service else "",
        due=due,
        since=since if is_range else None,
        until=until if is_range else None,
        who=who if who in (ME, NOBODY) or (_is_number(who)) else "",
        office=_key(asked, "office"),
        sort=next((one for one in SORTS if one == asked.get("sort")), "due"),
        columns=_columns(asked.get("cols", "")),
    )


def misread_days(asked: Mapping[str, str]) -> tuple[str, ...]:
    """Which of ``from`` and ``to`` hold something that is no day."""
    return tuple(name for name in ("from", "to") if asked.get(name, "").strip() and _day(asked[name]) is None)


def shelf_in(asked: Mapping[str, str]) -> Shelf:
    return next((one for one in SHELVES if one == asked.get("show")), "all")


def _begins(day: date, later: int = 0) -> datetime:
    return datetime.combine(day, time.min, _ZONE) + timedelta(days=later)


def _columns(asked: str) -> tuple[Column, ...]:
    chosen = asked[:LONGEST].split(".")
    found = tuple(one for one in COLUMNS if one in chosen)
    return () if found == USUAL else found


def _key(asked: Mapping[str, str], name: str) -> str:
    return asked.get(name, "").strip()[:_LONGEST_KEY]


def _is_number(who: str) -> bool:
    return who.isascii() and who.isdigit() and len(who) <= _MOST_DIGITS


def _day(typed: str) -> date | None:
    try:
        day = typed_day(typed[:LONGEST])
    except Fault:
        return None
    return day if day is not None and 1_900 <= day.year < 9_000 else None
