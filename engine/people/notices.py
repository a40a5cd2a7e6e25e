"""What an officer is told in the office: under the bell of every page, and outside where they want it.

Whoever brings a fact about calls ``tell`` in the transaction of the fact. Each officer is told of a thing once: a row
for each person, kind and subject, and whoever tells it again, in another worker or after a crash, tells nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Insert, bindparam, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.people.deputies import stand_in_on
from storage import asking
from storage.absences import Absence, Deputy
from storage.asking import Question
from storage.base import Id, Moment
from storage.notices import Notice, NoticeAtOnce, NoticeKind, NoticePlace
from storage.together import inserting, write_missing

NO_KEY: Final = ""
"""Of a place that has one page only."""
Post: TypeAlias = tuple[int, str, int]
"""Somebody's work: the person, a group, an office."""
READ_KEPT: Final = timedelta(days=90)
ALL_KEPT: Final = timedelta(days=400)
TOGETHER: Final = 1000
FEW: Final = 3
"""So many rows are written one by one: a statement that asks beforehand would cost more."""
_READ_ABOUT: Final = Question(
    update(Notice)
    .where(
        Notice.person_id == bindparam("reader"),
        Notice.is_unread(),
        Notice.place_kind == bindparam("place"),
        Notice.opens == bindparam("key"),
    )
    .values(read_at=bindparam("now", type_=Moment()))
)


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell.

    ``subject`` names the thing among those of its kind; what may happen to one thing again has a number in it, such as
    that of the event: ``f"{task.key}/{application.event_seq}"`` (at most 80 signs). ``place`` and ``opens`` are the
    page that it opens, and whose key. Sentences (``engine.people.notice_words``) name the ``reference`` of the case,
    the task, service or release (``what``), a colleague (``who``) and a ``day``. Never an applicant: what is told here
    also leaves the house.
    """

    kind: NoticeKind
    subject: str
    place: NoticePlace
    opens: str = NO_KEY
    reference: str = ""
    what: Bilingual | None = None
    who: Bilingual | None = None
    day: date | None = None

    def facts(self) -> dict[str, Any]:
        """What the sentence names, as it is kept; nothing that is empty."""
        said = {
            "reference": self.reference,
            "what": [self.what.km, self.what.en] if self.what else None,
            "who": [self.who.km, self.who.en] if self.who else None,
            "day": self.day.isoformat() if self.day else None,
        }
        return {name: value for name, value in said.items() if value}


def tell(session: Session, news: News, people: Iterable[int | None], *, now: datetime) -> None:
    """Tells these officers (by the ids of their persons; ``None`` is nobody) of one thing; one statement, none where
    there is nobody to tell. Telling the same again is harmless. Call it with the rows of the fact, in its transaction::

        tell(session, News(NoticeKind.WILL_BE_LATE, clock_key, NoticePlace.CASE, application.key,
                           reference=application.reference or "", what=manifest.title, day=due), officers, now=now)

    Whoever wants to hear of this kind at once outside hears of it by itself (``engine.clockwork.digests``)."""
    tell_all(session, [(news, people)], now=now)


def tell_all(session: Session, told: Iterable[tuple[News, Iterable[int | None]]], *, now: datetime) -> None:
    """Tells of many things at once, each its own officers; one statement for all of them, two where they are many."""
    rows = [
        {
            "person_id": person_id,
            "kind": news.kind,
            "subject": news.subject,
            "place_kind": news.place,
            "opens": news.opens,
            "facts": news.facts(),
            "at": now,
        }
        for news, people in told
        for person_id in sorted({one for one in people if one is not None})
    ]
    if len(rows) > FEW:
        write_missing(session, Notice, _with_their_moment(session, rows))
    elif rows:
        asked = ({"whose": row["person_id"], "which": row["kind"], "moment": now} for row in rows)
        session.connection().execute(
            _telling(inserting(session)), [row | more for row, more in zip(rows, asked, strict=True)]
        )


def _with_their_moment(session: Session, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The rows with the moment at which each leaves by itself, where its officer wants to hear of its kind at once."""
    people = sorted({row["person_id"] for row in rows})
    wanted = select(NoticeAtOnce.person_id, NoticeAtOnce.kind).where(NoticeAtOnce.person_id.in_(people))
    at_once = {(person_id, kind) for person_id, kind in session.execute(wanted)}
    return [row | {"goes_at": row["at"] if (row["person_id"], row["kind"]) in at_once else None} for row in rows]


