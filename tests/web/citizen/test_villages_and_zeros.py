"""Addresses down to the village without JavaScript, numbers of zero on every page, and answers that are worked out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.packages import gazetteer
from tests.cast import Cast, Member
from tests.small.potters import FAILED, WHEELS, Potters
from tests.web.citizen.test_applying import text_of

Browser = Callable[[Member], FlaskClient]
PLACE = {"workshop-province": "02", "workshop-district": "0203", "workshop-commune": "020301"}
KNOWN = {"extras": {"village_known": "yes"}, "craft": {"years": "10"}, "wheels": WHEELS}
NOTHING: dict[str, Any] = {"extras": {}, "craft": {"years": "0"}, "wheels": {"wheel_kinds": "០"}, "place": {}}


@pytest.fixture
def dara(signed_in: Browser, cast: Cast, potters: Potters) -> FlaskClient:
    return signed_in(cast.dara)


def options(page: str, name: str) -> list[str]:
    """The codes in a list of places."""
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    assert found, name
    return re.findall(r'value="(\d+)"', found[0])


def test_each_list_is_shown_without_javascript_down_to_the_village(dara: FlaskClient, potters: Potters) -> None:
    key = potters.draft(answers=KNOWN)
    place = f"/applications/{key}/pages/place"
    assert options(text_of(dara, place), "workshop-village") == []
    page = dara.post(f"{place}?lang=en", data={**PLACE, "_choose": "workshop"}).get_data(as_text=True)
    villages = [village.code for village in gazetteer.villages("020301")]
    assert options(page, "workshop-village") == villages
    assert "Street, house number" in page
    saved = dara.post(place, data={**PLACE, "workshop-village": villages[1], "workshop-street": ""})
    assert saved.status_code == 303
    assert potters.row(key).answers["workshop"]["village"] == villages[1]
    village = gazetteer.place(villages[1])
    assert village is not None
    check = text_of(dara, f"/applications/{key}/check")
    assert village.name.en in check
    assert f"ភូមិ{village.name.km}" in dara.get(f"/applications/{key}/check?lang=km").get_data(as_text=True)


@pytest.mark.parametrize("village", ["", "02030201", "99", "020301"])
def test_a_village_that_is_missing_or_lies_elsewhere_is_told(dara: FlaskClient, potters: Potters, village: str) -> None:
    key = potters.draft(answers=KNOWN)
    place = f"/applications/{key}/pages/place"
    wrong = dara.post(place, data={**PLACE, "workshop-village": village})
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'href="#workshop-village"' in page
    assert options(page, "workshop-village")


def test_the_lists_are_there_for_scripts_too(client: FlaskClient) -> None:
    villages = client.get("/places?parent=020301").get_json()
    assert [one["code"] for one in villages] == [one.code for one in gazetteer.villages("020301")]
    assert client.get("/places?parent=02030101").get_json() == []


def test_a_village_whose_commune_has_another_code_by_now_is_still_in_it() -> None:
    villages = gazetteer.villages("250315")
    assert villages
    assert all(gazetteer.lies_in(one.code, "250315") and gazetteer.lies_in(one.code, "250314") for one in villages)
    assert not gazetteer.lies_in("02030101", "250314")
    assert gazetteer.lies_in("02", "")


def test_zero_is_an_answer_on_every_page(dara: FlaskClient, signed_in: Browser, potters: Potters) -> None:
    key = potters.draft(answers=NOTHING)
    answers = potters.row(key).answers
    assert (answers["years"], answers["wheel_kinds"], answers["pieces_together"]) == (0, 0, 0)
    for page, name in (("craft", "years"), ("wheels", "wheel_kinds")):
        assert re.search(rf'name="{name}"[^>]*value="0"', text_of(dara, f"/applications/{key}/pages/{page}")), name
    for fields in ("craft", "wheels"):
        wrong = {"years": "0", "away_from-day": "x", "wheel_kinds": "0", "wheels-0-wheel_name": "a"}
        again = dara.post(f"/applications/{key}/pages/{fields}", data=wrong)
        assert again.status_code == 422
        assert 'value="0"' in again.get_data(as_text=True)
    check = text_of(dara, f"/applications/{key}/check")
    assert re.search(r"Years of practice.{0,400}?>\s*0\s*<", check, re.DOTALL)
    sent = dara.post(f"/applications/{key}/check")
    assert sent.status_code == 303
    assert potters.variables(key)["years"] == 0
    assert re.search(r"Years of practice.{0,400}?>\s*0\s*<", text_of(dara, f"/applications/{key}"), re.DOTALL)
    bopha = signed_in(potters.cast.bopha)
    task = potters.task(key, "exam")
    bopha.post(f"/office/tasks/{task}/claim")
    assert re.search(r"Years of practice.{0,400}?>\s*0\s*", text_of(bopha, f"/office/tasks/{task}"), re.DOTALL)
    wrong = bopha.post(f"/office/tasks/{task}", data={**FAILED, "score": "0", "deposit": "0", "examined_at": "late"})
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    for name in ("score", "deposit"):
        assert re.search(rf'name="{name}"[^>]*value="0"', page), name
    done = bopha.post(f"/office/tasks/{task}", data={**FAILED, "score": "0", "deposit": "0"})
    assert done.status_code == 303
    assert (potters.variables(key)["score"], potters.variables(key)["deposit"]) == (0, 0)
    opinions = text_of(bopha, f"/office/cases/{key}")
    assert re.search(r"Marks <strong>0</strong>", opinions)


def test_what_is_worked_out_is_shown_and_never_asked(dara: FlaskClient, potters: Potters) -> None:
    key = potters.draft(answers={"extras": {}, "craft": {"years": "10"}})
    page = text_of(dara, f"/applications/{key}/pages/wheels")
    assert "Pieces a week together" in page
    assert 'name="pieces_together"' not in page
    forged = dara.post(f"/applications/{key}/pages/wheels", data={**WHEELS, "pieces_together": "9999"})
    assert forged.status_code == 303
    assert potters.row(key).answers["pieces_together"] == 24
    assert re.search(r"Pieces a week together.{0,40}24", text_of(dara, f"/applications/{key}/pages/wheels"), re.DOTALL)
    check = text_of(dara, f"/applications/{key}/check")
    assert re.search(r"Pieces a week together.{0,400}?>\s*24\s*<", check, re.DOTALL)


def test_a_limit_of_what_is_worked_out_is_told_where_it_stands(dara: FlaskClient, potters: Potters) -> None:
    key = potters.draft(answers={"extras": {}, "craft": {"years": "10"}})
    many = {"wheel_kinds": "2"}
    many |= {
        f"wheels-{row}-{name}": value for row in (0, 1) for name, value in (("wheel_name", "a"), ("pieces", "500"))
    }
    page = dara.post(f"/applications/{key}/pages/wheels?lang=en", data=many).get_data(as_text=True)
    assert "“Pieces a week together” must be 3000 or less" in page
    assert 'href="#pieces_together"' in page
    assert 'id="pieces_together"' in page


def test_a_broken_rule_is_told_at_its_question_in_khmer(dara: FlaskClient, potters: Potters) -> None:
    key = potters.draft(answers={"extras": {}, "craft": {"years": "10"}})
    answer = dara.post(f"/applications/{key}/pages/wheels?lang=km", data={**WHEELS, "wheel_kinds": "2"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count("ចំនួនកង់ក្នុងបញ្ជីត្រូវតែស្មើនឹងចំនួនដែលអ្នកបានសរសេរ") == 2
    assert 'href="#wheels"' in page
