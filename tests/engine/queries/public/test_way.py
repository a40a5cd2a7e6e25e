"""What happens after an application is sent, as the diagram has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.packages import ServicePackage, build_package
from engine.queries.public.way import Way, way_of
from tests.parsed import package_in
from tests.small.files import SMALL, changed

PROCESSES = Path(__file__).resolve().parents[4] / "processes"


def way(folder: Path) -> Way:
    return way_of(package_in(folder))


def names(found: Way) -> list[str]:
    return [step.name.en for step in found.steps]


def test_the_steps_are_those_of_the_main_way_in_its_order() -> None:
    assert names(way(PROCESSES / "tourism/guesthouse_licence")) == [
        "Pay the fee",
        "Check the documents",
        "Specialist review",
        "Site inspection",
        "Decide on the application",
        "Hand over the licence",
    ]


def test_shared_processes_are_unfolded_where_they_are_called() -> None:
    found = way(PROCESSES / "tourism/lodge_licence")
    assert names(found) == [
        "Check that everything is there",
        "Plan the visit",
        "Visit the place",
        "Prepare the decision",
        "Decide and sign",
        "Pay the fee",
        "Hand over the result",
    ]
    assert [step.group for step in found.steps if not step.yours] == [
        "front_office", "inspector", "inspector", "specialist", "head",
    ]  # fmt: skip


def test_what_the_applicant_does_is_told_apart() -> None:
    found = way(SMALL / "industry/kiln_permit")
    assert [step.yours for step in found.steps] == ["pay", "", "collect"]
    assert found.may_be_returned


def test_corrections_are_no_step_of_their_own() -> None:
    assert "Correct the application" not in names(way(SMALL / "industry/kiln_permit"))
    assert not way(SMALL / "industry/scale_check").may_be_returned


def test_the_group_and_the_level_of_a_step_are_said() -> None:
    steps = {step.name.en: step for step in way(SMALL / "culture/film_permit").steps}
    assert (steps["Test the film"].group, steps["Test the film"].level) == ("culture.laboratory", "province")
    assert steps["Examine the film"].level == "ministry"


def test_a_step_past_which_a_case_can_be_granted_happens_only_sometimes() -> None:
    found = way_of(with_a_way_past_the_check())
    assert [(step.name.en, step.sometimes) for step in found.steps] == [
        ("Verify the scales", False),
        ("Look at them once more", True),
        ("Hand over the certificates", False),
    ]


def with_a_way_past_the_check() -> ServicePackage:
    """Scales of the first fifty shops are looked at once more."""
    plain = '<bpmn:sequenceFlow id="f2" sourceRef="verify" targetRef="approve" />'
    more = """<bpmn:sequenceFlow id="f2" sourceRef="verify" targetRef="chosen" />
    <bpmn:exclusiveGateway id="chosen" name="Chosen?" default="past" />
    <bpmn:sequenceFlow id="past" sourceRef="chosen" targetRef="approve" />
    <bpmn:sequenceFlow id="look" sourceRef="chosen" targetRef="again">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">1 &gt; 0</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:userTask id="again" name="Look at them once more">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="form" value="verify" />
      </spiffworkflow:properties></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="looked" sourceRef="again" targetRef="approve" />"""
    lane = "<bpmn:flowNodeRef>verify</bpmn:flowNodeRef>"
    files = changed(
        "industry/scale_check",
        ("process.bpmn", plain, more),
        ("process.bpmn", lane, f"{lane}<bpmn:flowNodeRef>again</bpmn:flowNodeRef>"),
        ("texts.yaml", "elements:\n", "elements:\n  again: {km: មើលម្តងទៀត, en: Look at them once more}\n"),
    )
    return build_package(files, was_published=True)


@pytest.mark.parametrize("folder", sorted(PROCESSES.glob("*/*/service.yaml")), ids=lambda file: file.parent.name)
def test_every_service_that_hands_something_over_ends_with_it(folder: Path) -> None:
    if folder.parent.parent.name in ("shapes", "shared"):
        return
    package = package_in(folder.parent)
    found = way_of(package)
    assert found.steps
    if any(task.kind == "handover" for task in package.tasks.values()):
        assert found.steps[-1].yours == "collect"
