"""The XML schema of BPMN 2.0 that SpiffWorkflow ships, with the elements of its own extensions."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.spiff.parser.process import VALIDATOR


def schema_of_bpmn() -> Any:
    """The compiled schema, as lxml has it; one for all, since compiling it takes a while."""
    return VALIDATOR.validator
