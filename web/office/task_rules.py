"""By which rule an office gives its tasks: seen and set by its head or an administrator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.offices.task_rules import WHO_SETS, set_rules
from engine.queries.office.task_rules import office_rules
from web.access import access
from web.context import now, reading, today, transaction
from web.event_words import RULES
from web.labels import group_label
from web.office import blueprint

FIELD = "rule-"
LONGEST = 80


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
