"""Between midnight and seven the day of the office is not that of Greenwich: “today” of a form is the office's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from engine.applications import corrections, drafts, submitting
from engine.errors import BadAnswers
from engine.tasks import user_tasks
from tests.cast import NOW
from tests.small.cases import ANSWERS, PACKAGE, PAGE, SERVICE, Kilns

DAYBREAK = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
"""6:30 on 3 March in Phnom Penh."""
TODAY, TOMORROW = "2026-03-03", "2026-03-04"


@pytest.fixture
def fired(kilns: Kilns) -> Kilns:
    """The permit, asked with the day on which the kiln was lit first, and checked with the day on which it was seen."""
    more: dict[str, bytes] = {}
    for form, before, key in (("apply", '{"type": "number"', "lit_on"), ("check", '{"type": "radio"', "seen_on")):
        question = f'{{"type": "datetime", "subtype": "date", "key": "{key}", "dateLabel": "Day",'
        question += ' "validate": {"required": true}, "properties": {"max": "today"}},'
        text = (PACKAGE / "forms" / f"{form}.json").read_text(encoding="utf-8")
        more[f"forms/{form}.json"] = text.replace(before, question + before).encode()
    words = (PACKAGE / "texts.yaml").read_text(encoding="utf-8")
    for before, key in (("      kilns: {label", "lit_on"), ("      result:\n        label", "seen_on")):
        words = words.replace(before, f"      {key}: {{label: {{km: ថ្ងៃ, en: Day}}}}\n{before}")
    kilns.draw(2, more={**more, "texts.yaml": words.encode()})
    return kilns


def drafted(kilns: Kilns, day: str, *, now: datetime = DAYBREAK) -> tuple[str, Mapping[str, object]]:
    """A draft with this answer, and what is wrong with it."""
    with kilns.house.database.transaction() as session:
        dara = kilns.cast.dara.actor
        key = drafts.start_draft(session, kilns.house, dara, SERVICE, kilns.cast.battambang, now=now)
        raw = {**ANSWERS, "lit_on": day}
        return key, drafts.save_page(session, kilns.house, dara, key, PAGE, raw=raw, now=now).errors


def sent(kilns: Kilns, *, now: datetime = DAYBREAK) -> submitting.Submitted:
    key, _ = drafted(kilns, "2026-03-01", now=now)
    with kilns.house.database.transaction() as session:
        return submitting.submit(session, kilns.house, kilns.cast.dara.actor, key, now=now)


def test_a_page_takes_the_day_that_has_begun_in_phnom_penh_and_not_the_next(fired: Kilns) -> None:
    assert drafted(fired, TODAY)[1] == {}
    assert set(drafted(fired, TOMORROW)[1]) == {"lit_on"}
    before_midnight = DAYBREAK - timedelta(hours=6, minutes=30, seconds=1)
    assert set(drafted(fired, TODAY, now=before_midnight)[1]) == {"lit_on"}


def test_what_was_answered_this_morning_is_sent_this_morning(fired: Kilns) -> None:
    key, _ = drafted(fired, TODAY)
    with fired.house.database.transaction() as session:
        assert submitting.submit(session, fired.house, fired.cast.dara.actor, key, now=DAYBREAK).reference
    key, _ = drafted(fired, TOMORROW, now=DAYBREAK + timedelta(days=1))
    with fired.house.database.transaction() as session, pytest.raises(BadAnswers):
        submitting.submit(session, fired.house, fired.cast.dara.actor, key, now=DAYBREAK)


@pytest.mark.parametrize(("day", "taken"), [(TODAY, True), (TOMORROW, False)])
def test_an_officers_form_has_the_day_of_the_office(fired: Kilns, day: str, taken: bool) -> None:
    case = sent(fired)
    fired.pay(case, now=DAYBREAK)
    task, bopha = fired.task(case, "check"), fired.cast.bopha.actor
    with fired.house.database.transaction() as session:
        user_tasks.claim(session, fired.house, bopha, task, now=DAYBREAK)
    answered = {"result": "ok", "seen_on": day}
    if taken:
        with fired.house.database.transaction() as session:
            user_tasks.complete(session, fired.house, bopha, task, answered, now=DAYBREAK)
        return
    with fired.house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        user_tasks.complete(session, fired.house, bopha, task, answered, now=DAYBREAK)
    assert set(refused.value.errors) == {"seen_on"}


@pytest.mark.parametrize(("day", "taken"), [(TODAY, True), (TOMORROW, False)])
def test_a_correction_has_the_day_of_the_office(fired: Kilns, day: str, taken: bool) -> None:
    case = sent(fired, now=NOW)
    fired.pay(case)
    task, bopha = fired.task(case, "check"), fired.cast.bopha.actor
    asked = (user_tasks.CorrectionAsked(user_tasks.CorrectionTarget.FIELD, "lit_on", "ថ្ងៃណា?"),)
    with fired.house.database.transaction() as session:
        user_tasks.claim(session, fired.house, bopha, task, now=NOW)
    with fired.house.database.transaction() as session:
        answered = {"result": "return", "seen_on": "2026-03-02"}
        user_tasks.complete(session, fired.house, bopha, task, answered, corrections=asked, now=NOW)
    dara, mending, again = fired.cast.dara.actor, fired.task(case, "correct"), {"lit_on": day}
    if taken:
        with fired.house.database.transaction() as session:
            corrections.resubmit(session, fired.house, dara, case.key, mending, raw=again, now=DAYBREAK)
        assert fired.row(case).answers["lit_on"] == day
        return
    with fired.house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        corrections.resubmit(session, fired.house, dara, case.key, mending, raw=again, now=DAYBREAK)
    assert set(refused.value.errors) == {"lit_on"}
