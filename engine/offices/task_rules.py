"""By which rule the tasks of each group of an office are given to its officers; set by the head or an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case.giving import rules_of
from engine.errors import NotFound, StalePage
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS, CASHIER, HEAD, is_declared
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.members import is_held
from storage.offices import Office, TaskRule
from storage.people import Membership
from storage.security_log import SecurityKind

WHO_SETS: Final = (HEAD, ADMINISTRATOR)


def set_rules(
    session: Session, actor: Actor, office_code: str, rules: Mapping[str, str], *, seen: str, today: date, now: datetime
) -> None:
    """From now on the tasks of each of these groups are given by its rule, by hand where it is empty; what is ready
    already stays. Groups that are not named keep theirs. ``StalePage`` when the rules are others than those ``seen``
    (``mark_of``); ``NotFound`` for a group or a rule that the office has not."""
    found = select(Office).where(Office.code == office_code)
    office = session.scalar(found.with_for_update(key_share=True).execution_options(populate_existing=True))
    if office is None:
        raise NotFound
    actor.require(office.id, *WHO_SETS)
    before = rules_of(office)
    if not rules.keys() <= set(ruled_groups(session, office, today)) or not set(rules.values()) <= {"", *TaskRule}:
        raise NotFound
    after = {**before, **{group: TaskRule(rule) for group, rule in rules.items() if rule}}
    after = {group: rule for group, rule in after.items() if rules.get(group, rule)}
    if after == before:
        return
    if mark_of(before) != seen:
        raise StalePage
    office.task_rules = {group: rule.value for group, rule in after.items()}
    for group in sorted(before.keys() | after.keys()):
        if before.get(group) != after.get(group):
            changed = {"group": group, "office": office.code, "was": before.get(group, ""), "is": after.get(group, "")}
            security_log.note(session, SecurityKind.TASK_RULES_CHANGED, actor, data=changed, at=now)


def mark_of(rules: Mapping[str, TaskRule]) -> str:
    """What somebody saw of the rules of an office."""
    return ",".join(f"{group}={rule}" for group, rule in sorted(rules.items()))


def ruled_groups(session: Session, office: Office, today: date) -> tuple[str, ...]:
    """The groups of an office whose tasks can be given by a rule: those that have tasks in an inbox, and those of
    ministries that have members here or a rule already."""
    declared = session.scalars(select(Membership.group).where(is_held(office.id, today)).distinct())
    known = {*declared, *rules_of(office)}
    fixed = (group for group in CASE_WORKERS if group != CASHIER)
    return (*fixed, *sorted(group for group in known if is_declared(group)))
