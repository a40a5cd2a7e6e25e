"""The sessions of a scenario: published when it starts, each an hour long, chosen and changed as in the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.names import nearest
from engine.packages.package import ServicePackage, routing_variables
from engine.packages.said import filled
from engine.packages.scenario_sentences import Impossible
from engine.packages.scenarios import Scenario
from engine.packages.session_rules import SessionRule, told_by
from engine.packages.session_waits import not_before
from engine.working_time.calendar import WorkingTime

HELD_FOR: Final = timedelta(hours=1)
"""How long a session of a scenario is held."""
JUST_BEFORE: Final = timedelta(seconds=1)


@dataclass
class RehearsedSessions:
    """What is published in a scenario, and which session of each kind was chosen last."""

    package: ServicePackage
    working_time: WorkingTime
    published: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    seats: dict[str, datetime] = field(default_factory=dict)

    def publish(self, scenario: Scenario) -> None:
        """Raises ``Impossible`` for one on a day on which the office is closed."""
        self.published = scenario.sessions
        for begins in (moment for moments in scenario.sessions.values() for moment in moments):
            if not self.working_time.is_working_day(begins.date()):
                raise Impossible(filled(_CLOSED, day=f"{begins:%Y-%m-%d}"))

    def choose(self, key: str | None, local: datetime | None, now: datetime) -> dict[str, object]:
        """Takes a seat in the session that begins at this local moment; what the diagram sees of it."""
        rule = self.package.manifest.session(key)
        if rule is None or local is None:
            raise Impossible(_NOT_SAID)
        if local not in self.published.get(rule.key, ()):
            there = nearest(_moment(local), map(_moment, self.published.get(rule.key, ())))
            raise Impossible(filled(_NOT_PUBLISHED, key=rule.key, at=_moment(local), there=there))
        begins = self._open(rule, local, now)
        self.seats[rule.key] = local
        seen = told_by(begins, begins + HELD_FOR, self.working_time)
        return routing_variables(self.package, rule.answers, seen)

    def change(self, key: str, local: datetime | None, now: datetime) -> dict[str, object]:
        """Takes another one instead of that which was chosen."""
        rule = self.package.manifest.session(key)
        before = self.seats.get(key)
        if rule is None or before is None:
            raise Impossible(filled(_NOT_CHOSEN, key=key))
        if rule.changeable is None:
            raise Impossible(filled(_NEVER_CHANGED, key=key))
        self._open(rule, before, now)
        return self.choose(key, local, now)

    def chosen(self) -> dict[str, datetime | None]:
        """When the session of each kind begins that was chosen last."""
        return {key: self._utc(local) for key, local in self.seats.items()}

    def day_of(self, task: str, now: datetime) -> datetime | None:
        """When the session begins on whose day a task can be done at the earliest; None once it has come."""
        return not_before(self.package, task, self.chosen(), now, self.working_time)

    def require_its_day(self, task: str, now: datetime) -> None:
        """Raises ``Impossible`` for a task that is done at a session whose day is still to come."""
        day = self.day_of(task, now)
        if day is not None:
            raise Impossible(filled(_NOT_ITS_DAY, task=task, day=f"{self.working_time.local_date(day):%Y-%m-%d}"))

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
            raise Impossible(filled(_TOO_LATE, key=rule.key, at=_moment(local)))
        return begins


def _moment(local: datetime) -> str:
    return f"{local:%Y-%m-%d %H:%M}"


_CLOSED: Final = Bilingual(
    "ការិយាល័យបិទនៅថ្ងៃ {day} ដូច្នេះវាមិនផ្សាយពេលណាត់នៅថ្ងៃនោះទេ។ សូមសរសេរថ្ងៃធ្វើការ។",
    "The office is closed on {day}, so it publishes no session there; write a working day.",
)
_NOT_SAID: Final = Bilingual(
    "សូមសរសេរថាជ្រើសពេលណាត់ណា៖ session: 2026-11-06 08:00។",
    "Say which session is chosen: session: 2026-11-06 08:00.",
)
_NOT_PUBLISHED: Final = Bilingual(
    "គ្មានពេលណាត់ {key} ចាប់ផ្តើមនៅ {at} ទេ; ពេលដែលបានផ្សាយ៖ {there}។ សូមសរសេរមួយ។",
    "No session {key} begins at {at}; published are: {there}. Write one of them.",
)
_NOT_CHOSEN: Final = Bilingual(
    "មិនទាន់បានជ្រើសពេលណាត់ {key} ដែលអាចប្តូរបានទេ។ សូមជ្រើសវាជាមុន។",
    "No session {key} was chosen that could be changed; choose one before.",
)
_NEVER_CHANGED: Final = Bilingual(
    "ពេលណាត់ {key} មិនអាចប្តូរបានទេ ព្រោះវាគ្មាន changeable ក្នុង service.yaml។",
    "The session {key} cannot be changed: it has no changeable in service.yaml.",
)
_TOO_LATE: Final = Bilingual(
    "ហួសពេលជ្រើស ឬប្តូរពេលណាត់ {key} នៃ {at} ហើយ។ សូមសរសេរជំហានមុននោះ។",
    "It is too late to choose or change the session {key} of {at}; let the step come before.",
)
_NOT_ITS_DAY: Final = Bilingual(
    "«{task}» ធ្វើនៅពេលណាត់ ដូច្នេះមិនអាចបញ្ចប់មុនថ្ងៃ {day} ទេ។ សូមដាក់ជំហាននៅថ្ងៃនោះ ឬសរសេរ any_day បើអាចធ្វើមុនបាន។",
    "“{task}” is done at the session, so not before {day}; let the step come on that day, or give the task any_day.",
)
