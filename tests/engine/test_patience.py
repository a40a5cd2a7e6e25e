"""A statement that may take so long is given up after that, however often that is done, and nothing else notices."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.house import House
from storage.database import Database
from storage.patience import GaveUp, patience

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def bound_of(session: Session, database: Database) -> object:
    return None if database.is_sqlite else session.scalar(text("SHOW statement_timeout"))


def test_what_takes_too_long_is_given_up_and_the_transaction_goes_on(house: House) -> None:
    for opened in (house.database.reading, house.database.transaction) * 4:  # what comes again is prepared
        with opened() as session:
            before = bound_of(session, house.database)
            with pytest.raises(GaveUp), patience(session, 0.05):
                session.execute(text(ENDLESS))
            assert session.scalar(text("SELECT count(*) FROM office")) is not None
            assert bound_of(session, house.database) == before


def test_what_is_done_in_time_leaves_no_bound_behind(house: House) -> None:
    with house.database.reading() as session:
        before = bound_of(session, house.database)
        for _ in range(8):
            with patience(session, 60):
                assert session.scalar(text("SELECT 1")) == 1
                assert bound_of(session, house.database) in (None, "1min")
            assert bound_of(session, house.database) == before
