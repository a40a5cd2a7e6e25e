"""The inbox: an officer's first page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine import localise
from engine.packages.groups import ANALYST, APPROVER, DO_TASKS
from engine.queries.office.inbox import InboxTask, inbox
from engine.queries.office.inbox_choices import Choices, choices
from engine.queries.office.inbox_filters import ME, NOBODY, Due, Filters, Shelf, Sort, misread_days
from engine.words import TaskKind
from web.access import access
from web.context import house, note_listed, now, reading, today
from web.office import blueprint
from web.office.paging import asked_stretch
from web.office.viewing import View, arguments, as_text, view_in
from web.wording import current_lang, in_language

SHELF_WORDS: Final[Mapping[Shelf, LazyString]] = {
    "all": _l("Everything"),
    "mine": _l("Claimed by me"),
    "free": _l("To claim"),
    "escalated": _l("Escalated"),
    "late": _l("Late"),
}
DUE_WORDS: Final[Mapping[Due, LazyString]] = {
    "": _l("Any day"),
    "late": _l("Late"),
    "today": _l("Today"),
    "week": _l("This week"),
    "range": _l("Between two days"),
}
SORT_WORDS: Final[Mapping[Sort, LazyString]] = {
    "due": _l("Due first"),
    "newest": _l("Newest first"),
    "oldest": _l("Oldest first"),
    "applicant": _l("Applicant, by the Khmer name"),
}
FILTER_WORDS: Final[Mapping[str, LazyString]] = {
    "text": _l("Search"),
    "service": _l("Service"),
    "stage": _l("Stage"),
    "due": _l("Due"),
    "who": _l("Who has it"),
    "office": _l("Office"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the arguments of the inbox without it."""

    name: str
    words: str
    without: Mapping[str, str]


@blueprint.get("/office", endpoint="inbox")
@access(groups=(*DO_TASKS, ANALYST, APPROVER))
def show_inbox() -> ResponseReturnValue:
    """The officer's tasks, most pressing first or as the address asks. Analysts and approvers, who have none, are led
    to the process definitions."""
    shelf, filters = view = view_in(request.args)
    with reading() as (session, actor):
        if actor.groups <= {ANALYST, APPROVER}:
            return redirect(url_for("analyst.services"), code=303)
        found = inbox(session, house(), actor, shelf, asked_stretch(), filters=filters, now=now())
        offered = choices(session, house(), actor, filters.service, today=today(), now=now())
    note_listed(actor, [task.application_key for task in found.tasks.items])
    return render_template(
        "office/inbox.html",
        inbox=found,
        shelves=SHELF_WORDS,
        address=lambda task: address(task, as_text(view)),
        view=arguments(view),
        view_text=as_text(view),
        filters=filters,
        chips=_chips(view, offered),
        choices=offered,
        dues=DUE_WORDS,
        sorts=SORT_WORDS,
        errors=_misread(),
    )


def address(task: InboxTask, view: str = "") -> str:
    """The page where a task is done, from a view of the inbox: fees and handovers have their own desks."""
    if task.kind == TaskKind.PAYMENT:
        return url_for("office.payment", key=task.application_key)
    if task.kind == TaskKind.HANDOVER:
        return url_for("office.handover", key=task.key)
    return url_for("office.task", key=task.key, view=view or None)


def _misread() -> dict[str, str]:
    """What is said beside a day that could not be read."""
    if request.args.get("due") != "range":
        return {}
    said = gettext("Write the day like this: 27/3/2026.")
    return dict.fromkeys(misread_days(request.args), said)


def _chips(view: View, offered: Choices) -> list[Chip]:
    shelf, filters = view
    return [
        Chip(name, f"{FILTER_WORDS[name]}: {_said(filters, name, offered)}", arguments((shelf, filters.without(name))))
        for name in filters.names
    ]


def _said(filters: Filters, name: str, offered: Choices) -> str:
    """The value of a filter in words; of what is not offered, as it stands in the address."""
    if name == "text":
        return f"“{filters.text}”"
    if name == "due":
        return _days(filters)
    if name == "who" and filters.who in (ME, NOBODY):
        return str(gettext("Me") if filters.who == ME else gettext("Nobody yet"))
    known = {
        "service": offered.services,
        "stage": offered.stages,
        "office": offered.offices,
        "who": offered.colleagues,
    }[name]
    value: str = getattr(filters, name)
    return str(in_language(known[value])) if value in known else value


def _days(filters: Filters) -> str:
    if filters.due != "range":
        return str(DUE_WORDS[filters.due])
    since, until = (localise.short_day(day, current_lang()) if day else None for day in (filters.since, filters.until))
    if since and until:
        return str(gettext("from %(since)s to %(until)s", since=since, until=until))
    return str(gettext("from %(since)s on", since=since) if since else gettext("until %(until)s", until=until))
