"""Words for what differs between two packages: parts of a service, places in its files, what is written there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.packages import Difference, Part
from web.labels import group_label, level_label
from web.wording import in_language

PARTS: Final[Mapping[Part, LazyString]] = {
    Part.SERVICE: _l("The service"),
    Part.STEPS: _l("Steps"),
    Part.TASKS: _l("Tasks and their settings"),
    Part.FLOWS: _l("Ways and conditions"),
    Part.FEES: _l("Fees"),
    Part.DECISIONS: _l("Decision tables"),
    Part.DOCUMENTS: _l("Documents"),
    Part.TERMS: _l("Terms and promises"),
    Part.RESULT: _l("Result, validity and renewal"),
    Part.SESSIONS: _l("Sessions"),
    Part.FORMS: _l("Forms"),
    Part.TEXTS: _l("Texts"),
    Part.PAPER: _l("The drawing of the paper"),
    Part.LAW: _l("Law and sources"),
    Part.MINISTRY: _l("The ministry"),
    Part.SCENARIOS: _l("Scenarios"),
    Part.FILES: _l("Files and layout"),
}

KEYS: Final[Mapping[str, LazyString]] = {
    "accepts": _l("accepted kinds of file"),
    "any_day": _l("may be done on any day"),
    "at_least": _l("least fee"),
    "at_most": _l("greatest fee"),
    "body": _l("text"),
    "cap": _l("most that the law allows"),
    "citation": _l("citation"),
    "clock": _l("clock"),
    "columns": _l("columns"),
    "completes": _l("completes the papers"),
    "condition": _l("condition"),
    "copies": _l("copies"),
    "corrections": _l("may ask for corrections"),
    "counts_from": _l("counts from"),
    "decides": _l("decides"),
    "decision": _l("decision table"),
    "default": _l("the usual way"),
    "drawing": _l("places in the drawing"),
    "due": _l("due"),
    "en": _l("in English"),
    "escalate_to": _l("goes up to"),
    "extension": _l("new day"),
    "fee": _l("fee"),
    "for_each": _l("for each row of"),
    "form": _l("form"),
    "from": _l("from"),
    "grace": _l("time of grace"),
    "group": _l("who does it"),
    "hide": _l("hidden when"),
    "hint": _l("hint"),
    "hitPolicy": _l("how rows count"),
    "inside": _l("lies in"),
    "kind": _l("kind"),
    "kinds": _l("kinds of application"),
    "km": _l("in Khmer"),
    "label": _l("label"),
    "lane": _l("lane"),
    "layout": _l("comments and layout only"),
    "legal_basis": _l("legal basis"),
    "level": _l("level of the office"),
    "line": _l("line"),
    "max": _l("greatest"),
    "maxLength": _l("longest"),
    "min": _l("least"),
    "minLength": _l("shortest"),
    "name": _l("name"),
    "norm": _l("promise of the office"),
    "not_by": _l("not by whoever did"),
    "office_levels": _l("levels of the offices"),
    "opens": _l("opens before the end"),
    "options": _l("choices"),
    "order": _l("sequence"),
    "pattern": _l("pattern"),
    "pay": _l("when it is paid"),
    "personal": _l("personal data"),
    "place": _l("where it goes"),
    "plans": _l("plans the day of the visit"),
    "prefill": _l("filled in from the account"),
    "provenance": _l("source"),
    "quantity": _l("quantity"),
    "refundable": _l("may be paid back"),
    "remind": _l("reminder"),
    "renewal": _l("renewal"),
    "required": _l("required"),
    "requires": _l("certificates required"),
    "about": _l("application complained of"),
    "result": _l("result"),
    "rules": _l("rules across questions"),
    "series": _l("letters of the number"),
    "session": _l("session"),
    "stage": _l("stage"),
    "stages": _l("stages"),
    "starts": _l("starts"),
    "summary": _l("summary"),
    "term": _l("legal term"),
    "text": _l("text"),
    "timeCycle": _l("how often"),
    "timeDate": _l("moment"),
    "timeDuration": _l("after how long"),
    "title": _l("title"),
    "to": _l("to"),
    "unit_amount": _l("riel each"),
    "validity": _l("validity"),
    "values": _l("choices"),
    "variables": _l("variables of the diagram"),
    "visit": _l("a visit"),
    "warn": _l("warning"),
}
"""Keys of packages in words; one without words here is shown as it is written."""
_UNSAID: Final = frozenset(
    (
        *("properties", "components", "rows", "validate", "conditional", "documents", "fees", "scenarios", "expect"),
        *("timerEventDefinition", "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    )
)
"""Words of places that say nothing beside the part, the name and the last word."""


def part_text(part: Part) -> str:
    """The part, in the reader's language."""
    return str(PARTS[part])


def place_text(one: Difference) -> str:
    """Where it stands, from the outside inwards, without what the part and the name say already."""
    place = [key for key in one.place if key not in _UNSAID] or list(one.place)
    if one.element or (one.name is not None and len(place) > 1):
        place = place[1:]
    return " › ".join(str(KEYS.get(key, key)) for key in place)


def value_text(one: Difference, side: str) -> str:
    """What was (``before``) or is (``after``) written there; groups and levels by their words."""
    value = one.before if side == "before" else one.after
    if value is None:
        return ""
    fact = one.place[-1] if one.place else ""
    if fact in ("group", "escalate_to"):
        return group_label(value.en)
    return level_label(value.en) if fact == "level" else in_language(value)
