"""A small service, complete and right, for tests that make one thing wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.packages import Fee, ServicePackage, facts_of, known_before_sending, reckon

SERVICE: Final = """\
key: tourism.stall
title: {km: ការចុះបញ្ជីតូប, en: Stall registration}
office_levels: [district]
legal_basis:
  - {key: some_law, cite: {km: ច្បាប់គំរូ, en: A sample law}}
term: 5 working days
norm: 3 working days
fee: {decision: fees, pay: on_submission}
validity: 1 year
documents:
  - {key: id_card, accepts: [pdf, jpg]}
  - {key: plan, required: tables > 4}
variables: {tables: apply.tables}
stages: [received, checking]
provenance: {fee: illustrative}
"""

MINISTRY: Final = """\
key: tourism
name: {km: ក្រសួងទេសចរណ៍, en: Ministry of Tourism}
lanes: {Front office: front_office, Applicant: applicant}
"""

TEXTS: Final = """\
summary: {km: សេវាគំរូ, en: A sample service}
stages:
  received: {km: បានទទួល, en: Received}
  checking: {km: កំពុងពិនិត្យ, en: Checking}
elements:
  pay: {km: បង់ប្រាក់, en: Pay}
  check: {km: ពិនិត្យ, en: Check}
documents:
  id_card: {label: {km: អត្តសញ្ញាណប័ណ្ណ, en: Identity card}}
  plan: {label: {km: ប្លង់, en: Plan}}
fees:
  per_table: {km: ក្នុងមួយតុ, en: Per table}
citations:
  sample: {km: ចំនួនគំរូ, en: Illustrative}
messages:
  done:
    title: {km: "រួច {reference}", en: "Done {reference}"}
    body: {km: "រួចហើយ", en: "It is done, {applicant}."}
forms:
  apply:
    title: {km: ពាក្យសុំ, en: Application}
    pages:
      stall: {km: តូប, en: The stall}
    fields:
      name: {label: {km: ឈ្មោះ, en: Name}}
      tables: {label: {km: ចំនួនតុ, en: Tables}}
  check:
    title: {km: ពិនិត្យ, en: Check}
    pages:
      result: {km: លទ្ធផល, en: Result}
    fields:
      result:
        label: {km: លទ្ធផល, en: Result}
        options:
          ok: {km: ត្រូវ, en: Right}
          wrong: {km: ខុស, en: Wrong}
"""

APPLY: Final = """\
{"type": "default", "id": "apply", "components": [
  {"type": "group", "id": "stall", "components": [
    {"type": "textfield", "key": "name", "validate": {"required": true}},
    {"type": "number", "key": "tables", "validate": {"required": true, "min": 1, "max": 20}}
  ]}
]}
"""

CHECK: Final = """\
{"type": "default", "id": "check", "components": [
  {"type": "group", "id": "result", "components": [
    {"type": "radio", "key": "result", "values": [{"value": "ok"}, {"value": "wrong"}], "validate": {"required": true}}
  ]}
]}
"""

FEES: Final = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
  <decision id="fees" name="Fees">
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="ie" typeRef="number"><text>tables</text></inputExpression></input>
      <output id="o1" name="line" /><output id="o2" name="quantity" />
      <output id="o3" name="unit_amount" /><output id="o4" name="citation" />
      <rule id="few"><inputEntry id="a1"><text>&lt;= 4</text></inputEntry>
        <outputEntry id="b1"><text>"per_table"</text></outputEntry>
        <outputEntry id="c1"><text>tables</text></outputEntry>
        <outputEntry id="e1"><text>1000</text></outputEntry><outputEntry id="f1"><text>"sample"</text></outputEntry>
      </rule>
      <rule id="many"><inputEntry id="a2"><text>&gt; 4</text></inputEntry>
        <outputEntry id="b2"><text>"per_table"</text></outputEntry>
        <outputEntry id="c2"><text>tables</text></outputEntry>
        <outputEntry id="e2"><text>800</text></outputEntry><outputEntry id="f2"><text>"sample"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""

PROCESS: Final = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs" targetNamespace="urn:t">
  <process id="stall" name="Stall" isExecutable="true">
    <laneSet id="lanes">
      <lane id="l1" name="Front office"><flowNodeRef>check</flowNodeRef><flowNodeRef>tell</flowNodeRef></lane>
      <lane id="l2" name="Applicant"><flowNodeRef>begin</flowNodeRef><flowNodeRef>pay</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin"><outgoing>f1</outgoing></startEvent>
    <userTask id="check" name="Check">
      <extensionElements><s:properties>
        <s:property name="form" value="check" /><s:property name="stage" value="checking" />
        <s:property name="due" value="2 working days" /><s:property name="decides" value="result" />
      </s:properties></extensionElements>
      <incoming>f6</incoming><incoming>f4</incoming><outgoing>f2</outgoing>
    </userTask>
    <userTask id="pay" name="Pay">
      <extensionElements><s:properties><s:property name="kind" value="payment" /></s:properties></extensionElements>
      <incoming>f1</incoming><outgoing>f6</outgoing>
    </userTask>
    <exclusiveGateway id="way" name="Right?" default="f4">
      <incoming>f2</incoming><outgoing>f3</outgoing><outgoing>f4</outgoing>
    </exclusiveGateway>
    <serviceTask id="tell" name="Tell">
      <extensionElements>
        <s:serviceTaskOperator id="messages.send">
          <s:parameters><s:parameter id="message" type="str" value="&quot;done&quot;" /></s:parameters>
        </s:serviceTaskOperator>
      </extensionElements>
      <incoming>f3</incoming><outgoing>f5</outgoing>
    </serviceTask>
    <endEvent id="end">
      <extensionElements><s:properties><s:property name="outcome" value="approved" /></s:properties></extensionElements>
      <incoming>f5</incoming>
    </endEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="pay" />
    <sequenceFlow id="f6" sourceRef="pay" targetRef="check" />
    <sequenceFlow id="f2" sourceRef="check" targetRef="way" />
    <sequenceFlow id="f3" sourceRef="way" targetRef="tell">
      <conditionExpression xsi:type="tFormalExpression">result == "ok"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f4" sourceRef="way" targetRef="check" />
    <sequenceFlow id="f5" sourceRef="tell" targetRef="end" />
  </process>
</definitions>
"""

