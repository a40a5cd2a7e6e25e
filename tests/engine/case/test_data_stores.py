"""Data stores: what one case of a service writes, the next one reads, whatever became of the first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

from sqlalchemy import select

from engine.case.data_stores import store_functions
from engine.versions.replaying import replay
from storage.processes import DataStore, ProcessInstance
from tests.engine.flow.drawings import PAID, STAGE
from tests.small.cases import SERVICE, Kilns

COUNTS = (
    PAID,
    (
        '<bpmn:dataStoreReference id="register" name="Kilns so far"/>'
        '<bpmn:scriptTask id="was_paid" name="Count"><bpmn:extensionElements><spiffworkflow:properties>'
        f"{STAGE}</spiffworkflow:properties></bpmn:extensionElements>"
        "<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>"
        '<bpmn:ioSpecification><bpmn:dataInput id="before"/><bpmn:dataOutput id="total"/><bpmn:inputSet>'
        "<bpmn:dataInputRefs>before</bpmn:dataInputRefs></bpmn:inputSet><bpmn:outputSet>"
        "<bpmn:dataOutputRefs>total</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>"
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


def test_who_reads_a_store_keeps_others_out_until_what_was_computed_from_it_is_written(kilns: Kilns) -> None:
    kilns.draw(2, COUNTS)
    first, second = (kilns.send(answers={"kiln_name": "ឡ", "kilns": number}) for number in ("2", "3"))
    kilns.pay(first)
    with ThreadPoolExecutor(1) as another:
        with kilns.house.database.transaction() as session:
            before = store_functions(session, SERVICE, lock=True)["data_store"]("Kilns so far")
            paying = another.submit(kilns.pay, second)
            wait([paying], timeout=0.3)  # time enough to come in between, were it possible
            session.scalars(select(DataStore)).one().content = {"value": before + 10}
        paying.result()
    with kilns.house.database.reading() as session:
        assert session.scalars(select(DataStore)).one().content == {"value": 15}
