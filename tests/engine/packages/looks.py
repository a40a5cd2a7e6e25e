"""A small service that calls one shared process twice: a colleague looks at the papers, then another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.engine.packages.small import APPLY, MINISTRY

PART: Final = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs" targetNamespace="urn:t">
  <process id="shared_look" name="Look">
    <laneSet id="lanes">
      <lane id="l1" name="Front office"><flowNodeRef>begin</flowNodeRef><flowNodeRef>look</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin"><outgoing>f1</outgoing></startEvent>
    <userTask id="look" name="Look">
      <extensionElements><s:properties>
        <s:property name="form" value="look" /><s:property name="decides" value="seen" />
      </s:properties></extensionElements>
      <incoming>f1</incoming><outgoing>f2</outgoing>
    </userTask>
    <userTask id="sign" name="Sign">
      <extensionElements><s:properties>
        <s:property name="form" value="sign" /><s:property name="due" value="4 working days" />
        <s:property name="not_by" value="look" />
      </s:properties></extensionElements>
      <incoming>f2</incoming><outgoing>f3</outgoing>
    </userTask>
    <serviceTask id="tell" name="Tell">
      <extensionElements>
        <s:serviceTaskOperator id="messages.send">
          <s:parameters><s:parameter id="message" type="str" value="&quot;looked&quot;" /></s:parameters>
        </s:serviceTaskOperator>
      </extensionElements>
      <incoming>f3</incoming><outgoing>f4</outgoing>
    </serviceTask>
    <endEvent id="end"><incoming>f4</incoming></endEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="look" />
    <sequenceFlow id="f2" sourceRef="look" targetRef="sign" />
    <sequenceFlow id="f3" sourceRef="sign" targetRef="tell" />
    <sequenceFlow id="f4" sourceRef="tell" targetRef="end" />
  </process>
</definitions>
""".replace("<flowNodeRef>look<", "<flowNodeRef>sign</flowNodeRef><flowNodeRef>tell</flowNodeRef><flowNodeRef>look<")

WORDS: Final = """\
title: {km: មើល, en: Look}
summary: {km: សម្រាប់សាកល្បង, en: For tests.}
elements:
  look: {km: មើលឯកសារ, en: Look at the papers}
  sign: {km: ចុះហត្ថលេខា, en: Sign}
messages:
  looked:
    title: {km: "បានមើល {reference}", en: "Looked at {reference}"}
    body: {km: បានមើលហើយ, en: It was looked at.}
forms:
  look:
    title: {km: មើល, en: Look}
    pages:
      result: {km: លទ្ធផល, en: Result}
    fields:
      seen:
        label: {km: លទ្ធផល, en: Result}
        options:
          ok: {km: ត្រូវ, en: Right}
          wrong: {km: ខុស, en: Wrong}
  sign:
    title: {km: ចុះហត្ថលេខា, en: Sign}
    pages:
      note: {km: កំណត់ចំណាំ, en: Note}
    fields:
      remark: {label: {km: កំណត់ចំណាំ, en: Remark}}
"""

LOOK: Final = """\
{"type": "default", "id": "look", "components": [
  {"type": "group", "id": "result", "components": [
    {"type": "radio", "key": "seen", "values": [{"value": "ok"}, {"value": "wrong"}], "validate": {"required": true}}
  ]}
]}
"""

SIGN: Final = """\
{"type": "default", "id": "sign", "components": [
  {"type": "group", "id": "note", "components": [{"type": "textfield", "key": "remark"}]}
]}
"""

SERVICE: Final = """\
key: tourism.stall
title: {km: ការចុះបញ្ជីតូប, en: Stall registration}
office_levels: [district]
term: 20 working days
variables: {tables: apply.tables}
stages: [received, first_look, second_look]
"""

