"""The grounds of a refusal: kept with the decision, in the history, told in words, and counted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.case.grounds import keep_grounds
from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.errors import BadAnswers
from engine.people.actors import THE_CLOCK
from engine.queries.citizen.my_application import my_application
from engine.queries.shared.choice_words import choice_words
from engine.tasks import user_tasks
from storage.applications import Opinion
from storage.events import CaseEvent
from storage.grounds import CaseFinding, RefusalGround
from storage.messages import Notification
from storage.processes import Incident
from storage.step_times import FactKind
from tests.cast import NOW
from tests.engine.clockwork.test_case_facts import facts, shown
from tests.engine.clockwork.test_step_times import count
from tests.small.cases import SERVICE, Kilns
from tests.small.grounds import FOUND, FOUND_WORDS, WHY, WORDS, form_with, texts

TELLS = (
    '<bpmn:sequenceFlow id="f9" sourceRef="refuse" targetRef="refused" />',
    """<bpmn:sequenceFlow id="f9" sourceRef="refuse" targetRef="tell_refused" />
    <bpmn:serviceTask id="tell_refused" name="Tell">
      <bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="messages.send"><spiffworkflow:parameters>
<spiffworkflow:parameter id="message" type="string" value="&quot;declined&quot;" />
</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements>
      <bpmn:incoming>f9</bpmn:incoming><bpmn:outgoing>f90</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f90" sourceRef="tell_refused" targetRef="refused" />""",
)
ARRIVES = (
    "<bpmn:incoming>f9</bpmn:incoming>\n    </bpmn:endEvent>",
    "<bpmn:incoming>f90</bpmn:incoming>\n    </bpmn:endEvent>",
)


@pytest.fixture
def with_grounds(kilns: Kilns) -> Kilns:
    more = {"forms/check.json": form_with(WHY), "texts.yaml": texts()}
    kilns.draw(2, TELLS, ARRIVES, more=more, now=NOW)
    return kilns


def refuse(kilns: Kilns, sent: Submitted, **answers: Any) -> None:
    bopha, key = kilns.cast.bopha.actor, kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha, key, now=NOW)
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, bopha, key, answers, now=NOW)


def paid(kilns: Kilns) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def test_what_was_chosen_is_kept_told_in_the_history_and_counted(with_grounds: Kilns) -> None:
    sent = paid(with_grounds)
    refuse(with_grounds, sent, result="refuse", why=["kilns", "kiln_name"])
    with with_grounds.house.database.reading() as session:
        rows = session.scalars(select(RefusalGround).order_by(RefusalGround.id)).all()
        assert [(row.element_id, row.form_key, row.field_key, row.at) for row in rows] == [
            ("check", "check", "why", NOW)
        ] * 2
        assert {row.value for row in rows} == {"kiln_name", "kilns"}
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "grounds_given")).one()
        assert (event.element_id, event.data["grounds"]) == ("refuse", [f"check:why:{row.value}" for row in rows])
        assert set(event.data["why_en"].split("; ")) == {"Name of the kiln", "Number of kilns"}
        body = session.scalars(select(Notification.body).where(Notification.subject.startswith("លទ្ធផល"))).one()
        assert body == f"មិនអនុញ្ញាត៖ {event.data['why_km']}។"
        mine = my_application(session, with_grounds.house, with_grounds.cast.dara.actor, sent.key, now=NOW)
    (told,) = mine.reasons
    assert not isinstance(told.text, str)
    assert set(told.text.en.split(", ")) == {"Name of the kiln", "Number of kilns"}
    count(with_grounds)
    assert facts(with_grounds, FactKind.GROUND) == {"check:why:kiln_name": 1, "check:why:kilns": 1}
    grounds = shown(with_grounds, with_grounds.cast.kunthea).grounds
    assert [(line.name.en, line.times) for line in grounds] == [("Name of the kiln", 1), ("Number of kilns", 1)]


@pytest.mark.parametrize("result", ["ok", "refuse"])
def test_what_was_found_is_kept_and_counted_whatever_was_decided(kilns: Kilns, result: str) -> None:
    files = {"forms/check.json": form_with(WHY, FOUND), "texts.yaml": texts(WORDS + FOUND_WORDS)}
    kilns.draw(2, TELLS, ARRIVES, more=files, now=NOW)
    sent = paid(kilns)
    refuse(kilns, sent, result=result, found="smoke", **({"why": ["kilns"]} if result == "refuse" else {}))
    with kilns.house.database.reading() as session:
        row = session.scalars(select(CaseFinding)).one()
        assert (row.element_id, row.form_key, row.field_key, row.value) == ("check", "check", "found", "smoke")
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "finding_given")).one()
        assert (event.data["findings"], event.data["why_en"]) == (["check:found:smoke"], "Smoke")
    count(kilns)
    assert facts(kilns, FactKind.FOUND) == {"check:found:smoke": 1}
    found = shown(kilns, kilns.cast.kunthea).findings
    assert [(line.name.en, line.times) for line in found] == [("Smoke", 1)]


