"""Khmer first, English one tap away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from babel.messages.mofile import read_mo
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from web.i18n import CATALOGUE, compile_catalogue

Browser = Callable[[Member], FlaskClient]
KHMER, ENGLISH = "ពាក្យសម្ងាត់", "Password"


def test_a_first_visit_is_in_khmer(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    assert '<html lang="km"' in page
    assert KHMER in page


def test_one_tap_gives_english_and_it_stays(client: FlaskClient) -> None:
    assert ENGLISH in client.get("/sign-in?lang=en").get_data(as_text=True)
    assert ENGLISH in client.get("/sign-in").get_data(as_text=True)
    assert KHMER in client.get("/sign-in?lang=km").get_data(as_text=True)
    assert KHMER in client.get("/sign-in").get_data(as_text=True)


def test_the_choice_outlives_signing_in_and_out(client: FlaskClient, cast: Cast) -> None:
    client.get("/sign-in?lang=en")
    client.post("/sign-in", data={"login": cast.dara.phone, "password": cast.dara.password})
    client.post("/sign-out")
    assert ENGLISH in client.get("/sign-in").get_data(as_text=True)


def test_a_language_that_we_do_not_speak_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/sign-in?lang=fr")
    assert KHMER in answer.get_data(as_text=True)
    assert "lang=fr" not in str(answer.headers.getlist("Set-Cookie"))


def test_the_catalogue_is_compiled_when_it_is_missing_and_again_when_it_changed(tmp_path: Path) -> None:
    folder = tmp_path / "km" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = folder / "messages.po"
    shutil.copyfile(CATALOGUE, catalogue)
    compiled = compile_catalogue(catalogue)
    with compiled.open("rb") as binary:
        assert read_mo(binary).get("Password").string == KHMER
    first = compiled.stat().st_mtime_ns
    assert compile_catalogue(catalogue).stat().st_mtime_ns == first
    catalogue.write_text(catalogue.read_text(encoding="utf-8").replace(KHMER, "ពាក្យថ្មី"), encoding="utf-8")
    later = compiled.stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    with compile_catalogue(catalogue).open("rb") as binary:
        assert read_mo(binary).get("Password").string == "ពាក្យថ្មី"
