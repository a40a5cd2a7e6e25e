"""The fees behind a number of the fees that were asked, as they were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, select
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.khmer import Bilingual
from engine.people.actors import Actor
from engine.queries.admin.fees_asked import each_fee, which
from engine.queries.admin.listed_cases import rights_in
from engine.queries.admin.reports import Period, ReportFilter
from engine.queries.shared.marks import Mark, beside_mark
from engine.queries.shared.names import Names
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted
from storage.applications import Application
from storage.payments import DueFee, FeeStatus

KINDS: Final = ("differs", "due", "written_off", "back", "void", "free", "before")


@dataclass(frozen=True, slots=True)
class FeeOfCase:
    """A fee of a case, whole riel: what its table gave, what of that was paid before, what was asked, taken and paid
    back. ``key`` is that of the case, for whoever may read it (``is_read``)."""

    key: str
    reference: str
    office: Bilingual
    service: Bilingual
    title: Bilingual
    asked_at: datetime
    status: FeeStatus
    by_table: int
    before: int
    asked: int
    taken: int
    back: int
    differs: bool
    is_read: bool


def fees_of_cases(
    session: Session,
    names: Names,
    actor: Actor,
    period: Period,
    wanted: ReportFilter,
    *,
    kind: str = "",
    page: Wanted = BEGINNING,
    size: int = PAGE_SIZE,
) -> Stretch[FeeOfCase]:
    """A page of the fees of a ``kind`` (one of ``KINDS``, empty for all), those asked first first; one statement. Pages
    begin beside a fee; where nothing is left beside a mark it is the first."""
    conditions = [*which(names, actor, period, wanted), not_apart(actor, Application.id)]

    def read(mark: Mark | None, backwards: bool) -> Sequence[Any]:
        return _read(session, conditions, kind, mark, size=size, backwards=backwards)

    found = beside_mark(page, size, read, lambda row: (row.asked_at, row.fee_id))
    return replace(found, items=tuple(_fee(row, names, actor) for row in found.items))


def _read(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    kind: str,
    mark: Mark | None,
    *,
    size: int,
    backwards: bool = False,
) -> Sequence[Any]:
    """The rows of a page and one more, in the order of the list."""
    at: Any = DueFee.reckoned_at
    beyond = [] if mark is None else [(mark.before if backwards else mark.after)(at, DueFee.id)]
    fees = each_fee([*conditions, *beyond]).subquery()
    asked = select(fees).where(_is_of(fees)[kind]) if kind else select(fees)
    order = [column.desc() if backwards else column.asc() for column in (fees.c.asked_at, fees.c.fee_id)]
    rows = session.execute(asked.order_by(*order).limit(size + 1)).all()
    return rows[::-1] if backwards else rows


def _is_of(fees: Subquery) -> Mapping[str, ColumnElement[bool]]:
    return {
        "differs": fees.c.differs == 1,
        "due": fees.c.status == FeeStatus.DUE,
        "written_off": fees.c.status == FeeStatus.WRITTEN_OFF,
        "back": fees.c.back + fees.c.back_in_error > 0,
        "void": fees.c.voids > 0,
        "free": fees.c.status == FeeStatus.NOTHING,
        "before": fees.c.before > 0,
    }


def _fee(row: Any, names: Names, actor: Actor) -> FeeOfCase:
    return FeeOfCase(
        key=row.application_key,
        reference=row.reference or "",
        office=names.offices[row.office_id].name,
        service=names.service(row.service_key),
        title=Bilingual(row.title_km, row.title_en),
        asked_at=row.asked_at,
        status=row.status,
        by_table=int(row.by_table),
        before=int(row.before),
        asked=row.asked,
        taken=row.taken,
        back=int(row.back) + int(row.back_in_error),
        differs=bool(row.differs),
        is_read=rights_in(actor, office_id=row.office_id, applicant_id=row.applicant_id)[0],
    )
