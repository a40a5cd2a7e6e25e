"""When a case will be done, by comparable cases: those of the same service that came to the same step while about as
much work was waiting.

Pure: numbers in, numbers out. Days are working days as the promise counts them, from the day on which a case came to
the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 12
"""Of fewer comparable cases nothing is said: nine of ten would be chance."""
COMPARED: Final = 80
"""With so many of the cases is compared: those that found the most similar work waiting."""
HALF: Final = 50
MOST: Final = 90
PLAIN: Final = 100
_A_DAY: Final = 100
"""Work that is waiting is said in hundredths of a day."""
_KNOWN: Final = 20
"""Of so many dates one must know whether they held before later ones are corrected by them."""
_SHORTEST, _LONGEST = 0.5, 3.0
"""However much less or more work is waiting, no case takes a tenth of the time, or ten times as long."""
_SHARES: Final = (70, 99)
_CORRECTED: Final = (50, 400)


@dataclass(frozen=True, slots=True)
class Sample:
    """A case that is done: in how many days after it came to the step, and how many days of work (in hundredths) were
    waiting at the office then."""

    days: int
    load: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """The days in which comparable cases were done, in order."""

    days: tuple[int, ...]

    @property
    def half(self) -> int:
        """Half of them were done within so many days."""
        return _reached_by(self.days, HALF)

    @property
    def most(self) -> int:
        """Nine of ten were."""
        return _reached_by(self.days, MOST)


@dataclass(frozen=True, slots=True)
class Told:
    """What was expected of a case and came: the days before and after the correction (``told_…``), and how many it took
    (so far, of one that takes longer than was told)."""

    half: int
    most: int
    told_half: int
    told_most: int
    took: int


@dataclass(frozen=True, slots=True)
class Correction:
    """How much longer is told than comparable cases took, in hundredths, because dates did not hold lately; or less."""

    half: int = PLAIN
    most: int = PLAIN

    def told(self, half: int, most: int) -> tuple[int, int]:
        """The days that are told where comparable cases took so many."""
        longest = _stretched(most, self.most)
        return min(_stretched(half, self.half), longest), longest


def expect(samples: Iterable[Sample], load: int, elapsed: int) -> Expectation | None:
    """What comparable cases took, of those that were not done earlier than a case that has waited ``elapsed`` days
    already: as many times as long as more work is waiting now. None where too few were."""
    nearest = sorted(samples, key=lambda sample: abs(sample.load - load))[:COMPARED]
    days = sorted(day for sample in nearest if (day := _days_now(sample, load)) >= elapsed)
    return Expectation(tuple(days)) if len(days) >= FEWEST else None


def correct(known: Sequence[Told]) -> Correction:
    """What later dates are corrected by so that nine of ten hold, and half: from the newest of which it is known. Where
    fewer held than should have, dates become later than those would have needed."""
    if len(known) < _KNOWN:
        return Correction()
    shares = []
    for wanted, held in (
        (HALF, sum(each.took <= each.told_half for each in known)),
        (MOST, sum(each.took <= each.told_most for each in known)),
    ):
        shares.append(min(max(2 * wanted - held * 100 // len(known), _SHARES[0] if wanted == MOST else 1), _SHARES[1]))
    half, most = (sorted((each.took + 1) * 100 // (days + 1) for each, days in pairs) for pairs in _pairs(known))
    return Correction(*(_within(_reached_by(each, share)) for each, share in zip((half, most), shares, strict=True)))


def _pairs(known: Sequence[Told]) -> tuple[list[tuple[Told, int]], list[tuple[Told, int]]]:
    return [(each, each.half) for each in known], [(each, each.most) for each in known]


def _within(factor: int) -> int:
    return min(max(factor, _CORRECTED[0]), _CORRECTED[1])


def _days_now(sample: Sample, load: int) -> int:
    """What such a case would take with today's work waiting. The day of the step itself counts as one."""
    longer = min(max((load + _A_DAY) / (sample.load + _A_DAY), _SHORTEST), _LONGEST)
    return round((sample.days + 1) * longer) - 1


def _stretched(days: int, factor: int) -> int:
    return max(-(-(days + 1) * factor // 100) - 1, 0)


def _reached_by(values: Sequence[int], share: int) -> int:
    """The least of these values, in order, that so many of a hundred reach: of one more than there are, since the next
    may lie beyond all of them."""
    place = -(-(len(values) + 1) * share // 100)
    return values[min(place, len(values)) - 1]
