"""Refusals about how officers want to hear of what is new."""

from __future__ import annotations

from engine.errors.refused import Refused


class EmailNotProved(Refused):
    message = "You have proved no e-mail address. Add one in your account first."


class TelegramNotLinked(Refused):
    message = "No Telegram is linked with your account. Link it there first."


class NoSuchHour(Refused):
    message = "Choose an hour of the day."


class QuietHalf(Refused):
    message = "Choose when the quiet hours begin and when they end, or neither."


class HourInQuiet(Refused):
    message = "This hour lies in your quiet hours. Choose another, or change those."


class NothingChosen(Refused):
    message = "Choose an hour for all that is new, or something that comes at once: on this way nothing would come."


class QuietEmpty(Refused):
    message = "The quiet hours begin and end at the same hour. Choose another, or none."
