"""How the process of a version really runs, on its diagram and in a table."""

from __future__ import annotations

from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.packages.groups import ADMINISTRATOR, ANALYST, APPROVER
from engine.queries.analyst.definitions import drawings_of
from engine.queries.analyst.flow_heat import flow_heat
from engine.queries.analyst.heat import heat
from engine.queries.shared.names import read_names
from engine.versions.trials import MOST, USUAL
from web.access import access
from web.analyst import blueprint
from web.analyst.trials import office_of, period_of
from web.context import house, now, reading

READERS: Final = (ANALYST, APPROVER, ADMINISTRATOR)


@blueprint.get("/analyst/<service_key>/<int:number>/heat", endpoint="heat")
@access(groups=READERS)
def show_heat(service_key: str, number: int) -> ResponseReturnValue:
    """Volumes, median working time and share late at each task, volumes on each flow, for a period and an office."""
    period, office = period_of(request.args), request.args.get("office", "")
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        published = house().catalog.numbered(session, service_key, number)
        office_id = office_of(names, office)
        found = heat(session, house(), actor, published, office_id=office_id, since=period.begins, until=period.ends)
        flows = flow_heat(session, actor, published, period, office_id=office_id)
    return render_template(
        "analyst/heat.html",
        package=published.package,
        service_key=service_key,
        number=number,
        tasks=found,
        flows=flows,
        drawings=drawings_of(published.package),
        months=period.months,
        names=names,
        office=office,
        most=MOST,
        usual=USUAL,
    )
