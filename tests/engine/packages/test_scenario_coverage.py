"""What the scenarios of a package leave untried, and why some of it needs none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.packages import Spot, Trial, build_package, check_files, load_package, try_package
from engine.packages.painted import painted_drawings, painted_pages, painted_tables
from tests.engine.packages import looks
from tests.engine.packages.small import FILES, SCENARIOS, changed
from tests.engine.packages.test_decisions import package as with_decision

ROOT = Path(__file__).parents[3]
SERVICES = sorted(path.parent for path in (ROOT / "processes").glob("*/*/service.yaml"))
MANY = """\
  - name: Many tables
    starts: 2026-03-02 09:00
    answers: some
    but: {tables: 9}
    steps: []
    expect: {fee: 7200}
"""


def trial_of(files: Mapping[str, bytes]) -> Trial:
    return try_package(build_package(files))


def untried(trial: Trial, kind: str) -> list[str]:
    return [spot.key for spot in trial.spots if spot.kind == kind and not spot.is_covered]


def spot(trial: Trial, key: str) -> Spot:
    return next(one for one in trial.spots if one.key == key)


def with_scenarios(text: str) -> dict[str, bytes]:
    return {**FILES, "tests.yaml": text.encode()}


def test_what_a_scenario_goes_through_is_tried() -> None:
    trial = trial_of(FILES)
    assert untried(trial, "element") == []
    assert untried(trial, "flow") == []
    assert untried(trial, "page") == []
    assert not trial.has_failed


def test_a_row_that_no_fee_came_from_is_not_tried_until_a_scenario_needs_it() -> None:
    assert untried(trial_of(FILES), "row") == ["fees.many"]
    assert untried(trial_of(with_scenarios(SCENARIOS + MANY)), "row") == []


def test_elements_and_flows_behind_the_last_step_are_not_tried() -> None:
    once = SCENARIOS.replace("      - {complete: check, at: 2026-03-04 09:00, answers: {result: ok}}\n", "")
    trial = trial_of(with_scenarios(once))
    assert untried(trial, "element") == ["tell", "end"]
    assert untried(trial, "flow") == ["f3", "f5"]


def test_what_was_gone_through_names_the_scenarios_and_how_it_is_painted() -> None:
    package = build_package(with_scenarios(SCENARIOS + MANY))
    trial = try_package(package)
    assert spot(trial, "fees.many").tried_by == ("Many tables",)
    assert spot(trial, "begin").tried_by == ("Wrong once, then right", "Many tables")
    (drawing,) = painted_drawings(package, trial)
    assert (drawing.counted("element")["begin"], drawing.counted("element")["tell"]) == (2, 1)
    assert (drawing.counted("flow")["f1"], drawing.counted("flow")["f3"]) == (2, 1)
    (table,) = painted_tables(package, trial_of(FILES))
    assert [(row.cells[0], row.mark) for row in table.rows] == [("<= 4", "tried"), ("> 4", "untried")]


def test_one_scenario_runs_alone_with_the_lines_that_it_has_in_the_file() -> None:
    package = build_package(with_scenarios(SCENARIOS + MANY.replace("7200", "1")))
    trial = try_package(package, only="Many tables")
    assert [tale.name for tale in trial.tales] == ["Many tables"]
    (whole,) = [one for tale in try_package(package).tales for one in tale.problems]
    assert trial.tales[0].problems == (whole,)
    assert not spot(trial, "tell").is_tried
    assert try_package(package, only="nothing").tales == ()


def test_questions_are_counted_where_they_were_answered() -> None:
    trial = trial_of(with_scenarios(SCENARIOS + MANY))
    answered = {one.key: len(one.answered_by) for one in trial.questions}
    assert (answered["tables"], answered["result"]) == (2, 1)
    assert [page.mark for page in painted_pages(trial)] == ["tried"] * len(painted_pages(trial))


def test_a_page_that_nobody_saw_is_not_tried() -> None:
    never = SCENARIOS[: SCENARIOS.index("      - {complete: check")] + "    expect: {waits_at: [check]}\n"
    assert untried(trial_of(with_scenarios(never)), "page") == ["check.result"]


def test_a_page_that_the_answers_hide_is_not_tried() -> None:
    hidden = '"id": "plan", "conditional": {"hide": "=tables < 5"}, "components": [{"type": "textfield", "key": "k"}]'
    form = FILES["forms/apply.json"].decode().replace("  ]}\n]}", f'  ]}},\n  {{"type": "group", {hidden}}}\n]}}')
    words = (
        FILES["texts.yaml"]
        .decode()
        .replace(
            "      stall: {km: តូប, en: The stall}\n",
            "      stall: {km: តូប, en: The stall}\n      plan: {km: ប្លង់, en: Plan}\n",
        )
        .replace("      name: {label", "      k: {label: {km: ក, en: K}}\n      name: {label", 1)
    )
    files = {**FILES, "forms/apply.json": form.encode(), "texts.yaml": words.encode()}
    assert untried(trial_of(files), "page") == ["apply.plan"]


def test_rows_of_decisions_are_tried_when_they_decide() -> None:
    files = with_decision()
    assert untried(trial_of(files), "row") == []
    head, first, *_ = files["tests.yaml"].decode().split("  - name: ")
    left = untried(trial_of({**files, "tests.yaml": f"{head}  - name: {first}".encode()}), "row")
    assert left
    assert all(key.startswith("risk.") for key in left)


def test_what_needs_no_scenario_says_why() -> None:
    reasons = "coverage: {except: {fees.many: only from January on}}\n"
    trial = trial_of(with_scenarios(reasons + SCENARIOS))
    assert spot(trial, "fees.many").reason == "only from January on"
    assert trial.is_whole
    assert trial.remarks == ()


def test_a_reason_for_what_is_tried_all_the_same_is_said_with_its_line() -> None:
    trial = trial_of(with_scenarios("coverage:\n  except:\n    check: hardly ever\n" + SCENARIOS))
    assert [(one.severity, one.line) for one in trial.remarks] == [("warning", 3)]
    assert "a scenario tries “check”" in trial.remarks[0].message


@pytest.mark.parametrize("written", ["{except: {chek: why}}", "{except: {fees.most: why}}", "{expect: {check: why}}"])
def test_a_reason_for_what_is_not_there_is_refused(written: str) -> None:
    found = [one for one in check_files(with_scenarios(f"coverage: {written}\n{SCENARIOS}")) if one.severity == "error"]
    assert [(one.file, one.line) for one in found] == [("tests.yaml", 1)]


def test_shared_processes_are_counted_by_themselves_whichever_call_tries_them() -> None:
    trial = trial_of(looks.FILES)
    shared = [one for one in trial.spots if one.part == "look"]
    assert {one.own_key for one in shared if one.kind == "element"} == {"begin", "look", "sign", "tell", "end"}
    assert {one.key for one in shared if not one.is_tried and one.kind == "element"} == {
        "second.sign", "second.tell", "second.end",
    }  # fmt: skip


def test_each_copy_of_a_shared_process_is_painted_by_itself() -> None:
    package = build_package(looks.FILES)
    drawn = {one.file: one for one in painted_drawings(package, try_package(package))}
    assert next(iter(drawn)) == "process.bpmn"
    assert "first.sign" in drawn["shared/look/first.bpmn"].marked("tried")
    assert "second.sign" in drawn["shared/look/second.bpmn"].marked("untried")


def test_a_step_that_fails_is_one_problem_with_its_line() -> None:
    trial = trial_of(changed("tests.yaml", "complete: check, at: 2026-03-03", "complete: pay, at: 2026-03-03"))
    (problem,) = [problem for tale in trial.tales for problem in tale.problems]
    assert (problem.file, problem.line) == ("tests.yaml", 9)
    assert "“pay” is not ready" in problem.message


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [("fee: 3000", "fee: 1", 14), ("working_days: 1", "working_days: 9", 15), ("tables: 3", "tables: 30", 6)],
)
def test_what_did_not_come_true_has_the_line_where_it_is_expected(before: str, after: str, line: int) -> None:
    trial = trial_of(changed("tests.yaml", before, after))
    assert [problem.line for tale in trial.tales for problem in tale.problems] == [line]


@pytest.mark.parametrize("folder", SERVICES, ids=lambda folder: f"{folder.parent.name}.{folder.name}")
def test_the_services_of_the_product_are_tried_whole(folder: Path) -> None:
    trial = try_package(load_package(folder))
    assert not trial.has_failed
    assert [one.key for one in trial.spots if not one.is_covered and not one.part] == []
    assert trial.remarks == ()
