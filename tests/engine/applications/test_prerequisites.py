"""A certificate of another service is required: looked up in the register before sending, and by a diagram."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import PrerequisiteMissing
from engine.house import House
from engine.packages import check_files
from engine.results import certificates
from engine.results.register import look_up
from storage.processes import ProcessInstance
from tests.cast import NOW, Cast
from tests.small.files import licence
from tests.small.services import SmallService, found, opened

ANSWERS = {"shop": "ហាងថ្មី", "scales-0-kind": "table", "scales-0-serial": "A1"}
NUMBER = "SC-02-26-000001"
FIRST, SECOND = "industry.scale_check", "industry.scale_sale"
REQUIRES = "requires:\n  - {certificate_of: industry.scale_check}\n"
LOOK = (
    "process.bpmn",
    '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="verify" />',
    '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="look" />'
    '<bpmn:serviceTask id="look" name="Look it up"><bpmn:extensionElements>'
    '<spiffworkflow:serviceTaskOperator id="certificates.find" resultVariable="held"><spiffworkflow:parameters>'
    '<spiffworkflow:parameter id="service" type="string" value="&quot;industry.scale_check&quot;" />'
    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    '<bpmn:sequenceFlow id="f20" sourceRef="look" targetRef="verify" />',
)
DECIDE = ("process.bpmn", "certificate_count &gt; 0", "held.valid and certificate_count &gt; 0")


def services(house: House, cast: Cast, *changes: tuple[str, str, str], rules: str = "") -> list[SmallService]:
    first = opened(house, cast, FIRST, licence(rules=""), scales=ANSWERS)
    series = ("service.yaml", "series: SC", "series: SS")
    second = opened(house, cast, SECOND, licence(series, *changes, rules=rules, key=SECOND), scales=ANSWERS)
    return [first, second]


def grant(service: SmallService) -> None:
    key = service.send()
    service.work(key, "verify", found(True))


def test_it_is_sent_only_by_who_holds_one_in_force(house: House, cast: Cast) -> None:
    first, second = services(house, cast, rules=REQUIRES)
    draft = second.draft()
    with pytest.raises(PrerequisiteMissing) as missing:
        second.submit(draft)
    assert missing.value.facts["service"].en == "Verification of scales"
    grant(first)
    with pytest.raises(PrerequisiteMissing):
        second.submit(draft, now=NOW + timedelta(days=400))
    assert second.submit(draft) == draft
    with pytest.raises(PrerequisiteMissing):
        second.send(cast.vannak)


def test_one_that_was_held_before_is_enough_where_the_service_says_so(house: House, cast: Cast) -> None:
    first, second = services(house, cast, rules="requires:\n  - {certificate_of: industry.scale_check, valid: false}\n")
    grant(first)
    draft = second.draft()
    assert second.submit(draft, now=NOW + timedelta(days=400)) == draft


def test_a_revoked_one_is_none(house: House, cast: Cast) -> None:
    first, second = services(house, cast, rules=REQUIRES.replace("check}", "check, valid: false}"))
    grant(first)
    with house.database.transaction() as session:
        certificates.revoke(session, cast.kunthea.actor, NUMBER, "ខុស", now=NOW)
    with pytest.raises(PrerequisiteMissing):
        second.send()


@pytest.mark.parametrize("holds_one", [True, False])
def test_a_diagram_decides_by_what_the_register_says(house: House, cast: Cast, holds_one: bool) -> None:
    first, second = services(house, cast, LOOK, DECIDE)
    if holds_one:
        grant(first)
    key = second.send()
    second.work(key, "verify", found(True))
    assert second.row(key).stage == ("ready" if holds_one else "over")
    with house.database.reading() as session:
        states = session.scalars(select(ProcessInstance.state)).all()
    assert not any(b"Dara" in state for state in states)


def test_the_register_answers_by_number_and_by_holder(house: House, cast: Cast) -> None:
    first, _ = services(house, cast)
    grant(first)
    nothing = {"found": False, "valid": False, "expires": None}
    there = {"found": True, "valid": True, "expires": "2027-03-02"}
    with house.database.reading() as session:
        assert look_up(session, FIRST, number=NUMBER, now=NOW) == there
        assert look_up(session, FIRST, person_id=cast.dara.person_id, now=NOW) == there
        assert look_up(session, FIRST, number=NUMBER, person_id=cast.vannak.person_id, now=NOW) == nothing
        assert look_up(session, SECOND, number=NUMBER, now=NOW) == nothing
        late = look_up(session, FIRST, number=NUMBER, now=NOW + timedelta(days=400))
    assert late == {**there, "valid": False}


def test_services_that_nobody_knows_are_told_with_their_place() -> None:
    files = licence(LOOK, DECIDE, rules=REQUIRES, key=SECOND)
    assert [one for one in check_files(files) if one.severity == "error"] == []
    told = [one for one in check_files(files, known=["industry.other"]) if "There is no service" in one.message]
    assert [(one.file, one.line, one.element_id) for one in told] == [
        ("process.bpmn", 13, "look"),
        ("service.yaml", 8, None),
    ]
    assert all("industry.other" in one.message and one.message_km for one in told)
