"""Looking for words among the keys of ``storage.finding``, the newest applications first, however common the words are.

How many keys begin with a word is counted first. What few hold is fetched: from the keys to the applications, which are
then put in order. What many hold is met soon by whoever goes through the applications from the newest on. Which of the
two is less work is reckoned from the counts, and so is how an application is asked for a word: against all keys that
begin with it, read once, or by its own keys. Counts do not say who has two words together: of common words that hardly
anybody has, all cases of a nation may be gone through, and that is given up after some seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    false,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from storage import asking
from storage.applications import Application
from storage.asking import Question
from storage.finding import PLACE, FindingKey, Found, beginning, begins, begins_at
from storage.patience import GaveUp, patience

MOST_WORDS: Final = 8
KEPT: Final = 32
"""How many statements that count words are kept put together."""
MANY: Final = 100_000
"""Keys of one beginning that are counted and read at once; of many more PostgreSQL would make no table in memory."""
FETCHED: Final = 10
"""To fetch an application by its key takes as long as to go past so many from the newest on."""
ASKED: Final = 40
"""To ask an application for its own keys takes as long as to read so many that begin alike."""
REACH: Final = MANY // ASKED
"""Where so many applications are asked, all keys that are read at once are; how many more there are decides nothing."""
FEW: Final = 2_000
"""So many are fetched for a reader of some offices, whatever else could be done."""
SECONDS: Final = 3
"""After this time it is said that too many have these words, and more is asked for."""
SAMPLE: Final = 5_000
"""Keys among which it is looked whether more applications have them than are counted."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which applications somebody may be shown: ``allowed`` is asked of each. Beyond that, where they lie: in
    ``offices``, and where ``tasks`` lead (ids of applications); ``offices`` is ``None`` for everywhere."""

    allowed: ColumnElement[bool]
    offices: frozenset[int] | None = None
    tasks: CompoundSelect[int] | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Signs in their normal form, what else they begin among what applications say (codes of places), and how many keys
    of people and of applications begin so, ``MANY`` + 1 for more."""

    text: str
    places: tuple[str, ...]
    people: int = 0
    applications: int = 0

    @property
    def keys(self) -> int:
        return self.people + self.applications

    @property
    def said(self) -> tuple[str, ...]:
        return (self.text, *self.places)


@dataclass(frozen=True, slots=True)
class Newest:
    """The ids of the newest applications, the newest first; ``has_more`` where there are others. ``is_given_up``: so
    many have these words that it took too long to find those that have them all."""

    ids: tuple[int, ...]
    has_more: bool
    is_given_up: bool = False


def newest_with(
    session: Session,
    words: Sequence[str],
    places: Callable[[str], Iterable[str]],
    scope: Scope,
    *,
    most: int,
    page: int,
) -> Newest:
    """The newest applications in this scope whose applicant, texts or places hold each of these words (in their normal
    form), or all of them as one: ``most`` of them, or, of words so common that it is certain that there are more, the
    first ``page``. ``places`` says which codes of places a word may mean. Two statements, sometimes three."""
    as_one = "".join(words)
    texts = list(dict.fromkeys([as_one, *(words[:MOST_WORDS] if len(words) > 1 else ())]))
    (whole, *each), reach = _counted(session, [(text, _widest(places(text))) for text in texts], scope)
    is_certain = scope.offices is None and whole.applications > MANY and _more_than(session, whole, most)
    wanted = page if is_certain else most
    ways = [way for held in ([whole], each) if held for way in _ways(held, scope, reach, wanted + 1)]
    if not ways:
        return Newest((), has_more=False)
    found = union(*(select(way.subquery()) for way in ways)).subquery()
    is_long = is_certain or any(min(word.keys for word in held) > FEW for held in ([whole], each) if held)
    try:
        with patience(session, SECONDS) if is_long else nullcontext():
            ids = session.scalars(select(found.c.id).order_by(found.c.id.desc()).limit(wanted + 1)).all()
    except GaveUp:
        return Newest((), has_more=False, is_given_up=True)
    return Newest(tuple(ids[:wanted]), has_more=is_certain or len(ids) > wanted)


