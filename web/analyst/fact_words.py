"""Words for the fields of facts, and for what may be chosen there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.studio.fact_shapes import Part
from web.difference_words import KEYS
from web.labels import OFFICE_LEVELS

PARTS: Final[Mapping[str, LazyString]] = {
    "at": _l("said at the question"),
    "certificate_of": _l("certificate of the service"),
    "changeable": _l("until how long before it can be changed"),
    "cite": _l("citation"),
    "decision": _l("decision table"),
    "document": _l("document to be stamped"),
    "entry": _l("answers that are entered, by their keys"),
    "holder": _l("holder, where answers name one"),
    "id_number": _l("identity number"),
    "key": _l("key"),
    "length": _l("how long"),
    "level": _l("published by the office"),
    "message": _l("key of the words"),
    "name": _l("name"),
    "name_km": _l("name in Khmer letters"),
    "name_latin": _l("name in Latin letters"),
    "pauses_while_unpaid": _l("stands still while only a fee is missing"),
    "restarts_after_correction": _l("begins anew after a correction"),
    "rule": _l("what must hold"),
    "seats": _l("answer with the number of seats"),
    "single_use": _l("for one use"),
    "starts": _l("begins to count"),
    "until": _l("until the day that was answered in"),
    "valid": _l("must still be valid"),
    "when": _l("when (empty: always)"),
    "where": _l("only rows in which"),
}
"""Parts of facts that have other words here than where differences are told."""
NAMES: Final[Mapping[str, LazyString]] = {
    "fees": _l("key of the fee"),
    "provenance": _l("fact"),
    "rules": _l("form"),
    "sessions": _l("key of the session"),
    "variables": _l("name in the diagram"),
}
"""What the name of a row is, by key."""
VALUES: Final[Mapping[str, LazyString]] = {
    "provenance": _l("source"),
    "stages": _l("stage"),
    "variables": _l("answer, as form.field"),
}
"""What the one field of a row is, by key."""
CHOICES: Final[Mapping[str, LazyString]] = {
    "account": _l("Verification of an account"),
    "application": _l("Application"),
    "certificate": _l("Certificate"),
    "change": _l("Change of a certificate"),
    "complete": _l("when the papers are complete"),
    "end": _l("from the end of the one before it"),
    "issue": _l("from the day of issue"),
    "new": _l("New application"),
    "notice": _l("Letter"),
    "on_approval": _l("after the approval"),
    "on_request": _l("when the office asks for it"),
    "on_submission": _l("with the application"),
    "paid": _l("when it is paid"),
    "register_entry": _l("Entry in a register"),
    "renewal": _l("Renewal"),
    "stamped_document": _l("Stamped document"),
    "submitted": _l("when it is sent"),
    **OFFICE_LEVELS,
}
"""What may be chosen, by the word that is written; kinds of files are shown as they are."""


def part_label(key: str, leaf: str, part: Part | None) -> str:
    """What stands above a field, in the reader's language: the part of a key, or with none the name of the row."""
    if part is None:
        return str(NAMES[key])
    name = "norm" if key == "norm" and part.name == "term" else part.name
    words = PARTS.get(name) or KEYS.get(name) if name else VALUES.get(key) or KEYS.get(key) or _SINGLE.get(key)
    said = str(words or name or key)
    if not part.members:
        return said
    member = leaf.rpartition("/")[2]
    words_of = PARTS.get(member) or KEYS[member]
    return f"{said} ({words_of})" if name else str(words_of)


_SINGLE: Final[Mapping[str, LazyString]] = {
    "purpose": _l("purpose"),
    "renews": _l("service whose certificates are renewed"),
}


def choice_label(choice: str) -> str:
    """What may be chosen, in the reader's language."""
    return str(CHOICES.get(choice, choice))
