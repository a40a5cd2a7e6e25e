"""Fees as they are told before an application is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.applications.filing import Filing
from engine.case.fee_rows import THE_TITLE
from engine.case.fees import told_before_sending
from engine.khmer import Bilingual
from engine.packages import Fee, FeeUndetermined


@dataclass(frozen=True, slots=True)
class FeeTold:
    """A fee as it is told before sending; ``fee`` is None for one that depends on what the office finds."""

    title: Bilingual
    fee: Fee | None
    pay: str
    refundable: bool


def fees_told(
    session: Session, filing: Filing, answers: Mapping[str, Any], now: datetime
) -> tuple[FeeTold, ...] | None:
    """Every fee of the service for these answers; ``None`` while an answer that decides one is missing."""
    package, day = filing.package, filing.calendar.local_date(now)
    try:
        told = told_before_sending(session, package, filing.application, answers, day)
    except FeeUndetermined:
        return None
    titles = package.texts.fee_titles
    return tuple(FeeTold(titles.get(rule.key, THE_TITLE), fee, rule.pay, rule.refundable) for rule, fee in told)
