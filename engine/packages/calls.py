"""A call of a shared process: what it is called in the case, and what it says for the tasks in its copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.bpmn import SPIFF_NAMESPACE, local_name, properties_of, property_entries

PART: Final = re.compile(r"shared_([a-z][a-z0-9_]{0,59})")
"""The id of a process that services share, with the name of its folder."""
DEADLINE: Final = ("due", "warn", "escalate_to", "extension")
SETTINGS: Final = ("stage", *DEADLINE, "remind", "fee", "not_by", "level", "form")
"""What a call may say for the user tasks of the part that do not say it themselves."""
OF_ONE: Final = ("stage", *DEADLINE, "remind", "fee", "not_by", "level", "any_day", "visit", "place", "plans")
"""What it may say for one of them, whatever that says itself: ``check.due``. Only ``not_by`` is added to that: a part
that keeps two people apart keeps them apart for every caller."""
_TASKS: Final = ("userTask", "manualTask", "task")
_OF_FORMS: Final = ("not_by", "level")
"""What only tasks with a form take: what is paid, corrected and collected stays where the case came in."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a part. ``id`` is the call activity as the case knows it, ``file`` the copy among the drawings,
    ``forms`` the form of the service that stands for one of the part, by the name of that."""

    id: str
    part: str
    file: str
    forms: Mapping[str, str]

    def name(self, own: str) -> str:
        """What the case calls something of the part."""
        return f"{self.id}.{own}"

    def folder(self) -> str:
        """Where the part lies in the package."""
        return f"shared/{self.part}"


def calling(root: etree._Element) -> Iterator[etree._Element]:
    """The call activities of a drawing."""
    yield from (each for each in root.iter(etree.Element) if local_name(each) == "callActivity")


def part_called(activity: etree._Element) -> str:
    """The shared process that a call activity calls, empty when it calls something else."""
    called = PART.fullmatch((activity.get("calledElement") or "").strip())
    return called.group(1) if called else ""


@dataclass(frozen=True, slots=True)
class HandedDown:
    """The settings of a call that its tasks took, and those that were handed on to each call in the copy: what it is
    there, and as what it was written here. Whether such a call has a task for it shows in its own copy."""

    taken: set[str] = field(default_factory=set)
    on: dict[str, dict[str, str]] = field(default_factory=dict)


def hand_down(root: etree._Element, call: Call, settings: Mapping[str, str], files: Mapping[str, bytes]) -> HandedDown:
    """Gives the settings of the call to the tasks and calls of the copy; which of them went where."""
    done = HandedDown()
    for each in root.iter(etree.Element):
        kind = local_name(each)
        if kind in _TASKS or (kind == "callActivity" and part_called(each)):
            own, alone = properties_of(each), _alone(each, call, settings)
            if kind != "callActivity" and (own | alone).get("kind", "form") != "form":
                alone = {name: value for name, value in alone.items() if name not in _OF_FORMS}
            if "due" in alone:  # another day has nothing to do with the warning and escalation of the first
                for name in (*DEADLINE, "remind"):
                    own.pop(name, None)
                    _drop(each, name)
            given = {name: settings[name] for name in _taken(kind, own | alone, settings)}
            went = {name: name for name in given} | {name: f"{_local(each, call)}.{name}" for name in alone}
            if kind == "callActivity":
                done.on[each.get("id") or ""] = went
            else:
                done.taken.update(given, went.values())
            if "not_by" in alone:
                given["not_by"] = " ".join(filter(None, (given.get("not_by"), alone.pop("not_by"))))
            given |= alone
            given |= _renamed(own | alone, given, call, files, done.taken)
            for name, value in given.items():
                _set(each, name, value)
    return done


def _local(element: etree._Element, call: Call) -> str:
    return (element.get("id") or "").removeprefix(f"{call.id}.")


def _alone(element: etree._Element, call: Call, settings: Mapping[str, str]) -> dict[str, str]:
    """What the call says for this task alone, as ``check.due``; it counts before what the task says itself."""
    prefix = f"{_local(element, call)}."
    names = {name.removeprefix(prefix): value for name, value in settings.items() if name.startswith(prefix)}
    return {name: value for name, value in names.items() if name in OF_ONE}


def _taken(kind: str, own: Mapping[str, str], settings: Mapping[str, str]) -> Iterator[str]:
    """What a task takes of what the call says for all."""
    is_call, does = kind == "callActivity", own.get("kind", "form")
    if "stage" in settings and "stage" not in own:
        yield "stage"
    if "due" not in own:
        yield from (name for name in DEADLINE if name in settings and name not in own)
        if "remind" in settings and (is_call or does in ("payment", "correction")):
            yield "remind"
    if "fee" in settings and "fee" not in own and (is_call or does == "payment"):
        yield "fee"
    if is_call or does == "form":
        yield from (name for name in _OF_FORMS if name in settings and (name == "not_by" or name not in own))


def _renamed(
    own: Mapping[str, str], given: Mapping[str, str], call: Call, files: Mapping[str, bytes], taken: set[str]
) -> dict[str, str]:
    """The settings of a task that name something of the part, with the names of the case."""
    found = {}
    form = own.get("form")
    if form and form in call.forms:
        taken.add("form")
        found["form"] = call.forms[form]
    elif form and f"{call.folder()}/forms/{form}.json" in files:
        found["form"] = call.name(form)
    if own.get("not_by"):
        local = [call.name(other) for other in own["not_by"].replace(",", " ").split()]
        found["not_by"] = " ".join([*local, *([given["not_by"]] if "not_by" in given else [])])
    return found


def _drop(element: etree._Element, name: str) -> None:
    for each in [one for one in property_entries(element) if one.get("name") == name]:
        held = each.getparent()
        if held is not None:
            held.remove(each)


def _set(element: etree._Element, name: str, value: str) -> None:
    space = etree.QName(element).namespace
    extensions = element.find(f"{{{space}}}extensionElements")
    if extensions is None:
        extensions = etree.Element(f"{{{space}}}extensionElements")
        documented = [each for each in element if local_name(each) == "documentation"]
        element.insert(len(documented), extensions)
    written = [each for each in property_entries(element) if each.get("name") == name]
    if not written:
        properties = extensions.find(f"{{{SPIFF_NAMESPACE}}}properties")
        if properties is None:
            properties = etree.SubElement(extensions, f"{{{SPIFF_NAMESPACE}}}properties")
        written = [etree.SubElement(properties, f"{{{SPIFF_NAMESPACE}}}property", name=name)]
    for each in written:
        each.set("value", value)


def forms_replaced(written: str) -> Iterator[tuple[str, str]]:
    """``check=inspect, visit=see``: forms of the part, each with that of the service which stands for it."""
    for pair in written.split(","):
        theirs, _, ours = pair.partition("=")
        yield theirs.strip(), ours.strip()
