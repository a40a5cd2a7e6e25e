"""A question that the answers of its own page bring up is asked before anybody goes on, even one that is optional."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast, Member
from tests.engine.applications.test_rules_across_questions import sent_back
from tests.engine.packages.potter import written
from tests.small.potters import PASSED, SERVICE, Potters, files

Browser = Callable[[Member], FlaskClient]

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

KNOWN = b'{"type": "checkbox", "key": "village_known", "label": "The village is known for pottery"}'
NAME = b'{"type": "textfield", "key": "nickname", "label": "Name of the workshop"'
NAME_OF_KNOWN = (
    NAME + b"},\n      " + KNOWN,
    KNOWN + b",\n      " + NAME + b', "conditional": {"hide": "=village_known != true"}}',
)
TIME_OF_MASTERS = (
    b'"label": "Time", "validate": {"required": true}',
    b'"label": "Time", "conditional": {"hide": "=grade != \\"master\\""}',
)
CAME_UP = "មកតាមចម្លើយរបស់អ្នក"


@pytest.fixture
def drawn(potters: Potters) -> Potters:
    """The name of the workshop is asked where the village is known, the time of the examination of masters only."""
    changed = dict(files())
    for name, (before, after) in (("forms/apply.json", NAME_OF_KNOWN), ("forms/exam.json", TIME_OF_MASTERS)):
        assert before in changed[name]
        changed[name] = changed[name].replace(before, after)
    potters.draw(2, changed)
    return potters


def stood_on(page: str) -> list[str]:
    return re.findall(r'name="_shown" value="([^"]+)"', page)


def test_a_page_of_an_application_asks_what_its_answers_brought_up(
    signed_in: Browser, cast: Cast, drawn: Potters
) -> None:
    dara = signed_in(cast.dara)
    place = f"{dara.post(f'/services/{SERVICE}/apply', data={'office': '02'}).location}/pages/extras"
    assert stood_on(dara.get(place).get_data(as_text=True)) == ["village_known"]
    asked = dara.post(place, data={"village_known": "yes", "_shown": "village_known"})
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert CAME_UP in page
    assert stood_on(page) == ["village_known", "nickname"]
    assert re.search(r'name="village_known"[^>]* checked', page)
    left_out = dara.post(place, data={"village_known": "yes", "nickname": "", "_shown": stood_on(page)})
    assert left_out.location.endswith("/pages/craft")


def test_a_page_goes_on_when_its_answers_bring_up_nothing(signed_in: Browser, cast: Cast, drawn: Potters) -> None:
    dara = signed_in(cast.dara)
    place = f"{dara.post(f'/services/{SERVICE}/apply', data={'office': '02'}).location}/pages/extras"
    assert dara.post(place, data={"_shown": "village_known"}).location.endswith("/pages/craft")


def test_an_officer_is_asked_what_the_answers_brought_up(signed_in: Browser, cast: Cast, drawn: Potters) -> None:
    key, bopha = drawn.send(), signed_in(cast.bopha)
    task = drawn.task(key, "exam")
    bopha.post(f"/office/tasks/{task}/claim")
    shown = stood_on(bopha.get(f"/office/tasks/{task}").get_data(as_text=True))
    assert "examined_at" not in shown
    answers = {**PASSED, "examined_at": ""}
    asked = bopha.post(f"/office/tasks/{task}", data={**answers, "_shown": shown})
    assert asked.status_code == 422
    assert CAME_UP in asked.get_data(as_text=True)
    assert drawn.task_row(key, "exam").status == "claimed"
    done = bopha.post(f"/office/tasks/{task}", data={**answers, "_shown": [*shown, "examined_at"]})
    assert done.location == "/office"


def test_an_applicant_who_corrects_is_asked_what_the_answers_brought_up(
    signed_in: Browser, cast: Cast, potters: Potters
) -> None:
    hidden = tuple(part.decode() for part in NAME_OF_KNOWN)
    key = sent_back(potters, "village_known", files=written("forms/apply.json", hidden))
    dara, place, task = signed_in(cast.dara), f"/applications/{key}/correct", potters.task(key, "repair")
    assert stood_on(dara.get(place).get_data(as_text=True)) == ["village_known"]
    asked = dara.post(place, data={"task": task, "village_known": "yes", "_shown": "village_known"})
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert CAME_UP in page
    assert stood_on(page) == ["village_known", "nickname", "workshop"]
    assert potters.task_row(key, "repair").status == "ready"
    sent = {"task": task, "village_known": "yes", "nickname": "", "_shown": stood_on(page)}
    assert dara.post(place, data=sent).location.endswith(f"/applications/{key}")
    assert potters.row(key).answers["village_known"] is True


def test_a_document_that_a_tick_of_the_correction_makes_necessary_can_be_given_there(
    signed_in: Browser, cast: Cast, potters: Potters
) -> None:
    photo = "  - {key: workshop_photo, "
    needed = written("service.yaml", (photo, f"  - {{key: plan, required: village_known = true}}\n{photo}"))
    label = ("documents:\n", "documents:\n  plan: {label: {km: ប្លង់, en: Plan}}\n")
    key = sent_back(potters, "village_known", files=written("texts.yaml", label, files=needed))
    dara, place, task = signed_in(cast.dara), f"/applications/{key}/correct", potters.task(key, "repair")
    assert 'name="file-plan"' not in dara.get(place).get_data(as_text=True)
    asked = dara.post(place, data={"task": task, "village_known": "yes", "_shown": ["village_known", "workshop"]})
    assert asked.status_code == 422
    assert 'name="file-plan"' in asked.get_data(as_text=True)
