"""Every package of the repository is right, complete in both languages, and does what its scenarios say."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import bpmn
from engine.bpmn import Step
from engine.packages import (
    FeeUndetermined,
    ServicePackage,
    build_package,
    check_package,
    deviations,
    law_of,
    load_package,
    read_files,
    read_messages,
    routing_variables,
    run_scenarios,
)
from engine.packages.field_kinds import WRITTEN
from engine.packages.form_schema import PropertiesSchema
from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.manifest import ServiceSchema
from engine.packages.ministry import MinistrySchema, read_ministry
from engine.packages.scenarios import ExpectSchema
from engine.packages.task_schema import TaskSchema
from engine.packages.texts import TextsSchema
from engine.working_time.calendar import USUAL_WEEK, WorkingTime, public_holidays
from engine.working_time.functions import calendar_functions
from tests.engine.packages.small import FILES, changed, fee_of

PROCESSES = Path(__file__).parents[3] / "processes"
SERVICES = sorted(path.parent for path in PROCESSES.glob("*/*/service.yaml"))
OFFICE = WorkingTime(USUAL_WEEK, frozenset(public_holidays(2026)))
KHMER = range(0x1780, 0x1800)


ILLUSTRATIVE = {"fee": ("fee", "fees"), "documents": ("documents",), "term": ("term",), "validity": ("validity",)}
"""What under provenance says of each part of the law that it is an example."""


def named(path: Path) -> str:
    return "/".join(path.parts[-2:])


@cache
def loaded(folder: Path) -> ServicePackage:
    return load_package(folder)


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_the_package_has_no_problems(folder: Path) -> None:
    assert [str(problem) for problem in check_package(folder) if problem.severity != "note"] == []


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_the_package_does_what_its_scenarios_say(folder: Path) -> None:
    results = run_scenarios(loaded(folder), OFFICE)
    assert len(results) >= 4
    assert {result.name: result.differences for result in results if not result.passed} == {}


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_the_service_keeps_to_the_law_that_stands_beside_it(folder: Path) -> None:
    package = loaded(folder)
    if package.manifest.purpose == "account":
        return  # the portal promises it, and no law
    law = law_of(package)
    assert law is not None
    assert set(law.facts) == {"fee", "documents", "term", "validity"}
    assert [str(problem) for problem in deviations(package)] == []


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_what_the_law_gives_as_an_example_is_marked_so_on_the_page(folder: Path) -> None:
    law = law_of(loaded(folder))
    shown = loaded(folder).manifest.illustrative
    for part, facts in (law.facts if law else {}).items():
        marks = {fact.mark == "I" for fact in facts}
        if len(marks) == 1 and loaded(folder).manifest.provenance.keys() & ILLUSTRATIVE[part]:
            assert marks == {bool(shown & set(ILLUSTRATIVE[part]))}, part


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_the_khmer_texts_are_khmer_and_the_english_ones_are_not(folder: Path) -> None:
    package = loaded(folder)
    texts = package.texts
    words = [
        texts.summary,
        package.manifest.title,
        *texts.stages.values(),
        *texts.elements.values(),
        *texts.fees.values(),
        *texts.citations.values(),
        *(document.label for document in texts.documents.values()),
        *(field.label for form in texts.forms.values() for field in form.fields.values()),
        *(message.body for message in texts.messages.values()),
    ]
    assert [text.km for text in words if not any(ord(sign) in KHMER for sign in text.km)] == []
    assert [text.en for text in words if any(ord(sign) in KHMER for sign in text.en)] == []


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_every_element_with_a_name_in_the_diagram_has_a_khmer_one(folder: Path) -> None:
    package = loaded(folder)
    drawn = {
        element.id for element in package.process.elements.values() if element.name and element.type != "sequenceFlow"
    }
    assert drawn - set(package.texts.elements) == set()


@pytest.mark.parametrize("folder", SERVICES, ids=named)
def test_the_diagram_is_drawn_completely(folder: Path) -> None:
    drawings = [data.decode() for name, data in read_files(folder).items() if name.endswith(".bpmn")]
    source = "".join(drawings)
    own = {name: name.rpartition(".")[2] for name in loaded(folder).process.elements}
    missing = [name for name, drawn in own.items() if f'bpmnElement="{drawn}"' not in source]
    assert missing == []


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*/ministry.yaml")), ids=lambda path: path.parent.name)
def test_a_ministry_is_named_like_its_folder(path: Path) -> None:
    assert read_ministry(path.name, path.read_bytes()).key == path.parent.name


def test_the_shared_messages_are_readable() -> None:
    path = PROCESSES / "interior" / "messages.yaml"
    assert "promise_broken" in read_messages(path.name, path.read_bytes())


@pytest.fixture(scope="module")
def guesthouse() -> ServicePackage:
    return load_package(PROCESSES / "tourism" / "guesthouse_licence")


@pytest.mark.parametrize(("rooms", "total"), [(1, 100_000), (6, 100_000), (7, 105_000), (300, 4_500_000)])
def test_a_guesthouse_pays_by_room_and_at_least_the_minimum(guesthouse: ServicePackage, rooms: int, total: int) -> None:
    fee = fee_of(guesthouse, {"rooms": rooms})
    assert fee.total == total
    assert fee.lines[0].citation.en.startswith("Illustrative")


def test_a_guesthouse_without_rooms_has_no_fee_to_compute(guesthouse: ServicePackage) -> None:
    with pytest.raises(FeeUndetermined):
        fee_of(guesthouse, {})


def test_the_head_decides_only_what_another_person_checked(guesthouse: ServicePackage) -> None:
    assert guesthouse.tasks["decide"].not_by == ("check",)
    assert guesthouse.tasks["decide"].group == "head"


def test_the_diagram_sees_the_rooms_and_nothing_personal(guesthouse: ServicePackage) -> None:
    answers = {"rooms": 12, "owner_name_km": "សុខ ដារា", "contact_phone": "+85512345678"}
    assert routing_variables(guesthouse, "apply", answers) == {"rooms": 12}


def test_the_state_of_a_case_stays_small_after_many_corrections(guesthouse: ServicePackage) -> None:
    now = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Phnom_Penh"))
    functions = calendar_functions(OFFICE, now)

    def take(step: Step, state: bytes) -> bpmn.Snapshot:
        snapshot = step.take(guesthouse.process, state, functions, now)
        for effect in snapshot.effects:
            snapshot = take(Step("complete", task_ref=effect.task_id or ""), snapshot.state)
        return snapshot

    snapshot = take(Step("start", variables={"rooms": 12}), b"")
    answers = {
        "pay": {},
        "check": {"check_result": "ok"},
        "review": {"review_result": "correction"},
        "inspect": {"inspection_result": "ok"},
        "correct": {},
    }
    for _ in range(250):
        task = snapshot.tasks[0]
        snapshot = take(Step("complete", task_ref=task.id, variables=answers[task.element_id]), snapshot.state)
    assert snapshot.status == "running"
    assert len(snapshot.state) < 6_000


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("fee: 3000", "fee: 9", "fee: expected 9, but it was 3000."),
        ("working_days: 1", "working_days: 4", "working_days: expected 4, but it was 1."),
        ("stages: [received, checking]", "stages: [received]", "stages: expected received"),
        ("outcome: approved", "outcome: rejected", "outcome: expected rejected"),
        ("waits_at: []", "waits_at: [check]", "waits_at: expected check, but it was nothing"),
        ("path: [begin, check, check, tell, end]", "path: [tell, check]", "“check” was not passed in its place"),
        ("operations: [messages.send]", "operations: []", "operations: expected nothing"),
        ("messages: [done]", "messages: []", "messages: expected nothing"),
        ("complete: check, at: 2026-03-04 09:00", "complete: check, at: 2026-03-01 09:00", "before the one above it"),
        ("{result: ok}", "{result: perhaps}", "Choose “Result” from the list"),
        ("{result: ok}", "{result: ok, remark: x}", "does not ask remark"),
        ("tables: 3", "tables: 99", "“Tables” must be 20 or less"),
        ("at: 2026-03-04 09:00, answers: {result: ok}", "at: 2026-03-04 09:00, answers: {}", "Answer “Result”"),
    ],
)
def test_a_scenario_that_does_not_come_true_says_what_differs(before: str, after: str, said: str) -> None:
    (result,) = run_scenarios(build_package(changed("tests.yaml", before, after)), OFFICE)
    assert not result.passed
    assert any(said in difference for difference in result.differences), result.differences


def test_a_task_that_is_not_ready_is_told_with_what_is() -> None:
    late = changed("tests.yaml", "answers: {result: wrong}", "answers: {result: ok}")
    (result,) = run_scenarios(build_package(late), OFFICE)
    assert "“check” is not ready at 2026-03-04 09:00; ready: –." in result.differences


def test_a_package_without_scenarios_has_no_results() -> None:
    files = {name: data for name, data in FILES.items() if name != "tests.yaml"}
    assert run_scenarios(build_package(files), OFFICE) == ()


def test_the_page_for_analysts_names_every_key_that_is_read() -> None:
    page = (PROCESSES.parent / "docs" / "packages.md").read_text("utf-8")
    schemas = (ServiceSchema, MinistrySchema, TaskSchema, TextsSchema, ExpectSchema, PropertiesSchema)
    keys = {key for schema in schemas for key in schema().fields}
    assert sorted(key for key in keys | set(HOUSE_OPERATIONS) | set(WRITTEN) if f"`{key}`" not in page) == []


KILN = PROCESSES.parent / "tests" / "small" / "industry" / "kiln_permit"
RETURNED = """\
answers:
  two_kilns: {kiln_name: ឡថ្មី, kilns: 2}
