"""In which commune a case lies: where the business is, the house or the works, of which an application speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.packages.forms import Form
from engine.packages.gazetteer import place

ADDRESS: Final = "address"
_DIGITS: Final = 6


def commune_of(form: Form, answers: Mapping[str, Any]) -> str:
    """The code, as it is offered today, of the commune in the first address of the form that is answered so far down
    and is nobody's home (``personal``); empty without one. Addresses in lists are of several places, so of none."""
    for component in form.components():
        said = answers.get(component.key)
        if component.kind.name != ADDRESS or component.personal or not isinstance(said, Mapping):
            continue
        found = place(str(said.get("commune") or ""))
        if found is not None and len(found.code) == _DIGITS:
            return found.current_code
    return ""
