"""What was published keeps running when the program learns new rules; what it cannot read closes nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from engine.catalog.archives import pack
from engine.catalog.published import Catalog
from engine.errors import PackageRefused
from engine.packages import PackageRejected
from engine.versions import publishing
from storage.processes import ProcessDefinition
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

FILES = publishing.files_of(PACKAGE)
GATEWAY = b'<bpmn:exclusiveGateway id="which"'
AGAINST_A_RULE = FILES["process.bpmn"].replace(GATEWAY, GATEWAY + b' gatewayDirection="Converging"')


def published_long_ago(kilns: Kilns, process: bytes) -> Kilns:
    """The service as if its published version held this process, in a program that was just started."""
    with kilns.house.database.transaction() as session:
        archive = pack({**FILES, "process.bpmn": process})
        session.execute(update(ProcessDefinition).values(archive=archive))
    return Kilns(replace(kilns.house, catalog=Catalog()), kilns.cast)


def test_a_version_that_breaks_a_later_rule_takes_its_cases_to_the_end(kilns: Kilns) -> None:
    restarted = published_long_ago(kilns, AGAINST_A_RULE)
    sent = restarted.send()
    restarted.pay(sent)
    restarted.check(sent, "return")
    restarted.correct(sent)
    restarted.check(sent, "ok")
    assert restarted.row(sent).stage == "ready"


def test_the_same_files_are_not_published_again(kilns: Kilns) -> None:
    with pytest.raises(PackageRefused) as refused:
        kilns.publish(process_bpmn=AGAINST_A_RULE)
    assert [problem.element_id for problem in refused.value.problems if problem.severity == "error"] == ["which"]


def test_a_version_that_cannot_be_read_does_not_close_the_others(kilns: Kilns) -> None:
    restarted = published_long_ago(kilns, b"<svg/>")
    with restarted.house.database.reading() as session:
        assert restarted.house.catalog.all_current(session, now=NOW) == ()
        with pytest.raises(PackageRejected):
            restarted.house.catalog.current(session, SERVICE, now=NOW)
