"""The stage of the tour: a temporary installation with one office, its people, and a server with a movable clock."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.clockwork.upkeep import migrate
from engine.khmer import Bilingual
from engine.offices import offering, officers, offices, opening
from engine.offices.offering import Days
from engine.people.actors import OPERATOR
from engine.versions import publishing
from web.clock import FileClock
from web.config import Settings
from web.opening import open_from

ROOT = Path(__file__).parents[1]
PASSWORD = "bamboo-rain-lantern"  # of people who exist only while the tour runs
PACKAGES = ("interior/account_verification", "tourism/guesthouse_licence")
SERVICES = ("interior.account_verification", "tourism.guesthouse_licence")
OFFICE_CODE = "02"
STARTED_WITHIN_SECONDS = 300

OFFICERS = {
    "front": ("ចាន់ បុប្ផា", "Chan Bopha", "011 200 001", ("front_office",)),
    "cashier": ("លី សុភាព", "Ly Sopheap", "011 200 002", ("cashier",)),
    "specialist": ("ហេង ឫទ្ធី", "Heng Rithy", "011 200 003", ("specialist",)),
    "inspector": ("ញ៉ែម មុនី", "Nhem Mony", "011 200 004", ("inspector",)),
    "head": ("ប្រាក់ គន្ធា", "Prak Kunthea", "011 200 005", ("head",)),
    "administrator": ("អ៊ូច វិសាល", "Ouch Visal", "011 200 006", ("administrator",)),
}
EVERYWHERE = ("administrator", "analyst")


@dataclass(frozen=True)
class Stage:
    """A running server and the means to move its time."""

    base_url: str
    clock: FileClock
    settings: Settings

    def turn_to(self, moment: str) -> None:
        """Moves the clock to a local moment such as ``2026-12-01 09:00`` and lets the scheduler look once."""
        local = datetime.fromisoformat(f"{moment}+07:00")
        self.clock.advance_to(local.astimezone(UTC))
        self.command("sweep")

    def command(self, *words: str) -> None:
        """Runs ``owso`` with these words on this installation; raises when it fails."""
        subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            cwd=ROOT,
            env=environment(self.settings),
            check=True,
            timeout=600,
            stdout=subprocess.DEVNULL,
        )


def environment(settings: Settings) -> dict[str, str]:
    """What the server and the commands of this installation read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OWSO_")}
    return kept | {
        "OWSO_DATA_DIR": str(settings.data_dir),
        "OWSO_PORT": str(settings.port),
        "OWSO_DEMO": "1",
        "OWSO_CLOCK_FILE": str(settings.clock_file),
        "OWSO_RATE_LIMITS": "0",
        "OWSO_LOG_LEVEL": "warning",
        "OWSO_KHQR_ACCOUNT": "owso_battambang@demo",
        "OWSO_KHQR_NAME": "OWSO BATTAMBANG",
        "OWSO_KHQR_CITY": "BATTAMBANG",
    }


@contextmanager
def open_stage(begin: str) -> Iterator[Stage]:
    """A fresh installation on a free port, its clock at the local moment ``begin``; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="one-window-tour-") as folder:
        names = {"OWSO_DATA_DIR": folder, "OWSO_PORT": str(free_port()), "OWSO_DEMO": "1"}
        settings = Settings.from_environment({**names, "OWSO_CLOCK_FILE": f"{folder}/clock"})
        stage = Stage(f"http://127.0.0.1:{settings.port}", FileClock(Path(folder) / "clock"), settings)
        stage.clock.advance_to(datetime.fromisoformat(f"{begin}+07:00").astimezone(UTC))
        furnish(stage)
        server = subprocess.Popen([sys.executable, "-m", "web.cli", "serve"], cwd=ROOT, env=environment(settings))
        try:
            wait_for(stage.base_url)
            yield stage
        finally:
            server.terminate()
            server.wait(timeout=300)


def furnish(stage: Stage) -> None:
    """The database, the packages, the office and its officers."""
    house, now = open_from(stage.settings), stage.clock.now()
    migrate(house.database)
    for package in PACKAGES:
        with house.database.transaction() as session:
            publishing.publish(session, house, ROOT / "processes" / package, now=now)
    with house.database.transaction() as session:
        name = Bilingual("ការិយាល័យច្រកចេញចូលតែមួយ ខេត្តបាត់ដំបង", "Battambang One Window Service Office")
        office_id = opening.open_office(session, OPERATOR, opening.OfficeFacts(OFFICE_CODE, "province", name), now=now)
        for service in SERVICES:
            published = house.catalog.current(session, service, now=now)
            offering.offer(session, OPERATOR, office_id, published, Days(now.date()), now=now)
        offices.seed_national_holidays(session, OPERATOR, now.year, now=now)
        offices.seed_national_holidays(session, OPERATOR, now.year + 1, now=now)
    for name_km, name_latin, phone, groups in OFFICERS.values():
        with house.database.transaction() as session:
            officer = officers.NewOfficer(name_km, name_latin, PASSWORD, phone=phone)
            person_id = officers.add_officer(session, house, OPERATOR, officer, now=now)
            for group in groups:
                code = None if group in EVERYWHERE else OFFICE_CODE
                officers.grant(session, house, OPERATOR, person_id, group, office_code=code, today=now.date(), now=now)
    house.database.close()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(base_url: str) -> None:
    """Returns when the server answers; raises ``TimeoutError`` when it does not."""
    until = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{base_url}/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError(f"no answer from {base_url}")
