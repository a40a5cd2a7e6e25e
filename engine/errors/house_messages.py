"""Refusals about the words of the messages that all services share."""

from __future__ import annotations

from engine.errors.refused import Refused


class WordsMissing(Refused):
    message = "Write these words in Khmer and in English."


class WordsTooLong(Refused):
    message = "Write %(most)s signs at most."


class PlaceUnreadable(Refused):
    message = "A place is written with both braces and small letters, like {reference}."


class PlaceUnknown(Refused):
    message = "This message knows no place {%(place)s}. It has: %(places)s."


class PlaceNeeded(Refused):
    message = "Without {%(place)s} the message is of no use to anybody. Put it in."


class AddressRefused(Refused):
    message = "A message names no page of its own: whoever reads it could not tell it from a forged one. Use {link}."


class TooManyParts(Refused):
    message = "As an SMS this takes %(parts)s parts. Write shorter words, of %(most)s parts at most."


class WordsKnown(Refused):
    message = "These are the words that hold already."


class WordsBeginWrong(Refused):
    message = "Choose a day from today on, and not later than a year from now."


class WordsHold(Refused):
    message = "These words hold already. Go back to others instead."
