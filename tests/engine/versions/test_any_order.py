"""Variables in any order of the manifest and of a form: the same bytes at a replay, and in a transfer."""

from __future__ import annotations

import pytest

from engine.bpmn import are_same
from engine.people.actors import OPERATOR
from engine.versions import publishing, transfers
from engine.versions.replaying import replay
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns

ORDERS = (
    "zeta: apply.kilns, kilns: apply.kilns, alpha: apply.kilns",
    "alpha: apply.kilns, kilns: apply.kilns, zeta: apply.kilns",
)


def with_variables(kilns: Kilns, order: str) -> None:
    files = publishing.files_of(PACKAGE)
    service = files["service.yaml"].decode()
    kilns.publish(**{"service.yaml": service.replace("kilns: apply.kilns", order).encode()})


@pytest.mark.parametrize("order", ORDERS)
def test_a_case_replays_whatever_the_order_of_its_variables(kilns: Kilns, order: str) -> None:
    with_variables(kilns, order)
    sent = kilns.approved()
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same


def test_a_case_is_taken_to_a_version_that_orders_its_variables_otherwise(kilns: Kilns) -> None:
    with_variables(kilns, ORDERS[0])
    sent = kilns.send()
    kilns.pay(sent)
    with_variables(kilns, ORDERS[1])
    (report,) = transfers.survey(kilns.house, OPERATOR, SERVICE, 3, mapping={}, now=NOW)
    assert report.verdict == "safe", report.obstacles
    done = transfers.transfer(kilns.house, OPERATOR, SERVICE, 3, mapping={}, reason="another order", now=NOW)
    assert done
    kilns.check(sent, "ok")
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b'[{"a":1,"b":[2]}]', b'[{"b":[2],"a":1}]', True),
        (b'[{"a":1}]', b'[{"a":1.0}]', False),
        (b'[{"a":1}]', b'[{"a":true}]', False),
        (b"[[1,2]]", b"[[2,1]]", False),
        (b"", b"[]", False),
        (b"", b"", True),
    ],
)
def test_only_the_order_of_fields_may_differ(one: bytes, other: bytes, same: bool) -> None:
    assert are_same(one, other) is same
