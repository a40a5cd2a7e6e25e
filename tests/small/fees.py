"""The kiln permit with fees of every shape: each a whole package, as an analyst would write it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from engine.packages import read_files

Row = tuple[Sequence[str], str, str, str]
"""The input cells of a rule, its line, quantity and price."""

KIND: Final[dict[str, Any]] = {
    "type": "select",
    "key": "kind",
    "label": "Kind",
    "values": [{"value": "clay", "label": "Clay"}, {"value": "cement", "label": "Cement"}],
    "validate": {"required": True},
}
HEADS: Final[dict[str, Any]] = {
    "type": "number",
    "key": "heads",
    "label": "Heads",
    "validate": {"required": True, "min": 1, "max": 5000},
}
SPECIES: Final[dict[str, Any]] = {
    "type": "select",
    "key": "species",
    "label": "Species",
    "values": [{"value": "cattle", "label": "Cattle"}, {"value": "poultry", "label": "Poultry"}],
    "validate": {"required": True},
}
ANIMALS: Final[dict[str, Any]] = {
    "type": "dynamiclist",
    "path": "animals",
    "label": "Animals",
    "properties": {"min_items": 1, "max_items": 5},
    "components": [SPECIES, HEADS],
}
POOR: Final[dict[str, Any]] = {"type": "checkbox", "key": "poor", "label": "Poor household"}
COUNTED: Final[dict[str, Any]] = {
    "type": "number",
    "key": "counted",
    "label": "Kilns counted",
    "validate": {"required": True, "min": 0, "max": 50},
}
WORDS: Final[Mapping[str, str]] = {
    "kind": "{label: {km: ប្រភេទ, en: Kind}, options: {clay: {km: ដីឥដ្ឋ, en: Clay}, cement: {km: ស៊ីម៉ងត៍, en: Cement}}}",
    "animals": "{label: {km: សត្វ, en: Animals}}",
    "heads": "{label: {km: ចំនួនក្បាល, en: Heads}}",
    "species": (
        "{label: {km: ប្រភេទសត្វ, en: Species}, "
        "options: {cattle: {km: គោក្របី, en: Cattle}, poultry: {km: បក្សី, en: Poultry}}}"
    ),
    "poor": "{label: {km: គ្រួសារក្រីក្រ, en: Poor household}}",
    "counted": "{label: {km: ចំនួនឡដែលរាប់ឃើញ, en: Kilns counted}}",
}
PAY_LICENCE: Final = """\
    <bpmn:userTask id="pay_licence" name="Pay for the permit">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="kind" value="payment" /><spiffworkflow:property name="fee" value="licence" />
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>f10</bpmn:incoming><bpmn:outgoing>f14</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f14" sourceRef="pay_licence" targetRef="issue" />
"""
TWO_FEES: Final = """\
fees:
  examination: {decision: examination, pay: on_submission}
  licence: {decision: licence, pay: on_approval, at_most: 500000, cap: 600000}
