"""Setting chains of escalation: what is refused, who may, and what the security log keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound
from engine.errors.chains import (
    ChainBeginsTooEarly,
    ChainEmpty,
    ChainHolds,
    ChainKnown,
    ChainTimeMissing,
    ChainTimeTooLong,
)
from engine.offices.chains import MOST_DAYS, NewChain, Step, set_chain, withdraw
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.working_time.terms import WorkingDays
from storage.chains import EscalationChain, RaisedTo
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW
from tests.small.cases import Kilns

TODAY = NOW.date()
NEW = NewChain("02", "", TODAY + timedelta(days=1), (Step(RaisedTo.HEAD), Step(RaisedTo.PROVINCE, WorkingDays(1))))


def put(kilns: Kilns, new: NewChain, actor: Actor | None = None) -> str:
    with kilns.house.database.transaction() as session:
        return set_chain(session, actor or kilns.cast.visal.actor, new, today=TODAY, now=NOW)


def test_what_cannot_be_a_chain_is_refused_and_leaves_nothing(kilns: Kilns) -> None:
    head, ministry = Step(RaisedTo.HEAD), Step(RaisedTo.MINISTRY)
    for changed, refusal in (
        ({"steps": ()}, ChainEmpty),
        ({"from_day": TODAY}, ChainBeginsTooEarly),
        ({"steps": (head, ministry)}, ChainTimeMissing),
        ({"steps": (replace(ministry, after=WorkingDays(1)), replace(head, after=WorkingDays(1)))}, ChainTimeMissing),
        ({"steps": (replace(head, after=WorkingDays(MOST_DAYS + 1)),)}, ChainTimeTooLong),
        ({"office_code": "77"}, NotFound),
        ({"service_key": "industry.nothing"}, NotFound),
    ):
        with pytest.raises(refusal):
            put(kilns, replace(NEW, **changed))  # type: ignore[arg-type]
    with kilns.house.database.reading() as session:
        assert session.scalars(select(EscalationChain)).all() == []
    put(kilns, replace(NEW, steps=(replace(head, after=WorkingDays(MOST_DAYS)),)))
    with pytest.raises(ChainKnown):
        put(kilns, NEW)


def test_an_administrator_sets_the_chains_of_their_own_offices_alone(kilns: Kilns) -> None:
    own = Actor(kilns.cast.mony.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.battambang)}))
    key = put(kilns, NEW, own)
    other = replace(NEW, office_code="12")
    for refused in (lambda: put(kilns, other, own), lambda: put(kilns, replace(NEW, office_code=""), own)):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(NotAllowed):
        put(kilns, NEW, kilns.cast.kunthea.actor)
    foreign = Actor(kilns.cast.mony.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.phnom_penh)}))
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        withdraw(session, foreign, key, today=TODAY, now=NOW)


def test_a_chain_is_withdrawn_before_it_holds_and_stays_once_it_does(kilns: Kilns) -> None:
    key = put(kilns, NEW)
    actor = kilns.cast.visal.actor
    with pytest.raises(ChainHolds), kilns.house.database.transaction() as session:
        withdraw(session, actor, key, today=NEW.from_day, now=NOW)
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            withdraw(session, actor, key, today=TODAY, now=NOW)
    put(kilns, NEW)
    with kilns.house.database.reading() as session:
        kinds = (SecurityKind.CHAIN_SET, SecurityKind.CHAIN_WITHDRAWN)
        rows = session.scalars(
            select(SecurityEvent).where(SecurityEvent.kind.in_(kinds)).order_by(SecurityEvent.id)
        ).all()
    assert [row.kind for row in rows] == ["chain_set", "chain_withdrawn", "chain_set"]
    assert rows[0].data["chain"] == "head, province 1 working day"
