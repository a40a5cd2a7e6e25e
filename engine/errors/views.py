"""Refusals about views of the inbox that are kept."""

from __future__ import annotations

from engine.errors.refused import Refused


class ViewNameMissing(Refused):
    message = "Give the view a name."


class ViewNameTaken(Refused):
    message = "There is a view “%(name)s” already. Choose another name, or change that one."


class TooManyViews(Refused):
    message = "%(most)s views are kept already. Remove one that is not needed any more."
