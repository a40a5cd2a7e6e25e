"""The sentences of every problem the BPMN core can find, by rule: English and Khmer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_FILES: Final = {
    "file-too-large": ("The file is larger than {reason}. Remove embedded images or split the process.", ""),
    "document-type": ("The file has a DOCTYPE or entities, which are not accepted. Export it again as plain BPMN.", ""),
    "not-xml": ("The file cannot be read as XML ({reason}). Export it again from the editor.", ""),
    "not-bpmn": ("The root element is {tag}, not definitions of BPMN 2.0. Export the process as BPMN 2.0 XML.", ""),
    "no-process": ("The files contain no process. Draw at least one.", ""),
    "process-unknown": ("There is no process {id} in the files. Use one of: {known}.", ""),
    "process-ambiguous": ("Several processes could be meant: {known}. Mark one of them as executable.", ""),
    "process-twice": ("The process {id} is defined twice. Give one of them another id.", ""),
    "import-ignored": ("The import of {location} is not followed; put the file into the package.", ""),
    "duplicate-id": ("The id {id} is used twice. Give one of the elements another id.", ""),
    "foreign-extension": ("The extension {extension} belongs to another product and has no effect here.", ""),
    "people-ignored": ("{type} has no effect; the lane says who does the task.", ""),
    "element-unknown": ("{type} is not an element that can be run. Remove it or draw it differently.", ""),
    "not-run": ("{what} is not run by this engine yet. Draw it differently.", ""),
    "schema": ("The file breaks the BPMN 2.0 schema: {reason}", ""),
}

_REFERENCES: Final = {
    "reference-missing": ("{what} needs {attribute}. Choose what it refers to.", ""),
    "reference-unknown": ("{attribute} refers to {id}, which does not exist. Choose an existing element.", ""),
    "reference-type": ("{attribute} refers to {id}, which is a {type}. Choose an element of the right type.", ""),
    "flow-crosses": ("The sequence flow leads out of its process or sub-process ({id}). End it at the border.", ""),
    "flow-end-unknown": ("{attribute} of the sequence flow refers to {id}, which is not a flow node here.", ""),
    "default-flow": ("The default flow {id} does not leave this element. Choose one of its outgoing flows.", ""),
    "boundary-host": (
        "The boundary event is attached to {id}, which is not an activity beside it. Attach it again.",
        "",
    ),
    "lane-reference": ("The lane refers to {id}, which is not a flow node of the process.", ""),
    "message-missing": ("No message is chosen. Choose the message this element sends or waits for.", ""),
    "signal-missing": ("No signal is chosen. Choose the signal this event throws or waits for.", ""),
    "code-missing": ("No {kind} is chosen ({attribute}). Choose which {kind} this event throws.", ""),
    "call-missing": ("The call activity does not say which process it calls. Choose one.", ""),
    "call-unknown": ("The called process {id} is not in the files. Add its file or choose another.", ""),
    "operator-missing": ("The service task names no operator. Choose the operation it performs.", ""),
    "decision-missing": ("The business rule task names no decision. Choose a decision table.", ""),
    "decision-unknown": ("There is no decision {id} in the files. Add the DMN file or choose another.", ""),
    "data-store": ("Data stores are not read or written; use variables of the process or a service task.", ""),
    "data-sources": ("A data association needs one source and one target, or a transformation.", ""),
}

_EXPRESSIONS: Final = {
    "expression-language": (
        "Expressions in {language} are not run. Write it in the expression language of this house.",
        "",
    ),
    "expression-invalid": ("The expression {expression} cannot be used: {reason}.", ""),
    "number-attribute": ("{attribute} is {value}; it must be a whole number of at least {least}.", ""),
    "truth-attribute": ("{attribute} is {value}; it must be true or false.", ""),
    "condition-missing": ("The conditional event has no condition. Write one.", ""),
    "script-language": ("Scripts in {language} are not run. Write lines of the form name = expression.", ""),
    "script-missing": ("The script task has no script. Write one or make it another task.", ""),
    "script-invalid": ("The script cannot be used: {reason}.", ""),
    "timer-parts": ("A timer needs exactly one of: date, duration, cycle.", ""),
    "timer-text": (
        "The timer {text} is not a {kind} in ISO 8601, such as 2026-03-02T08:00:00+07:00, P3D or R3/PT1H.",
        "",
    ),
    "link-name": ("The link event has no name. Give both link events the same name.", ""),
    "loop-endless": ("The loop has neither a condition nor a maximum. Write one of them.", ""),
    "loop-number": ("Say either how many instances there are or over which list they run, not both.", ""),
    "loop-output": ("The results of the instances are collected, but no output item is named.", ""),
    "loop-behavior": ("The behaviour {value} is not known. Use None, One, All or Complex.", ""),
    "loop-complex": ("Complex behaviour needs a condition and exactly one event each.", ""),
}

_STRUCTURE: Final = {
    "start-incoming": ("A start event cannot have an incoming flow. Remove the flow.", ""),
    "end-outgoing": ("An end event cannot have an outgoing flow. Remove the flow.", ""),
    "boundary-incoming": ("A boundary event cannot have an incoming flow. Remove the flow.", ""),
    "boundary-trigger": ("The boundary event does not say what it waits for. Choose a type.", ""),
    "boundary-type": ("A {kind} event cannot be attached to an activity. Choose another type.", ""),
    "boundary-always-interrupts": ("An error or cancel event always interrupts. Mark it as interrupting.", ""),
    "catch-trigger": ("The intermediate event does not say what it waits for. Choose a type.", ""),
    "catch-type": ("A {kind} event cannot be waited for in the flow. Choose another type.", ""),
    "throw-type": ("A {kind} event cannot be thrown here. Choose another type.", ""),
    "start-type": ("A {kind} event cannot begin this. Choose another type.", ""),
    "start-several": ("There are {number} plain start events; nobody can tell which begins. Keep one.", ""),
    "start-none": ("Nothing can begin here: there is neither a start event nor an element without incoming flow.", ""),
    "start-and-loose": ("It has no incoming flow although the process has a start event, so it is never reached.", ""),
    "unreachable": ("It can never be reached from a start. Connect it or remove it.", ""),
    "empty": ("It is empty. Draw at least one element in it.", ""),
    "condition-place": ("Flows out of this element cannot have conditions. Use a gateway.", ""),
    "condition-default": ("The default flow has a condition, which would be ignored. Remove the condition.", ""),
    "flow-without-condition": ("The flow {id} has no condition and is not the default. Write a condition.", ""),
    "gateway-outgoing": ("The gateway has no outgoing flow. Connect it.", ""),
    "event-gateway-targets": ("An event gateway must lead to at least two catching events or receive tasks.", ""),
    "event-gateway-target": ("{id} cannot follow an event gateway: only message, signal, timer and conditional events "
                             "and receive tasks with one incoming flow can.", ""),
    "event-gateway-mixed": ("Message events and receive tasks cannot follow the same event gateway.", ""),
    "event-sub-process-start": ("An event sub-process needs exactly one start event, with one type.", ""),
    "event-sub-process-flow": ("An event sub-process cannot have sequence flows. Remove them.", ""),
    "sub-process-start": ("A sub-process begins at one plain start event. Remove the others and their types.", ""),
    "link-target": ("There is no link event named {name} to go to in this process. Draw it.", ""),
    "link-source": ("No link event named {name} leads here. Draw it or remove this one.", ""),
    "link-several": ("Several link events named {name} wait here. Keep one.", ""),
    "link-flows": ("A link event that throws has no outgoing flow, one that catches has no incoming flow.", ""),
    "complex-condition": ("A complex gateway that merges needs an activation condition. Write one.", ""),
    "error-code": ("Several boundary events catch the same {kind} {name}. Keep one.", ""),
    "call-start": ("The called process {id} has no plain start. Give it one.", ""),
    "compensation-handler": ("The compensation event has no handler. Join it to one activity by an association.", ""),
    "compensation-flow": ("A compensation handler has no sequence flows. Remove them.", ""),
    "compensation-loose": ("The activity is for compensation but no compensation event leads to it.", ""),
    "compensation-reference": ("There is no activity {id} that could be compensated. Choose another.", ""),
    "compensation-alone": ("A compensation event on a boundary cannot have other types or outgoing flows.", ""),
    "cancel-place": ("A cancel end event must stand in a transaction.", ""),
    "cancel-boundary": ("A cancel event can only be attached to a transaction.", ""),
    "cancel-missing": ("The transaction can be cancelled but has no cancel event on its border. Attach one.", ""),
    "ad-hoc-content": ("An ad-hoc sub-process cannot contain start or end events. Remove them.", ""),
    "ad-hoc-empty": ("An ad-hoc sub-process needs an activity without incoming flow.", ""),
}  # fmt: skip

CATALOGUE: Final[Mapping[str, tuple[str, str]]] = {**_FILES, **_REFERENCES, **_EXPRESSIONS, **_STRUCTURE}
