"""Refusals about the officers of communes."""

from __future__ import annotations

from engine.errors.refused import Refused


class NotOfTheGroup(Refused):
    message = "%(name)s does not work here in this group today. Choose a colleague of the list."
