"""A renewal has its own fee and its own documents, told before it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.applications.continuing import Chosen, continue_certificate
from engine.errors import DocumentMissing
from engine.house import House
from engine.packages import check_files
from engine.queries.citizen.drafts import draft_to_check
from storage.continuations import ContinuationKind
from storage.processes import UserTask
from tests.cast import NOW, Cast
from tests.drawings import png
from tests.small.files import licence
from tests.small.services import SmallService, found, opened

ANSWERS = {"shop": "ហាងថ្មី", "scales-0-kind": "table", "scales-0-serial": "A1"}
IN_TIME = NOW + timedelta(days=330)
DOCUMENTS = (
    ("service.yaml", "documents: []", "documents:\n  - {key: plan, required: is_renewal = false}"),
    ("texts.yaml", "messages:\n", "documents:\n  plan: {label: {km: ប្លង់, en: Plan}}\nmessages:\n"),
)
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Fees" namespace="urn:t">
  <decision id="fees" name="Fees"><decisionTable id="t" hitPolicy="UNIQUE">
    <input id="i"><inputExpression id="ie" typeRef="boolean"><text>is_renewal</text></inputExpression></input>
    <output id="o1" name="line" /><output id="o2" name="quantity" />
    <output id="o3" name="unit_amount" /><output id="o4" name="citation" />
    <rule id="first"><inputEntry id="a1"><text>false</text></inputEntry>
      <outputEntry id="b1"><text>"check"</text></outputEntry>
      <outputEntry id="c1"><text>1</text></outputEntry><outputEntry id="d1"><text>40000</text></outputEntry>
      <outputEntry id="e1"><text>"rule"</text></outputEntry></rule>
    <rule id="again"><inputEntry id="a2"><text>true</text></inputEntry>
      <outputEntry id="b2"><text>"check"</text></outputEntry>
      <outputEntry id="c2"><text>1</text></outputEntry><outputEntry id="d2"><text>15000</text></outputEntry>
      <outputEntry id="e2"><text>"rule"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""
PAY = (
    '<bpmn:userTask id="pay" name="Pay"><bpmn:extensionElements><spiffworkflow:properties>'
    '<spiffworkflow:property name="kind" value="payment" /></spiffworkflow:properties></bpmn:extensionElements>'
    '</bpmn:userTask><bpmn:sequenceFlow id="f30" sourceRef="pay" targetRef="verify" />'
)


def with_fee() -> dict[str, bytes]:
    """The licence with a fee that is less for a renewal."""
    start = '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="verify" />'
    lane = '<bpmn:lane id="l1" name="Front office">'
    files = licence(
        ("service.yaml", "validity: 1 year", "fee: {decision: fees, pay: on_submission}\nvalidity: 1 year"),
        ("process.bpmn", start, f'<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="pay" />{PAY}'),
        (
            "process.bpmn",
            lane,
            f'<bpmn:lane id="l2" name="Cashier"><bpmn:flowNodeRef>pay</bpmn:flowNodeRef></bpmn:lane>{lane}',
        ),
        ("texts.yaml", "elements:\n", "elements:\n  pay: {km: បង់ប្រាក់, en: Pay}\n"),
        ("texts.yaml", "messages:\n", FEE_WORDS),
        ("tests.yaml", "    steps:\n", "    steps:\n      - {complete: pay, at: 2026-03-02 09:30}\n"),
    )
    return {**files, "fees.dmn": TABLE.encode()}


FEE_WORDS = "fees:\n  check: {km: ពិនិត្យ, en: Check}\ncitations:\n  rule: {km: ប្រកាស, en: A prakas}\nmessages:\n"


def begin(service: SmallService) -> str:
    with service.house.database.transaction() as session:
        chosen = Chosen("SC-02-26-000001", ContinuationKind.RENEWAL, service.cast.battambang)
        return continue_certificate(session, service.house, service.cast.dara.actor, chosen, now=IN_TIME)


def test_its_fee_is_that_of_a_renewal_before_it_is_sent_and_at_the_cashier(house: House, cast: Cast) -> None:
    files = with_fee()
    assert [one for one in check_files(files) if one.severity == "error"] == []
    service = opened(house, cast, "industry.scale_check", licence(), scales=ANSWERS)
    first = service.send()
    service.work(first, "verify", found(True))
    service.publish(files, version=2)
    other = service.draft(cast.vannak, now=IN_TIME)
    renewal = begin(service)
    told = []
    for key, who in ((other, cast.vannak), (renewal, cast.dara)):
        with house.database.reading() as session:
            draft = draft_to_check(session, house, who.actor, key, now=IN_TIME)
        told.append([fee.fee.total for fee in draft.fees or () if fee.fee])
        service.submit(key, who, now=IN_TIME)
    assert told == [[40_000], [15_000]]
    assert [service.row(key).fee_total for key in (other, renewal)] == [40_000, 15_000]
    with house.database.reading() as session:
        kinds = session.scalars(select(UserTask.kind).where(UserTask.element_id == "pay")).all()
    assert list(kinds) == ["payment", "payment"]


def test_a_document_may_be_needed_of_new_applications_only(house: House, cast: Cast) -> None:
    files = licence(*DOCUMENTS)
    assert [one for one in check_files(files) if one.severity == "error"] == []
    service = opened(house, cast, "industry.scale_check", files, scales=ANSWERS)
    draft = service.draft()
    with pytest.raises(DocumentMissing):
        service.submit(draft)
    service.upload(draft, "plan", png(line=True))
    service.submit(draft)
    service.work(draft, "verify", found(True))
    renewal = begin(service)
    with house.database.reading() as session:
        shown = draft_to_check(session, house, cast.dara.actor, renewal, now=IN_TIME)
    assert [one.required for one in shown.documents] == [False]
    assert service.submit(renewal, now=IN_TIME) == renewal
