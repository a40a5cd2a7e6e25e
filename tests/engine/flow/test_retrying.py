"""What an incident tells, and how a case goes on after the cause was mended."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.flow import by_hand, retrying
from engine.versions import transfers
from engine.versions.replaying import replay
from storage.notices import NoticeKind, NoticePlace
from storage.processes import Incident, ProcessInstance
from tests.administrators import confirm
from tests.bell import notices
from tests.cast import NOW
from tests.engine.flow.drawings import MEASURED, event, message
from tests.small.cases import SERVICE, Kilns
from web.cli import main

ONE = '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="check" />'
INCOMING = "<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f33</bpmn:incoming>"


def script(source: str) -> tuple[tuple[str, str], ...]:
    """Changes that put a script after the payment."""
    return INCOMING, (ONE, (
        '<bpmn:sequenceFlow id="f3" sourceRef="was_paid" targetRef="sum" />'
        f'<bpmn:scriptTask id="sum" name="Add up"><bpmn:script>{source}</bpmn:script></bpmn:scriptTask>'
        '<bpmn:sequenceFlow id="f33" sourceRef="sum" targetRef="check" />'
    ))  # fmt: skip


def at_once(source: str) -> tuple[tuple[str, str], ...]:
    """Changes that put a script before everything else."""
    first = (
        f'<bpmn:scriptTask id="first"><bpmn:script>{source}</bpmn:script></bpmn:scriptTask>'
        '<bpmn:sequenceFlow id="f0" sourceRef="first" targetRef="pay" />'
    )
    return (
        ('<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="pay" />',
         f'<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="first" />{first}'),
        ("<bpmn:incoming>f1</bpmn:incoming>", "<bpmn:incoming>f0</bpmn:incoming>"),
    )  # fmt: skip


BROKEN = script("twice = kilns * 2\nshare = twice / (kilns - 2)")


def stopped(kilns: Kilns) -> Submitted:
    """A paid application whose script divides by nothing."""
    kilns.draw(2, *BROKEN)
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def found(kilns: Kilns, status: str = "open") -> Incident:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Incident).where(Incident.status == status)).one()


def retry(kilns: Kilns) -> bool:
    with kilns.house.database.transaction() as session:
        return retrying.retry(session, kilns.house, kilns.cast.visal.actor, found(kilns).id, "Repaired.", now=NOW)


def test_an_incident_tells_the_element_the_line_its_variables_and_the_reason_in_both_languages(kilns: Kilns) -> None:
    stopped(kilns)
    told = found(kilns)
    assert (told.element_id, told.element_name, told.what) == ("sum", "Add up", "script")
    assert (told.expression, told.variables) == ("share = twice / (kilns - 2)", {"kilns": "2", "twice": "4"})
    assert (told.reason, told.reason_km != told.reason) == ("division by zero", True)


def test_administrators_find_a_step_that_failed_under_their_bell(kilns: Kilns) -> None:
    sent = stopped(kilns)
    (told,) = notices(kilns.house, kilns.cast.visal)
    assert (told.kind, told.place_kind) == (NoticeKind.INCIDENT, NoticePlace.INCIDENTS)
    assert told.facts == {"reference": kilns.row(sent).reference}
    assert notices(kilns.house, kilns.cast.kunthea) == []


def test_the_same_step_goes_on_after_a_variable_was_corrected(kilns: Kilns) -> None:
    sent = stopped(kilns)
    assert not retry(kilns)
    with kilns.house.database.transaction() as session:
        visal = kilns.cast.visal.actor
        by_hand.correct(session, kilns.house, visal, sent.key, "kilns", typed="3", reason="ចំនួនខុស", now=NOW)
    assert confirm(kilns.house, sent.key) == "on"
    assert retry(kilns)
    assert kilns.task(sent, "check")
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_step_goes_on_in_a_version_that_was_mended(kilns: Kilns) -> None:
    sent = stopped(kilns)
    kilns.draw(3, *script("share = kilns / 2"))
    transfers.transfer(kilns.house, kilns.cast.visal.actor, SERVICE, 3, mapping={}, reason="ជួសជុល", now=NOW)
    assert retry(kilns)
    assert kilns.task(sent, "check")
    with kilns.house.database.reading() as session:
        instance = session.get_one(ProcessInstance, found(kilns, "resolved").instance_id)
        assert kilns.house.catalog.of(session, instance.definition_id).version == 3
        assert replay(session, kilns.house, kilns.row(sent).id).same


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_case_that_could_not_begin_begins_on_the_version_that_was_mended(kilns: Kilns) -> None:
    kilns.draw(2, *at_once("share = kilns / (kilns - 2)"))
    sent = kilns.send()
    assert (found(kilns).kind, found(kilns).element_id, kilns.row(sent).stage) == ("start", "first", "")
    assert not retry(kilns)
    kilns.draw(3, *at_once("share = kilns / 2"))
    assert retry(kilns)
    assert (kilns.row(sent).definition_id, kilns.task(sent, "pay") != "") == (3, True)
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_another_case_brought_is_masked(kilns: Kilns) -> None:
    kilns.draw(2, MEASURED, event("Catch", message()), *script("share = 1 / depth"))
    sent = kilns.send()
    kilns.pay(sent)
    kilns.draw(3, MEASURED, event("Throw", message("{'depth': 0}")))
    kilns.pay(kilns.send())
    assert found(kilns).variables == {"depth": "•••"}
    assert found(kilns).application_id == kilns.row(sent).id


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_command_line_lists_incidents_and_takes_a_step_again(
    kilns: Kilns, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", str(kilns.house.database.engine.url))
    assert main(["incidents", "list"]) == 0
    sent = stopped(kilns)
    assert main(["incidents", "list"]) == 1
    line = capsys.readouterr().out
    for part in (
        sent.reference,
        "Add up (sum)",
        "division by zero",
        "script: share = twice / (kilns - 2)",
        "kilns = 2",
    ):
        assert part in line
    assert main(["incidents", "retry", str(found(kilns).id), "--reason", "Repaired."]) == 1
    assert main(["incidents", "list", "--km"]) == 1
    assert found(kilns).reason_km in capsys.readouterr().out
