"""What must be right between the files of a package, one mistake at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.packages import (
    PackageRejected,
    build_package,
    check_files,
    check_package,
    load_package,
    read_files,
    run_scenarios,
)
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.packages.small import FILES, changed, free_of_charge, without

TIMER_START = (
    "<outgoing>f1</outgoing><timerEventDefinition id='t'><timeDate>2026-03-02T09:00:00</timeDate>"
    "</timerEventDefinition></startEvent>"
)
MISTAKES = [
    ("service.yaml", "key: tourism.stall", "key: culture.stall", "The key begins with “culture”"),
    ("service.yaml", "norm: 3 working days", "norm: 6 working days", "norm must not be longer"),
    ("service.yaml", "norm: 3 working days", "norm: 1 month", "1 month may end after 5 working days"),
    ("service.yaml", "validity: 1 year", "validity: 1 year\ncertificate: {series: ST}", "certificate.typ go together"),
    ("service.yaml", "stages: [received, checking]", "stages: [received]", "“checking” is not among the stages"),
    ("service.yaml", "required: tables > 4", "required: chairs > 4", "“plan” depends on “chairs”"),
    ("service.yaml", "tables: apply.tables", "tables: apply.chairs", "there is no apply.chairs"),
    ("service.yaml", "tables: apply.tables", "seats: apply.tables", "“tables”, which is no routing variable"),
    ("service.yaml", "decision: fees", "decision: prices", "This file is missing"),
    ("ministry.yaml", "Front office: front_office", "Counter: front_office", "lane “Front office” is not in ministry"),
    ("ministry.yaml", "key: tourism", "key: culture", "ministry.yaml says “culture”"),
    ("texts.yaml", "  check: {km: ពិនិត្យ, en: Check}\n", "  other: {km: ផ្សេង, en: Other}\n", "no name for this task"),
    ("texts.yaml", "  plan: {label", "  map: {label", "documents: the words for “plan” are missing"),
    ("texts.yaml", "  per_table:", "  per_chair:", "fees: the words for “per_table” are missing"),
    ("texts.yaml", "  sample: {km", "  other: {km", "citations: the words for “sample” are missing"),
    (
        "texts.yaml",
        "  done:\n",
        "  finished:\n",
        "“done” is not the key of a message of texts.yaml; there are: finished",
    ),
    ("forms/check.json", '"required": true', '"required": false', "must be required and always asked"),
    ("forms/apply.json", '"required": true}},', '"required": true}, "properties": {"personal": "true"}},', None),
    ("process.bpmn", 'value="check"', 'value="inspect"', "There is no form “inspect”"),
    ("process.bpmn", 'value="2 working days"', 'value="two days"', "“two days” is not a term"),
    ("process.bpmn", 'name="due"', 'name="deu"', "“deu” is not a known key here. Did you mean “due”"),
    ("process.bpmn", 'name="decides" value="result"', 'name="decides" value="other"', "no radio or select"),
    ("process.bpmn", 'result == "ok"', 'outcome == "ok"', "reads “outcome”, which nothing gives"),
    ("process.bpmn", "messages.send", "messages.shout", "no operation “messages.shout”"),
    ("process.bpmn", 'id="message"', 'id="reason"', "needs the parameter “message”"),
    ("process.bpmn", "<flowNodeRef>check</flowNodeRef>", "", "lies in no lane"),
    ("process.bpmn", 'value="approved"', 'value="granted"', "is not one of: approved"),
    (
        "process.bpmn",
        "<outgoing>f1</outgoing></startEvent>",
        TIMER_START,
        "no answers from which a fee could be reckoned",
    ),
    ("fees.dmn", "&gt; 4", "&gt; 5", "No rule gives a fee when tables = 5"),
    ("fees.dmn", "&gt; 4", "&gt;= 4", "few and many both match when tables = 4"),
    ("tests.yaml", "complete: check, at: 2026-03-03", "complete: visit, at: 2026-03-03", "the diagram has no “visit”"),
    ("tests.yaml", "starts: 2026", "starts: 9999", "scenarios take place between"),
    ("tests.yaml", "answers: some\n    steps", "answers: other\n    steps", "starts from the answers “other”"),
]


def test_the_small_service_is_right() -> None:
    assert [str(problem) for problem in check_files(FILES) if problem.severity != "note"] == []


@pytest.mark.parametrize(("file", "before", "after", "message"), MISTAKES)
def test_a_mistake_is_named(file: str, before: str, after: str, message: str | None) -> None:
    found = [str(problem) for problem in check_files(changed(file, before, after)) if problem.severity != "note"]
    if message is None:
        assert found == []
    else:
        assert any(message in problem for problem in found), found


def test_a_routing_variable_must_not_be_personal() -> None:
    personal = changed("forms/apply.json", '"max": 20}', '"max": 20}, "properties": {"personal": "true"}')
    assert any("personal data" in problem.message for problem in check_files(personal))


@pytest.mark.parametrize("name", ["service.yaml", "ministry.yaml", "texts.yaml", "process.bpmn", "fees.dmn"])
def test_a_missing_file_is_named(name: str) -> None:
    found = check_files(without(name))
    assert [(problem.file, problem.rule) for problem in found if problem.file == name] == [(name, "files")]


def test_a_package_without_scenarios_is_warned_about() -> None:
    found = check_files(without("tests.yaml"))
    assert [problem.severity for problem in found if problem.file == "tests.yaml"] == ["warning"]


def test_a_file_that_belongs_to_nothing_is_refused() -> None:
    found = check_files({**FILES, "run.py": b"print(1)"})
    assert any(problem.file == "run.py" for problem in found)


def test_several_mistakes_are_told_at_once() -> None:
    files = {**changed("service.yaml", "term: 5 working days", "term: soon"), "forms/check.json": b"{}"}
    assert {problem.file for problem in check_files(files)} == {"service.yaml", "forms/check.json"}


def test_a_problem_names_the_line() -> None:
    found = check_files(changed("service.yaml", "term: 5 working days", "term: soon"))
    assert [problem.line for problem in found if problem.severity == "error"] == [6]


def test_a_problem_of_the_diagram_names_the_line_of_its_element() -> None:
    found = check_files(changed("process.bpmn", 'value="2 working days"', 'value="two days"'))
    assert {(problem.element_id, problem.line) for problem in found if problem.severity == "error"} == {("check", 10)}


def test_the_digest_changes_with_every_byte_and_not_with_the_order() -> None:
    first = build_package(FILES)
    turned = build_package(dict(reversed(list(FILES.items()))))
    other = build_package(changed("texts.yaml", "A sample service", "A sample service."))
    assert first.digest == turned.digest
    assert first.digest != other.digest


def test_a_folder_is_read_with_the_ministry_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "tourism" / "stall"
    (folder / "forms").mkdir(parents=True)
    for name, data in FILES.items():
        place = folder.parent / name if name == "ministry.yaml" else folder / name
        place.write_bytes(data)
    (folder / ".hidden").write_bytes(b"left by an editor")
    assert read_files(folder) == dict(FILES)
    assert load_package(folder).digest == build_package(FILES).digest


def test_a_folder_that_is_not_there_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    found = check_package(tmp_path / "nothing")
    assert [problem.rule for problem in found] == ["files"]
    with pytest.raises(PackageRejected, match="not a folder"):
        load_package(tmp_path / "nothing")


def test_a_folder_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(b"x" * (5 * 1024 * 1024))
    assert "at most" in check_package(tmp_path)[0].message


def timer(kind: str, written: str) -> str:
    return f"<timerEventDefinition><time{kind}>{written}</time{kind}></timerEventDefinition>"


MONTHLY = timer("Cycle", "R/P1M")
CONDITIONAL = "conditionalEventDefinition"
NEVER = {
    "so it would never begin one": f"<{CONDITIONAL}><condition>tables</condition></{CONDITIONAL}>",
    "the applicant's own wish to withdraw": '<messageEventDefinition messageRef="m" />',
    "cases less than an hour apart": timer("Cycle", "R/PT10M"),
    "write the timer plainly": timer("Duration", "today()"),
}


@pytest.mark.parametrize("sentence", NEVER)
def test_an_event_that_could_begin_no_case_is_refused(sentence: str) -> None:
    assert any(sentence in one for one in wrong(free(NEVER[sentence])))


def test_the_clock_begins_nothing_that_needs_an_applicant() -> None:
    monthly = free(MONTHLY)
    assert wrong(monthly) == []
    lanes = monthly["ministry.yaml"].replace(b"Front office: front_office", b"Front office: applicant")
    assert any("nobody could do “Check”" in one for one in wrong({**monthly, "ministry.yaml": lanes}))
    for more, sentence in ((b"purpose: account", "a person asks for it"), (b"certificate: {series: ST}", "could hold")):
        service = monthly["service.yaml"] + more + b"\n"
        found = wrong({**monthly, "service.yaml": service, "certificate.typ": b"= Stall"})
        assert any(sentence in one for one in found), found


def test_a_start_event_has_no_variables_to_correlate_with() -> None:
    files = free('<messageEventDefinition messageRef="other" />')
    property_ = b'<s:properties><s:property name="correlation" value="tables" /></s:properties>'
    property_ = b"<extensionElements>" + property_ + b"</extensionElements>"
    process = files["process.bpmn"].replace(b'<startEvent id="again">', b'<startEvent id="again">' + property_)
    assert any("there are no variables yet" in one for one in wrong({**files, "process.bpmn": process}))


def test_a_process_that_would_begin_itself_without_end_is_warned_about() -> None:
    files = free('<messageEventDefinition messageRef="other" />')
    throws = b'<messageEventDefinition id="md" messageRef="other" /></endEvent>'
    files["process.bpmn"] = files["process.bpmn"].replace(b"</endEvent>", throws)
    [found] = [each for each in check_files(files) if each.severity == "warning"]
    assert (found.element_id, "begins the next case" in found.message, found.message_km != "") == ("end", True, True)


def test_a_scenario_may_begin_with_a_message() -> None:
    files = free('<messageEventDefinition messageRef="other" />')
    begins = files["tests.yaml"].replace(b"answers: some\n", b"answers: some\n    begins: again\n")
    files["tests.yaml"] = begins.replace(b"path: [begin", b"path: [again").replace(
        b"[received, checking]", b"[checking]"
    )
    assert wrong(files) == []
    [result] = run_scenarios(build_package(files), WorkingTime(USUAL_WEEK, frozenset()))
    assert (result.differences, result.path[0]) == ((), "again")
    nowhere = files["tests.yaml"].replace(b"begins: again", b"begins: nowhere")
    assert any("begins: the diagram has no “nowhere”" in one for one in wrong({**files, "tests.yaml": nowhere}))


def test_a_scenario_says_what_a_connector_answers() -> None:
    files = dict(FILES)
    before = b'<s:serviceTaskOperator id="messages.send">\n          <s:parameters>'
    asks = b'<s:serviceTaskOperator id="connectors.call" resultVariable="entry"><s:parameters>'
    asks += b'<s:parameter id="connector" type="str" value="\'registry\'" />'
    assert before in files["process.bpmn"]
    files["process.bpmn"] = files["process.bpmn"].replace(before, asks)
    messages = files["texts.yaml"].index(b"messages:"), files["texts.yaml"].index(b"forms:")
    files["texts.yaml"] = files["texts.yaml"][: messages[0]] + files["texts.yaml"][messages[1] :]
    scenario = files["tests.yaml"].replace(b"[messages.send]", b"[connectors.call]").replace(b"[done]", b"[]")
    answered = scenario.replace(b"answers: some\n", b"answers: some\n    connectors: {tell: {known: true}}\n")
    for tests, said in ((scenario, "say under connectors what it answers"), (answered, "")):
        files["tests.yaml"] = tests
        assert wrong(files) == []
        [result] = run_scenarios(build_package(files), WorkingTime(USUAL_WEEK, frozenset()))
        assert said in " ".join(result.differences)
        assert bool(said) == bool(result.differences), result.differences
    nameless = {**files, "process.bpmn": files["process.bpmn"].replace(b' resultVariable="entry"', b"")}
    assert any("Name a resultVariable" in one for one in wrong(nameless))
    computed = {**files, "process.bpmn": files["process.bpmn"].replace(b"'registry'", b"result")}
    assert any("name of a connector in quotes" in one for one in wrong(computed))


def free(definition: str) -> dict[str, bytes]:
    """The small service when it costs nothing and another start event, with this definition, begins it too."""
    files = free_of_charge()
    process = files["process.bpmn"].decode()
    for before, after in (
        (
            '<process id="stall"',
            '<message id="m" name="withdrawal" /><message id="other" name="o" /><process id="stall"',
        ),
        ('<userTask id="check"', f'<startEvent id="again">{definition}</startEvent><userTask id="check"'),
        ("<incoming>f1</incoming>", "<incoming>f0</incoming><incoming>f1</incoming>"),
        ("</process>", '<sequenceFlow id="f0" sourceRef="again" targetRef="check" /></process>'),
    ):
        process = process.replace(before, after)
    return files | {"process.bpmn": process.encode()}


def wrong(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in check_files(files) if problem.severity == "error"]


def test_nobody_but_the_applicant_withdraws() -> None:
    root = '<message id="m" name="withdrawal" /><process id="stall"'
    thrown = '<incoming>f5</incoming><messageEventDefinition id="md" messageRef="m" /></endEvent>'
    files = changed("process.bpmn", "<incoming>f5</incoming>\n    </endEvent>", thrown)
    files["process.bpmn"] = files["process.bpmn"].replace(b'<process id="stall"', root.encode())
    assert any("is the applicant's own wish to withdraw" in problem.message for problem in check_files(files))
    other = {**files, "process.bpmn": files["process.bpmn"].replace(b"withdrawal", b"stall_closed")}
    assert [str(problem) for problem in check_files(other) if problem.severity == "error"] == []
