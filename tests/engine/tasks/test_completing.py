"""Completing a task: with its form answered, by whoever claimed it, on what they looked at."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine.applications.submitting import Submitted
from engine.errors import BadAnswers, StalePage, TaskAlreadyClaimed, TaskGone, TaskNotClaimed
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Correction, CorrectionTarget, Opinion
from tests.cast import NOW, Member
from tests.small.cases import Kilns


@pytest.fixture
def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def claim(kilns: Kilns, who: Member, sent: Submitted) -> str:
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, who.actor, key, now=NOW)
    return key


def complete(kilns: Kilns, who: Member, key: str, answers: Any, **more: Any) -> user_tasks.TaskDone:
    with kilns.house.database.transaction() as session:
        return user_tasks.complete(session, kilns.house, who.actor, key, answers, now=NOW, **more)


def test_the_answer_is_kept_as_an_opinion_and_the_case_goes_on(kilns: Kilns, paid: Submitted) -> None:
    done = complete(kilns, kilns.cast.bopha, claim(kilns, kilns.cast.bopha, paid), MultiDict({"result": "ok"}))
    assert (done.reference, done.went_on) == (paid.reference, True)
    assert kilns.row(paid).stage == "ready"
    with kilns.house.database.reading() as session:
        opinion = session.scalars(select(Opinion)).one()
        assert (opinion.answers["result"], opinion.person_id) == ("ok", kilns.cast.bopha.person_id)


def test_an_answer_that_is_missing_is_named(kilns: Kilns, paid: Submitted) -> None:
    key = claim(kilns, kilns.cast.bopha, paid)
    with pytest.raises(BadAnswers) as refused:
        complete(kilns, kilns.cast.bopha, key, {})
    assert set(refused.value.errors) == {"result"}
    assert kilns.row(paid).stage == "checking"


def test_a_task_must_be_claimed_first(kilns: Kilns, paid: Submitted) -> None:
    with pytest.raises(TaskNotClaimed):
        complete(kilns, kilns.cast.bopha, kilns.task(paid, "check"), {"result": "ok"})


def test_a_colleague_cannot_complete_a_claimed_task(kilns: Kilns, paid: Submitted) -> None:
    key = claim(kilns, kilns.cast.bopha, paid)
    with pytest.raises(TaskAlreadyClaimed):
        complete(kilns, kilns.cast.vannak, key, {"result": "ok"})


def test_a_second_click_finds_the_task_gone(kilns: Kilns, paid: Submitted) -> None:
    key = claim(kilns, kilns.cast.bopha, paid)
    complete(kilns, kilns.cast.bopha, key, {"result": "ok"})
    with pytest.raises(TaskGone):
        complete(kilns, kilns.cast.bopha, key, {"result": "ok"})


def test_a_page_of_an_older_application_is_stale(kilns: Kilns, paid: Submitted) -> None:
    key, seen = claim(kilns, kilns.cast.bopha, paid), kilns.row(paid).revision
    with pytest.raises(StalePage):
        complete(kilns, kilns.cast.bopha, key, {"result": "ok"}, seen=seen - 1)
    assert complete(kilns, kilns.cast.bopha, key, {"result": "ok"}, seen=seen).went_on


def test_returning_it_says_what_is_to_be_mended_and_stops_the_clocks(kilns: Kilns, paid: Submitted) -> None:
    key = claim(kilns, kilns.cast.bopha, paid)
    asked = [CorrectionAsked(CorrectionTarget.FIELD, "kiln_name", "  ឈ្មោះមិនច្បាស់ ")]
    complete(kilns, kilns.cast.bopha, key, {"result": "return"}, corrections=asked)
    row = kilns.row(paid)
    assert (row.waits_for_applicant, row.stage) == (True, "correcting")
    with kilns.house.database.reading() as session:
        correction = session.scalars(select(Correction)).one()
        assert (correction.target_key, correction.reason) == ("kiln_name", "ឈ្មោះមិនច្បាស់")


def test_the_cashiers_and_the_handover_task_have_their_own_use_cases(kilns: Kilns) -> None:
    sent = kilns.send()
    with pytest.raises(TaskGone):
        complete(kilns, kilns.cast.sopheap, kilns.task(sent, "pay"), {})
