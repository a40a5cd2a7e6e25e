"""One BPMN file: its root, its ids, and the messages, signals and errors declared in it."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.language.dialects import LANGUAGES, Dialect, compile_written
from engine.bpmn.language.expressions import Expression, ExpressionInvalid
from engine.bpmn.problems.findings import Findings
from engine.bpmn.problems.labels import Labels
from engine.bpmn.reading.xml import (
    BPMN,
    DIAGRAM,
    INSTANCE,
    SPIFF,
    VENDORS,
    XSI_TYPE,
    bpmn,
    local_name,
    namespace,
    text_of,
    without_prefix,
)

_READ: Final = frozenset(
    {
        "properties",
        "serviceTaskOperator",
        "calledDecisionId",
        "messagePayload",
        "messageVariable",
        "payloadExpression",
        "variableName",
    }
)
"""Extensions of SpiffWorkflow that are read; others, such as instructions for people, have no effect."""
_NO_WORD: Final = (
    SPIFF, INSTANCE, "http://www.w3.org/XML/1998/namespace", "http://www.omg.org/spec/BPMN/non-normative/",
    "http://bpmn.io/schema/bpmn/biocolor/",
)  # fmt: skip
"""How the namespaces of attributes begin that are read elsewhere, or are colours and languages."""
_EXPRESSIONS: Final = (
    "conditionExpression", "condition", "loopCondition", "loopCardinality", "completionCondition",
    "activationCondition", "timeDate", "timeDuration", "timeCycle", "from", "transformation", "messagePath", "dataPath",
)  # fmt: skip
_STAND_IN: Final = compile_written("1 == 1")
"""Stands for an expression that cannot be used, so that one mistake is told once; a file with a mistake never runs."""
_CHANGES_EXECUTION: Final = frozenset({"preScript", "postScript", "processVariableCorrelation"})


class Document:
    """Looks things up in one file and words what is missing."""

    def __init__(self, file: str, root: etree._Element, findings: Findings, ids: set[str] | None = None) -> None:
        """``ids`` are those of all files of the set, so that none is made twice."""
        self.file, self.root, self.findings = file, root, findings
        self.ids = set() if ids is None else ids
        self._made = 0
        self.laned: dict[str, etree._Element] = {}
        self.by_id: dict[str, etree._Element] = {}
        self.space = root.get("targetNamespace") or ""
        self.imported: list[Document] = []
        self.imports = {element.get("namespace") or "" for element in root.iterfind(bpmn("import"))}
        self.told: set[str] = set()
        findings.labels[file] = Labels(root, self.by_id).of
        for element in root.iter(etree.Element):
            self._index(element)
        for element in root.iter(etree.Element):
            self._extensions(element)
        language = (root.get("expressionLanguage") or "").strip()
        self.dialect = LANGUAGES.get(language.lower(), "house")
        if language.lower() not in LANGUAGES and _has_expressions(root):
            self.note("expression-default", root, language=language[:80])

    def _index(self, element: etree._Element) -> None:
        own = element.get("id")
        if not own or namespace(element) != BPMN:
            return
        if own in self.by_id:
            self.error("duplicate-id", element, id=own)
        self.by_id[own] = element
        self.ids.add(own)

    def _extensions(self, element: etree._Element) -> None:
        space = namespace(element)
        if space == SPIFF and _is_top_extension(element):
            self._our_extension(element)
        elif space == BPMN:
            if local_name(element) == "extension" and self.truth(element, "mustUnderstand", False):
                self.error("not-run", element, what=f"extension {element.get('definition') or ''}")
            self._foreign_attributes(element)
        elif space not in DIAGRAM and space not in VENDORS and space != SPIFF and _is_extension(element):
            self.note("foreign-extension", element.getparent(), extension=space or local_name(element))

    def _foreign_attributes(self, element: etree._Element) -> None:
        """Attributes that a product adds to elements of BPMN; those of known engines are looked at elsewhere."""
        if element is self.root:
            return
        for space in sorted({etree.QName(attribute).namespace or "" for attribute in element.attrib}):
            if not space.startswith(_NO_WORD) and space not in VENDORS and space != "":
                self.note("foreign-extension", element, extension=space)

    def _our_extension(self, element: etree._Element) -> None:
        name = local_name(element)
        if name in _CHANGES_EXECUTION:
            self.error(
                "script-beside" if name.endswith("Script") else "not-run",
                element.getparent(),
                what=f"spiffworkflow:{name}",
            )
        elif name not in _READ:
            self.note("foreign-extension", element.getparent(), extension=name)

    def id_of(self, element: etree._Element) -> str:
        """The element's id; one is made, the same for the same file every time, where the drawing has none."""
        own = element.get("id")
        if own:
            return own
        while True:
            self._made += 1
            made = f"{local_name(element)}_without_id_{self._made}"
            if made not in self.ids:
                element.set("id", made)
                self.by_id[made] = element
                self.ids.add(made)
                return made

    def error(self, rule: str, element: etree._Element | None, **detail: object) -> None:
        """Report something that forbids running the file."""
        self._report("error", rule, element, detail)

    def warn(self, rule: str, element: etree._Element | None, **detail: object) -> None:
        """Report something the analyst should look at."""
        self._report("warning", rule, element, detail)

    def note(self, rule: str, element: etree._Element | None, **detail: object) -> None:
        """Report something that was left out because it does not change the execution."""
        self._report("note", rule, element, detail)

    def _report(self, severity: str, rule: str, element: etree._Element | None, detail: dict[str, object]) -> None:
        place = _nearest_with_id(element)
        own = place.get("id") if place is not None else None
        self.findings.add(severity, rule, self.file, own, **detail)  # type: ignore[arg-type]

    def referenced(
        self, element: etree._Element, attribute: str, *types: str, required: bool = False
    ) -> etree._Element | None:
        """The element that ``attribute`` refers to, if it exists and is of one of the types; problems are reported."""
        reference = element.get(attribute)
        if reference is None:
            if required:
                self.error("reference-missing", element, attribute=attribute, what=local_name(element))
            return None
        target = self.find(reference, element)
        if target is None:
            self.error("reference-unknown", element, attribute=attribute, id=reference)
        elif local_name(target) not in types:
            self.error("reference-type", element, attribute=attribute, id=reference, type=local_name(target))
        else:
            return target
        return None

    def find(self, reference: str, place: etree._Element) -> etree._Element | None:
        """The element that a qualified name written at ``place`` means, here or in an imported file (15.3.2)."""
        prefix, _, name = reference.strip().rpartition(":")
        space = self.space_of(prefix, place)
        if space == self.space:
            return self.by_id.get(name)
        found = (other.by_id.get(name) for other in self.imported if other.space == space)
        return next((element for element in found if element is not None), None)

    def space_of(self, prefix: str, place: etree._Element) -> str | None:
        """The namespace a reference is meant in; editors leave the prefix out for the file's own elements."""
        return place.nsmap.get(prefix) if prefix else self.space

    def written(self, element: etree._Element, name: str) -> etree._Element | None:
        """The child of that name if it says anything; editors leave an empty one where a field was cleared."""
        child = element.find(bpmn(name))
        return child if child is not None and self.says(child) else None

    def says(self, expression: etree._Element) -> bool:
        """True for an expression in which something is written, or that says in another way that there is one.

        An empty one in a language that is not run, or with an attribute of a product, is no cleared field: what it
        means stands elsewhere, and leaving it out would change the execution.
        """
        language = (expression.get("language") or "").strip().lower()
        return bool(text_of(expression)) or language not in LANGUAGES or _elsewhere(expression) is not None

    def expression(self, element: etree._Element | None, owner: etree._Element) -> Expression | None:
        """The expression in the element's text, None without an element; problems are reported at ``owner``."""
        if element is None:
            return None
        language = (element.get("language") or "").strip().lower()
        if language not in LANGUAGES:
            self.error("expression-language", owner, language=language)
            return _STAND_IN
        elsewhere = None if text_of(element) else _elsewhere(element)
        if elsewhere is not None:
            self.error("expression-elsewhere", owner, attribute=elsewhere)
            self.told.add(elsewhere)
            return _STAND_IN
        return self.compiled(text_of(element), owner, LANGUAGES[language] if language else self.dialect)

    def compiled(self, source: str, owner: etree._Element, dialect: Dialect = "house") -> Expression:
        """The compiled expression, or one that stands for it with a problem reported at ``owner``."""
        try:
            return compile_written(source, dialect)
        except ExpressionInvalid as invalid:
            self.error("expression-invalid", owner, expression=" ".join(source.split())[:120], reason=invalid.reason)
            return _STAND_IN

    def whole_number(self, element: etree._Element, attribute: str, default: int, least: int) -> int:
        """A whole-number attribute, with a problem reported where it is none or too small."""
        written = element.get(attribute)
        if written is None:
            return default
        try:
            value = int(written.strip())
        except ValueError:
            value = least - 1
        if not least <= value <= 1_000_000:
            self.error("number-attribute", element, attribute=attribute, value=written[:40], least=least)
            return default
        return value

    def truth(self, element: etree._Element, attribute: str, default: bool) -> bool:
        """A true/false attribute as XML Schema writes it; of anything else the schema says that it is neither."""
        written = element.get(attribute)
        return default if written is None else written.strip() in ("true", "1")


