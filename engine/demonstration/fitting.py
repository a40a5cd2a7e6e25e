"""Answers of scenarios made those of an invented applicant, at a place and on days of the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine.demonstration.people import Sample
from engine.demonstration.specimens import id_number
from engine.demonstration.told import Answers
from engine.packages import Component, Form
from engine.working_time.calendar import WorkingTime

NEAR: Final = timedelta(days=400)
"""A day in an answer that is further from its scenario (a birthday) stays as it is."""
NAMED: Final = (("សង្កែ", "Sangke"), ("បាត់ដំបង", "Battambang"))
"""What businesses of scenarios are called after, and is replaced by the name of another place."""
NAMES: Final = (
    ("តាខ្មៅ", "Ta Khmau"), ("វត្តគរ", "Wat Kor"), ("ចតុមុខ", "Chaktomuk"), ("ភ្នំសំពៅ", "Phnom Sampeau"),
    ("បុប្ផា", "Bopha"), ("ឯកភ្នំ", "Ek Phnom"), ("បាណន់", "Banan"), ("ហាន់ជ័យ", "Hanchey"), ("កោះធំ", "Koh Thom"),
    ("ស្វាយប៉ោ", "Svay Por"), ("ដូនពេញ", "Daun Penh"), ("មុខកំពូល", "Muk Kampul"), ("រំចេក", "Romchek"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """Days and moments of a scenario on the calendar of the demonstration. ``steps`` are the days on which something
    happens in it, oldest first: each lies as many working days after the beginning as it does there. Any other day, as
    answers name them, keeps its distance from the step before it."""

    steps: tuple[date, ...]
    begins: date
    calendar: WorkingTime

    def moved(self, day: date) -> date:
        """The day of the demonstration for a day of the scenario."""
        if abs(day - self.steps[0]) > NEAR:
            return day
        step = max((known for known in self.steps if known <= day), default=self.steps[0])
        return self._moved_step(step) + (day - step)

    def _moved_step(self, step: date) -> date:
        found, passed, over = self.begins, self.steps[0], 0
        while passed < step:
            passed += timedelta(days=1)
            if self.calendar.is_working_day(passed):
                found, over = working_days_from(found, 1, self.calendar), 0
            else:
                over += 1
        return found + timedelta(days=over)

    def moment(self, local: datetime) -> datetime:
        """The local moment of the demonstration for one of the scenario, with the office's time zone."""
        return datetime.combine(self.moved(local.date()), local.time(), self.calendar.zone)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Days of a scenario as they fell in a case so far: of each day on which something happened there, on which it last
    did here. Any other day keeps its distance from the one before it."""

    fell: Mapping[date, date]

    def moved(self, day: date) -> date:
        """The day of the case for a day of the scenario."""
        first = min(self.fell)
        if abs(day - first) > NEAR:
            return day
        known = max((each for each in self.fell if each <= day), default=first)
        return self.fell[known] + (day - known)


def working_days_from(day: date, count: int, calendar: WorkingTime) -> date:
    """The day that many working days later, or earlier where ``count`` is negative."""
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day += timedelta(days=step)
        while not calendar.is_working_day(day):
            day += timedelta(days=step)
    return day


def worked(day: str, calendar: WorkingTime) -> str:
    """The day, or the next on which the office works: on the calendar of a scenario it did."""
    found = date.fromisoformat(day)
    return (found if calendar.is_working_day(found) else working_days_from(found, 1, calendar)).isoformat()


@dataclass(frozen=True, slots=True)
class Fitting:
    """What makes answers those of one applicant: who, in which commune, on which days, with which name of a business
    (its place in ``NAMES``)."""

    applicant: Sample
    commune: str
    days: Days | Anchors
    name: int

    def __call__(self, form: Form, answers: Answers) -> Answers:
        return self._of(form.components(), answers)

    def _of(self, parts: Iterable[Component], answers: Mapping[str, Any]) -> dict[str, Any]:
        known = {part.key: part for part in parts}
        return {key: self._fitted(known.get(key), value) for key, value in answers.items()}

    def _fitted(self, part: Component | None, value: Any) -> Any:
        if part is None or value is None:
            return value
        mine = self._of_account().get(part.prefill or "")
        if mine is not None:
            return mine
        if part.kind.repeats and isinstance(value, list):
            return [self._of(part.components, row) for row in value]
        if isinstance(value, dict) and "province" in value:
            return self._here(value)
        return self._said(value) if isinstance(value, str) else value

    def _of_account(self) -> dict[str, str]:
        sample = self.applicant
        return {
            "name_km": sample.name.km,
            "name_latin": sample.name.en,
            "id_number": id_number(sample),
            "phone": sample.phone,
            "email": sample.login,
        }

    def _here(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """An address with the places it names, as far down as it goes, in the applicant's commune."""
        code = self.commune
        here = {"province": code[:2], "district": code[:4], "commune": code, "village": f"{code}01"}
        return {level: here.get(level, value) if value else value for level, value in address.items()}

    def _said(self, text: str) -> str:
        try:
            return self.days.moved(date.fromisoformat(text)).isoformat()
        except ValueError:
            pass
        km, latin = NAMES[self.name % len(NAMES)]
        for old_km, old in NAMED:
            text = text.replace(old_km, km).replace(old, latin).replace(old.upper(), latin.upper())
        return text