"""


def table(inputs: Sequence[str], rows: Sequence[Row], policy: str = "UNIQUE") -> bytes:
    """A fee table; every line is cited by the same rule."""
    heads = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in inputs)
    outputs = "".join(f'<output name="{name}" />' for name in ("line", "quantity", "unit_amount", "citation"))
    rules = "\n".join(_rule(number, *row) for number, row in enumerate(rows, 1))
    return (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decision id="t">'
        f'<decisionTable id="dt" hitPolicy="{policy}">{heads}{outputs}\n{rules}</decisionTable></decision>'
        "</definitions>"
    ).encode()


def _rule(number: int, cells: Sequence[str], line: str, quantity: str, price: str) -> str:
    entries = "".join(f"<inputEntry><text>{_xml(cell)}</text></inputEntry>" for cell in cells)
    given = (f'"{line}"', quantity, price, '"rule"')
    results = "".join(f"<outputEntry><text>{_xml(text)}</text></outputEntry>" for text in given)
    return f'<rule id="r{number}">{entries}{results}</rule>'


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_fee(
    inputs: Sequence[str],
    rows: Sequence[Row],
    *,
    settings: str = "pay: on_submission",
    ask: Sequence[Mapping[str, Any]] = (),
    policy: str = "UNIQUE",
) -> dict[str, bytes]:
    """The permit with another table for its one fee, and more questions."""
    lines = {line for _, line, _, _ in rows}
    files = _asking(_files(), "apply", ask)
    service = files["service.yaml"].decode().replace("pay: on_submission", settings)
    files["service.yaml"] = service.encode()
    files["fees.dmn"] = table(inputs, rows, policy)
    return _worded(files, lines)


def in_two_stages(
    rows: Sequence[Row] = ((("-",), "kiln", "counted", "50000"),), inputs: Sequence[str] = ("counted",)
) -> dict[str, bytes]:
    """An examination fee on submission, and a licence fee from what the officer counted, after the approval."""
    files = _asking(_files(), "check", [COUNTED])
    service = files["service.yaml"].decode()
    service = service.replace("fee: {decision: fees, pay: on_submission}\n", TWO_FEES)
    service = service.replace(
        "variables: {kilns: apply.kilns}", "variables: {kilns: apply.kilns, counted: check.counted}"
    )
    files["service.yaml"] = service.encode()
    files["examination.dmn"] = table((), [((), "examination", "1", "20000")])
    files["licence.dmn"] = table(inputs, rows)
    del files["fees.dmn"]
    process = files["process.bpmn"].decode()
    process = process.replace(
        '<bpmn:sequenceFlow id="f10" sourceRef="approve" targetRef="issue" />', _F10 + PAY_LICENCE
    )
    process = process.replace(
        "<bpmn:incoming>f10</bpmn:incoming><bpmn:outgoing>f11", "<bpmn:incoming>f14</bpmn:incoming><bpmn:outgoing>f11"
    )
    process = process.replace(
        "<bpmn:flowNodeRef>pay</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>pay</bpmn:flowNodeRef><bpmn:flowNodeRef>pay_licence</bpmn:flowNodeRef>",
    )
    payment = '<spiffworkflow:property name="kind" value="payment" />'
    process = process.replace(payment, payment + '<spiffworkflow:property name="fee" value="examination" />', 1)
    files["process.bpmn"] = process.encode()
    texts = files["texts.yaml"].decode()
    texts = texts.replace(
        "  check: {km: ពិនិត្យពាក្យ", "  pay_licence: {km: បង់ថ្លៃលិខិត, en: Pay for the permit}\n  check: {km: ពិនិត្យពាក្យ"
    )
    texts += "fee_titles:\n  examination: {km: ថ្លៃពិនិត្យ, en: Examination fee}\n  licence: {km: ថ្លៃលិខិត, en: Permit fee}\n"
    files["texts.yaml"] = texts.encode()
    files["tests.yaml"] = TWO_STAGES.encode()
    return _worded(files, {"examination", *(line for _, line, _, _ in rows)})


def by_found_rows() -> dict[str, bytes]:
    """Two fees; that of the permit counts the rows that the officer found."""
    rows: list[Row] = [
        (('"cattle"',), "cattle", "heads", "4000"),
        (('"poultry"',), "poultry", "begun(heads, 100)", "2000"),
    ]
    files = _asking(in_two_stages(rows, ("species",)), "check", [ANIMALS])
    service = files["service.yaml"].decode().replace("at_most: 500000", "for_each: check.animals, at_most: 500000")
    scenarios = files["tests.yaml"].decode().replace("answers: {counted", _FOUND + "counted")
    scenarios = scenarios.replace("licence: 150000", "licence: 16000").replace("fee: 170000", "fee: 36000")
    scenarios = scenarios[: scenarios.index("  - name: Nothing was counted")]
    return files | {"service.yaml": service.encode(), "tests.yaml": scenarios.encode()}


_FOUND: Final = "answers: {animals: [{species: cattle, heads: 3}, {species: poultry, heads: 101}], "
_F10: Final = '<bpmn:sequenceFlow id="f10" sourceRef="approve" targetRef="pay_licence" />\n'
TWO_STAGES: Final = """\
answers:
  two_kilns: {kiln_name: ឡថ្មី, kilns: 2}
scenarios:
  - name: Two fees, the second from what was counted
    starts: 2026-03-02 09:00
    answers: two_kilns
    steps:
      - {complete: pay, at: 2026-03-02 09:30}
      - {complete: check, at: 2026-03-03 09:00, answers: {counted: 3, result: ok}}
      - {complete: pay_licence, at: 2026-03-04 09:00}
    expect:
      fees: {examination: 20000, licence: 150000}
      fee: 170000
      waits_at: [hand_over]
  - name: Nothing was counted, so the permit costs nothing
    starts: 2026-03-02 09:00
    answers: two_kilns
    steps:
      - {complete: pay, at: 2026-03-02 09:30}
      - {complete: check, at: 2026-03-03 09:00, answers: {counted: 0, result: ok}}
    expect:
      fees: {examination: 20000, licence: 0}
      path: [pay, check, pay_licence, issue]
      waits_at: [hand_over]
"""


def _files() -> dict[str, bytes]:
    files = read_files(Path(__file__).parent / "industry" / "kiln_permit")
    del files["tests.yaml"]
    return files


def _asking(files: dict[str, bytes], form: str, ask: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """The files with these questions on the first page of a form, and single ones as variables."""
    if not ask:
        return files
    name = f"forms/{form}.json"
    document = json.loads(files[name])
    document["components"][0]["components"] += ask
    files[name] = json.dumps(document).encode()
    keys = [part.get("key") or part["path"] for part in ask]
    inner = [one["key"] for part in ask for one in part.get("components", ())]
    words = "".join(f"      {key}: {WORDS[key]}\n" for key in (*keys, *inner))
    texts = files["texts.yaml"].decode()
    place = texts.index("    fields:\n", texts.index(f"  {form}:\n    title")) + len("    fields:\n")
    files["texts.yaml"] = (texts[:place] + words + texts[place:]).encode()
    if form == "apply":
        more = "".join(f", {part['key']}: apply.{part['key']}" for part in ask if "key" in part)
        service = files["service.yaml"].decode().replace("kilns: apply.kilns}", f"kilns: apply.kilns{more}}}")
        files["service.yaml"] = service.encode()
    return files


def _worded(files: dict[str, bytes], lines: set[str]) -> dict[str, bytes]:
    words = "".join(f"  {line}: {{km: ថ្លៃ {line}, en: Fee {line}}}\n" for line in sorted(lines))
    texts = files["texts.yaml"].decode()
    before = "  kiln: {km: ថ្លៃសេវាក្នុងមួយឡ, en: Fee for each kiln}\n"
    assert before in texts
    files["texts.yaml"] = texts.replace(before, words).encode()
    return files
