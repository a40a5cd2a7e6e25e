"""One certificate after another: what a renewal or a change takes over from the one it begins from, and that this is
replaced as soon as the new one is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.case import events
from engine.case.continuations import continuation_of
from engine.case.turn import Turn
from engine.errors import NotInForce
from engine.khmer import Bilingual
from engine.packages import KeptEnd, counted_from
from engine.packages.register_rules import RenewalRule
from engine.results.standing import last_day_of
from storage.applications import Application, Certificate


@dataclass(frozen=True, slots=True)
class Succession:
    """From when a new result counts, which end it keeps, and the certificate before it (None: there is none), with its
    number and its title; and when the new one may be renewed."""

    counts_from: date
    kept_end: KeptEnd | None = None
    before: Certificate | None = None
    number: str = ""
    title: Bilingual | None = None
    renewal: RenewalRule | None = None


def succession_of(turn: Turn) -> Succession:
    """What holds for the case in this turn. The certificate before is locked; ``NotInForce`` when it was revoked or
    replaced meanwhile."""
    session, case = turn.session, turn.case
    today = case.calendar.local_date(turn.now)
    continuation = continuation_of(session, case.application.id)
    if continuation is None:
        return Succession(today, renewal=case.published.package.manifest.renewal)
    before = session.scalars(
        select(Certificate)
        .where(Certificate.id == continuation.certificate_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if before.revoked_at is not None or before.replaced_at is not None:
        raise NotInForce
    manifest, last_day = case.published.package.manifest, last_day_of(before)
    rule = manifest.renewal or _rule_of(turn, manifest.renews)
    counts_from, kept_end = counted_from(manifest, rule, continuation.kind, today, last_day)
    return Succession(
        counts_from=counts_from,
        kept_end=kept_end,
        before=before,
        number=before.number,
        title=Bilingual(before.title_km, before.title_en) if manifest.renews else None,
        renewal=rule,
    )


def _rule_of(turn: Turn, service_key: str | None) -> RenewalRule | None:
    """When certificates of the service that is renewed may be renewed again."""
    if service_key is None:
        return None
    return turn.house.catalog.current(
        turn.session, service_key, now=turn.now, office_id=turn.case.office.id
    ).package.manifest.renewal


def succeed(turn: Turn, succession: Succession, made: Sequence[Certificate]) -> None:
    """The new result stands in the place of the one before, whose history says so."""
    before = succession.before
    if before is None or not made:
        return
    made[0].replaces_id = before.id
    before.replaced_at, before.renewal_due_at = turn.now, None
    application = turn.session.get_one(Application, before.application_id, with_for_update=True)
    told = {"number": before.number, "by": made[0].number}
    events.record(turn.session, application, "certificate_replaced", turn.actor, at=turn.now, data=told)
