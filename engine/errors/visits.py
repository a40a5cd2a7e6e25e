"""Refusals about visits: their day, and their reports."""

from __future__ import annotations

from engine.errors.refused import Refused


class VisitDayMissing(Refused):
    message = "Enter the day of the visit, for example 27 3 2026."


class VisitInThePast(Refused):
    message = "This day has passed. Choose today or a later one."


class VisitTooFar(Refused):
    message = "A visit is planned for the next %(most)s days. Check the year, or choose a nearer day."


class VisitDayClosed(Refused):
    message = "Nobody is visited on %(day)s, when the office is closed. Choose a day on which it works."


class VisitPlanned(Refused):
    message = "This visit is planned already, for %(day)s. The applicant knows that day: move it, with a reason."


class VisitNotPlanned(Refused):
    message = "No day is planned for this visit any more. Open the page again and plan it."


class VisitAsksMore(Refused):
    message = "What plans this visit asks for more than a day. Open the task and answer it there."


class TooManyPhotos(Refused):
    message = "Choose at most %(most)s photos for one question."
