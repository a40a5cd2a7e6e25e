"""Drawings that were saved by the editor of Camunda Modeler with our templates: a step was added to a licence.

Both files of ``tests/small/drawn_elsewhere`` are the drawing of the guesthouse licence, opened in camunda-bpmn-js
5.20.0 (the editor inside Camunda Modeler, once for Camunda 7 and once for Camunda 8): a user task was put into the
sub-process behind the review, and the template *Form* was filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from engine.studio import drafts
from engine.studio.problems import looked_at
from tests.cast import NOW, Member
from tests.journeys.guesthouse import SERVICE, Guesthouse
from tests.leaving import sheet_with

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
DRAWN = Path(__file__).parents[1] / "small" / "drawn_elsewhere"
WORDS = {"text:elements/second_look/km": "ពិនិត្យម្តងទៀត", "text:elements/second_look/en": "Second look"}


def errors(analyst: FlaskClient, draft: str) -> list[dict[str, Any]]:
    answer = analyst.get(f"{draft}/problems.json").get_json()
    return [one for one in answer["problems"] if one["level"] == "error"]


@pytest.mark.parametrize("product", ["platform", "cloud"])
def test_a_step_that_was_drawn_in_camunda_modeler_lacks_its_words_only(
    licence: Guesthouse, signed_in: SignIn, product: str
) -> None:
    house, chenda = licence.house, licence.cast.chenda
    with house.database.transaction() as session:
        key = drafts.begin_from_version(session, house, chenda.actor, SERVICE, words="Begun", now=NOW)
    analyst, draft = signed_in(chenda), f"/analyst/drafts/{key}"
    exported, packed = ZipFile(BytesIO(analyst.get(f"{draft}/draft.zip").data)), BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in exported.namelist():
            drawing = (DRAWN / f"camunda_{product}.bpmn").read_bytes()
            archive.writestr(name, drawing if name == "process.bpmn" else exported.read(name))
    sent = {"save": "1", "archive": (BytesIO(packed.getvalue()), "licence.zip")}
    assert analyst.post(f"{draft}/import", data=sent).status_code == 303
    assert [(one["rule"], one["element"]) for one in errors(analyst, draft)] == [("task", "second_look")]
    page = analyst.get(f"{draft}/texts").get_data(as_text=True)
    typed = sheet_with(page, f"{draft}/texts", "was").data(**WORDS)
    assert analyst.post(f"{draft}/texts", data=typed).status_code == 303
    assert errors(analyst, draft) == []
    with house.database.reading() as session:
        task = looked_at(session, house, chenda.actor, key)[0].package.tasks["second_look"]
    assert (task.group, task.form, str(task.due), task.lane) == ("specialist", "review", "2 working days", "Specialist")
