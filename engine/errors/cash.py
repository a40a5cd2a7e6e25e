"""Refusals about cash in the hand, and about the books of cashiers."""

from __future__ import annotations

from engine.errors.refused import Refused


class HandedTooLittle(Refused):
    message = "The fee is %(fee)s riel. %(handed)s riel are not enough."


class HandedTooMuch(Refused):
    message = "%(handed)s riel for a fee of %(fee)s riel: count again, and give back at once what is too much."


class BookMoved(Refused):
    message = (
        "Something was recorded meanwhile: the book comes to %(now)s riel, not to %(seen)s riel. Look at it again, "
        "then close it."
    )


class BookNeedsAnother(Refused):
    message = "You closed this book, or it is yours. Another cashier or the head of the office must answer."


class NoSuchSecond(Refused):
    message = "Choose a head or a cashier of the office above who does not work at this office."
