"""The first hour of a month is that month's, by the calendar of the country; and what a share in percent says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.queries.admin.reports import Figures, Period, ReportFilter, report
from engine.queries.shared.names import read_names
from tests.cast import NOW
from tests.small.cases import Kilns

APRIL = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
"""Midnight in Phnom Penh; in UTC it is March for seven hours more."""


def test_a_month_begins_at_midnight_in_phnom_penh(kilns: Kilns) -> None:
    period = Period(date(2026, 4, 1), date(2026, 4, 1))
    assert (period.begins, period.ends) == (APRIL, datetime(2026, 4, 30, 17, 0, tzinfo=UTC))
    for moment in (APRIL - timedelta(microseconds=1), APRIL, APRIL + timedelta(hours=6, minutes=59)):
        kilns.send(now=moment)
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        found = report(session, names, kilns.cast.visal.actor, period, ReportFilter("", ""))
    assert dict(found.months)["2026-04"].received == 2
    assert found.total.received == 2


@pytest.mark.parametrize(("kept", "broken", "percent"), [(2, 1, 67), (1, 2, 33), (0, 3, 0), (3, 0, 100), (0, 0, None)])
def test_a_share_is_told_in_the_nearest_whole_percent(kept: int, broken: int, percent: int | None) -> None:
    assert Figures(on_time=kept, late=broken).on_time_percent == percent
