"""A time of day, from the field on a phone to the officer's page and the way of the process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.packages import build_package, check_files, run_scenarios
from engine.versions import publishing
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.cast import Cast, Member
from tests.engine.packages.small import APPLY, FILES, SCENARIOS, SERVICE, TEXTS
from tests.small.cases import PACKAGE, Kilns
from tests.small.cases import SERVICE as KILNS

Browser = Callable[[Member], FlaskClient]
LIT_AT = (
    '{"type": "datetime", "subtype": "time", "key": "lit_at", "timeLabel": "Time", "timeInterval": 15, "use24h": true,'
    ' "timeSerializingFormat": "no_timezone", "validate": {"required": true}, "properties": {"min": "05:00"}},'
)
WORDS = "      lit_at: {label: {km: ម៉ោងដុត, en: Lit at}}\n"


@pytest.fixture
def key(kilns: Kilns, cast: Cast, signed_in: Browser) -> str:
    """A draft for the permit of a kiln, whose form asks when it is lit."""
    files = publishing.files_of(PACKAGE)
    form = files["forms/apply.json"].decode().replace('{"type": "number"', LIT_AT + '{"type": "number"')
    texts = files["texts.yaml"].decode().replace("      kilns: {label", WORDS + "      kilns: {label")
    trial = files["tests.yaml"].decode().replace("kilns: 2}", 'kilns: 2, lit_at: "7:30"}')
    kilns.publish(**{"forms/apply.json": form.encode(), "texts.yaml": texts.encode(), "tests.yaml": trial.encode()})
    answer = signed_in(cast.dara).post(f"/services/{KILNS}/apply", data={"office": "02"})
    assert answer.status_code == 303
    return str(answer.location.rsplit("/", 1)[-1])


def test_a_time_is_asked_typed_in_khmer_and_read_by_the_officer(
    kilns: Kilns, cast: Cast, signed_in: Browser, key: str
) -> None:
    dara = signed_in(cast.dara)
    page = dara.get(f"/applications/{key}/pages/kiln").get_data(as_text=True)
    assert 'name="lit_at"' in page
    assert "ឧទាហរណ៍ ០៧:៣០" in page
    typed = {"kiln_name": "ឡ", "kilns": "២", "lit_at": "៧.៣០"}
    assert dara.post(f"/applications/{key}/pages/kiln", data=typed).status_code == 303
    assert 'value="07:30"' in dara.get(f"/applications/{key}/pages/kiln").get_data(as_text=True)
    shown = dara.get(f"/applications/{key}/check").get_data(as_text=True)
    assert "ម៉ោង\u00a0០៧:៣០" in shown
    seen = dara.get(f"/applications/{key}/check?lang=en").get_data(as_text=True)
    assert "07:30" in seen


@pytest.mark.parametrize(
    ("typed", "said"),
    [("7:30 pm", "ដូចជា ០៧:៣០"), ("", "សូមបំពេញ «ម៉ោងដុត»"), ("04:59", "«ម៉ោងដុត» ត្រូវចាប់ពីម៉ោង ០៥:០០")],
)
def test_a_time_that_cannot_be_is_said_at_the_field_with_what_was_typed(
    cast: Cast, signed_in: Browser, key: str, typed: str, said: str
) -> None:
    sent = {"kiln_name": "ឡ", "kilns": "2", "lit_at": typed}
    answer = signed_in(cast.dara).post(f"/applications/{key}/pages/kiln", data=sent)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert page.count(said) == 2  # above the page, and at the field
    assert f'value="{typed}"' in page or not typed


def test_a_diagram_takes_its_way_by_a_time_of_day() -> None:
    process = FILES["process.bpmn"].decode().replace('result == "ok"', 'opens &lt; "12:00"')
    question = '{"type": "datetime", "subtype": "time", "key": "opens", "validate": {"required": true}},'
    number = '{"type": "number", "key": "tables"'
    files = FILES | {
        "process.bpmn": process.encode(),
        "service.yaml": SERVICE.replace("tables: apply.tables", "tables: apply.tables, opens: apply.opens").encode(),
        "forms/apply.json": APPLY.replace(number, question + number).encode(),
        "texts.yaml": TEXTS.replace(
            "      tables: {label", "      opens: {label: {km: ម៉ោងបើក, en: Opens}}\n      tables: {label"
        ).encode(),
        "tests.yaml": SCENARIOS.replace("tables: 3}", "tables: 3, opens: ១៣:០០}").encode(),
    }
    assert [str(problem) for problem in check_files(files) if problem.severity == "error"] == []
    trial = WorkingTime(USUAL_WEEK)
    (late,) = run_scenarios(build_package(files), trial)
    early = SCENARIOS.replace("tables: 3}", 'tables: 3, opens: "9:00"}').replace(
        "      - {complete: check, at: 2026-03-04 09:00, answers: {result: ok}}\n", ""
    )
    early = early.replace("path: [begin, check, check, tell, end]", "path: [begin, check, tell, end]")
    (soon,) = run_scenarios(build_package(files | {"tests.yaml": early.encode()}), trial)
    assert late.waits_at == ("check",)
    assert (soon.waits_at, soon.outcome) == ((), "approved")
