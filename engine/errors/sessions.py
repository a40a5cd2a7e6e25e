"""Refusals about sessions and the seats in them."""

from __future__ import annotations

from engine.errors.refused import Refused


class SessionFull(Refused):
    message = "No seat is left in this session. Nothing was changed; choose another one."


class TooFewSeats(Refused):
    message = "This session has %(left)s seats left, and you need %(needed)s. Choose another one."


class SessionOver(Refused):
    message = "This session could be chosen until %(until)s. Choose another one."


class SessionCancelled(Refused):
    message = "The office has cancelled this session. Choose another one."


class SessionBegun(Refused):
    message = "This session has begun; it can no longer be cancelled or moved."


class NoSessionChosen(Refused):
    message = "Choose one of the sessions."


class ChangeTooLate(Refused):
    message = "This appointment could be changed until %(until)s. Please call the office if you cannot come."


class ChangeNotOffered(Refused):
    message = "An appointment of this kind is not changed. Please call the office if you cannot come."


class NotYetItsDay(Refused):
    message = (
        "This is recorded at the appointment, on %(day)s or later. If it takes place earlier, the front office or the "
        "head first takes another appointment with the applicant."
    )


class DaysClosed(Refused):
    message = "The office is closed on %(day)s. Choose a day on which it works."


class SessionInThePast(Refused):
    message = "A session must begin later than now."


class SessionEndsEarly(Refused):
    message = "A session must end after it begins."


class SeatsUnclear(Refused):
    message = "Write how many seats there are, from 1 to %(most)s."


class WeeksUnclear(Refused):
    message = "Write for how many weeks, from 1 to %(most)s."


class DaysUnclear(Refused):
    message = "Write on how many days, from 1 to %(most)s."


class PlaceMissing(Refused):
    message = "Write the place."
