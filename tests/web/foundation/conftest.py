"""Pages that exist only here, to see what the foundation does with any page."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from engine.errors import NotFound, TaskAlreadyClaimed, WrongAmount
from engine.house import House
from engine.packages.groups import CASHIER, FRONT_OFFICE
from tests.cast import CHEAP_PASSWORDS
from tests.fixtures.houses import settings_for
from web import logs
from web.access import LOOK_UP, access
from web.app import create_app
from web.context import note_case, public_reading, reading, transaction
from web.opening import open_from

ADDRESS = "/probe"


def probe_pages() -> Blueprint:
    """One page per situation."""
    pages = Blueprint("probe", __name__, url_prefix=ADDRESS)

    @pages.get("/public")
    @access(public=True)
    def public() -> ResponseReturnValue:
        return "open to all"

    @pages.get("/signed-in")
    @access(signed_in=True)
    def signed_in() -> ResponseReturnValue:
        with reading() as (_session, actor):
            return actor.name_latin

    @pages.route("/cashier", methods=["GET", "POST"])
    @access(groups=(CASHIER, FRONT_OFFICE))
    def cashier() -> ResponseReturnValue:
        with transaction() as (_session, actor):
            return actor.name_latin

    @pages.get("/careless")
    @access(groups=(CASHIER,))
    def careless() -> ResponseReturnValue:
        return "a secret of the cashier"

    @pages.get("/forgotten")
    def forgotten() -> ResponseReturnValue:
        return "nobody wrote a rule"

    add_failing_pages(pages)
    return pages


def add_failing_pages(pages: Blueprint) -> None:
    """One page per way to be refused or to fail."""

    @pages.get("/codes/<code>")
    @access(public=True, limit=LOOK_UP)
    def codes(code: str) -> ResponseReturnValue:
        note_case("02-26-000123-7")
        raise NotFound

    @pages.get("/refused/<kind>")
    @access(public=True)
    def refused(kind: str) -> ResponseReturnValue:
        if kind == "claimed":
            raise TaskAlreadyClaimed
        raise WrongAmount(expected=200000, given=20000)

    @pages.get("/broken")
    @access(public=True)
    def broken() -> ResponseReturnValue:
        raise RuntimeError("Sok Dara, 012 345 601")

    @pages.get("/wrong-statement")
    @access(public=True)
    def wrong_statement() -> ResponseReturnValue:
        with public_reading() as session:
            return str(session.execute(text("SELECT nothing FROM nowhere")))

    @pages.post("/upload")
    @access(public=True)
    def upload() -> ResponseReturnValue:
        return str(len(request.files["file"].read()))

    @pages.get("/abort/<int:status>")
    @access(public=True)
    def aborted(status: int) -> ResponseReturnValue:
        abort(status)


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application like any other, with the pages above in it."""
    return build_app(tmp_path_factory.mktemp("probe"), WTF_CSRF_ENABLED=False)


def build_app(folder: Path, house: House | None = None, **changes: Any) -> Flask:
    """An application with the probe pages; ``changes`` are Flask configuration or settings (lower case)."""
    settings = settings_for(f"sqlite:///{folder}/unused.sqlite3", folder)
    settings = replace(settings, **{name: value for name, value in changes.items() if name.islower()})
    app = create_app(settings, house or open_from(settings, passwords=CHEAP_PASSWORDS), more_pages=[probe_pages()])
    app.config.update({name: value for name, value in changes.items() if name.isupper()})
    return app


@pytest.fixture
def log_lines() -> Callable[[], list[dict[str, Any]]]:
    """The log lines so far, each as a mapping."""
    stream = io.StringIO()
    logs.configure("debug", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def probe() -> str:
    return ADDRESS
