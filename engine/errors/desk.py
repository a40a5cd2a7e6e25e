"""Refusals at the desk of an officer: what they type, note, ask a colleague and declare about a case."""

from __future__ import annotations

from engine.errors.refused import Refused


class TypedTooMuch(Refused):
    message = "This is more than is kept while you work. Shorten what you typed, or complete the task."
