"""Rules across questions and computed answers on every way in: pages, sending, the counter, officers, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.applications import corrections, drafts, submitting
from engine.errors import BadAnswers
from engine.packages import build_package, run_scenarios
from engine.queries.citizen.drafts import draft_page, draft_to_check
from engine.queries.citizen.next_step import next_step
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from storage.applications import CorrectionTarget
from tests.cast import NOW, Member
from tests.engine.packages.potter import POTTER, written
from tests.small.potters import ANSWERS, FAILED, WHEELS, Potters

LATER = NOW + timedelta(hours=1)
AWAY = {"away_from": "2026-04-01", "away_to": "2026-04-03"}
AGAIN = '<spiffworkflow:property name="form" value="repair" />'
MENDS = '<spiffworkflow:property name="kind" value="correction" />'
EXAM = '<spiffworkflow:property name="form" value="exam" />'
SENDS_BACK = f'{EXAM}<spiffworkflow:property name="corrections" value="yes" />'
NO_PHOTO = ("accepts: [jpg, png]}", "accepts: [jpg, png], required: false}")


def save(potters: Potters, key: str, page: str, raw: dict[str, Any], *, by: Member | None = None) -> dict[str, str]:
    actor = (by or potters.cast.dara).actor
    with potters.house.database.transaction() as session:
        saved = drafts.save_page(session, potters.house, actor, key, page, raw=raw, now=NOW)
    return {name: one.text("en") for name, one in saved.errors.items()}


@pytest.mark.parametrize("at_the_counter", [False, True])
def test_a_page_says_what_is_broken_and_keeps_what_was_typed(potters: Potters, at_the_counter: bool) -> None:
    by = potters.cast.bopha if at_the_counter else None
    key = potters.draft(by=by)
    found = save(potters, key, "wheels", {**WHEELS, "wheel_kinds": "2"}, by=by)
    assert found == {"wheels": "The list must have as many wheels as you wrote"}
    assert potters.row(key).answers["wheel_kinds"] == 2
    actor = (by or potters.cast.dara).actor
    with potters.house.database.reading() as session:
        assert next_step(session, potters.house, actor, key, now=NOW) == "wheels"
        assert set(draft_to_check(session, potters.house, actor, key, now=NOW).errors) == {"wheels"}
    with pytest.raises(BadAnswers), potters.house.database.transaction() as session:
        submitting.submit(session, potters.house, actor, key, now=NOW)
    assert save(potters, key, "wheels", dict(WHEELS), by=by) == {}
    with potters.house.database.transaction() as session:
        submitting.submit(session, potters.house, actor, key, now=NOW)


def test_computed_answers_are_shown_sent_and_seen_by_the_diagram(potters: Potters) -> None:
    key = potters.draft()
    dara = potters.cast.dara.actor
    with potters.house.database.reading() as session:
        page = draft_page(session, potters.house, dara, key, "wheels", now=NOW)
        check = draft_to_check(session, potters.house, dara, key, now=NOW)
    assert page.values["pieces_together"] == 24
    shown = {one.field: one.text.en for section in check.sections for one in section.answers}
    assert shown["pieces_together"] == "24"
    sent = potters.send()
    assert (potters.row(sent).answers["pieces_together"], potters.variables(sent)["pieces"]) == (24, 24)


def test_an_officers_form_keeps_its_rules_too(potters: Potters) -> None:
    key = potters.send()
    task, bopha = potters.task(key, "exam"), potters.cast.bopha.actor
    with potters.house.database.transaction() as session:
        user_tasks.claim(session, potters.house, bopha, task, now=NOW)
    absent = {name: value for name, value in FAILED.items() if name != "present"}
    with pytest.raises(BadAnswers) as broken, potters.house.database.transaction() as session:
        user_tasks.complete(session, potters.house, bopha, task, absent, now=NOW)
    assert broken.value.errors["score"].text("en") == "Who did not come has 0 marks"
    with potters.house.database.transaction() as session:
        user_tasks.complete(session, potters.house, bopha, task, {**absent, "score": "0"}, now=NOW)


def sent_back(potters: Potters, *fields: str, files: Mapping[str, bytes] = POTTER) -> str:
    """An application sent with days away, whose officer asks for these answers again."""
    changes = (AGAIN, MENDS), (EXAM, SENDS_BACK), ('wants == "stop"', "score == 1")
    potters.draw(2, written("process.bpmn", *changes, files=written("service.yaml", NO_PHOTO, files=files)))
    key = potters.send(answers={**ANSWERS, "craft": {"years": "10", **AWAY}})
    task, bopha = potters.task(key, "exam"), potters.cast.bopha.actor
    asked = [CorrectionAsked(CorrectionTarget.FIELD, name, "សូមពិនិត្យ") for name in fields]
    with potters.house.database.transaction() as session:
        user_tasks.claim(session, potters.house, bopha, task, now=NOW)
    with potters.house.database.transaction() as session:
        user_tasks.complete(session, potters.house, bopha, task, FAILED, corrections=asked, now=NOW)
    return key


def mend(potters: Potters, key: str, raw: dict[str, Any]) -> None:
    task = potters.task(key, "repair")
    with potters.house.database.transaction() as session:
        corrections.resubmit(session, potters.house, potters.cast.dara.actor, key, task, raw=raw, now=LATER)


def test_a_correction_keeps_the_rules_and_offers_what_they_hold_together(potters: Potters) -> None:
    key = sent_back(potters, "away_from")
    with pytest.raises(BadAnswers) as broken:
        mend(potters, key, {"away_from": "2026-04-05", "away_to": "2026-04-03"})
    assert set(broken.value.errors) == {"away_to"}
    mend(potters, key, {"away_from": "2026-04-05", "away_to": "2026-04-06"})
    assert potters.row(key).answers["away_to"] == "2026-04-06"


def test_a_correction_reckons_computed_answers_anew(potters: Potters) -> None:
    key = sent_back(potters, "wheels")
    mend(potters, key, {"wheel_kinds": "1", "wheels-0-wheel_name": "កង់ថ្មី", "wheels-0-pieces": "10"})
    row = potters.row(key)
    assert (row.answers["pieces_together"], row.answers["years"]) == (60, 10)
    assert potters.variables(key, now=LATER)["pieces"] == 60


def test_scenarios_keep_the_rules_and_reckon_as_the_house_does() -> None:
    office = WorkingTime(USUAL_WEEK)

    wheels = ("{years: 10, village_known: true, wheel_kinds: 1,", "{years: 10, wheel_kinds: 2,")
    package = build_package(written("tests.yaml", wheels))
    said = [difference for result in run_scenarios(package, office) for difference in result.differences]
    assert any("The list must have as many wheels as you wrote" in difference for difference in said)
