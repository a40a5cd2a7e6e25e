"""What lists, searches and reports of a nation cost in the server, at each size and as a ratio."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Final
from urllib.parse import quote

from bench.nation.making import Nation
from bench.nation.names import names
from bench.nation.plan import BUSY, CROWDED
from bench.nation.served import Process, Served, signed_in
from bench.rows import Row
from tour.browser import Browser

ASKED: Final = 15
WARMED: Final = 3
DEEP: Final = 40
"""How many times "next" is followed to a deep page, where a list has so many."""
FLAT: Final = 1.5
PLACE: Final = "02"
CHOSEN: Final = 777
"""Whose name, telephone and number are searched for: one of the people of every size."""
VIEWS: Final = (
    *("show=late", "show=mine", "show=free", "show=escalated", "who=nobody", "who=me", "due=today", "due=week"),
    *("due=range&from=1/1/2020&sort=newest", "due=late&who=nobody"),
)
"""As many views as an inbox counts."""

Way = Callable[[Browser], str]


@dataclass(frozen=True)
class Asked:
    """A page of the table: whose, at which address, and the most milliseconds that it may take in the server.
    ``way`` finds the address, where it has to be found on a page first."""

    what: str
    who: str
    address: str = ""
    must: float | None = None
    flat: float | None = None
    way: Way | None = None

    def find(self, browser: Browser) -> str:
        return self.way(browser) if self.way else self.address


def deep(address: str) -> Way:
    """Some pages further in a list."""

    def follow(browser: Browser) -> str:
        browser.open(address)
        for _ in range(DEEP):
            found = browser.page.tree.xpath("//main//a[@rel='next']/@href")
            if not found:
                break
            browser.open(str(found[0]))
        return browser.page.url

    return follow


def everywhere(typed: str) -> Way:
    """A search in every office, with a reason for it."""

    def give_reason(browser: Browser) -> str:
        address = f"/office/search?q={quote(typed)}"
        browser.open(address)
        if any("why" in form.fields for form in browser.page.forms()):
            browser.submit({"why": "other", "words": "a measurement"}, form="why")
        browser.open(address)
        assert browser.page.has_link("/office/cases/"), f"nobody is found by {typed}"
        return address

    return give_reason


def filtered(code: str, more: str = "") -> Way:
    """The inbox with five filters: service, stage, office, who has it, and the days on which it is due. Service and
    stage are those of which most is found there."""

    def choose(browser: Browser) -> str:
        address = f"/office?office={code}&who=nobody&due=range&from=1/1/2020{more}"
        for name in ("service", "stage"):
            tried = [_counted(browser, f"{address}&{name}={key}") for key in _offered(browser, address, name)]
            address = max(tried)[1]
        found = _counted(browser, address)
        assert found[0], f"nothing fits {address}"
        return address

    return choose


def _offered(browser: Browser, address: str, field: str) -> list[str]:
    browser.open(address)
    return [str(key) for key in browser.page.tree.xpath(f"//select[@name='{field}']/option/@value") if key]


def _counted(browser: Browser, address: str) -> tuple[int, str]:
    """How many lines the first page has."""
    browser.open(address)
    return len(browser.page.tree.xpath("//tbody//input[@name='task']")), address


def with_views(browser: Browser) -> str:
    """An inbox with as many views above it as are counted; they are kept the first time."""
    for number, view in enumerate(VIEWS, start=1):
        browser.open(f"/office/views?view={quote(view)}")
        if f"Measured {number}." not in browser.page.text:
            browser.submit({"name": f"Measured {number}."}, form="name")
    return "/office"


def _inbox() -> Iterator[Asked]:
    busy, crowded = f"front_office.{BUSY}", f"front_office.{CROWDED}"
    yield Asked("inbox, 5,000 in one group", busy, "/office", must=20, flat=FLAT)
    yield Asked("inbox, 5,000 in one group, deep", busy, must=20, flat=FLAT, way=deep("/office"))
    yield Asked("inbox, a tenth of all in one group", crowded, "/office", must=20)
    yield Asked("inbox, a tenth of all in one group, deep", crowded, must=20, way=deep("/office"))
    for code, who in ((BUSY, busy), (CROWDED, crowded)):
        large = "5,000" if code == BUSY else "a tenth of all"
        flat = FLAT if code == BUSY else None
        yield Asked(f"inbox, {large} in one group, five filters", who, must=20, flat=flat, way=filtered(code))
        newest = filtered(code, "&sort=newest")
        yield Asked(f"inbox, {large} in one group, five filters, newest first", who, must=20, flat=flat, way=newest)
    yield Asked("inbox, a tenth of all at the office, ten kept views", f"head.{CROWDED}", flat=FLAT, way=with_views)


def _search() -> Iterator[Asked]:
    latin = names()[CHOSEN * 7919 % len(names())][1]
    who = "administrator"
    yield Asked("search everywhere by name", who, must=50, way=everywhere(latin))
    yield Asked("search everywhere by family name", who, must=50, way=everywhere(latin.split()[0]))
    yield Asked("search everywhere by telephone", who, must=50, way=everywhere(f"097{CHOSEN:07d}"))
    yield Asked("search everywhere by identity number", who, must=50, way=everywhere(f"9{CHOSEN:08d}"))
    yield Asked("search near by name", f"specialist.{PLACE}", f"/office/search?q={quote(latin)}", must=50)


def _desks() -> Iterator[Asked]:
    yield Asked("cashier's desk", f"cashier.{PLACE}", "/office/cashier", must=30)
    yield Asked("hand-over desk", f"front_office.{PLACE}", "/office/handover", must=30)


def _clocks() -> Iterator[Asked]:
    yield Asked("clocks overview, whole nation", "administrator", "/admin/clocks", must=100)
    yield Asked("clock list, first page", "administrator", "/admin/clocks/list", must=50)
    yield Asked("clock list, deep", "administrator", must=100, way=deep("/admin/clocks/list"))


def _reports() -> Iterator[Asked]:
    year, two = "from=2025-12&to=2026-11", "from=2024-12&to=2026-11"
    yield Asked("reports, 12 months, nation", "administrator", f"/admin/reports?{year}", must=150)
    yield Asked("reports as CSV, 24 months", "administrator", f"/admin/reports.csv?{two}", must=500)


GROUPS: Final[dict[str, Callable[[], Iterator[Asked]]]] = {
    "inbox": _inbox,
    "search": _search,
    "desks": _desks,
    "clocks": _clocks,
    "reports": _reports,
}


def rows(group: str, nations: Sequence[Nation]) -> Iterator[Row]:
    """A row for each page and size, and one for what the size makes of it, where that is bounded."""
    asked = tuple(GROUPS[group]())
    taken = measure(nations, asked)
    for one, sizes in zip(asked, taken, strict=True):
        for nation, each in zip(nations, sizes, strict=True):
            must = one.must if nation is nations[-1] else None
            what = f"{one.what}: {nation.cases:,} open cases"
            yield Row(what, each.middle, " ms", must, sense="at most", note=each.note)
    if len(nations) > 1:
        yield from _growth(nations, [pair for pair in zip(asked, taken, strict=True) if pair[0].flat])


def growth(first: Nation, last: Nation) -> Iterator[Row]:
    """What the size makes of every page, as ratios alone: each page of two nations."""
    asked = [one for group in GROUPS.values() for one in group()]
    yield from _growth((first, last), list(zip(asked, measure((first, last), asked), strict=True)))


def _growth(nations: Sequence[Nation], taken: Sequence[tuple[Asked, Sequence[Measured]]]) -> Iterator[Row]:
    for one, sizes in taken:
        few, many = sizes[0].middle, sizes[-1].middle
        what = f"{one.what}: at {nations[-1].cases:,} ÷ at {nations[0].cases:,}"
        yield Row(what, many / few, must=one.flat, sense="at most", note=f"{few:.1f} ms, then {many:.1f} ms")


@dataclass(frozen=True)
class Measured:
    """The milliseconds that a page took in the server, as its log says, and how many statements."""

    times: Sequence[float] = field(default_factory=list)
    statements: int = 0

    @property
    def middle(self) -> float:
        return median(self.times)

    @property
    def note(self) -> str:
        return f"{min(self.times):.1f} to {percentile(self.times, 0.95):.1f} ms (p95); {self.statements} statements"


def measure(nations: Sequence[Nation], asked: Sequence[Asked]) -> list[list[Measured]]:
    """What each page took, at each size. Pages and sizes come in turn, again and again, so that what else the machine
    does burdens all alike."""
    with ExitStack() as running:
        ways: list[list[tuple[Process, Browser, str]]] = [[] for _ in asked]
        for nation in nations:
            server = running.enter_context(Served(nation.address, nation.data).server())
            people = {who: signed_in(server, who) for who in dict.fromkeys(one.who for one in asked)}
            for one, sizes in zip(asked, ways, strict=True):
                sizes.append((server, people[one.who], one.find(people[one.who])))
        lines: list[list[list[dict[str, object]]]] = [[[] for _ in nations] for _ in asked]
        for turn in range(WARMED + ASKED):
            for page, size in itertools.product(range(len(asked)), range(len(nations))):
                line = opened(*ways[page][size])
                if turn >= WARMED:
                    lines[page][size].append(line)
    return [[measured(size) for size in page] for page in lines]


def measured(lines: Sequence[dict[str, object]]) -> Measured:
    return Measured([float(str(line["ms"])) for line in lines], int(str(lines[-1]["statements"])))


def opened(server: Process, browser: Browser, address: str) -> dict[str, object]:
    """Opens a page; what the server wrote of it."""
    server.lines()
    browser.open(address)
    return server.pages(1)[-1]


def percentile(times: Sequence[float], part: float) -> float:
    """The time that this part of them did not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]