def worded(
    session: Session, words: Sequence[str], places: Callable[[str], Iterable[str]]
) -> tuple[Select[int] | CompoundSelect[int] | None, ColumnElement[bool]]:
    """For lists that are read in their own order: whether an application holds each of these words, or all as one, as a
    test; and where few keys begin so, what fetches the ids of all that do. One statement, which counts to ``FEW``."""
    as_one = "".join(words)
    texts = list(dict.fromkeys([as_one, *(words[:MOST_WORDS] if len(words) > 1 else ())]))
    asked = [(text, _widest(places(text))) for text in texts]
    parts = [
        _count(_owners(kind, map(begins, texts), FEW + 1).limit(FEW + 1))
        for text, codes in asked
        for kind, texts in ((Found.PERSON, (text,)), (Found.APPLICATION, (text, *codes)))
    ]
    numbers = [MANY + 1 if number > FEW else number for number in session.execute(select(*parts)).one()]
    whole, *each = (Word(*one, *found) for one, *found in zip(asked, numbers[::2], numbers[1::2], strict=True))
    held = [one for one in ([whole], each) if one and all(word.keys for word in one)]
    test = or_(*(and_(*(holds(word, FEW) for word in one)) for one in held), false())
    rarest = [min(one, key=lambda word: word.keys) for one in held]
    if any(word.keys > FEW for word in rarest):
        return None, test
    ways = [way.where(test) for word in rarest for way in _fetched(word)]
    return (union(*(select(way.subquery()) for way in ways)) if ways else select(Application.id).where(false())), test


