"""What is wrong with a form, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Refused
from web import wording
from web.errors import sentence


def said(errors: Mapping[str, object]) -> dict[str, str]:
    """Each error as a sentence: refusals of the engine and errors of form fields alike."""
    return {
        name: sentence(error) if isinstance(error, Refused) else wording.sentence(error)
        for name, error in errors.items()
    }
