"""Where a case stands on its drawing, and what it went through."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.queries.office.case_course import CourseShown, open_course
from storage.people import AccessLog
from tests.cast import NOW, Member
from tests.small.cases import Kilns


def course(kilns: Kilns, key: str, who: Member) -> CourseShown:
    with kilns.house.database.transaction() as session:
        return open_course(session, kilns.house, who.actor, key, now=NOW)


def test_a_case_stands_at_its_open_task_and_went_through_what_lies_before(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    shown = course(kilns, sent.key, kilns.cast.bopha)
    assert [one.en for one in shown.stands_at] == ["Check the application"]
    assert shown.marks["check"] == "now"
    assert shown.marks["pay"] == "passed"
    assert "Check the application" not in [one.en for one in shown.went_through]
    assert shown.reference == sent.reference
    assert b"bpmn" in shown.drawings[0].content
    assert set(shown.drawings[0].lanes.values()) >= {"front_office", "applicant"}


def test_a_case_that_is_over_stands_nowhere(kilns: Kilns) -> None:
    sent = kilns.approved()
    kilns.collect(sent)
    shown = course(kilns, sent.key, kilns.cast.kunthea)
    assert shown.stands_at == ()
    assert "now" not in shown.marks.values()


def test_the_applicant_can_read_who_looked_at_it(kilns: Kilns) -> None:
    sent = kilns.send()
    course(kilns, sent.key, kilns.cast.bopha)
    with kilns.house.database.reading() as session:
        looks = session.execute(select(AccessLog.person_id, AccessLog.page)).all()
    assert [tuple(look) for look in looks] == [(kilns.cast.bopha.person_id, "case")]


@pytest.mark.parametrize("who", ["phally", "chenda", "dara", "sreyneang"])
def test_others_do_not_find_it(kilns: Kilns, who: str) -> None:
    sent = kilns.send()
    with pytest.raises(NotFound):
        course(kilns, sent.key, getattr(kilns.cast, who))
