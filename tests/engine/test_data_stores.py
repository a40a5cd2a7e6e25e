"""Data stores: what one case of a service writes, the next one reads, whatever became of the first."""

from __future__ import annotations

from sqlalchemy import select

from engine.replaying import replay
from storage.processes import DataStore, ProcessInstance
from tests.engine.routing.drawings import PAID, STAGE
from tests.small.cases import SERVICE, Kilns

COUNTS = (
    PAID,
    (
        '<bpmn:dataStoreReference id="register" name="Kilns so far"/>'
        '<bpmn:scriptTask id="was_paid" name="Count"><bpmn:extensionElements><spiffworkflow:properties>'
        f"{STAGE}</spiffworkflow:properties></bpmn:extensionElements>"
        "<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>"
        "<bpmn:dataInputAssociation><bpmn:sourceRef>register</bpmn:sourceRef><bpmn:targetRef>before</bpmn:targetRef>"
        "</bpmn:dataInputAssociation><bpmn:dataOutputAssociation><bpmn:sourceRef>total</bpmn:sourceRef>"
        "<bpmn:targetRef>register</bpmn:targetRef></bpmn:dataOutputAssociation>"
        "<bpmn:script>total = kilns + (0 if before == null else before)</bpmn:script></bpmn:scriptTask>"
    ),
)


def test_cases_of_a_service_share_its_data_stores_and_replay_with_what_they_read_then(kilns: Kilns) -> None:
    kilns.draw(2, COUNTS)
    sent = [kilns.send(answers={"kiln_name": "ឡ", "kilns": number}) for number in ("2", "3", "4")]
    for one in sent:
        kilns.pay(one)
    with kilns.house.database.reading() as session:
        row = session.scalars(select(DataStore)).one()
        assert (row.service_key, row.name, row.content) == (SERVICE, "Kilns so far", {"value": 9})
        assert row.application_id == kilns.row(sent[-1]).id
        assert all(replay(session, kilns.house, kilns.row(one).id).same for one in sent)
        states = session.scalars(select(ProcessInstance.state)).all()
        assert not any(b"stores" in state for state in states)
