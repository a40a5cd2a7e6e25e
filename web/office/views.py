"""Views of the inbox that an officer keeps, for themselves or for their office."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.packages.groups import DO_TASKS
from engine.queries.office.inbox_views import SavedView, saved_views, shared_with
from engine.tasks import inbox_views
from engine.tasks.inbox_views import Kept
from web.access import access
from web.context import now, reading, transaction
from web.intake import whole_number
from web.office import blueprint
from web.office.viewing import arguments, as_text, carried, without_text

LONGEST_KEY = 80


def address_of(view: SavedView) -> dict[str, str]:
    """What stands in the address of the inbox for a view; also of the whole inbox something."""
    return arguments((view.shelf, view.filters)) or {"show": "all"}


@blueprint.get("/office/views", endpoint="views")
@access(groups=DO_TASKS)
def show_views() -> ResponseReturnValue:
    """The officer's views, and where the one that came along is kept."""
    view = without_text(carried())
    with reading() as (session, actor):
        found = saved_views(session, actor)
        offices = shared_with(session, actor)
    return render_template(
        "office/views.html",
        views=found,
        offices=offices,
        address_of=address_of,
        wanted=as_text(view),
        is_wanted="view" in request.values,
        had_text=bool(carried()[1].text),
        values=request.form,
    )


@blueprint.post("/office/views", endpoint="views_post")
@access(groups=DO_TASKS)
def keep_view() -> ResponseReturnValue:
    """Keeps the view that came along: as a new one, or in the place of one that there is."""
    shelf, filters = without_text(carried())
    asked, instead = arguments((shelf, filters)), request.form.get("instead", "")
    with transaction() as (session, actor):
        if instead:
            key, _, seen = instead[:LONGEST_KEY].partition("/")
            inbox_views.change_view(session, actor, key, seen=whole_number(seen) or 0, asked=asked, now=now())
        else:
            kept = Kept(request.form.get("name", ""), asked)
            office = request.form.get("office", "")[:LONGEST_KEY]
            inbox_views.keep_view(session, actor, kept, office_code=office, now=now())
    flash(gettext("The view is kept. It stands above the inbox."), "success")
    shown: dict[str, Any] = asked or {"show": "all"}
    return redirect(url_for("office.inbox", **shown), code=303)


@blueprint.post("/office/views/<key>", endpoint="view_post")
@access(groups=DO_TASKS)
def rename_view(key: str) -> ResponseReturnValue:
    """Gives a view another name."""
    seen, name = whole_number(request.form.get("seen", "")) or 0, request.form.get("name", "")
    with transaction() as (session, actor):
        inbox_views.change_view(session, actor, key, seen=seen, name=name, now=now())
    flash(gettext("The view has its new name."), "success")
    return redirect(url_for("office.views"), code=303)


@blueprint.post("/office/views/<key>/remove", endpoint="view_remove")
@access(groups=DO_TASKS)
def remove_view(key: str) -> ResponseReturnValue:
    """Takes a view away."""
    with transaction() as (session, actor):
        inbox_views.remove_view(session, actor, key)
    flash(gettext("The view is removed. No task is touched by that."), "success")
    return redirect(url_for("office.views"), code=303)


@blueprint.post("/office/first-view", endpoint="first_view")
@access(groups=DO_TASKS)
def choose_first() -> ResponseReturnValue:
    """The inbox opens with this view, or with everything."""
    with transaction() as (session, actor):
        inbox_views.open_first(session, actor, request.form.get("view_key", "")[:LONGEST_KEY])
    flash(gettext("Your inbox opens so from now on."), "success")
    return redirect(url_for("office.views"), code=303)
