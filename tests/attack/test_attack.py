"""``make attack`` attacks this machine only, and says so when something is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest
from flask import Flask, redirect, request
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

from attack import __main__ as program
from attack import caches, forgery, guessing, ways_out
from attack.findings import Finding, held, not_tried, table, verdict
from attack.target import Target, running_server
from attack.wire import NotLoopback, Visitor

FORM = '<form><input type="hidden" name="csrf_token" value="the same for all"></form>'


def careless() -> Flask:
    """A site that counts nothing, protects no form, and leads wherever it is told."""
    app = Flask("careless")
    app.secret_key = "not a secret"

    @app.get("/")
    @app.get("/account/password")
    @app.get("/account")
    def page() -> ResponseReturnValue:
        return FORM

    @app.get("/sign-in")
    def ask() -> ResponseReturnValue:
        wish = request.args.get("next", "")
        return redirect(wish, 303) if wish.startswith("http") else FORM

    @app.post("/sign-in")
    def take() -> ResponseReturnValue:
        if request.form["password"] != "the right one":
            return FORM, 422
        browser_session["person"] = request.form["login"]
        return redirect(request.form.get("next") or "/account", 303)

    @app.post("/account/language")
    def language() -> ResponseReturnValue:
        return redirect("/account", 303)

    return app


@contextmanager
def served(app: Flask) -> Iterator[Target]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    worker = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    worker.start()
    try:
        yield running_server(f"http://127.0.0.1:{server.server_port}", "the right one")
    finally:
        server.shutdown()
        worker.join()
        server.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "http://owso.gov.kh",
        "https://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://192.168.1.2:8080",
        "127.0.0.1",
        "",
    ],
)
def test_nothing_is_sent_to_another_machine(url: str) -> None:
    with pytest.raises(NotLoopback):
        running_server(url, "a password")
    with pytest.raises(NotLoopback):
        Visitor(url).get("/")


def test_the_program_refuses_another_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("URL", "http://owso.gov.kh")
    assert program.main() == 2
    assert "Nothing was sent" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("attack", "tried"),
    [
        (guessing, "wrong passwords from one place"),
        (forgery, "a form without its token"),
        (caches, "pages that know their reader may be kept by nobody"),
        (ways_out, f"{len(ways_out.ELSEWHERE)} kinds of “next” after signing in"),
    ],
)
def test_a_hole_is_said_and_makes_the_run_fail(attack: ModuleType, tried: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "MANY_PLACES", 3)
    monkeypatch.setattr(guessing, "GUESSES_AT_MOST", 3)
    said: list[str] = []
    with served(careless()) as target:
        assert program.run(target, [attack], said.append) == 1
    lines = [line for line in "\n".join(said).splitlines() if tried in line]
    assert len(lines) == 1
    assert lines[0].split()[0] == "OPEN"


def test_an_attack_that_breaks_is_an_open_door() -> None:
    closed = Target("http://127.0.0.1:1", "", {})
    said: list[str] = []
    assert program.run(closed, [ways_out], said.append) == 1
    assert "OPEN" in said[0]


def test_a_run_that_tried_nothing_did_not_hold() -> None:
    assert verdict([])[1] == 1
    assert verdict([not_tried("a thing", "no server of our own")])[1] == 1
    assert verdict([held("a thing", 429, True)]) == ("1 things tried, 1 held, 0 open.", 0)
    assert verdict([held("a thing", 429, True), held("another", 200, False)])[1] == 1


def test_what_was_tried_and_answered_stands_in_the_table() -> None:
    lines = table("A sentence", [held("this", 429, True), Finding("that", "200", False)]).splitlines()
    assert [line.split() for line in lines] == [["A", "sentence"], ["held", "this", "429"], ["OPEN", "that", "200"]]
