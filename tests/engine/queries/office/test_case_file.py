"""The whole case on one page: what it shows, to whom, and that it costs the same however long the case is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.queries.office.case_file import CaseFile, case_file
from engine.queries.office.case_reading import open_case, open_task
from storage.people import AccessLog
from tests.cast import NOW, Member
from tests.small.cases import FEE, Kilns
from tests.statements import counted


def read(kilns: Kilns, key: str, who: Member | None = None) -> CaseFile:
    with kilns.house.database.reading() as session:
        return case_file(session, kilns.house, (who or kilns.cast.kunthea).actor, key, now=NOW)


def test_it_holds_everything_about_a_finished_case(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    kilns.correct(sent)
    kilns.check(sent, "ok")
    kilns.collect(sent)
    case = read(kilns, sent.key)
    assert (case.reference, case.status, case.outcome) == (sent.reference, "ended", "approved")
    assert [(fee.title.en, fee.amount, fee.status) for fee in case.fees] == [("Fee", FEE, "paid")]
    assert [answer.value.en for page in case.pages for answer in page.answers][:2] == ["ឡចាស់", "2"]
    assert [opinion.officer.en for opinion in case.opinions] == ["Chan Bopha", "Chan Bopha"]
    assert [(one.reason, one.answered_at) for one in case.corrections] == [("ឈ្មោះមិនច្បាស់", NOW)]
    assert [fee.how.receipt_number for fee in case.fees] == ["R-02-26-000001"]
    assert case.result is not None
    assert ([one.number for one in case.result.papers], case.result.received_by) == (["KP-02-26-000001"], "Sok Dara")
    assert {clock.status for clock in case.clocks} == {"met"}
    assert case.open_tasks == ()
    assert case.events[0].kind == "ended"
    assert "step" not in {event.kind for event in case.events}


@pytest.mark.parametrize("who", ["phally", "chenda", "dara", "sreyneang"])
def test_others_do_not_find_it(kilns: Kilns, who: str) -> None:
    sent = kilns.send()
    with pytest.raises(NotFound):
        read(kilns, sent.key, getattr(kilns.cast, who))


def test_officers_do_not_read_their_own_case_as_officers(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.bopha)
    with pytest.raises(NotFound):
        read(kilns, sent.key, kilns.cast.bopha)
    assert read(kilns, sent.key, kilns.cast.vannak).reference == sent.reference


def test_a_draft_is_nobodys_case(kilns: Kilns) -> None:
    with pytest.raises(NotFound):
        read(kilns, "no-such-key")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_number_of_statements_does_not_grow_with_the_case(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    costs = []
    for kiln_name in ("ឡចាស់", "ឡថ្មី"):
        key = kilns.task(sent, "check")
        with kilns.house.database.transaction() as session, counted(kilns.house.database) as count:
            open_task(session, kilns.house, kilns.cast.bopha.actor, key, now=NOW)
            session.flush()
        costs.append(count.statements)
        kilns.check(sent, "return")
        kilns.correct(sent, kiln_name=kiln_name)
    assert costs == [17, 17]


def test_looks_are_noted_with_the_page(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        open_case(session, kilns.house, kilns.cast.kunthea.actor, sent.key, now=NOW)
    with kilns.house.database.reading() as session:
        look = session.scalars(select(AccessLog)).one()
        assert (look.person_id, look.page, look.at) == (kilns.cast.kunthea.person_id, "case", NOW)
