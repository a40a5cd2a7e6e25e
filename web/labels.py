"""Words for keys that several pages show: the groups of an office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.people import actors

GROUPS: Final[Mapping[str, LazyString]] = {
    actors.APPLICANT: _l("Applicant"),
    actors.FRONT_OFFICE: _l("Front office"),
    actors.CASHIER: _l("Cashier"),
    actors.SPECIALIST: _l("Specialist"),
    actors.INSPECTOR: _l("Inspector"),
    actors.HEAD: _l("Head of the office"),
    actors.ADMINISTRATOR: _l("Administrator"),
    actors.ANALYST: _l("Analyst"),
}


def group_label(group: str) -> str:
    """The words for a group in the reader's language; an unknown key is shown as it is."""
    return str(GROUPS.get(group, group))
