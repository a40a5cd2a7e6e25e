"""What one completed task costs, however much there is in the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Member
from tests.small.cases import Kilns
from tests.statements import counted

SignedIn = Callable[[Member], FlaskClient]
MOST = 15


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_completed_task_is_one_short_transaction(kilns: Kilns, signed_in: SignedIn) -> None:
    for who in (kilns.cast.rithy, kilns.cast.mony, kilns.cast.kunthea):
        kilns.pay(kilns.send(who))
    sent = kilns.send()
    kilns.pay(sent)
    address = f"/office/tasks/{kilns.task(sent, 'check')}"
    officer = signed_in(kilns.cast.bopha)
    officer.post(f"{address}/claim")
    done = {"result": "return", "revision": kilns.row(sent).revision}
    with counted(kilns.house.database) as cost:
        assert officer.post(address, data=done).status_code == 303
    assert cost.statements <= MOST, cost.texts