TEXTS: Final = """\
summary: {km: សេវាគំរូ, en: A sample service}
stages:
  received: {km: បានទទួល, en: Received}
  first_look: {km: មើលលើកទី១, en: First look}
  second_look: {km: មើលលើកទី២, en: Second look}
elements:
  second.look: {km: មើលម្តងទៀត, en: Look again}
forms:
  apply:
    title: {km: ពាក្យសុំ, en: Application}
    pages:
      stall: {km: តូប, en: The stall}
    fields:
      name: {label: {km: ឈ្មោះ, en: Name}}
      tables: {label: {km: ចំនួនតុ, en: Tables}}
  second.look:
    title: {km: មើលម្តងទៀត, en: Look again}
    fields:
      seen: {label: {km: ត្រូវទេ, en: Still right?}}
"""

PROCESS: Final = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs" targetNamespace="urn:t">
  <process id="stall" name="Stall" isExecutable="true">
    <startEvent id="begin"><outgoing>f1</outgoing></startEvent>
    <callActivity id="first" name="First look" calledElement="shared_look">
      <extensionElements><s:properties>
        <s:property name="stage" value="first_look" /><s:property name="due" value="2 working days" />
      </s:properties></extensionElements>
      <incoming>f1</incoming><outgoing>f2</outgoing>
    </callActivity>
    <callActivity id="second" name="Second look" calledElement="shared_look">
      <extensionElements><s:properties>
        <s:property name="stage" value="second_look" /><s:property name="not_by" value="first.look" />
      </s:properties></extensionElements>
      <incoming>f2</incoming><outgoing>f3</outgoing>
    </callActivity>
    <endEvent id="end">
      <extensionElements><s:properties><s:property name="outcome" value="approved" /></s:properties></extensionElements>
      <incoming>f3</incoming>
    </endEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="first" />
    <sequenceFlow id="f2" sourceRef="first" targetRef="second" />
    <sequenceFlow id="f3" sourceRef="second" targetRef="end" />
  </process>
</definitions>
"""

SCENARIOS: Final = """\
answers:
  some: {name: តូបនំ, tables: 3}
scenarios:
  - name: Looked at twice
    starts: 2026-03-02 09:00
    answers: some
    steps:
      - {complete: first.look, at: 2026-03-02 10:00, answers: {seen: wrong}}
      - {complete: first.sign, at: 2026-03-02 11:00}
      - {complete: second.look, at: 2026-03-03 09:00, answers: {seen: ok}}
    expect:
      path: [begin, first.look, first, second.look]
      stages: [received, first_look, second_look]
      waits_at: [second.sign]
      messages: [looked]
      variables: {seen: wrong}
"""

OWN: Final[Mapping[str, bytes]] = {
    "service.yaml": SERVICE.encode(),
    "ministry.yaml": MINISTRY.encode(),
    "texts.yaml": TEXTS.encode(),
    "process.bpmn": PROCESS.encode(),
    "tests.yaml": SCENARIOS.encode(),
    "forms/apply.json": APPLY.encode(),
}
"""What an analyst writes for the service itself."""
LIBRARY: Final[Mapping[str, bytes]] = {
    "shared/look/process.bpmn": PART.encode(),
    "shared/look/texts.yaml": WORDS.encode(),
    "shared/look/forms/look.json": LOOK.encode(),
    "shared/look/forms/sign.json": SIGN.encode(),
}
RULED: Final[Mapping[str, bytes]] = {
    "shared/look/rules.yaml": b"rules:\n  sign:\n    - {rule: remark != null, message: said, at: remark}\n",
    "shared/look/texts.yaml": f"{WORDS}    rules:\n      said: {{km: សូមសរសេរ, en: Say something.}}\n".encode(),
}
"""The same shared process with a rule across the questions of a form."""
FILES: Final[Mapping[str, bytes]] = {**OWN, **LIBRARY}


def changed(name: str, before: str, after: str) -> dict[str, bytes]:
    """The files with one text in one file replaced; the text must be there."""
    text = FILES[name].decode()
    assert before in text, f"{before!r} is not in {name}"
    return {**FILES, name: text.replace(before, after).encode()}
