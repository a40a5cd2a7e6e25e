"""Who gets which share of the income: the tables as they were set, and what each has got by months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.ministries import ministries_of
from engine.queries.admin.reports import Period, Report, ReportFilter, ReportRow, report
from engine.queries.shared.names import Names
from engine.queries.shared.people import person_name
from storage.offices import Ministry, Office
from storage.people import Person
from storage.shares import Receiver, ShareTable, ShareTally

MOST_TABLES: Final = 200
_Maker, _Withdrawer = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class SharesShown:
    """Shares as they were set, in hundredths of a percent, with who set them and who withdrew them. ``ministry`` is
    missing for those of the nation. ``may_withdraw``: the reader may, and they do not hold yet."""

    key: str
    ministry: Bilingual | None
    service_key: str
    from_day: date
    parts: Mapping[Receiver, int]
    source: str
    is_illustrative: bool
    made_by: Bilingual
    made_at: datetime
    withdrawn_by: Bilingual | None
    withdrawn_at: datetime | None
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class IncomeRow:
    """The income of one service at one office in one month, who got how much of it, and what was not divided because
    nothing said how; whole riel."""

    row: ReportRow
    shares: Mapping[Receiver, int]
    undivided: int


@dataclass(frozen=True, slots=True)
class IncomeReport:
    """Rows where anything came in, all of them summed, and by ministry."""

    report: Report
    rows: tuple[IncomeRow, ...]
    shares: Mapping[Receiver, int]
    undivided: int
    ministries: tuple[tuple[Bilingual, int], ...]


def ministries_to_set(session: Session, actor: Actor) -> tuple[tuple[str, Bilingual], ...]:
    """The ministries for which somebody sets shares, by key; two statements at most."""
    theirs = ministries_of(session, actor, ADMINISTRATOR)
    wanted = select(Ministry).order_by(Ministry.key)
    if theirs is not None:
        wanted = wanted.where(Ministry.key.in_(sorted(theirs)))
    return tuple((one.key, Bilingual(one.name_km, one.name_en)) for one in session.scalars(wanted))


def shares_set(session: Session, actor: Actor, *, most: int = MOST_TABLES, today: date) -> tuple[SharesShown, ...]:
    """All shares that were ever set, at most so many, those that begin last first."""
    theirs = ministries_of(session, actor, ADMINISTRATOR)
    named = (_Maker.name_km, _Maker.name_latin, _Withdrawer.name_km, _Withdrawer.name_latin)
    wanted = (
        select(ShareTable, Ministry, *named)
        .outerjoin(Ministry, Ministry.key == ShareTable.ministry_key)
        .outerjoin(_Maker, _Maker.id == ShareTable.made_by_id)
        .outerjoin(_Withdrawer, _Withdrawer.id == ShareTable.withdrawn_by_id)
        .order_by(ShareTable.from_day.desc(), ShareTable.id.desc())
        .limit(most)
    )
    return tuple(
        SharesShown(
            key=table.key,
            ministry=Bilingual(ministry.name_km, ministry.name_en) if ministry else None,
            service_key=table.service_key,
            from_day=table.from_day,
            parts=table.parts,
            source=table.source,
            is_illustrative=table.is_illustrative,
            made_by=person_name(made_km, made_latin),
            made_at=table.made_at,
            withdrawn_by=person_name(gone_km, gone_latin) if table.withdrawn_by_id else None,
            withdrawn_at=table.withdrawn_at,
            may_withdraw=table.withdrawn_at is None
            and table.from_day > today
            and (theirs is None or table.ministry_key in theirs),
        )
        for table, ministry, made_km, made_latin, gone_km, gone_latin in session.execute(wanted)
    )


def income_report(session: Session, names: Names, actor: Actor, period: Period, wanted: ReportFilter) -> IncomeReport:
    """The income of the offices that the administrator looks after, with who got how much of it; three statements."""
    found = report(session, names, actor, period, wanted)
    given = _given(session, actor, period)
    rows = tuple(
        IncomeRow(row, cell, row.figures.income - sum(cell.values()))
        for row in found.rows
        if (cell := given.get((row.month, row.office_code, row.service_key), dict.fromkeys(Receiver, 0)))
        and (row.figures.income or any(cell.values()))
    )
    sums: dict[str, int] = {}
    for one in rows:
        ministry = one.row.service_key.partition(".")[0]
        sums[ministry] = sums.get(ministry, 0) + one.row.figures.income
    named = {one.key: Bilingual(one.name_km, one.name_en) for one in session.scalars(select(Ministry))}
    return IncomeReport(
        report=found,
        rows=rows,
        shares={who: sum(one.shares[who] for one in rows) for who in Receiver},
        undivided=sum(one.undivided for one in rows),
        ministries=tuple((named.get(key, Bilingual(key, key)), amount) for key, amount in sorted(sums.items())),
    )


def _given(session: Session, actor: Actor, period: Period) -> dict[tuple[str, str, str], dict[Receiver, int]]:
    wanted = select(ShareTally, Office.code).join(Office, Office.id == ShareTally.office_id)
    wanted = wanted.where(ShareTally.month.in_(period.months))
    offices = actor.offices(ADMINISTRATOR)
    if offices is not None:
        wanted = wanted.where(ShareTally.office_id.in_(sorted(offices)))
    return {
        (row.month, code, row.service_key): {who: getattr(row, who.value) for who in Receiver}
        for row, code in session.execute(wanted)
    }
