"""The reason for looking at people and cases beyond one's own offices: asked before anything is shown, for one search,
and kept with each look that comes of it. Whoever was looked at reads it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.case.access_log import HOLDS_FOR
from engine.errors import BadAnswers, LookReasonLong, LookReasonNumbers, LookReasonShort, LookWhyMissing
from engine.khmer import latin_digits, tidy
from engine.people.actors import Actor
from storage import asking
from storage.asking import Question
from storage.look_reasons import LookReason, LookWhy

SHORTEST: Final = 5
LONGEST: Final = 200
SPEAKS_FOR_ITSELF: Final = (LookWhy.HERE,)
"""Reasons that need no words beside them."""
AT_COUNTER: Final = tuple(LookWhy)
ELSEWHERE: Final = tuple(why for why in LookWhy if why not in SPEAKS_FOR_ITSELF)
"""Which reasons may be given: nobody stands in front of whoever searches the whole country."""
_NUMBER: Final = re.compile(r"\d(?:[ .\-/]?\d){5,}")
"""Six digits and more: a telephone, a paper or a case, which may be somebody else's."""

_GIVEN: Final = Question(
    select(LookReason.id)
    .where(LookReason.person_id == bindparam("reader"), LookReason.search_hash == bindparam("hashed"))
    .where(LookReason.at > bindparam("since"), LookReason.at <= bindparam("now"))
    .order_by(LookReason.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and which reasons there may be for it. ``kind`` keeps a search at the counter apart from one
    elsewhere for the same number."""

    kind: str
    typed: str
    usual: tuple[LookWhy, ...] = ELSEWHERE

    @property
    def hashed(self) -> str:
        """Of what was typed only this is kept: that it was the same again."""
        return hashlib.sha256(f"{self.kind}\n{tidy(latin_digits(self.typed)).casefold()}".encode()).hexdigest()


def give_reason(session: Session, actor: Actor, search: Search, why: str, words: str, *, now: datetime) -> int:
    """Keeps the reason that the actor gives for this search, and gives its id. ``BadAnswers`` says what is wrong with
    ``why`` or ``words`` (5 to 200 signs, no numbers of anybody)."""
    text = tidy(words[: LONGEST + 1])
    wrong: dict[str, object] = {}
    if why not in search.usual:
        wrong["why"] = LookWhyMissing()
    if len(words) > LONGEST:
        wrong["words"] = LookReasonLong(longest=LONGEST)
    elif len(text) < SHORTEST and (text or why not in SPEAKS_FOR_ITSELF):
        wrong["words"] = LookReasonShort(shortest=SHORTEST)
    elif _NUMBER.search(latin_digits(text)):
        wrong["words"] = LookReasonNumbers()
    if wrong or actor.person_id is None:
        raise BadAnswers(wrong)
    given = LookReason(person_id=actor.person_id, kind=LookWhy(why), text=text, search_hash=search.hashed, at=now)
    session.add(given)
    session.flush()
    return given.id


def reason_given(session: Session, actor: Actor, search: Search, *, now: datetime) -> int | None:
    """The reason that the actor has given for exactly this search within the hour; ``None``: it has to be asked."""
    said = {"reader": actor.person_id, "hashed": search.hashed, "since": now - HOLDS_FOR, "now": now}
    found = asking.row(session, _GIVEN, **said)
    return None if found is None else found.id
