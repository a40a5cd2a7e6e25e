"""The clocks behind a number, the earliest due first, those that stand still last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, text, union_all
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.queries.admin.chains import raised_of_clocks
from engine.queries.admin.clocks import STATES, Chosen, ClockFilter, chosen, counts_of
from engine.queries.shared.marks import Mark, mark_of
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted, page_number
from storage.applications import Application
from storage.chains import RaisedTo
from storage.clocks import NOT_OVER, Clock, ClockStatus, ListedStatus
from storage.people import Person
from storage.processes import UserTask
from storage.tallies import STANDINGS

_FEW: Final = 12
"""Offices of which each is read by itself, in its order; of more, those that are wanted are picked from all."""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of one case; ``id`` names its page."""

    id: int
    application_key: str
    reference: str
    office: Bilingual
    service: Bilingual
    kind: str
    task: Bilingual | None
    term: str
    state: str
    started_at: datetime
    due_at: datetime | None
    new_due_at: datetime | None
    assignee: Bilingual | None
    raised_to: RaisedTo | None


@dataclass(frozen=True, slots=True)
class ClockPage(Stretch[ClockLine]):
    """A page of the list, and how many clocks there are in ``total``."""

    total: int = 0


def clock_lines(
    session: Session,
    names: Names,
    actor: Actor,
    wanted: ClockFilter,
    *,
    page: Wanted = BEGINNING,
    size: int | None = None,
    now: datetime,
) -> ClockPage:
    """The clocks themselves; three statements, however many there are. Beside a mark the page is found at once, and
    where nothing is left there it is the first; by its number alone the rows up to it are passed over, and a number
    beyond the last page gives the last."""
    asked, size = chosen(names, actor, wanted, now), size or PAGE_SIZE
    total = _total(session, asked)
    if not total:
        return ClockPage()
    pages = -(-total // size)
    found = _beside(session, asked, page, pages, size)
    if found is None:
        is_marked = any(mark_of(one) for one in (page.after, page.before))
        found = _numbered(session, asked, 1 if is_marked else min(max(1, page.number), pages), total, size)
    raised = raised_of_clocks(session, [row.id for row in found.items])
    items = tuple(_line(row, names, raised.get(row.id), now) for row in found.items)
    return ClockPage(items, found.number, pages, found.before, found.after, total)


def _total(session: Session, asked: Chosen) -> int:
    counts = counts_of(asked)
    sums = [func.coalesce(func.sum(counts.c[name]), 0) for name in STANDINGS]
    numbers = dict(zip(STATES, session.execute(select(*sums)).one(), strict=True))
    return int(numbers[asked.wanted.state] if asked.wanted.state in STATES else sum(numbers.values()))


def _beside(session: Session, asked: Chosen, wanted: Wanted, pages: int, size: int) -> Stretch[Any] | None:
    """The rows after a mark, or ahead of it; ``None`` where no whole page is left ahead, or nothing behind."""
    after, before = mark_of(wanted.after), mark_of(wanted.before)
    if after is not None:
        rows = _read(session, asked, after.after(Clock.listed_at, Clock.id), limit=size + 1)
        shown, goes_on = rows[:size], len(rows) > size
    elif before is not None:
        ahead = before.before(Clock.listed_at, Clock.id)
        rows = _read(session, asked, ahead, limit=size + 1, backwards=True)
        shown, goes_on = rows[1:] if len(rows) > size else [], True
    else:
        return None
    return _stretch(shown, page_number(wanted, pages, is_last=not goes_on), goes_on=goes_on) if shown else None


def _numbered(session: Session, asked: Chosen, number: int, total: int, size: int) -> Stretch[Any]:
    """The rows of a page by its number, read forwards or from the end of the list backwards."""
    start, stop = (number - 1) * size, min(number * size, total)
    if start <= total - stop:
        rows = _read(session, asked, limit=size + 1, skipped=start)
        shown, goes_on = rows[:size], len(rows) > size
    else:
        shown = _read(session, asked, limit=stop - start, skipped=total - stop, backwards=True)
        goes_on = stop < total
    return _stretch(shown, number, goes_on=goes_on)


def _stretch(rows: Sequence[Any], number: int, *, goes_on: bool) -> Stretch[Any]:
    first, last = (str(Mark(rows[end].listed_at, rows[end].id)) if rows else "" for end in (0, -1))
    return Stretch(tuple(rows), number, before=first if number > 1 else "", after=last if goes_on else "")


def _read(
    session: Session,
    asked: Chosen,
    *beyond: ColumnElement[bool],
    limit: int,
    skipped: int = 0,
    backwards: bool = False,
) -> Sequence[Any]:
    def ordered(part: Select[int, datetime]) -> Select[*tuple[Any, ...]]:
        """The part in order, as far as this page may take from it: without this PostgreSQL would sort it whole."""
        id_, at = part.selected_columns
        order = [column.desc() if backwards else column.asc() for column in (at, id_)]
        return part.order_by(*order).limit(skipped + limit)

    first = (ordered(part).subquery() for part in _branches(asked, beyond))
    found = union_all(*(select(part.c.id, part.c.listed_at) for part in first)).subquery()
    order = [column.desc() if backwards else column.asc() for column in (found.c.listed_at, found.c.id)]
    page = select(found.c.id).order_by(*order).limit(limit).offset(skipped).subquery()
    columns = (
        Clock.id, Clock.office_id, Clock.service_key, Clock.kind, Clock.term, Clock.status, Clock.started_at,
        Clock.listed_at, Clock.due_at, Clock.new_due_at, Clock.warn_at, Clock.warned_at, Clock.breached_at,
    )  # fmt: skip
    rows = session.execute(
        select(
            *columns,
            *(Application.key, Application.reference, UserTask.element_id, UserTask.name),
            *(UserTask.assignee_id, Person.name_km, Person.name_latin),
        )
        .join(page, page.c.id == Clock.id)
        .join(Application, Application.id == Clock.application_id)
        .outerjoin(UserTask, UserTask.id == Clock.user_task_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .order_by(Clock.listed_at, Clock.id)
    )
    return rows.all()


def _branches(asked: Chosen, beyond: Sequence[ColumnElement[bool]]) -> Iterator[Select[int, datetime]]:
    """The clocks in parts, each of which an index gives in the order of the list, so that they are merged and nothing
    is sorted: one for each status, and for each office where they are few."""
    beyond = [*beyond, not_apart(asked.reader, Clock.application_id)]
    few = asked.offices is not None and len(asked.offices) <= _FEW
    offices = [[Clock.office_id == office] for office in sorted(asked.offices or ())] if few else [[]]
    more = [*(asked.what(Clock) if few else asked.of(Clock)), *beyond]
    for part in parts_of(asked.wanted.state, asked.now):
        for office in offices:
            yield select(Clock.id, Clock.listed_at).where(text(NOT_OVER), *part, *office, *more)
    if asked.wanted.state == "warned":
        # Few, and found by the day of the warning: in the order of the due days all that run would be passed over.
        unwarned = select(Clock.id, Clock.listed_at).where(
            Clock.is_unwarned(), Clock.warn_at <= asked.now,
            Clock.listed_at >= asked.now, *asked.of(Clock), *beyond,
        )  # fmt: skip
        found = unwarned.cte("unwarned").prefix_with("MATERIALIZED")
        yield select(found.c.id, found.c.listed_at)


def parts_of(state: str, now: datetime) -> Iterator[Sequence[ColumnElement[bool]]]:
    """What is in a state now, by what the last sweep wrote down and by what fell due since, but for what is to be
    warned of; any state: everything."""
    late, warned, running, paused = (Clock.listed_status == ListedStatus(name) for name in STANDINGS)
    in_time = Clock.listed_at >= now
    if state == "breached":
        yield [late]
        yield from ([part, Clock.listed_at < now] for part in (warned, running, paused))
    elif state == "warned":
        yield [warned, in_time]
    elif state == "running":
        yield [running, in_time, Clock.warn_at.is_(None) | (Clock.warn_at > now)]
    elif state == "paused":
        yield [paused, in_time]
    else:
        yield from ([part] for part in (late, warned, running, paused))


def _line(row: Any, names: Names, raised_to: RaisedTo | None, now: datetime) -> ClockLine:
    return ClockLine(
        id=row.id,
        application_key=row.key,
        reference=row.reference or "",
        office=names.offices[row.office_id].name,
        service=names.service(row.service_key),
        kind=row.kind,
        task=names.element(row.service_key, row.element_id, row.name) if row.element_id else None,
        term=row.term,
        state=state_of(row, now),
        started_at=row.started_at,
        due_at=row.due_at,
        new_due_at=row.new_due_at,
        assignee=Bilingual(row.name_km, row.name_latin) if row.assignee_id is not None else None,
        raised_to=raised_to,
    )


def state_of(clock: Any, now: datetime) -> str:
    if clock.breached_at or (clock.due_at and clock.due_at < now):
        return "breached"
    if clock.status == ClockStatus.PAUSED:
        return "paused"
    return "warned" if clock.warned_at or (clock.warn_at and clock.warn_at <= now) else "running"
