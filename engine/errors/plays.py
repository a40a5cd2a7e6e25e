"""Refusals about plays of drafts."""

from __future__ import annotations

from engine.errors.refused import Refused


class ErrorsBeforePlay(Refused):
    message = "A draft with errors cannot be played. Correct the errors first."


class TooManyPlays(Refused):
    message = "A draft has at most %(most)s plays. Delete one that is no longer needed."


class PlayTooLong(Refused):
    message = "A play has at most %(moves)s moves within %(years)s years. Keep it as a scenario and begin another one."


class PlayMoveRefused(Refused):
    """The case cannot go on so; ``why`` is a bilingual sentence."""

    message = "This move cannot be made: %(why)s"


class MovesDoNotFit(Refused):
    message = "The draft was changed, and the play does not fit it any more. Go back to a move that fits."


class PlayMomentUnclear(Refused):
    message = "Write a day, and a time such as 09:00, that does not lie before the clock of the play."


class LinesUnclear(Refused):
    """What was written as lines of names and values cannot be read; ``why`` is a bilingual sentence."""

    message = "This cannot be read: %(why)s Write one name and its value on each line, such as amount: 5."


class ScenarioNameMissing(Refused):
    message = "Give the scenario a name that says in one sentence what happens."


class ScenarioNameTaken(Refused):
    message = "There is a scenario “%(name)s” already. Give this one another name."


class ScenarioNotKept(Refused):
    """The play was not written into ``tests.yaml``; ``why`` is a bilingual sentence."""

    message = "The play could not be kept as a scenario: %(why)s"
