"""Chains of escalation as they were set, and how far late cases have come on theirs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.names import Names
from engine.queries.shared.people import person_name
from engine.working_time.terms import parse_term
from storage.chains import EscalationChain, Raised, RaisedTo
from storage.clocks import Clock
from storage.offices import Office
from storage.people import Person

MOST_CHAINS: Final = 300
_Maker, _Withdrawer = aliased(Person), aliased(Person)
_ORDER: Final = tuple(RaisedTo)


@dataclass(frozen=True, slots=True)
class ChainShown:
    """A chain with who set it and who withdrew it. ``office``: none for every one. ``steps``: to whom, and how long
    after the step before (none: at once). ``may_withdraw``: the reader may, and it does not hold yet."""

    key: str
    office: Bilingual | None
    service_key: str
    from_day: date
    steps: tuple[tuple[RaisedTo, Bilingual | None], ...]
    made_by: Bilingual
    made_at: datetime
    withdrawn_by: Bilingual | None
    withdrawn_at: datetime | None
    may_withdraw: bool


def chains_set(
    session: Session, names: Names, actor: Actor, *, most: int = MOST_CHAINS, today: date
) -> tuple[ChainShown, ...]:
    """The chains of the offices that the administrator looks after and those of every office, which they inherit: those
    that begin last first; two statements."""
    offices = actor.offices(ADMINISTRATOR)
    by_code = {office.code: office for office in names.offices.values()}
    named = (_Maker.name_km, _Maker.name_latin, _Withdrawer.name_km, _Withdrawer.name_latin)
    wanted = (
        select(EscalationChain, *named)
        .outerjoin(_Maker, _Maker.id == EscalationChain.made_by_id)
        .outerjoin(_Withdrawer, _Withdrawer.id == EscalationChain.withdrawn_by_id)
        .order_by(EscalationChain.from_day.desc(), EscalationChain.id.desc())
        .limit(most)
    )
    if offices is not None:
        theirs = select(Office.code).where(Office.id.in_(sorted(offices)))
        wanted = wanted.where((EscalationChain.office_code == "") | EscalationChain.office_code.in_(theirs))
    found = []
    for chain, made_km, made_latin, gone_km, gone_latin in session.execute(wanted):
        office = by_code.get(chain.office_code)
        is_theirs = offices is None or (office is not None and office.id in offices)
        found.append(
            ChainShown(
                key=chain.key,
                office=office.name if office else None,
                service_key=chain.service_key,
                from_day=chain.from_day,
                steps=tuple((RaisedTo(to), _after(after)) for to, after in chain.rungs),
                made_by=person_name(made_km, made_latin),
                made_at=chain.made_at,
                withdrawn_by=person_name(gone_km, gone_latin) if chain.withdrawn_by_id else None,
                withdrawn_at=chain.withdrawn_at,
                may_withdraw=is_theirs and chain.withdrawn_at is None and chain.from_day > today,
            )
        )
    return tuple(found)


def offices_to_set(names: Names, actor: Actor) -> tuple[tuple[str, Bilingual], ...]:
    """The offices whose chains somebody sets, by code."""
    offices = actor.offices(ADMINISTRATOR)
    return tuple((one.code, one.name) for one in names.offices.values() if offices is None or one.id in offices)


def raised_of_clocks(session: Session, clock_ids: Collection[int]) -> dict[int, RaisedTo]:
    """How far each of these clocks has gone up, where it has; one statement."""
    rows = select(Raised.clock_id, Raised.level).where(Raised.clock_id.in_(sorted(clock_ids)))
    return _highest(session.execute(rows).all()) if clock_ids else {}


def raised_of_cases(session: Session, application_ids: Collection[int]) -> dict[int, RaisedTo]:
    """How far each of these cases has gone up by the clocks that have not ended; one statement."""
    rows = select(Clock.application_id, Raised.level).join(Raised, Raised.clock_id == Clock.id)
    rows = rows.where(Clock.application_id.in_(sorted(application_ids)), Clock.is_open())
    return _highest(session.execute(rows).all()) if application_ids else {}


def _highest(rows: Collection[tuple[int, RaisedTo]]) -> dict[int, RaisedTo]:
    return dict(sorted(rows, key=lambda row: _ORDER.index(row[1])))


def _after(term: str) -> Bilingual | None:
    if not term:
        return None
    length = parse_term(term)
    return Bilingual(length.text("km"), length.text("en"))