def declared_type(element: etree._Element) -> str:
    """The xsi:type of an element without its prefix; empty when there is none."""
    return without_prefix(element.get(XSI_TYPE) or "")


def _has_expressions(root: etree._Element) -> bool:
    return any(text_of(element) and not element.get("language") for element in root.iter(*map(bpmn, _EXPRESSIONS)))


def _elsewhere(expression: etree._Element) -> str | None:
    """The attribute of a product at an expression, as people write it: in it, the product finds what is not here."""
    for attribute in expression.attrib:
        name = etree.QName(attribute)
        if name.namespace and not name.namespace.startswith(_NO_WORD):
            return f"{VENDORS.get(name.namespace, expression.prefix or name.namespace)}:{name.localname}"
    return None


def _is_top_extension(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and namespace(parent) == BPMN


def _is_extension(element: etree._Element) -> bool:
    """Directly in extensionElements; elsewhere the schema says which elements of others it takes."""
    parent = element.getparent()
    return parent is not None and parent.tag == bpmn("extensionElements")


def _nearest_with_id(element: etree._Element | None) -> etree._Element | None:
    """What an analyst finds in the drawing: of what an event waits for or throws, the event that holds it."""
    while element is not None and (element.get("id") is None or _is_in_event(element)):
        element = element.getparent()
    return element


def _is_in_event(element: etree._Element) -> bool:
    parent = element.getparent()
    return (
        local_name(element).endswith("EventDefinition") and parent is not None and local_name(parent) != "definitions"
    )