def stand_ins(session: Session, people: Iterable[int | None], today: date) -> Mapping[Post, Collection[int]]:
    """Who stands in on that day for those of these people who are away, by whose work it is: the absent person, the
    group and the office; one statement, none for nobody."""
    absent = sorted({one for one in people if one is not None})
    found: dict[Post, set[int]] = defaultdict(set)
    rows = (
        select(Absence.person_id, Deputy.group, Deputy.office_id, Deputy.person_id)
        .join(Deputy, Deputy.absence_id == Absence.id)
        .where(Absence.person_id.in_(absent), *stand_in_on(today))
    )
    for person_id, group, office_id, deputy_id in session.execute(rows) if absent else ():
        found[person_id, group, office_id].add(deputy_id)
    return found


def others(actor: Actor, *people: int | None) -> list[int | None]:
    """These people but for whoever acts: nobody is told what they do themselves."""
    return [one for one in people if one != actor.doer_id]


def open_notice(session: Session, actor: Actor, notice_id: int, *, now: datetime) -> tuple[NoticePlace, str]:
    """The page that a notice of one's own opens, and whose key; from now on it is read. ``NotFound`` for anybody
    else's, and for one that is gone."""
    found = session.get(Notice, notice_id)
    if found is None or found.person_id != actor.person_id:
        raise NotFound
    found.read_at = found.read_at or now
    return found.place_kind, found.opens


def read_all(session: Session, actor: Actor, up_to: int, *, now: datetime) -> None:
    """Everything is read up to the newest notice that the page showed: what came since is still new."""
    mine: list[ColumnElement[bool]] = [Notice.person_id == actor.person_id, Notice.id <= up_to, Notice.is_unread()]
    session.execute(update(Notice).where(*mine).values(read_at=now).execution_options(synchronize_session=False))


def read_about(session: Session, actor: Actor, place: NoticePlace, opens: str, *, now: datetime) -> None:
    """Whoever looks at the page has read what was told of it; one statement, none where nothing is new to the actor."""
    if not actor.unread:
        return
    asking.write(session, _READ_ABOUT, reader=actor.person_id, place=place, key=opens, now=now)


def clear(session: Session, *, now: datetime) -> int:
    """Drops what was read a quarter of a year ago, and what is older than a year and a month; how many."""
    is_old = Notice.at < now - READ_KEPT, or_(Notice.read_at < now - READ_KEPT, Notice.at < now - ALL_KEPT)
    old = session.scalars(select(Notice.id).where(*is_old).order_by(Notice.at).limit(TOGETHER)).all()
    if old:
        session.execute(delete(Notice).where(Notice.id.in_(old)).execution_options(synchronize_session=False))
    return len(old)


@lru_cache(maxsize=2)
def _telling(insert: Callable[[type[Notice]], Any]) -> Insert:
    """The statement, put together once. What an officer wants to hear at once is asked in it, so that telling costs no
    statement more."""
    at_once = exists().where(
        NoticeAtOnce.person_id == bindparam("whose", type_=Id),
        NoticeAtOnce.kind == bindparam("which", type_=NoticeAtOnce.kind.type),
    )
    goes_at = case((at_once, bindparam("moment", type_=Moment())))
    telling: Insert = insert(Notice).values(goes_at=goes_at).on_conflict_do_nothing()
    return telling
