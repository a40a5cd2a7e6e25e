"""The inbox: an officer's first page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

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
from engine.queries.office.inbox_views import MOST_WITH_COUNTS, SavedView, saved_views, view_counts
from engine.queries.shared.stretches import Stretch, Wanted
from engine.words import TaskKind
from web.access import access
from web.admin.parameters import choice
from web.context import house, note_listed, now, reading, today
from web.exports import FORMATS, list_answer
from web.office import blueprint
from web.office.paging import asked_stretch
from web.office.viewing import WHOLE, View, arguments, as_text, says_nothing, view_here, without_text
from web.office.views import address_of
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
COLUMN_WORDS: Final[Mapping[str, LazyString]] = {
    "due": _l("Due"),
    "task": _l("Task"),
    "applicant": _l("Applicant"),
    "number": _l("Reference number"),
    "stage": _l("Stage"),
    "since": _l("Waits since"),
    "holder": _l("Who has it"),
}
FILTER_WORDS: Final[Mapping[str, LazyString]] = {
    "text": _l("Search"),
    "service": _l("Service"),
    "stage": _l("Stage"),
    "due": _l("Due"),
    "who": _l("Who has it"),
    "office": _l("Office"),
}

_ANY: Final = "any-task"
"""Where the key of a task stands in an address that is put together for many of them."""


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
    shelf, filters = view = view_here()
    if end := choice("as", FORMATS):
        return list_answer("one-window-inbox", end, _heads(), partial(_read, view), _row)
    with reading() as (session, actor):
        if actor.groups <= {ANALYST, APPROVER}:
            return redirect(url_for("analyst.services"), code=303)
        views = saved_views(session, actor)
        if says_nothing() and (first := _first_of(views)):
            return redirect(first, code=303)
        counts = view_counts(session, actor, views, now=now())
        found = inbox(session, house(), actor, shelf, asked_stretch(), filters=filters, now=now())
        offered = choices(session, house(), actor, filters.service, today=today(), now=now())
    text = _text_of(view, views)
    note_listed(actor, [task.application_key for task in found.tasks.items])
    return render_template(
        "office/inbox.html",
        inbox=found,
        shelves=SHELF_WORDS,
        address=_addresses(text),
        view=arguments(view),
        view_text=text,
        views=[(one, counts[one.key]) for one in views[:MOST_WITH_COUNTS]],
        has_more_views=len(views) > MOST_WITH_COUNTS,
        view_here=without_text(view),
        address_of=address_of,
        filters=filters,
        columns=_columns(filters),
        column_words=COLUMN_WORDS,
        chips=_chips(view, offered),
        choices=offered,
        dues=DUE_WORDS,
        sorts=SORT_WORDS,
        errors=_misread(),
    )


def _read(view: View, wanted: Wanted, size: int) -> Stretch[InboxTask]:
    shelf, filters = view
    with reading() as (session, actor):
        found = inbox(session, house(), actor, shelf, wanted, filters=filters, size=size, now=now())
    note_listed(actor, [task.application_key for task in found.tasks.items])
    return found.tasks


def _heads() -> list[str]:
    return [
        *(gettext("Reference number"), gettext("Task"), gettext("Service"), gettext("Office"), gettext("Applicant")),
        *(gettext("Stage"), gettext("Waits since"), gettext("Due"), gettext("Who has it")),
        *(gettext("Escalated"), gettext("Will probably be late")),
    ]


def _row(task: InboxTask) -> Sequence[object]:
    what = (in_language(task.name), in_language(task.service), in_language(task.office), in_language(task.applicant))
    days = (task.ready_at.isoformat(), task.due_at.isoformat() if task.due_at else "")
    holder = in_language(task.assignee) if task.assignee else ""
    marks = [gettext("Yes") if holds else "" for holds in (task.is_escalated, task.will_be_late)]
    return [task.reference, *what, in_language(task.stage), *days, holder, *marks]


def address(task: InboxTask, view: str = "") -> str:
    """The page where a task is done, from a view of the inbox: fees and handovers have their own desks."""
    if task.kind == TaskKind.PAYMENT:
        return url_for("office.payment", key=task.application_key)
    if task.kind == TaskKind.HANDOVER:
        return url_for("office.handover", key=task.key)
    return url_for("office.task", key=task.key, view=view or None)


def _addresses(view: str) -> Callable[[InboxTask], str]:
    """The same for the tasks of a list, put together once: only the keys differ, and nothing in them has to be written
    otherwise in an address."""
    begin, end = url_for("office.task", key=_ANY, view=view or None).split(_ANY, 1)

    def of(task: InboxTask) -> str:
        is_at_a_desk = task.kind in (TaskKind.PAYMENT, TaskKind.HANDOVER)
        return address(task) if is_at_a_desk else f"{begin}{task.key}{end}"

    return of


def _first_of(views: Sequence[SavedView]) -> str:
    """The address of the view with which the officer's inbox opens; empty without one."""
    wanted: dict[str, Any] = next((address_of(one) for one in views if one.is_first), {})
    return url_for("office.inbox", lang=request.args.get("lang"), **wanted) if wanted else ""


def _text_of(view: View, views: Sequence[SavedView]) -> str:
    """The view as it goes along; where another one opens first, the whole inbox is said as well."""
    return as_text(view) or (WHOLE if any(one.is_first for one in views) else "")


def _columns(filters: Filters) -> tuple[str, ...]:
    """What is shown of each task, from the left; what is to be done follows its day."""
    shown = filters.shown
    return ("due", "task", *shown[1:]) if shown[0] == "due" else ("task", *shown)


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
