"""How people are called and reached, as they give it: what cannot be is noted beside the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import NameMissing, NotAnEmail, NotAPhone
from engine.khmer import Bilingual
from engine.packages import FieldError
from engine.signs import undrawable
from engine.typed.emails import typed_email
from engine.typed.fault import Fault
from engine.typed.names import khmer_name, latin_name
from engine.typed.telephones import typed_phone

_LABELS: Final[Mapping[str, Bilingual]] = {
    "name_km": Bilingual("ឈ្មោះជាអក្សរខ្មែរ", "Name in Khmer letters"),
    "name_latin": Bilingual("ឈ្មោះជាអក្សរឡាតាំង", "Name in Latin letters"),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number as E.164 and an e-mail address, None for what was not given or cannot be."""

    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """A name in both scripts, empty where it was not given."""

    km: str
    latin: str


def contact_given(phone: str, email: str, wrong: dict[str, object]) -> Contact:
    """How to reach somebody."""
    contact = Contact(_read(typed_phone, phone), _read(typed_email, email))
    if phone.strip() and contact.phone is None:
        wrong["phone"] = NotAPhone()
    if email.strip() and contact.email is None:
        wrong["email"] = NotAnEmail()
    return contact


def names_given(name_km: str, name_latin: str, wrong: dict[str, object]) -> Names:
    """What somebody is called: in one script at least."""
    read: dict[str, str] = {}
    for name, rule, typed in (("name_km", khmer_name, name_km), ("name_latin", latin_name, name_latin)):
        try:
            read[name] = _printed(rule(typed) or "")
        except Fault as fault:
            wrong[name] = FieldError(name, fault.error, _LABELS[name], fault.params)
    if not any(read.values()) and not wrong.keys() & _LABELS.keys():
        wrong["name_km"] = NameMissing()
    return Names(read.get("name_km", ""), read.get("name_latin", ""))


def _printed(name: str) -> str:
    """The name, which stands on every paper; raises Fault for letters that papers cannot be printed with."""
    if signs := undrawable(name):
        raise Fault("no_font", signs=" ".join(signs))
    return name


def _read(rule: Callable[[str], str | None], typed: str) -> str | None:
    try:
        return rule(typed)
    except Fault:
        return None