def test_a_ground_that_is_offered_no_more_is_told_in_the_words_of_the_version_that_offered_it(
    with_grounds: Kilns,
) -> None:
    """Not by its key; one that no version offers is."""
    kilns = with_grounds
    refuse(kilns, paid(kilns), result="refuse", why=["kilns"])
    count(kilns)
    less = {**WHY, "values": [{"value": "kiln_name"}]}
    words = WORDS.replace("          kilns: {km: ចំនួនឡ, en: Number of kilns}\n", "")
    kilns.draw(3, TELLS, ARRIVES, more={"forms/check.json": form_with(less), "texts.yaml": texts(words)}, now=NOW)
    (line,) = shown(kilns, kilns.cast.kunthea).grounds
    assert (line.name.en, line.name.km, line.times) == ("Number of kilns", "ចំនួនឡ", 1)
    with kilns.house.database.reading() as session:
        asked = (SERVICE, "check:why:kilns"), (SERVICE, "check:why:kiln_age"), ("gone.service", "check:why:kilns")
        told = choice_words(session, kilns.house, {}, asked)
    assert [told[one].en for one in asked] == ["Number of kilns", "kiln_age", "kilns"]


def test_a_refusal_without_a_ground_is_refused_and_a_grant_has_none(with_grounds: Kilns) -> None:
    sent = paid(with_grounds)
    with pytest.raises(BadAnswers):
        refuse(with_grounds, sent, result="refuse")
    with with_grounds.house.database.transaction() as session:
        key, bopha = with_grounds.task(sent, "check"), with_grounds.cast.bopha.actor
        user_tasks.complete(session, with_grounds.house, bopha, key, {"result": "ok"}, now=NOW)
    with with_grounds.house.database.reading() as session:
        assert session.scalars(select(RefusalGround)).all() == []
        assert session.scalars(select(CaseEvent).where(CaseEvent.kind == "grounds_given")).all() == []


def test_of_a_task_that_was_done_twice_the_last_answer_counts(with_grounds: Kilns) -> None:
    sent = paid(with_grounds)
    with_grounds.check(sent, "return")
    with_grounds.correct(sent)
    refuse(with_grounds, sent, result="refuse", why=["kilns"])
    with with_grounds.house.database.reading() as session:
        assert session.scalars(select(RefusalGround.value)).all() == ["kilns"]


def test_a_service_without_grounds_refuses_as_before(kilns: Kilns) -> None:
    kilns.draw(2, TELLS, ARRIVES, more={"texts.yaml": texts("          refuse: {km: បដិសេធ, en: Refuse}\n")})
    sent = paid(kilns)
    kilns.check(sent, "refuse")
    with kilns.house.database.reading() as session:
        assert session.scalars(select(RefusalGround)).all() == []
        subject = Notification.subject.startswith("លទ្ធផល")
        assert session.scalars(select(Notification.body).where(subject)).one() == "មិនអនុញ្ញាត៖ មិនបានបញ្ជាក់។"


AGAIN = (
    (TELLS[0], TELLS[0].replace('targetRef="refused"', 'targetRef="check"')),
    (
        "<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f7",
        "<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f9</bpmn:incoming><bpmn:incoming>f7",
    ),
    ("      <bpmn:incoming>f9</bpmn:incoming>\n    </bpmn:endEvent>", "    </bpmn:endEvent>"),
)
"""Whoever was refused is looked at again."""


def test_what_is_refused_a_second_time_is_refused_on_the_grounds_of_that_time(kilns: Kilns) -> None:
    kilns.draw(2, *AGAIN, more={"forms/check.json": form_with(WHY), "texts.yaml": texts()}, now=NOW)
    sent = paid(kilns)
    refuse(kilns, sent, result="refuse", why=["kilns", "kiln_name"])
    refuse(kilns, sent, result="refuse", why=["kilns"])
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Incident.element_id)).all() == []
        assert session.scalars(select(RefusalGround.value)).all() == ["kilns"]
        assert len(session.scalars(select(CaseEvent).where(CaseEvent.kind == "grounds_given")).all()) == 2


@pytest.mark.parametrize(
    ("answered", "grounds"),
    [
        ("ប្លង់ទីតាំងមិនត្រូវ សូម Dara គូរម្តងទៀត " * 9, []),
        ("Dara came late", []),
        (7, []),
        ({"kilns": True}, []),
        (["kilns", "kiln_age"], ["kilns", "kiln_age"]),
        ("kiln_age", ["kiln_age"]),
    ],
)
def test_what_was_written_where_an_earlier_version_asked_something_else_is_no_ground(
    with_grounds: Kilns, answered: Any, grounds: list[str]
) -> None:
    """A choice that this version offers no more still is one."""
    house, sent = with_grounds.house, paid(with_grounds)
    with_grounds.check(sent, "return")
    with house.database.transaction() as session:
        session.execute(update(Opinion).values(answers={"result": "refuse", "why": answered}))
    with house.database.transaction() as session:
        keep_grounds(Turn(session, house, lock_case(session, house, with_grounds.row(sent).id), THE_CLOCK, NOW), "x")
    with house.database.reading() as session:
        assert session.scalars(select(RefusalGround.value).order_by(RefusalGround.id)).all() == grounds
