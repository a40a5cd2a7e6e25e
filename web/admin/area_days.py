"""Days off that a province or a ministry keeps for its offices."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, NotFound
from engine.offices import area_days
from engine.offices.area_days import Area
from engine.offices.recomputing import Changed
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.area_days import area_day, area_page, areas_kept
from engine.queries.admin.calendar_changes import progress_of_area
from engine.words import AreaLevel
from web.access import access
from web.admin import blueprint
from web.admin.calendar_changes import make_change, progress_answer
from web.admin.day_form import TypedDay, read_day, sentences
from web.admin.parameters import year
from web.context import now, reading, today


@blueprint.get("/days", endpoint="areas")
@access(groups=(ADMINISTRATOR,))
def show_areas() -> ResponseReturnValue:
    """The lists of provinces and ministries that the administrator keeps."""
    with reading() as (session, actor):
        areas = areas_kept(session, actor)
    return render_template("admin/areas.html", areas=areas)


@blueprint.get("/days/<level>/<area_key>", endpoint="area_days")
@access(groups=(ADMINISTRATOR,))
def show_area(level: str, area_key: str) -> ResponseReturnValue:
    """The list of one province or ministry."""
    return _page(_area(level, area_key))


@blueprint.post("/days/<level>/<area_key>", endpoint="area_days_post")
@access(groups=(ADMINISTRATOR,))
def take_area_day(level: str, area_key: str) -> ResponseReturnValue:
    """Adds a day to it, once it was shown what moves."""
    area = _area(level, area_key)
    typed, errors = read_day(request.form)
    if typed is None:
        return _page(area, errors)

    def change(session: Session, actor: Actor) -> Changed:
        return _add(session, actor, area, typed)

    try:
        return make_change(change, gettext("The day was added."), _address(area, year=typed.day.year))
    except BadAnswers as refused:
        return _page(area, sentences(refused))


@blueprint.post("/days/<int:day_id>/remove", endpoint="area_day_remove")
@access(groups=(ADMINISTRATOR,))
def take_area_removal(day_id: int) -> ResponseReturnValue:
    """Takes a day off the list. One that has passed is removed only when somebody says so again."""
    with reading() as (session, actor):
        found = area_day(session, actor, day_id)

    def change(session: Session, actor: Actor) -> Changed:
        return area_days.remove_day(session, actor, day_id, now=now())

    back = _address(found[0], year=year(today().year)) if found else url_for("admin.areas")
    past = found[1] if found is not None and found[1].day <= today() else None
    return make_change(change, gettext("The day was removed."), back, past=past)


@blueprint.get("/days/<level>/<area_key>/reckoned", endpoint="area_days_reckoned")
@access(groups=(ADMINISTRATOR,), by_itself=True)
def show_area_progress(level: str, area_key: str) -> ResponseReturnValue:
    """How far the promises of the offices of an area were reckoned again."""
    area = _area(level, area_key)
    with reading() as (session, actor):
        found = progress_of_area(session, actor, area)
    return progress_answer(found, _address(area))


def _add(session: Session, actor: Actor, area: Area, typed: TypedDay) -> Changed:
    return area_days.add_day(
        session, actor, area, typed.day, name=typed.name, works=typed.works, hours=typed.hours, now=now()
    )


def _page(area: Area, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    with reading() as (session, actor):
        shown = area_page(session, actor, area, year=year(today().year))
        reckoned = progress_of_area(session, actor, area)
    answer = render_template(
        "admin/area_days.html",
        shown=shown,
        progress=reckoned,
        here=_address(area),
        reckoned_at=url_for("admin.area_days_reckoned", level=area.level, area_key=area.key),
        errors=errors or {},
        typed=request.form,
    )
    return answer, 422 if errors else 200


def _area(level: str, key: str) -> Area:
    if level not in tuple(AreaLevel):
        raise NotFound
    return Area(AreaLevel(level), key)


def _address(area: Area, year: int | None = None) -> str:
    return url_for("admin.area_days", level=area.level, area_key=area.key, year=year)
