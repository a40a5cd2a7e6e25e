"""By which rule an office gives its tasks: seen and set by its head or an administrator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.offices.commune_officers import OfCommunes, set_officers
from engine.offices.task_rules import WHO_SETS, set_rules
from engine.queries.office.commune_officers import communes_of_group
from engine.queries.office.task_rules import office_rules
from web.access import access
from web.context import now, reading, today, transaction
from web.event_words import RULES
from web.intake import whole_number
from web.labels import group_label
from web.office import blueprint

FIELD = "rule-"
COMMUNE = "commune-"
LONGEST = 80
_NOBODY_HAS = 0
"""A number that is nobody's, for what is none."""


@blueprint.get("/office/rules", endpoint="task_rules")
@access(groups=WHO_SETS)
def show_rules() -> ResponseReturnValue:
    """The rule of each group of one office."""
    with reading() as (session, actor):
        found = office_rules(session, actor, request.args.get("office", "")[:LONGEST], today=today())
    return render_template("office/task_rules.html", found=found, words=RULES, group_label=group_label)


@blueprint.post("/office/rules/<office_code>", endpoint="task_rules_post")
@access(groups=WHO_SETS)
def take_rules(office_code: str) -> ResponseReturnValue:
    """Sets the rules that were chosen."""
    rules = {name.removeprefix(FIELD): rule for name, rule in request.form.items() if name.startswith(FIELD)}
    seen = request.form.get("seen", "")
    with transaction() as (session, actor):
        set_rules(session, actor, office_code, rules, seen=seen, today=today(), now=now())
    flash(gettext("The rules are set. They hold for tasks that become ready from now on."), "success")
    return redirect(url_for("office.task_rules", office=office_code), code=303)


@blueprint.get("/office/rules/<office_code>/<group>", endpoint="task_communes")
@access(groups=WHO_SETS)
def show_communes(office_code: str, group: str) -> ResponseReturnValue:
    """Who has the tasks of each commune."""
    with reading() as (session, actor):
        found = communes_of_group(session, actor, office_code, group, today=today())
    return render_template("office/task_communes.html", found=found, group_label=group_label, prefix=COMMUNE)


@blueprint.post("/office/rules/<office_code>/<group>", endpoint="task_communes_post")
@access(groups=WHO_SETS)
def take_communes(office_code: str, group: str) -> ResponseReturnValue:
    """Sets who was chosen for each commune."""
    chosen = {
        name.removeprefix(COMMUNE): (whole_number(who) or _NOBODY_HAS) if who else None
        for name, who in request.form.items()
        if name.startswith(COMMUNE)
    }
    wanted, seen = OfCommunes(office_code, group, chosen), request.form.get("seen", "")
    with transaction() as (session, actor):
        set_officers(session, actor, wanted, seen=seen, today=today(), now=now())
    flash(gettext("The officers of the communes are set. It holds for tasks that become ready from now on."), "success")
    return redirect(url_for("office.task_communes", office_code=office_code, group=group), code=303)
