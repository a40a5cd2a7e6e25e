"""Refusals about officers who are away and those who stand in for them."""

from __future__ import annotations

from engine.errors.refused import Refused


class DaysMissing(Refused):
    message = "Enter a day that exists, for example 27 3 2026."


class AbsencePast(Refused):
    message = "The first day has passed. An absence begins today or later."


class AbsenceBackwards(Refused):
    message = "The last day lies before the first."


class AbsenceTooFar(Refused):
    message = "An absence ends within a year from today. For longer, ask the administrator to end the membership."


class AbsenceOverlaps(Refused):
    message = "An absence from %(first)s to %(last)s is recorded already. End it first, or choose other days."


class TooManyAbsences(Refused):
    message = "%(most)s absences are recorded already. End one that is not needed any more."


class DeputyNotSuitable(Refused):
    message = "This person cannot stand in here. Choose a colleague of this office, or of the province above it."


class OwnDeputy(Refused):
    message = "Nobody stands in for themselves. Choose a colleague."


class DeputyIsAbsent(Refused):
    message = "%(name)s is away in these days too. A deputy who is away passes nothing on: choose somebody else."


class DeputyHasTooMany(Refused):
    message = "%(name)s stands in for %(most)s groups of colleagues in these days already. Choose somebody else."


class AbsenceOver(Refused):
    message = "This absence has ended already."
