"""The promise of a scenario: begun, standing still and kept as the house does it (``engine.case.promising``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.packages.fee_rules import ON_SUBMISSION
from engine.packages.manifest import ServiceManifest
from engine.packages.package import ServicePackage
from engine.packages.session_waits import Chosen, promise_stands
from engine.packages.task_settings import TaskSettings
from engine.working_time import clocks
from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import WorkingDays


@dataclass
class RehearsedPromise:
    """The clock of a rehearsed case. ``ledger`` is empty until it begins; ``is_over`` once the office decided."""

    package: ServicePackage
    working_time: WorkingTime
    ledger: tuple[clocks.Interval, ...] = ()
    is_over: bool = False

    def begin(self, *moments: str, at: datetime) -> None:
        """It begins where the service counts from one of these moments, once."""
        if self.manifest.clock.starts in moments and not self.ledger and not self.is_over:
            self.ledger = clocks.begin(at)

    def sent(self, told: Mapping[str, int], at: datetime) -> None:
        """The application is sent; a clock that counts from the payment begins when nothing is paid first."""
        rules = self.manifest.fees
        first = [rule.key for rule in rules if rule.pay == ON_SUBMISSION] or [rule.key for rule in rules]
        self.begin("submitted", *(() if any(told[key] for key in first) else ("paid",)), at=at)

    def stand(self, tasks: Sequence[TaskSettings], chosen: Chosen, at: datetime) -> None:
        """It runs, or stands still while only the applicant can go on with what is open, or the day of a session is to
        come."""
        if self.runs:
            restarts = self.manifest.clock.restarts_after_correction
            stands = promise_stands(self.package, tasks, chosen, at)
            self.ledger = clocks.stand(self.ledger, stands.reason, restarts=restarts, at=at, until=stands.until)

    def end(self, at: datetime) -> None:
        """The office has decided, or the case is over."""
        if self.runs:
            self.ledger = clocks.stop(self.ledger, at=at)
        self.is_over = True

    @property
    def manifest(self) -> ServiceManifest:
        """What the service says of its clock and its fees."""
        return self.package.manifest

    @property
    def runs(self) -> bool:
        """Whether it has begun and not ended."""
        return bool(self.ledger) and not self.is_over and self.ledger[-1].ended_at is None

    def working_days(self, at: datetime) -> int:
        """How many working days were used."""
        return clocks.consumed(WorkingDays(1), self.ledger, self.working_time, now=at) if self.ledger else 0
