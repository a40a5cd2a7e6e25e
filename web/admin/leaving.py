"""The end of what somebody does in a group, or another last day of it; and who works at an office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine.errors import DaysContradict, LastAdministrator, ReasonMissing, Refused
from engine.errors.cases import NoColleague
from engine.offices.ending import keep_until
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin import accounts as queries
from engine.queries.admin.hands import hands_of
from engine.queries.admin.staff import Staff, staff
from engine.reasons import reason_given
from engine.tasks.leaving import Leaving, leave
from web.access import access
from web.admin import blueprint
from web.admin.days import NO_DAY, day_parts, typed_day
from web.admin.parameters import choice
from web.context import house, now, reading, today, transaction
from web.errors import sentence, status_of
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.intake import whole_number
from web.labels import group_label
from web.wording import in_language

LONGEST: Final = 200
NOW, ON_A_DAY, OPEN = "now", "day", "open"
WAYS: Final = (NOW, ON_A_DAY, OPEN)
_FIELDS: Final[Mapping[type[Refused], str]] = {
    ReasonMissing: "reason",
    NoColleague: "to",
    DaysContradict: "last",
    LastAdministrator: "",
}


@blueprint.get("/offices/<code>/staff", endpoint="office_staff")
@access(groups=(ADMINISTRATOR,))
def show_staff(code: str) -> ResponseReturnValue:
    """Who works at the office today, later and no longer; ``?as`` is a file."""
    end = choice("as", FORMATS)
    with reading() as (session, actor):
        many = {"most": WHOLE + 1, "most_before": WHOLE + 1} if end else {}
        found = staff(session, actor, code, **many, today=today())
        everywhere = actor.acts_for(ADMINISTRATOR, None)
    if end:
        return table_answer(f"one-window-staff-{found.code}", end, whole(_rows(found)))
    return render_template("admin/staff.html", staff=found, everywhere=everywhere, group_label=group_label)


def _rows(found: Staff) -> Iterator[Sequence[object]]:
    yield [gettext("Name"), gettext("Group"), gettext("From"), gettext("To"), gettext("Account")]
    for one in (*found.now, *found.later, *found.before):
        until = one.to_day.isoformat() if one.to_day else ""
        state = gettext("Disabled") if one.is_disabled else gettext("May sign in")
        yield [in_language(one.name), group_label(one.group), one.from_day.isoformat(), until, state]


@blueprint.post("/accounts/<int:person_id>/groups/end", endpoint="account_group_end")
@access(groups=(ADMINISTRATOR,))
def take_end(person_id: int) -> ResponseReturnValue:
    """Shows what is in the person's hands; ends the membership, or sets its last day, once that was confirmed."""
    if request.form.get("confirmed") != "yes":
        return _page(person_id, {})
    try:
        _end(person_id) if _way() == NOW else _keep(person_id)
    except tuple(_FIELDS) as refusal:
        return _page(person_id, {_FIELDS[type(refusal)]: sentence(refusal)}), status_of(refusal)
    except ValueError:
        return _page(person_id, {"last": str(NO_DAY)}), 422
    return redirect(url_for("admin.account", person_id=person_id), code=303)


def _end(person_id: int) -> None:
    to_id = whole_number(_typed("to")) if _typed("to") else None
    leaving = Leaving(person_id, _typed("group"), _typed("office") or None, _typed("reason"), to_id)
    with transaction() as (session, actor):
        given = leave(session, house(), actor, leaving, today=today(), now=now())
    flash(gettext("The person belongs to the group no longer."), "success")
    if given:
        words = ngettext("%(num)s task is the colleague’s now.", "%(num)s tasks are the colleague’s now.", given)
        flash(words, "success")


def _keep(person_id: int) -> None:
    """Raises ``ValueError`` for a day that does not exist or was not typed."""
    last_day, is_wrong = typed_day("last") if _way() == ON_A_DAY else (None, False)
    if is_wrong or (last_day is None and _way() == ON_A_DAY):
        raise ValueError
    group, office, reason = _typed("group"), _typed("office") or None, reason_given(_typed("reason"))
    which = partial(keep_until, office_code=office, last_day=last_day, reason=reason, today=today(), now=now())
    with transaction() as (session, actor):
        which(session, actor, person_id, group)
    if last_day is None:
        flash(gettext("The person stays in the group until further notice."), "success")
    else:
        flash(gettext("The person stays in the group to the end of that day."), "success")


def _page(person_id: int, errors: dict[str, str]) -> str:
    group, office = _typed("group"), _typed("office")
    with reading() as (session, actor):
        found = queries.account(session, actor, person_id, today=today())
        hands = hands_of(session, house(), actor, person_id, group, office_code=office or None, today=today())
    return render_template(
        "admin/group_end.html",
        account=found,
        group=group,
        office_code=office,
        hands=hands,
        way=_way(),
        last=day_parts("last"),
        reason=_typed("reason"),
        to=_typed("to"),
        errors=errors,
        group_label=group_label,
    )


def _way() -> str:
    typed = request.form.get("how", "")
    return typed if typed in WAYS else NOW


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]
