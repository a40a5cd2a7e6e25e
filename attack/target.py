"""What is attacked: a server of our own with its own data folder, or one that runs on this machine already."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from attack.wire import Answer, Visitor, loopback
from engine.khmer import Bilingual
from engine.offices import officers, opening
from engine.people.actors import OPERATOR
from tour.browser import Browser
from tour.people import IDENTITY, Citizen
from tour.stage import OFFICE_CODE, PASSWORD, ROOT, Stage, environment, free_port, furnish, wait_for
from web.clock import FileClock
from web.config import Settings
from web.opening import open_from

REFERENCE: Final = re.compile(r"\d{2}-\d{2}-\d{6}-\d")
ELSEWHERE_CODE: Final = "12"
OFFICERS: Final = {
    "front": "011 200 001",
    "specialist": "011 200 003",
    "administrator": "011 200 006",
    "elsewhere": "011 200 099",
    "analyst": "011 200 098",
    "second": "011 200 097",
    "approver": "011 200 096",
}
NEW_OFFICERS: Final = (
    ("elsewhere", ("front_office", "head"), ELSEWHERE_CODE),
    ("analyst", ("analyst",), None),
    ("second", ("front_office",), OFFICE_CODE),
    ("approver", ("approver",), None),
)
ITS_SETTINGS: Final = {"OWSO_RATE_LIMITS": "1", "OWSO_LOG_LEVEL": "error", "OWSO_SECOND_FACTOR_FOR": "approver"}
DEMONSTRATION: Final = {
    "front": "front_office.02@owso.example",
    "specialist": "specialist.02@owso.example",
    "administrator": "administrator@owso.example",
    "elsewhere": "front_office.12@owso.example",
    "analyst": "analyst@owso.example",
}
"""Who stands for whom on a server with the demonstration data."""
DEMONSTRATION_CITIZENS: Final = tuple(f"citizen{number}@owso.example" for number in range(15, 5, -1))


class Unable(Exception):
    """This server does not let an attack be prepared; the message says what is missing."""


@dataclass
class Target:
    """A running server, and people who may sign in to it. ``stage`` is there where it is our own."""

    url: str
    password: str
    people: Mapping[str, str]
    stage: Stage | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _places: Iterator[int] = field(default_factory=lambda: count(2))

    def visitor(self) -> Visitor:
        """Somebody new, at an address of their own (of 127.0.0.0/8)."""
        number = next(self._places)
        return Visitor(self.url, f"127.8.{number // 250 % 250}.{1 + number % 250}")

    def enter(self, who: Visitor, login: str, password: str | None = None) -> Answer:
        """Sends the sign-in form."""
        return who.post("/sign-in", {"login": login, "password": self.password if password is None else password})

    def signed_in(self, login: str) -> Visitor:
        """A browser in which this person is signed in; ``login`` may be a name of ``people``."""
        who = self.visitor()
        answer = self.enter(who, self.people.get(login, login))
        if answer.status != 303 or answer.asks_to_sign_in:
            raise Unable(f"{login} cannot sign in ({answer.status})")
        return who

    def citizen(self) -> str:
        """The login of a citizen whom no other attack uses."""
        number = next(self._numbers)
        if self.stage is None:
            if number > len(DEMONSTRATION_CITIZENS):
                raise Unable("the demonstration has no more citizens")
            return DEMONSTRATION_CITIZENS[number - 1]
        phone = f"012 77{number:04d}"
        Citizen(self.stage, phone).register("សុខ ដារ៉ា", "Sok Dara")
        return phone

    def application(self, login: str) -> str:
        """The key of an application that this citizen sent: the verification of the account."""
        return self._applied(login, f"01{next(self._numbers):07d}").page.url.rstrip("/").split("/")[-2]

    def claim(self, login: str, id_number: str) -> str:
        """The reference of an application in which this citizen claims an identity number."""
        found = REFERENCE.search(self._applied(login, id_number).page.text)
        if found is None:
            raise Unable("the application was not received")
        return found[0]

    def _applied(self, login: str, id_number: str) -> Browser:
        if self.stage is None:
            raise Unable("only on a server of our own")
        person = Citizen(self.stage, login)
        person.sign_in_again()
        person.begin("/account/verification")
        person.fill_in({**IDENTITY, "id_number": id_number})
        person.upload("documents/id_card")
        person.browser.follow("check")
        person.browser.submit()
        return person.browser

    def command(self, *words: str) -> tuple[int, str]:
        """Runs ``owso`` on our own installation: its exit status and what it said."""
        if self.stage is None:
            raise Unable("only on a server of our own")
        ran = subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            cwd=ROOT,
            env=environment(self.stage.settings),
            timeout=600,
            capture_output=True,
            text=True,
        )
        return ran.returncode, ran.stdout + ran.stderr

    def code_sent_to(self, phone: str) -> str:
        """The newest one-time code that a message to this telephone says. Nothing leaves our own installation: its
        messages lie in its data folder."""
        if self.stage is None:
            raise Unable("only on a server of our own")
        self.command("sweep")
        written = sorted(
            (self.stage.settings.data_dir / "outbox").rglob("*.json"), key=lambda file: file.stat().st_mtime
        )
        said = [json.loads(file.read_text(encoding="utf-8")) for file in written]
        digits = re.sub(r"\D", "", phone).removeprefix("0")
        bodies = [each["body"] for each in said if digits in each["address"]]
        codes = [found[0] for body in bodies if (found := re.search(r"(?<!\d)[0-9]{6}(?!\d)", body))]
        if not codes:
            raise Unable(f"no code reached {phone}")
        return codes[-1]


@contextmanager
def own_server() -> Iterator[Target]:
    """A fresh installation on a free port, with limits as they come; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="one-window-attack-") as folder:
        names = {"OWSO_DATA_DIR": folder, "OWSO_PORT": str(free_port()), "OWSO_DEMO": "1"}
        settings = Settings.from_environment({**names, "OWSO_CLOCK_FILE": f"{folder}/clock"})
        stage = Stage(f"http://127.0.0.1:{settings.port}", FileClock(Path(folder) / "clock"), settings)
        furnish(stage)
        _furnish_elsewhere(stage)
        server = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "serve"],
            cwd=ROOT,
            env={
                **environment(settings),
                "OWSO_RATE_LIMITS": "1",
                "OWSO_LOG_LEVEL": "error",
                "OWSO_SECOND_FACTOR_FOR": "approver",
            },
        )
        try:
            wait_for(stage.base_url)
            yield Target(stage.base_url, PASSWORD, OFFICERS, stage)
        finally:
            server.terminate()
            server.wait(timeout=300)


def running_server(url: str, password: str) -> Target:
    """A server with the demonstration data that runs already, on this machine only (``NotLoopback``)."""
    loopback(url)
    return Target(url.rstrip("/"), password, DEMONSTRATION)


def _furnish_elsewhere(stage: Stage) -> None:
    """Another office, an officer who works there only, and an analyst."""
    house, now = open_from(stage.settings), stage.clock.now()
    name = Bilingual("ការិយាល័យច្រកចេញចូលតែមួយ រាជធានីភ្នំពេញ", "Phnom Penh One Window Service Office")
    with house.database.transaction() as session:
        opening.open_office(session, OPERATOR, opening.OfficeFacts(ELSEWHERE_CODE, "province", name), now=now)
        for who, groups, code in NEW_OFFICERS:
            officer = officers.NewOfficer("កែវ សុវណ្ណ", "Keo Sovann", PASSWORD, phone=OFFICERS[who])
            person_id = officers.add_officer(session, house, OPERATOR, officer, now=now)
            for group in groups:
                officers.grant(session, house, OPERATOR, person_id, group, office_code=code, today=now.date(), now=now)
    house.database.close()
