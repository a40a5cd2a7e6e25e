"""Mistakes that an author makes in the small service, each in a place of its own, with what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from tests.engine.packages.small import FILES


class Mistake(NamedTuple):
    """Where it is made, and the beginning of what is said; nothing else may be said of it."""

    name: str
    file: str
    before: str
    after: str
    said: str
    told_of: str = ""

    @property
    def told_in(self) -> str:
        """The file that is named."""
        return self.told_of or self.file


MISTAKES: Final = (
    Mistake(
        "a misspelt key", "service.yaml", "norm: 3 working days", "nrom: 3 working days", "“nrom”: “nrom” is not a"
    ),
    Mistake("a bad term", "service.yaml", "term: 5 working days", "term: soon", "“term”: “soon” is not a term"),
    Mistake("a bad length", "service.yaml", "validity: 1 year", "validity: long", "“validity”: “long” is not a length"),
    Mistake("a bad file type", "service.yaml", "[pdf, jpg]", "[pdf, exe]", "“documents.0.accepts.1”: “exe” is not one"),
    Mistake("a misspelt answer", "service.yaml", "tables > 4", "tabels > 4", "“plan” depends on “tabels”"),
    Mistake("a question that is not there", "service.yaml", "apply.tables}", "apply.chairs}", "“tables”: there is no"),
    Mistake(
        "a moment of paying", "service.yaml", "on_submission", "on_sending", "“fee.pay”: “on_sending” is not one of"
    ),
    Mistake("a missing language", "texts.yaml", "{km: បង់ប្រាក់, en: Pay}", "{km: បង់ប្រាក់}", "“elements.pay.en”: This"),
    Mistake("words that lack", "texts.yaml", "  checking: {km: កំពុងពិនិត្យ, en: Checking}\n", "", "stages: the words for"),
    Mistake("a line without words", "texts.yaml", "  per_table: {", "  per_tabel: {", "fees: "),
    Mistake(
        "a label that lacks",
        "texts.yaml",
        "      name: {label: {km: ឈ្មោះ, en: Name}}\n",
        "",
        "“name”: texts.yaml",
        "forms/apply.json",
    ),
    Mistake("a placeholder", "texts.yaml", "{applicant}", "{aplicant}", "“messages.done.body”: “{aplicant}” is not a"),
    Mistake(
        "a key twice",
        "texts.yaml",
        "    title: {km: ពិនិត្យ, en: Check}\n",
        "    title: {km: ពិនិត្យ, en: Check}\n    title: {km: ពិនិត្យ, en: Check}\n",
        "The key “title” stands here",
    ),
    Mistake(
        "a group that is not there", "ministry.yaml", "office: front_office", "office: frontoffice", "“lanes.Front of"
    ),
    Mistake("a key of the ministry", "ministry.yaml", "key: tourism", "key: Tourism", "“key”: “Tourism” is not a key"),
    Mistake(
        "a kind of question", "forms/apply.json", '"type": "number"', '"type": "numbr"', "“tables”: type: “numbr” is"
    ),
    Mistake(
        "an unknown setting",
        "forms/apply.json",
        '"key": "name", "validate": {"required"',
        '"key": "name", "validate": {"requried"',
        "“name”: validate.requried: ",
    ),
    Mistake(
        "a choice without words",
        "forms/check.json",
        '{"value": "wrong"}',
        '{"value": "wrong"}, {"value": "odd"}',
        "“result”: texts.yaml has no words for the choice “odd”",
    ),
    Mistake(
        "a form that is not there",
        "process.bpmn",
        'name="form" value="check"',
        'name="form" value="chek"',
        "“Check”: There is no form “chek”",
    ),
    Mistake("a stage that is not there", "process.bpmn", 'value="checking"', 'value="cheking"', "“Check”: The stage"),
    Mistake(
        "a misspelt property", "process.bpmn", 'name="due"', 'name="deu"', "“Check”: property “deu”: “deu” is not a"
    ),
    Mistake(
        "a misspelt operation", "process.bpmn", "messages.send", "messages.sned", "There is no operation “messages.sn"
    ),
    Mistake(
        "a misspelt message", "process.bpmn", "&quot;done&quot;", "&quot;doen&quot;", "The parameter message: “doen”"
    ),
    Mistake(
        "an outcome", "process.bpmn", 'value="approved"', 'value="aproved"', "“end”: property “outcome”: “aproved”"
    ),
    Mistake("a variable", "process.bpmn", 'result == "ok"', 'reslut == "ok"', "The diagram reads “reslut”"),
    Mistake(
        "a flow without an end",
        "process.bpmn",
        '<sequenceFlow id="f5" sourceRef="tell" targetRef="end" />',
        '<sequenceFlow id="f5" sourceRef="tell" targetRef="ende" />',
        "",
    ),
    Mistake("a cell", "fees.dmn", "<text>800</text>", "<text>800 each</text>", "Rule 2: “800 each”"),
    Mistake("a hit policy", "fees.dmn", '"UNIQUE"', '"ONLY"', "The hit policy ONLY is not supported"),
    Mistake(
        "an element in a scenario", "tests.yaml", "[begin, check, check", "[begin, chekc, check", "“Wrong once, then"
    ),
    Mistake(
        "a moment of a scenario",
        "tests.yaml",
        "starts: 2026-03-02 09:00",
        "starts: 2 March",
        "“scenarios.0.starts”: “2 March” is not a moment",
    ),
    Mistake(
        "an outcome in a scenario", "tests.yaml", "outcome: approved", "outcome: granted", "“scenarios.0.expect.outc"
    ),
)


def made(mistakes: Iterable[Mistake]) -> dict[str, bytes]:
    """The files of the small service with these mistakes."""
    files = {name: data.decode() for name, data in FILES.items()}
    for mistake in mistakes:
        assert mistake.before in files[mistake.file], mistake
        files[mistake.file] = files[mistake.file].replace(mistake.before, mistake.after, 1)
    return {name: text.encode() for name, text in files.items()}
