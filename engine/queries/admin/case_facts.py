"""How the cases of a month came, what of them was sent back, and how often their applicants had to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.queries.admin.reports import CAMBODIA, Period
from engine.queries.admin.watching import Watched
from engine.queries.shared.case_parts import correction_target
from engine.queries.shared.choice_words import choice_words
from engine.queries.shared.names import Names
from storage.step_times import CaseTally, FactKind

MOST_RETURNED: Final = 15
WEEKS: Final = 8
_NAMED: Final = (FactKind.RETURNED, FactKind.REFUSED, FactKind.GROUND, FactKind.FOUND)
_OF_MONTHS: Final = (FactKind.RECEIVED, FactKind.VISITS, *_NAMED)


@dataclass(frozen=True, slots=True)
class SentBack:
    """A question or document of a service, and how often cases were sent back for it; or a step at which they were
    refused, the ground, or what was found."""

    service: Bilingual
    name: Bilingual
    times: int
    service_key: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """What came in during the week that begins on this day, and how many tasks the office completed in it."""

    monday: date
    sent: int
    done: int


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """``channels``: how many came each way; ``visits``: on how many days applicants of ended cases came, of how many
    cases."""

    channels: Mapping[str, int]
    returned: tuple[SentBack, ...]
    refused: tuple[SentBack, ...]
    grounds: tuple[SentBack, ...]
    findings: tuple[SentBack, ...]
    visits: Mapping[int, int]

    @property
    def visits_each(self) -> float | None:
        """The mean of visits for a case, to a tenth; None where no case ended."""
        cases = sum(self.visits.values())
        return round(sum(days * count for days, count in self.visits.items()) / cases, 1) if cases else None


def case_facts(session: Session, house: House, names: Names, watch: Watched, period: Period) -> CaseFacts:
    """What is known of the cases of a period that are watched; one statement, and one more for each service of which a
    ground or a finding is offered no more."""
    number = func.sum(CaseTally.cases)
    rows = session.execute(
        select(CaseTally.kind, CaseTally.service_key, CaseTally.key, number)
        .where(CaseTally.month.in_(period.months), CaseTally.kind.in_(_OF_MONTHS), *watch.of(CaseTally))
        .group_by(CaseTally.kind, CaseTally.service_key, CaseTally.key)
    )
    channels: Counter[str] = Counter()
    visits: Counter[int] = Counter()
    named = {kind: Counter[tuple[str, str]]() for kind in _NAMED}
    for kind, service, key, cases in rows:
        if kind == FactKind.RECEIVED:
            channels[key] += int(cases)
        elif kind == FactKind.VISITS:
            visits[int(key)] += int(cases)
        else:
            named[kind][service, key] += int(cases)
    chosen = [named[kind] for kind in (FactKind.GROUND, FactKind.FOUND)]
    words = choice_words(session, house, names.services, [one for each in chosen for one in each])
    grounds, findings = (_most(names, each, lambda _, *one: words[one]) for each in chosen)
    return CaseFacts(
        channels=dict(channels),
        returned=_most(names, named[FactKind.RETURNED], _target),
        refused=_most(names, named[FactKind.REFUSED], Names.element),
        grounds=grounds,
        findings=findings,
        visits=dict(sorted(visits.items())),
    )


def _most(
    names: Names, found: Counter[tuple[str, str]], word: Callable[[Names, str, str], Bilingual]
) -> tuple[SentBack, ...]:
    most = sorted(found, key=lambda one: (-found[one], one))[:MOST_RETURNED]
    return tuple(SentBack(names.service(one[0]), word(names, *one), found[one], one[0]) for one in most)


def weeks(session: Session, watch: Watched) -> tuple[Week, ...]:
    """The last weeks up to this one, of what is watched; one statement."""
    today = watch.now.astimezone(CAMBODIA).date()
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    rows = session.execute(
        select(CaseTally.key, CaseTally.kind, func.sum(CaseTally.cases))
        .where(CaseTally.month.in_({f"{monday:%Y-%m}" for monday in mondays}), *watch.of(CaseTally))
        .where(CaseTally.kind.in_((FactKind.SENT_IN_WEEK, FactKind.DONE_IN_WEEK)))
        .group_by(CaseTally.key, CaseTally.kind)
    )
    found = {(key, kind): int(number) for key, kind, number in rows}
    return tuple(
        Week(
            monday,
            found.get((monday.isoformat(), FactKind.SENT_IN_WEEK), 0),
            found.get((monday.isoformat(), FactKind.DONE_IN_WEEK), 0),
        )
        for monday in mondays
    )


def _target(names: Names, service_key: str, key: str) -> Bilingual:
    """What was asked for, in words; of a service that is published no more, by its key."""
    package, (kind, _, target) = names.services.get(service_key), key.partition(":")
    return correction_target(package, kind, target) if package else Bilingual(target, target)
