"""The nation's peak: officers and citizens who open pages and take steps, so many a second, at servers and workers as
an operator runs them; what it took, and whether anything was lost or done twice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import orjson
import psycopg

from bench.nation.making import Nation
from bench.nation.names import names
from bench.nation.pages import percentile
from bench.nation.plan import BUSY, CROWDED, SEED
from bench.nation.served import ROOT, Process, Served, signed_in
from bench.nation.stepping import RECEIVED, waiting
from bench.rows import Row
from engine.case.events import verify_chains

RATE: Final = 140
SECONDS: Final = 40
STEPS_OF_ALL: Final = 0.05
"""The part of all requests that completes a task, and as many that claim one."""
WARMED: Final = 8.0
"""Seconds of fewer requests before, of which nothing is said: servers read packages and templates when they begin."""
BETWEEN: Final = 4.0
"""Seconds from claiming a task to completing it."""
DONE: Final = 303
SENT_AWAY: Final = 503
PLANNED: Final = (200, DONE, 409)
"""Pages, what was done, and what somebody else or oneself has done already."""
PAGES: Final = {"inbox": 30, "task": 20, "case": 15, "front": 10, "search": 5, "cashier": 5, "clocks": 5}
"""How often each page is opened, beside the others."""
OFFICERS: Final = (f"front_office.{CROWDED}", f"front_office.{BUSY}", "cashier.02", "specialist.02", "administrator")

Asked = tuple[float, int, str, str, str, str]


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: what their browser sends with each request and with each form."""

    cookie: str
    token: str


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """The peak at two servers, then at four with two workers, in the largest nation."""
    for servers, workers, rate in ((2, 1, RATE), (4, 2, RATE // 2)):
        found = peak(nations[-1], servers, workers, rate)
        what = f"{rate} requests a second at {servers} servers and {workers} worker{'s' * (workers > 1)}"
        must = 200 if rate == RATE else None
        note = f"{percentile(found.times, 0.5):.0f} ms in the middle; {found.note}"
        yield Row(f"{what}: p95", percentile(found.times, 0.95), " ms", must, sense="at most", note=note)
        yield Row(f"{what}: answers other than planned", found.refused, "", 0, sense="at most", note=found.statuses)
        yield Row(f"{what}: steps lost or done twice", found.wrong, "", 0, sense="at most", note=f"of {found.steps}")


@dataclass(frozen=True)
class Peak:
    """What the crowd met: milliseconds of each request; how many were refused; the steps that were done, and those that
    are not in the history once, or whose history does not hold."""

    times: Sequence[float]
    refused: int
    statuses: str
    steps: int
    wrong: int
    note: str


def peak(nation: Nation, servers: int, workers: int, rate: int) -> Peak:
    """Sends the crowd, then looks at what is written."""
    served = Served(nation.address, nation.data)
    steps = waiting(nation, CROWDED, int(rate * SECONDS * STEPS_OF_ALL))
    with ExitStack() as opened:
        running = opened.enter_context(served.servers(servers))
        for _ in range(workers):
            opened.enter_context(served.worker())
        people = {who: _person(running[0], who) for who in OFFICERS}
        places = [(urlsplit(one.url).hostname, urlsplit(one.url).port) for one in running]
        opened_pages = _addresses(nation)
        warming = list(_pages(people, opened_pages, servers, int(rate * WARMED / 3), 0, WARMED))
        asked = [*warming, *_steps(people, steps, servers), *_pages(people, opened_pages, servers, *_rest(rate, steps))]
        plan = orjson.dumps({"servers": places, "asked": asked})
        command = [sys.executable, "-m", "bench.nation.load"]
        answered = orjson.loads(subprocess.run(command, input=plan, cwd=ROOT, capture_output=True, check=True).stdout)
    answered = answered[len(warming) :]
    statuses = Counter(status for status, _, _ in answered)
    refused = sum(number for status, number in statuses.items() if status not in PLANNED)
    said = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
    note = f"{len(answered):,} requests, of which {statuses[SENT_AWAY]:,} were told to come again"
    done = {address.rpartition("/")[2] for status, _, address in answered if status == DONE} & set(steps)
    wrong = _wrong(nation, steps, done)
    return Peak([took for _, took, _ in answered], refused, said, len(done), wrong, note)


def _person(server: Process, login: str) -> Person:
    browser = signed_in(server, login)
    browser.open("/office" if login != "administrator" else "/admin/clocks")
    token = browser.page.tree.xpath("//input[@name='csrf_token']/@value")
    return Person(browser.cookies, str(token[0]) if token else "")


def _rest(rate: int, steps: Sequence[str]) -> tuple[int, float, float]:
    """How many pages are opened beside the steps, and from when to when."""
    return rate * SECONDS - 3 * len(steps), WARMED, WARMED + SECONDS


def _steps(people: dict[str, Person], steps: Sequence[str], servers: int) -> Iterator[Asked]:
    """Each task is claimed, and some seconds later completed: twice at the same moment, as by somebody who is
    impatient, at whichever servers these come."""
    chance, officer = random.Random(SEED), people[OFFICERS[0]]
    for at, key in enumerate(steps):
        begins = WARMED + at / len(steps) * (SECONDS - BETWEEN)
        done = f"/office/tasks/{key}", {RECEIVED: "ok"}
        for later, address, fields in ((0.0, f"{done[0]}/claim", {}), (BETWEEN, *done), (BETWEEN, *done)):
            body = urlencode({"csrf_token": officer.token, **fields})
            yield begins + later, chance.randrange(servers), officer.cookie, "POST", address, body


def _pages(
    people: dict[str, Person],
    opened: dict[str, tuple[str, list[str]]],
    servers: int,
    number: int,
    begins: float,
    ends: float,
) -> Iterator[Asked]:
    """So many pages at random moments."""
    chance = random.Random(SEED + number)
    for _ in range(number):
        who, addresses = opened[chance.choices(list(PAGES), list(PAGES.values()))[0]]
        cookie = people[who].cookie if who else ""
        yield chance.uniform(begins, ends), chance.randrange(servers), cookie, "GET", chance.choice(addresses), ""


def _addresses(nation: Nation) -> dict[str, tuple[str, list[str]]]:
    """For each kind of page who opens it, and which."""
    busy = f"front_office.{BUSY}"
    with psycopg.connect(nation.address) as connection:
        found = connection.execute(
            "SELECT t.key, a.key FROM user_task t JOIN application a ON a.id = t.application_id JOIN office o"
            " ON o.id = t.office_id WHERE t.status = 'ready' AND o.code = %s ORDER BY t.id LIMIT 200",
            [BUSY],
        ).fetchall()
    said = [latin for _, latin in names()[::97]]
    return {
        "inbox": (busy, ["/office", "/office?show=free", "/office?show=late"]),
        "task": (busy, [f"/office/tasks/{task}" for task, _ in found]),
        "case": (busy, [f"/office/cases/{case}" for _, case in found]),
        "front": ("", ["/", "/services?q=guesthouse", "/services/tourism.guesthouse_licence"]),
        "search": ("specialist.02", [f"/office/search?q={quote(name)}" for name in said]),
        "cashier": ("cashier.02", ["/office/cashier"]),
        "clocks": ("administrator", ["/admin/clocks", "/admin/clocks/list", "/admin/reports"]),
    }


def _wrong(nation: Nation, keys: Sequence[str], done: AbstractSet[str]) -> int:
    """Steps of which the answer was that they are done and that are not written once, others that are written, and
    those of a case whose history does not hold."""
    with psycopg.connect(nation.address) as connection:
        found = connection.execute(
            "SELECT t.application_id, t.key, (SELECT count(*) FROM case_event e WHERE e.application_id ="
            " t.application_id AND e.kind = 'task_completed') FROM user_task t WHERE t.key = ANY(%s)",
            [list(keys)],
        ).fetchall()
    house = nation.house()
    with house.database.reading() as session:
        broken = {case for case, _, _ in found if list(verify_chains(session, case))}
    house.database.close()
    return sum(times != (key in done) or case in broken for case, key, times in found)
