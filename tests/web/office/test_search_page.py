"""Search and the case page over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storage import patience, searching
from tests.cast import Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_case_is_found_and_opened(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.approved()
    officer = signed_in(kilns.cast.rithy)
    found = text(officer.get("/office/search?lang=en&q=Sok"))
    assert "Cases found: 1" in found
    assert f'href="/office/cases/{sent.key}"' in found
    case = text(officer.get(f"/office/cases/{sent.key}?lang=en"))
    for words in (sent.reference, "Brick kiln permit", "R-02-26-000001", "KP-02-26-000001", "Chan Bopha"):
        assert words in case


def test_a_mistyped_reference_and_too_little_are_explained(kilns: Kilns, signed_in: SignedIn) -> None:
    officer = signed_in(kilns.cast.bopha)
    assert "This number was mistyped." in text(officer.get("/office/search?lang=en&q=02-26-000001-9"))
    assert "Type at least two" in text(officer.get("/office/search?lang=en&q=x"))
    assert "Nothing fits at your offices." in text(officer.get("/office/search?lang=en&q=nobody"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_takes_too_long_to_find_asks_for_more(
    kilns: Kilns, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    kilns.pay(kilns.send())
    for module, name, number in ((searching, "FEW", 0), (searching, "SECONDS", 0), (patience, "STEPS", 1)):
        monkeypatch.setattr(module, name, number)
    officer = signed_in(kilns.cast.bopha)
    page = text(officer.get("/office/search?lang=en&q=Sok Dara"))
    assert "Too many cases have these words." in page
    assert "Add a place or more of the name, or type a number." in page
    assert "Nothing fits" not in page
    assert "មានសំណុំរឿងច្រើនពេក" in text(officer.get("/office/search?lang=km&q=Sok Dara"))


def test_what_was_typed_is_shown_again_and_never_run(kilns: Kilns, signed_in: SignedIn) -> None:
    page = text(signed_in(kilns.cast.bopha).get("/office/search", query_string={"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in page


@pytest.mark.parametrize(("who", "status"), [("phally", 404), ("visal", 200), ("dara", 403), ("chenda", 403)])
def test_who_may_open_a_case(kilns: Kilns, signed_in: SignedIn, who: str, status: int) -> None:
    sent = kilns.send()
    assert signed_in(getattr(kilns.cast, who)).get(f"/office/cases/{sent.key}").status_code == status
