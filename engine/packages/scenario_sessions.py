"""The sessions of a scenario: published when it starts, each an hour long, chosen and changed as in the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from engine import bpmn
from engine.packages.package import ServicePackage, routing_variables
from engine.packages.scenarios import Scenario
from engine.packages.session_rules import SessionRule, told_by
from engine.working_time.calendar import WorkingTime

HELD_FOR: Final = timedelta(hours=1)
"""How long a session of a scenario is held."""
JUST_BEFORE: Final = timedelta(seconds=1)


class NoSuchSession(Exception):
    """It cannot be chosen or changed so; the message says why."""


@dataclass
class RehearsedSessions:
    """What is published in a scenario, and which session of each kind was chosen last."""

    package: ServicePackage
    working_time: WorkingTime
    published: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    seats: dict[str, datetime] = field(default_factory=dict)

    def publish(self, scenario: Scenario) -> None:
        """Raises ``NoSuchSession`` for one on a day on which the office is closed."""
        self.published = scenario.sessions
        for begins in (moment for moments in scenario.sessions.values() for moment in moments):
            if not self.working_time.is_working_day(begins.date()):
                raise NoSuchSession(f"The office is closed on {begins:%Y-%m-%d}, so it publishes no session there.")

    def choose(self, key: str | None, local: datetime | None, now: datetime) -> dict[str, object]:
        """Takes a seat in the session that begins at this local moment; what the diagram sees of it."""
        rule = self.package.manifest.session(key)
        if rule is None or local is None:
            raise NoSuchSession("Say which session is chosen: session: 2026-11-06 08:00.")
        if local not in self.published.get(rule.key, ()):
            there = ", ".join(f"{one:%Y-%m-%d %H:%M}" for one in self.published.get(rule.key, ())) or "none"
            raise NoSuchSession(f"No session {rule.key} begins at {local:%Y-%m-%d %H:%M}; published are: {there}.")
        begins = self._open(rule, local, now)
        self.seats[rule.key] = local
        seen = told_by(begins, begins + HELD_FOR, self.working_time)
        return routing_variables(self.package, rule.answers, seen)

    def change(self, key: str, local: datetime | None, now: datetime) -> dict[str, object]:
        """Takes another one instead of that which was chosen."""
        rule = self.package.manifest.session(key)
        before = self.seats.get(key)
        if rule is None or before is None:
            raise NoSuchSession(f"No session {key} was chosen that could be changed.")
        if rule.changeable is None:
            raise NoSuchSession(f"The session {key} cannot be changed: it has no changeable in service.yaml.")
        self._open(rule, before, now)
        return self.choose(key, local, now)

    def chosen(self) -> dict[str, datetime | None]:
        """When the session of each kind begins that was chosen last."""
        return {key: self._utc(local) for key, local in self.seats.items()}

    def asked_anew(self, snapshot: bpmn.Snapshot | None, now: datetime) -> tuple[datetime, bpmn.Step] | None:
        """Who has nothing to choose when a timer would end their waiting is asked anew, as of the moment before: that
        moment and the step; None where nobody is."""
        if snapshot is None:
            return None
        hosts = {one.element_id: one.host_id for one in bpmn.deadlines(self.package.process)}
        due = sorted((one.due_at, hosts[one.element_id]) for one in snapshot.timers if one.element_id in hosts)
        for moment, host in due:
            task = next((one for one in snapshot.tasks if one.element_id == host), None)
            settings = self.package.tasks.get(host)
            if moment > now or task is None or settings is None or not settings.is_chosen_by_applicant:
                continue
            if not self._has_choice(settings.session, now):
                step = bpmn.Step("move", task_ref=task.id, element_id=host)
                return moment - JUST_BEFORE, step
        return None

    def _has_choice(self, key: str | None, now: datetime) -> bool:
        rule = self.package.manifest.session(key)
        if rule is None:
            return False
        begins = map(self._utc, self.published.get(rule.key, ()))
        return any(now < rule.open_until(one, self.working_time) for one in begins)

    def _utc(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.working_time.zone).astimezone(UTC)

    def _open(self, rule: SessionRule, local: datetime, now: datetime) -> datetime:
        begins = self._utc(local)
        if now >= rule.open_until(begins, self.working_time):
            raise NoSuchSession(f"It is too late to choose or change the session {rule.key} of {local:%Y-%m-%d %H:%M}.")
        return begins