scenarios:
  - name: sent back, mended, approved
    starts: 2026-03-02 09:00
    answers: two_kilns
    steps:
      - {complete: pay, at: 2026-03-02 09:30}
      - {complete: check, at: 2026-03-03 09:00, answers: {result: return}}
      - {complete: correct, at: 2026-03-04 09:00, answers: {kilns: ៣}}
      - {complete: check, at: 2026-03-05 09:00, answers: {result: ok}}
    expect:
      variables: {kilns: 3}
      fee: 40000
      waits_at: [hand_over]
"""


def rehearsed(before: str, after: str) -> tuple[str, ...]:
    assert before in RETURNED
    files = read_files(KILN) | {"tests.yaml": RETURNED.replace(before, after).encode()}
    (result,) = run_scenarios(build_package(files), OFFICE)
    return result.differences


def test_a_rehearsed_correction_uses_its_answers_and_leaves_a_paid_fee() -> None:
    assert rehearsed("", "") == ()
    assert rehearsed("{kilns: ៣}", "{kiln_name: ឡចាស់}") == ("variables: expected kilns = 3, but it was 2.",)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("{kilns: 51}", "“Number of kilns” must be 50 or less"),
        ("{ovens: 3}", "The form apply does not ask ovens"),
        ("{kiln_name: ''}", "Answer “Name of the kiln”"),
    ],
)
def test_a_rehearsed_correction_is_checked_like_a_real_one(answers: str, said: str) -> None:
    assert any(said in difference for difference in rehearsed("{kilns: ៣}", answers))


def test_a_task_that_asks_nothing_takes_no_answers() -> None:
    differences = rehearsed(
        "{complete: pay, at: 2026-03-02 09:30}", "{complete: pay, at: 2026-03-02 09:30, answers: {amount: 1}}"
    )
    assert "“pay” asks nothing, so it has no answers." in differences
