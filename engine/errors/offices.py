"""Refusals about offices, their hours and who works there."""

from __future__ import annotations

from engine.errors.refused import Refused


class OfficeNeverOpens(Refused):
    message = "The office must open on at least one day of the week."


class HoursContradict(Refused):
    message = "The office must open before it closes, and its hours must not overlap."


class HoursAlreadyWorked(Refused):
    message = "New hours hold from tomorrow at the earliest. For today alone, add the day with its hours."


class DayListed(Refused):
    message = "This day is on the list already."


class DayNameMissing(Refused):
    message = "Enter the name of the day."


class WorkedNationally(Refused):
    message = "A weekday that the whole country works is none of its days off: remove it from the list instead."


class OfficeMissing(Refused):
    message = "No %(office)s is open, and cases of %(service)s go there. Open it first (owso offices open)."


class OtherMinistry(Refused):
    message = "%(service)s is no service of the ministry %(ministry)s, whose office this is."


class NoSuchPlace(Refused):
    message = "%(code)s is the code of no province and no district: 02 is Battambang, 0203 a district of it."


class NoSuchOffice(Refused):
    message = "No office %(office)s is open. Open it first: owso offices open %(office)s. There are: %(offices)s."


class NoSuchService(Refused):
    message = "No service %(service)s is published. Publish it first (owso publish). There are: %(services)s."


class NoSuchMinistry(Refused):
    message = "No ministry %(ministry)s has published a service. There are: %(ministries)s."


class NoSuchGroup(Refused):
    message = "There is no group %(group)s. There are: %(groups)s."


class OfficeNameMissing(Refused):
    message = "Enter the name of the office in Khmer and in English."


class OfficeClosed(Refused):
    message = "The office %(office)s is closed. An administrator can open it again."


class OfficeAtWork(Refused):
    message = "The office cannot be closed yet: something still runs there. The page says what."


class OffersOverlap(Refused):
    message = "The office offers the service on some of these days already. End that first, or choose other days."


class OfferEndsBefore(Refused):
    message = "The last day must not lie before today, nor before the first day."


class NotOffered(Refused):
    message = "The office does not offer this service, and is not to."


class DemonstrationUnfinished(Refused):
    message = (
        "The demonstration in this database is not finished: another command is building it, or one was stopped. Wait "
        "for the other; else remove the database, or name an empty one (OWSO_DATA_DIR or OWSO_DATABASE_URL), and begin "
        "again."
    )
