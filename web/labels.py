"""Words for keys that several pages show: the groups of an office, and the levels of offices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages import groups
from engine.words import DayPart
from web.context import house
from web.wording import in_language

GROUPS: Final[Mapping[str, LazyString]] = {
    groups.APPLICANT: _l("Applicant"),
    groups.FRONT_OFFICE: _l("Front office"),
    groups.CASHIER: _l("Cashier"),
    groups.SPECIALIST: _l("Specialist"),
    groups.INSPECTOR: _l("Inspector"),
    groups.HEAD: _l("Head of the office"),
    groups.ADMINISTRATOR: _l("Administrator"),
    groups.ANALYST: _l("Analyst"),
    groups.APPROVER: _l("Approver"),
}


LEVELS: Final[Mapping[str, LazyString]] = {
    "ministry": _l("at the ministry"),
    "province": _l("at the province"),
    "district": _l("at the district"),
}


PARTS_OF_DAY: Final[Mapping[DayPart, LazyString]] = {
    DayPart.ANY: _l("Any time"),
    DayPart.MORNING: _l("Morning"),
    DayPart.AFTERNOON: _l("Afternoon"),
}


OFFICE_LEVELS: Final[Mapping[str, LazyString]] = {
    "ministry": _l("Offices of the ministries"),
    "province": _l("Offices of the provinces"),
    "district": _l("Offices of the districts"),
}


def office_level(level: str) -> str:
    """The offices of a level, in the reader's language."""
    return str(OFFICE_LEVELS.get(level, level))


def level_label(level: str) -> str:
    """Where a task is done, by the level of its lane, in the reader's language."""
    return str(LEVELS.get(level, level))


def group_label(group: str) -> str:
    """The words for a group in the reader's language, those of ``ministry.yaml`` for one that a ministry declares; an
    unknown key is shown as it is."""
    declared = house().catalog.group_names.get(group) if group not in GROUPS else None
    return in_language(declared) if declared else str(GROUPS.get(group, group))
