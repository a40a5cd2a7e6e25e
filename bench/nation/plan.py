"""Which case of the nation is a copy of which told one, and at which office it came in: a seeded choice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.nation.places import Place
from bench.nation.told_cases import ToldCase
from bench.nation.variants import Shift
from engine.packages.groups import FRONT_OFFICE

SEED: Final = 20_261_117
VERIFICATION: Final = "interior.account_verification"
BUSY, CROWDED = "0203", "12"
"""The office with five thousand open tasks in one group, and that with a tenth of all open cases in one."""
MOST_BUSY: Final = 5_000
LEAST_CROWDED: Final = 250
AT_PROVINCES: Final = 0.5
"""The part of the open cases that came in at the twenty-five provinces."""
FIRST_COME: Final = 0.4
"""The part of the open cases that nobody has looked at yet."""
OVER: Final = 0.3
"""Cases that are over, for each open one: a quarter of the disk."""
MONTHS: Final = 24
MINUTES: Final = 90
"""Cases begin up to so many minutes earlier than the told one; none was told to begin earlier in its day than that."""
SHIFTS_OF_OPEN, SHIFTS_OF_OVER = 12, 104


@dataclass(frozen=True, slots=True)
class Copy:
    """A case of the nation: which variant it is, where it came in."""

    number: int
    variant: int
    office: Place


@dataclass(frozen=True)
class Variant:
    """A told case at another moment."""

    id: int
    case: ToldCase
    shift: Shift


def variants(cases: Sequence[ToldCase], *, open_shifts: int = SHIFTS_OF_OPEN) -> list[Variant]:
    """Open cases some minutes earlier, those that are over some weeks earlier."""
    chance = random.Random(SEED)
    made: list[Variant] = []
    for case in cases:
        shifts = [Shift(minutes=chance.randrange(MINUTES)) for _ in range(open_shifts)]
        if not case.is_open:
            shifts = [Shift(weeks, chance.randrange(MINUTES)) for weeks in range(1, SHIFTS_OF_OVER + 1, 4)]
        made += [Variant(len(made) + at, case, shift) for at, shift in enumerate(shifts)]
    return made


def plan(cases: int, known: Sequence[Variant], offices: Sequence[Place]) -> Iterator[Copy]:
    """So many open cases, and some that are over for each."""
    chance, number = random.Random(SEED + cases), 0
    by_code = {office.code: office for office in offices}
    busy, crowded = min(MOST_BUSY, cases * 2 // 5), min(cases // 4, max(cases // 10, LEAST_CROWDED))
    for code, many in ((BUSY, busy), (CROWDED, crowded)):
        first_come = _first(known, by_code[code].level)
        for _ in range(many):
            yield Copy(number, chance.choice(first_come).id, by_code[code])
            number += 1
    for many, choices in (
        (cases - busy - crowded, _open(known)),
        (int(cases * OVER), _over(known)),
    ):
        levels = _levels(offices)
        for _ in range(many):
            level = "province" if chance.random() < AT_PROVINCES else "district"
            first, others = choices[level]
            pool = first if first and chance.random() < FIRST_COME else others
            yield Copy(number, chance.choice(pool).id, chance.choice(levels[level]))
            number += 1


def _levels(offices: Sequence[Place]) -> Mapping[str, Sequence[Place]]:
    """The offices of each level that have no number of cases of their own."""
    others = [office for office in offices if office.code not in (BUSY, CROWDED)]
    return {level: [one for one in others if one.level == level] for level in ("province", "district")}


def _open(known: Sequence[Variant]) -> Mapping[str, tuple[Sequence[Variant], Sequence[Variant]]]:
    """For each level the open variants that wait at the front office for the first time, and the others."""
    return {
        level: (
            _first(known, level),
            [one for one in known if one.case.is_open and _fits(one, level) and one not in _first(known, level)],
        )
        for level in ("province", "district")
    }


def _over(known: Sequence[Variant]) -> Mapping[str, tuple[Sequence[Variant], Sequence[Variant]]]:
    """Those that are over: verifications, which are short, as often as everything else."""
    over = [one for one in known if not one.case.is_open]
    return {
        level: (
            [one for one in over if one.case.service == VERIFICATION],
            [one for one in over if _fits(one, level)],
        )
        for level in ("province", "district")
    }


def _first(known: Sequence[Variant], level: str) -> list[Variant]:
    """Open variants of a level whose one task waits at the front office and whose history is short."""
    return [
        one
        for one in known
        if one.case.is_open
        and _fits(one, level)
        and one.case.waits_at == {(FRONT_OFFICE, "form")}
        and not one.case.waits_elsewhere
        and len(one.case.rows["case_event"]) <= SHORT
    ]


def _fits(one: Variant, level: str) -> bool:
    """Whether the case may as well have come in at any office of the level: others may have tasks of a level above."""
    return one.case.level == level or one.case.service == VERIFICATION


SHORT: Final = 6
"""The most events of a case that nobody has looked at yet."""