def _widest(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes of places that do not lie in another one of them: a district is found by the code of its province."""
    kept: list[str] = []
    for code in sorted(codes):
        if not any(code.startswith(other) for other in kept):
            kept.append(code)
    return tuple(f"{PLACE}{code}" for code in kept)


def _counted(session: Session, asked: Sequence[tuple[str, tuple[str, ...]]], scope: Scope) -> tuple[list[Word], int]:
    """The words with their counts, and how many applications somebody goes past who reads them one by one: those of
    the offices, counted as far as it decides anything, or all up to the newest id. One statement."""
    counting = _counting(tuple(len(places) for _, places in asked), scope.offices)
    said = {(at, number): one for at, (text, places) in enumerate(asked) for number, one in enumerate((text, *places))}
    values = {name: end for of, one in said.items() for name, end in beginning(_word(*of), one).items()}
    row = asking.row(session, counting, **values)
    counts = zip(asked, row[1::2], row[2::2], strict=True)
    return [Word(text, places, people, said) for (text, places), people, said in counts], row[0] or 0


@lru_cache(maxsize=KEPT)
def _counting(places: tuple[int, ...], offices: frozenset[int] | None) -> Question:
    """The statement for so many words, each of which may mean so many places; put together once."""
    each = [[begins_at(_word(at, number)) for number in range(1 + most)] for at, most in enumerate(places)]
    parts = [
        _count(_owners(kind, tests, MANY + 1).limit(MANY + 1))
        for said in each
        for kind, tests in ((Found.PERSON, said[:1]), (Found.APPLICATION, said))
    ]
    if offices is None:
        reach = select(func.max(Application.id)).scalar_subquery()
    else:
        reach = _count(_at(offices).limit(REACH))
    return Question(select(reach, *parts))


def _word(at: int, number: int) -> str:
    return f"word_{at}_{number}"


def _count(found: Select[int] | CompoundSelect[int]) -> ScalarSelect[int]:
    return select(func.count()).select_from(found.subquery()).scalar_subquery()


def _more_than(session: Session, word: Word, most: int) -> bool:
    """Whether more than so many applications say this, as far as a sample tells; keys are kept of what was sent."""
    sample = _owners(Found.APPLICATION, map(begins, word.said), SAMPLE // 2).limit(SAMPLE).subquery()
    owners = session.scalar(select(func.count(sample.c.owner_id.distinct())))
    return (owners or 0) > 2 * most


def _ways(words: Sequence[Word], scope: Scope, reach: int, most: int) -> list[Select[int]]:
    """What gives the newest applications that hold all of these words."""
    rarest = min(words, key=lambda word: word.keys)
    if not rarest.keys:
        return []
    # The keys are those of a nation, so they do not say how soon an application of some offices is met that has one.
    passed = _passed(words, reach, most) if scope.offices is None else reach
    is_walk = rarest.keys > FEW if scope.offices is not None else rarest.keys * FETCHED > passed
    names = _names_alone(words) if is_walk and scope.offices is not None else []
    if len(names) > 1:
        others = [word for word in words if not any(name.text.startswith(word.text) for name in names)]
        ways, tests = _named(names), [holds(word, rarest.keys) for word in others]
    elif is_walk or rarest.keys > MANY:
        ways, tests = _walked(scope), [holds(word, passed) for word in sorted(words, key=lambda word: word.keys)]
    else:
        ways, tests = _fetched(rarest), [holds(word, rarest.keys) for word in words if word is not rarest]
    return [way.where(*tests, scope.allowed).order_by(Application.id.desc()).limit(most) for way in ways]


def _names_alone(words: Sequence[Word]) -> list[Word]:
    """Those that only people have, without what another of them begins with: who has that has this."""
    found = [word for word in words if not word.applications and word.people <= MANY]
    return [one for one in found if not any(other.text.startswith(one.text) for other in found if other is not one)]


def _named(names: Sequence[Word]) -> list[Select[int]]:
    """The applications of those who have all of these names: keys are compared with keys, which is far less than to
    read the applications of all who have one of them, or all of an office."""
    rarest, *others = sorted(names, key=lambda word: word.people)
    owners = _owners(Found.PERSON, [begins(rarest.text)], rarest.people).subquery()
    keys = [_owners(Found.PERSON, [begins(word.text)], word.people) for word in others]
    # Said so, PostgreSQL makes a table of each and no join, of which it reckons that there is one row.
    people = select(owners.c.owner_id).where(*(owners.c.owner_id.in_(each).is_(true()) for each in keys))
    return [_sent().where(Application.applicant_id.in_(people))]


def _passed(words: Sequence[Word], reach: int, most: int) -> float:
    """How many applications one goes past until so many of them hold all of the words. Words that may mean one place
    go together: they count once."""
    share, met = 1.0, set[str]()
    for word in sorted(words, key=lambda word: word.keys):
        if not met.intersection(word.places):
            share *= min(1.0, word.keys / max(reach, 1))
        met.update(word.places)
    return min(reach, most / share)


def _fetched(word: Word) -> list[Select[int]]:
    applicants = Application.applicant_id.in_(_owners(Found.PERSON, [begins(word.text)], word.people))
    said = Application.id.in_(_owners(Found.APPLICATION, map(begins, word.said), word.applications))
    return [_sent().where(test) for test, keys in ((applicants, word.people), (said, word.applications)) if keys]


def _walked(scope: Scope) -> list[Select[int]]:
    if scope.offices is None:
        return [_sent()]
    ways = [_at(scope.offices)] if scope.offices else []
    return ways if scope.tasks is None else [*ways, _sent().where(Application.id.in_(scope.tasks))]


def _sent() -> Select[int]:
    return select(Application.id).where(Application.submitted_at.is_not(None))


def _at(offices: frozenset[int]) -> Select[int]:
    return _sent().where(Application.office_id.in_(sorted(offices)))


def holds(word: Word, asked: float) -> ColumnElement[bool]:
    """Over applications, of which about so many are ``asked``: whether the applicant, a text or a place of one begins
    somewhere with this word."""
    tests = []
    if word.people:
        tests.append(_has(Found.PERSON, Application.applicant_id, (word.text,), word.people, asked))
    if word.applications:
        tests.append(_has(Found.APPLICATION, Application.id, word.said, word.applications, asked))
    return or_(*tests)


def _has(
    kind: Found, owner: SQLColumnExpression[int], texts: tuple[str, ...], keys: int, asked: float
) -> ColumnElement[bool]:
    if keys <= min(MANY, ASKED * asked):
        # Said so, PostgreSQL reads the keys once and asks each application, in their order, and makes no join of it.
        return owner.in_(_owners(kind, map(begins, texts), keys)).is_(true())
    own = FindingKey.kind == kind, FindingKey.owner_id == owner, or_(*(begins(text) for text in texts))
    return select(FindingKey.id).where(*own).limit(1).correlate(Application).scalar_subquery().is_not(None)


def _owners(kind: Found, tests: Iterable[ColumnElement[bool]], keys: int) -> Select[int] | CompoundSelect[int]:
    """The owners of the keys that begin so. There were ``keys`` of them a moment ago: told to the database as a limit
    that is not reached, because what it reckons itself of the beginning of a text may be far from that."""
    most = min(2 * keys + 100, 2 * MANY)
    parts = [select(FindingKey.owner_id).where(FindingKey.kind == kind, test).limit(most).subquery() for test in tests]
    return union_all(*(select(part.c.owner_id) for part in parts))
