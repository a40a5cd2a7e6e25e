"""What services share is drawn once and called; in a version every call has its own copy of what it calls.

A call activity whose ``calledElement`` is ``shared_payment`` calls the part ``payment``, which lies in the package
under ``shared/payment/``. Everything of the copy is known by the name of the call, a full stop and its own name:
``reception.check`` is the element ``check`` of the part that the call activity ``reception`` calls. So the same part
may be called twice, each time with other settings, and nobody who runs, shows or moves a case has to know of parts.

The same files always give the same copies, byte for byte: running cases depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from lxml import etree

from engine.bpmn import XmlRefused, local_name, properties_of, read_xml
from engine.khmer import Bilingual
from engine.packages.calls import SETTINGS, Call, calling, forms_replaced, hand_down, part_called
from engine.packages.names import nearest
from engine.packages.problems import error
from engine.packages.said import filled
from engine.problems import Problem

DRAWING: Final = "process.bpmn"
_MOST_CALLS: Final = 60
_REFERENCES: Final = (
    "id",
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "processRef",
    "bpmnElement",
    "activityRef",
)
_REFERRING: Final = ("incoming", "outgoing", "flowNodeRef")
_RENAMED: Final = (
    "sequenceFlow",
    "lane",
    "laneSet",
    "participant",
    "association",
    "textAnnotation",
    "group",
    "process",
)


@dataclass(frozen=True, slots=True)
class Woven:
    """The drawings as they run: those of the service, and a copy for each call; with what is wrong with the calls."""

    drawings: Mapping[str, bytes]
    calls: tuple[Call, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def copies(self) -> Mapping[str, bytes]:
        """The copies alone, by their file."""
        return {call.file: self.drawings[call.file] for call in self.calls}

    def source(self, problem: Problem) -> tuple[str, str | None]:
        """The file that an analyst opens for a finding, and the id of the element there."""
        call = next((call for call in self.calls if call.file == problem.file), None)
        if call is None:
            return problem.file, problem.element_id
        return f"{call.folder()}/{DRAWING}", (problem.element_id or "").removeprefix(f"{call.id}.") or None


@lru_cache(maxsize=128)
def parts_called(data: bytes) -> frozenset[str]:
    """The parts that a drawing calls; none for a file that is no XML. Asked of the same drawings again and again, those
    of the library by every service."""
    try:
        root = read_xml(data)
    except XmlRefused:
        return frozenset()
    return frozenset(part for activity in calling(root) if (part := part_called(activity)))


def weave(files: Mapping[str, bytes], drawings: Mapping[str, bytes]) -> Woven:
    """The drawings of a service with a copy of a part for each call; ``files`` are all of the package."""
    weaving = _Weaving(files)
    done = {name: weaving.drawing(name, data) for name, data in sorted(drawings.items())}
    return Woven(MappingProxyType(done | weaving.copies), tuple(weaving.calls), tuple(dict.fromkeys(weaving.problems)))


@dataclass
class _Weaving:
    files: Mapping[str, bytes]
    copies: dict[str, bytes] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def drawing(self, name: str, data: bytes) -> bytes:
        """A drawing of the service: as it is, or with its calls leading to the copies."""
        if not parts_called(data):
            return data
        root = read_xml(data)
        for activity in calling(root):
            self.call(name, activity, (), set(properties_of(activity)))
        return _written(root)

    def call(self, file: str, activity: etree._Element, above: tuple[str, ...], written: set[str]) -> set[str]:
        """Which settings of a call were of use. It answers for those that are ``written`` at it, and not for others
        that a call around it handed on."""
        part, own = part_called(activity), activity.get("id") or ""
        if not part:
            return set()
        source = self.files.get(f"shared/{part}/{DRAWING}")
        if source is None:
            self.wrong(file, own, _MISSING, part)
        elif not own or any(call.id == own for call in self.calls):
            self.wrong(file, own, _NO_ID, part)
        elif part in above:
            self.wrong(file, own, _CIRCLE, part)
        elif len(self.calls) >= _MOST_CALLS:
            self.wrong(file, own, _TOO_MANY, part)
        else:
            return self.copy(file, activity, source, (*above, part), written)
        return set(properties_of(activity))

    def copy(
        self, file: str, activity: etree._Element, source: bytes, above: tuple[str, ...], written: set[str]
    ) -> set[str]:
        part, settings = above[-1], properties_of(activity)
        try:
            root = read_xml(source)
        except XmlRefused:  # said of the part itself, and the call then finds no process
            self.copies[f"shared/{part}/{DRAWING}"] = source
            return set(settings)
        own = activity.get("id") or ""
        forms = dict(forms_replaced(settings.get("form", "")))
        call = Call(own, part, f"shared/{part}/{own}.bpmn", MappingProxyType(forms))
        self.calls.append(call)
        process = next((each for each in root if local_name(each) == "process" and each.get("id")), None)
        activity.set("calledElement", call.name(f"shared_{part}" if process is None else process.get("id") or ""))
        _rename(root, call)
        theirs = {inner: set(properties_of(inner)) for inner in calling(root)}
        handed = hand_down(root, call, settings, self.files)
        for inner, own_settings in theirs.items():
            took = self.call(call.file, inner, above, own_settings)
            on = handed.on.get(inner.get("id") or "", {})
            handed.taken.update(here for there, here in on.items() if there in took)
        said = {name for name in written if name in SETTINGS[1:] or "." in name}
        for name in sorted(said - handed.taken):
            self.wrong(file, own, _UNUSED, part, setting=name)
        self.copies[call.file] = _written(root)
        return handed.taken

    def wrong(self, file: str, element_id: str, sentence: Bilingual, part: str, setting: str = "") -> None:
        there = sorted({name.split("/")[1] for name in self.files if name.startswith("shared/")})
        words = filled(sentence, part=part, setting=setting, known=nearest(part, there))
        self.problems.append(error(file, "call", words, element_id=element_id))


def _rename(root: etree._Element, call: Call) -> None:
    """Every node and flow, and whatever refers to one, gets its name in the case."""
    own = {each.get("id") for each in root.iter(etree.Element) if each.get("id") and _is_drawn(each)}
    for each in root.iter(etree.Element):
        for reference in _REFERENCES:
            value = each.get(reference)
            if value is not None and value in own:
                each.set(reference, call.name(value))
        if local_name(each) in _REFERRING and (each.text or "").strip() in own:
            each.text = call.name((each.text or "").strip())


def _is_drawn(element: etree._Element) -> bool:
    name, parent = local_name(element), element.getparent()
    if name in _RENAMED:
        return True
    ends = ("Task", "Event", "Gateway", "Activity", "ubProcess", "task", "transaction")
    return name.endswith(ends) and parent is not None and (local_name(parent) == "process" or _is_drawn(parent))


def _written(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


_MISSING = Bilingual(
    "គ្មានដំណើរការរួមឈ្មោះ {part} ទេ។ ដំណើរការរួមដែលកញ្ចប់នេះប្រើ៖ {known}។ "
    "សូមបង្កើត processes/shared/{part}/process.bpmn ឬកែ calledElement។",
    "There is no shared process “{part}”; those in this package: {known}. Draw it in "
    "processes/shared/{part}/process.bpmn, or correct calledElement.",
)
_NO_ID = Bilingual(
    "ការហៅដំណើរការរួម {part} ត្រូវការ id ផ្ទាល់ខ្លួនមួយ ព្រោះកិច្ចការនៅក្នុងវាត្រូវបានហៅតាម id នោះ។ សូមដាក់ id ផ្សេងពីការហៅផ្សេងទៀត។",
    "The call of the shared process “{part}” needs an id of its own, by which everything in it is known; "
    "give it one that no other call has.",
)
_CIRCLE = Bilingual(
    "ដំណើរការរួម {part} ហៅខ្លួនវាវិញ ដូច្នេះវាមិនចេះចប់ឡើយ។ សូមគូររង្វង់នោះនៅក្នុងដំណើរការតែមួយ។",
    "The shared process “{part}” calls itself, so its copies would never end; draw the loop inside one process.",
)
_TOO_MANY = Bilingual(
    "សេវាមួយហៅដំណើរការរួមបានយ៉ាងច្រើន " + str(_MOST_CALLS) + " ដង។ សូមកាត់បន្ថយការហៅ {part}។",
    "A service calls shared processes at most " + str(_MOST_CALLS) + " times in all; call “{part}” less often.",
)
_UNUSED = Bilingual(
    "ការហៅនេះកំណត់ {setting} ប៉ុន្តែក្នុងដំណើរការរួម {part} គ្មានកិច្ចការណាទទួលយកវាទេ។ សូមដកវាចេញ ឬកំណត់វានៅកន្លែងផ្សេង។",
    "The call sets {setting}, and no task of the shared process “{part}” takes it: none is of the kind for it, or each "
    "says it itself. Remove it, or correct its value.",
)
