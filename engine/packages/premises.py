"""Where a case lies: where the business is, the house or the works, of which an application speaks.

That is the first address of the form that is nobody's own: neither personal nor filled in from the account. Addresses
in lists are of several places, so of none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.packages.forms import Form
from engine.packages.gazetteer import place

_DIGITS: Final = 6


def place_of(form: Form, answers: Mapping[str, Any]) -> Mapping[str, str]:
    """The codes of the place of business by level (``district``: ``0203``); empty while it is not answered."""
    for page in form.visible_pages(answers):
        for part in page.visible(answers):
            said = answers.get(part.key)
            if part.kind.is_place and not part.personal and part.prefill is None and isinstance(said, Mapping):
                return {level: str(code) for level, code in said.items()}
    return {}


def commune_of(form: Form, answers: Mapping[str, Any]) -> str:
    """The code, as it is offered today, of the commune in which the case lies; empty without one."""
    found = place(place_of(form, answers).get("commune", ""))
    return found.current_code if found is not None and len(found.code) == _DIGITS else ""
