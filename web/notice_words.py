"""The kinds of what officers are told and the ways on which they hear of it, as they choose them; and what a notice
opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.words import NoticeKind, NoticePlace, NoticeWay

KINDS: Final[Mapping[NoticeKind, LazyString]] = {
    NoticeKind.TASK_GIVEN: _l("A task was given to me"),
    NoticeKind.TASK_TAKEN: _l("A task is not mine any more"),
    NoticeKind.NEARLY_DUE: _l("A task of mine is nearly due"),
    NoticeKind.LATE: _l("A task of mine is late"),
    NoticeKind.OFFICE_NEARLY_DUE: _l("A case of my office is nearly due"),
    NoticeKind.OFFICE_LATE: _l("A case of my office is late"),
    NoticeKind.WILL_BE_LATE: _l("A case will probably be late"),
    NoticeKind.RAISED: _l("A late case was raised to me"),
    NoticeKind.ASKED: _l("A colleague asks me"),
    NoticeKind.ANSWERED: _l("A colleague has answered"),
    NoticeKind.DEPUTY: _l("I stand in for a colleague"),
    NoticeKind.DEPUTY_OVER: _l("I do not stand in for a colleague any more"),
    NoticeKind.DEPUTY_TASK: _l("A task came to a colleague for whom I stand in"),
    NoticeKind.DISPUTE: _l("An identity dispute waits for me"),
    NoticeKind.BOOK: _l("A book of a cashier waits for a second person"),
    NoticeKind.RELEASE_WAITS: _l("A release waits for approval"),
    NoticeKind.RELEASE_REPLAYED: _l("The replay of my release is over"),
    NoticeKind.INCIDENT: _l("A step failed"),
    NoticeKind.FILE_READY: _l("A file that I asked for is ready"),
    NoticeKind.FILE_FAILED: _l("A file that I asked for could not be made"),
}
WAYS: Final[Mapping[NoticeWay, LazyString]] = {
    NoticeWay.NONE: _l("On the pages of the office only"),
    NoticeWay.EMAIL: _l("Also by e-mail"),
    NoticeWay.TELEGRAM: _l("Also by Telegram"),
}
_WITH_KEY: Final[Mapping[NoticePlace, tuple[str, str]]] = {
    NoticePlace.TASK: ("office.task", "key"),
    NoticePlace.CASE: ("office.case", "key"),
    NoticePlace.DISPUTE: ("office.dispute", "dispute_key"),
    NoticePlace.BOOK: ("office.book", "book_key"),
    NoticePlace.RELEASE: ("analyst.release", "key"),
    NoticePlace.FILE: ("office.prepared_file", "prepared_file_key"),
}
_ALONE: Final[Mapping[NoticePlace, str]] = {
    NoticePlace.ASKED: "office.asked",
    NoticePlace.ABSENCES: "office.absences",
    NoticePlace.INCIDENTS: "admin.incidents",
}


def address_of(place: NoticePlace, opens: str) -> str:
    """The address of the page that a notice opens."""
    if place in _ALONE:
        return url_for(_ALONE[place])
    endpoint, part = _WITH_KEY[place]
    named: dict[str, Any] = {part: opens}
    return url_for(endpoint, **named)
