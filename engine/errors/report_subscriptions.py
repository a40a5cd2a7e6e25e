"""Refusals about who is told of monthly reports."""

from __future__ import annotations

from engine.errors.refused import Refused


class WatchesNothingThere(Refused):
    message = (
        "%(name)s does not watch this office. Only its heads, governors and administrators are told of its report."
    )


class EmailNotProved(Refused):
    message = "%(name)s has proved no e-mail address yet. They do so in their account, under “Phone and e-mail”."


class NoSuchWorkingDay(Refused):
    message = "Choose a working day from 1 to %(latest)s."


class SubscribedAlready(Refused):
    message = "%(name)s is told of the report of this office already. Stop that first to choose another day."