SCENARIOS: Final = """\
answers:
  some: {name: តូបនំ, tables: 3}
scenarios:
  - name: Wrong once, then right
    starts: 2026-03-02 09:00
    answers: some
    steps:
      - {complete: pay, at: 2026-03-02 10:00}
      - {complete: check, at: 2026-03-03 09:00, answers: {result: wrong}}
      - {complete: check, at: 2026-03-04 09:00, answers: {result: ok}}
    expect:
      path: [begin, check, check, tell, end]
      stages: [received, checking]
      fee: 3000
      working_days: 1
      outcome: approved
      waits_at: []
      operations: [messages.send]
      messages: [done]
"""

FILES: Final[Mapping[str, bytes]] = {
    "service.yaml": SERVICE.encode(),
    "ministry.yaml": MINISTRY.encode(),
    "texts.yaml": TEXTS.encode(),
    "process.bpmn": PROCESS.encode(),
    "fees.dmn": FEES.encode(),
    "tests.yaml": SCENARIOS.encode(),
    "forms/apply.json": APPLY.encode(),
    "forms/check.json": CHECK.encode(),
}


PAY_TASK: Final = PROCESS[PROCESS.index('    <userTask id="pay"') : PROCESS.index("    <exclusiveGateway")]


def free_of_charge() -> dict[str, bytes]:
    """The same service when it costs nothing, so that the check comes first."""
    process = PROCESS.replace(PAY_TASK, "").replace("<flowNodeRef>pay</flowNodeRef>", "")
    process = process.replace('    <sequenceFlow id="f6" sourceRef="pay" targetRef="check" />\n', "")
    process = process.replace('targetRef="pay"', 'targetRef="check"').replace("<incoming>f6", "<incoming>f1")
    texts = TEXTS[: TEXTS.index("fees:\n")] + TEXTS[TEXTS.index("messages:\n") :]
    scenarios = SCENARIOS.replace("      - {complete: pay, at: 2026-03-02 10:00}\n", "").replace(
        "      fee: 3000\n", ""
    )
    return without("fees.dmn") | {
        "service.yaml": SERVICE.replace("fee: {decision: fees, pay: on_submission}\n", "").encode(),
        "texts.yaml": texts.replace("  pay: {km: បង់ប្រាក់, en: Pay}\n", "").encode(),
        "process.bpmn": process.encode(),
        "tests.yaml": scenarios.encode(),
    }


def changed(name: str, before: str, after: str) -> dict[str, bytes]:
    """The files with one text in one file replaced; the text must be there."""
    text = FILES[name].decode()
    assert before in text, f"{before!r} is not in {name}"
    return {**FILES, name: text.replace(before, after).encode()}


def without(name: str) -> dict[str, bytes]:
    """The files without one of them."""
    return {key: data for key, data in FILES.items() if key != name}


def fee_of(package: ServicePackage, answers: Mapping[str, Any], key: str = "fee", **facts: Any) -> Fee:
    """What a fee comes to for these answers of the applicant, sent and reckoned on the second of March 2026."""
    day = date(2026, 3, 2)
    told = facts_of(**{"submitted_on": day, "today": day, **facts})
    rule = package.manifest.fee(key)
    assert rule is not None
    return reckon(package, rule, known_before_sending(package, answers, told))
