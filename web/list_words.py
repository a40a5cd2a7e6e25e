"""Words of lists that leave as files, as their pages say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

ANSWERS: Final[Mapping[str, LazyString]] = {
    "asked": _l("Waits for a second person"),
    "agreed": _l("Agreed"),
    "declined": _l("Not agreed"),
}
"""What became of something that a second person answers."""
PROMISES: Final[Mapping[str, LazyString]] = {
    "norm": _l("Promise of the office"),
    "term": _l("Legal term"),
    "task": _l("Due day of a task"),
}
CLOCKS: Final[Mapping[str, LazyString]] = {
    "breached": _l("Late"),
    "warned": _l("Due soon"),
    "running": _l("Running"),
    "paused": _l("Paused"),
}
CASES: Final[Mapping[str, LazyString]] = {
    "breached": CLOCKS["breached"],
    "foreseen": _l("Will probably be late"),
    "today": _l("Due today"),
    "warned": CLOCKS["warned"],
    "running": CLOCKS["running"],
    "paused": CLOCKS["paused"],
}
"""How the promise of a case stands, as the control room tells them apart."""
CHANNELS: Final[Mapping[str, LazyString]] = {
    "sms": _l("SMS"),
    "email": _l("E-mail"),
    "telegram": _l("Telegram"),
    "portal": _l("In the account"),
}
MESSAGES: Final[Mapping[str, LazyString]] = {
    "pending": _l("Waiting"),
    "sending": _l("Being sent"),
    "failed": _l("Failed"),
    "recorded": _l("Only recorded"),
    "sent": _l("Sent"),
    "delivered": _l("Delivered"),
}


def promise_words(kind: str) -> str:
    """What was promised, where it is no task that has a name."""
    return word_of(PROMISES, kind)


def word_of(words: Mapping[str, LazyString], key: str) -> str:
    """The word in the reader's language; of what has none, as it is."""
    return str(words.get(key, key))
