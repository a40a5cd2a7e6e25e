"""What the office says no to: the root of it, and what every part of the house may say."""

from __future__ import annotations

from typing import ClassVar

from engine.khmer import Bilingual


class Refused(Exception):
    """The root of everything the office says no to."""

    message: ClassVar[str] = "This cannot be done."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        english = {name: fact.en if isinstance(fact, Bilingual) else fact for name, fact in facts.items()}
        super().__init__(self.message % english if facts else self.message)


class NotFound(Refused):
    """Nothing there, or not for this person: the answer is the same, so that nobody can probe."""

    message = "We could not find this."


class NotAllowed(Refused):
    """The person is known and may not do this."""

    message = "You may not do this."


class BadAnswers(Refused):
    """Answers of a form that cannot be accepted. ``errors`` maps a field name to the problem of that field."""

    message = "Some answers need your attention."

    def __init__(self, errors: dict[str, object]) -> None:
        super().__init__()
        self.errors = errors


class StalePage(Refused):
    message = "Someone changed this since you opened the page. Look at it again, then decide."


class ReasonMissing(Refused):
    message = "Give the reason."
