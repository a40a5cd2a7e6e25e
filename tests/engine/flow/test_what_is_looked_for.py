"""What lies there is touched only when somebody can take it: a message remembers when somebody was last looked for.

And what a sweep counts, how often it looks again, and what it says of that which failed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from engine.applications.submitting import Submitted
from engine.catalog.published import Catalog
from engine.flow import bringing
from storage.database import open_database
from storage.processes import Incident, IncidentKind, ProcessDefinition, ThrownKind, WaitingMessage
from tests.cast import NOW
from tests.engine.flow import drawings
from tests.engine.flow.test_bringing import at, paid, route, waiting
from tests.engine.flow.test_edges_of_bringing import (
    FAILS,
    HOUR,
    bring,
    instance,
    lay,
    lying,
    names_alone,
    suspend,
    waits_for,
)
from tests.engine.flow.test_follow_ups import begun
from tests.small.cases import Kilns

MESSAGE_OF_THAT_NAME = tuple((old, new.replace("kiln_measured", "flood")) for old, new in drawings.WAITS_FOR_ANY)
SIGNAL_OF_THAT_NAME = tuple((old, new.replace('name="flood"', 'name="kiln_measured"')) for old, new in drawings.LISTENS)


def tried(kilns: Kilns, message_id: int) -> datetime:
    with kilns.house.database.reading() as session:
        return session.get_one(WaitingMessage, message_id).tried_at


def is_left_alone(kilns: Kilns, *messages: int) -> bool:
    """Whether a sweep looks for nobody who might take these."""
    return route(kilns) == 0 and {tried(kilns, each) for each in messages} == {NOW - HOUR}


def failed_on_a_message(kilns: Kilns, sender: Submitted) -> Submitted:
    """A case that took a message and broke, and waits for the next."""
    broken = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY, *FAILS)
    lay(kilns, sender)
    assert (route(kilns), waiting(kilns)) == (1, 0)
    return broken


def test_a_message_is_left_alone_while_others_wait_for_another_or_for_a_signal_of_its_name(kilns: Kilns) -> None:
    sender = kilns.send()
    waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    waits_for(kilns, 3, *drawings.LISTENS)
    assert is_left_alone(kilns, lay(kilns, sender, "kiln_weighed"), lay(kilns, sender, "flood"))


def test_a_message_is_left_alone_while_only_a_suspended_case_waits_for_it(kilns: Kilns) -> None:
    sender = kilns.send()
    suspend(kilns, waits_for(kilns, 2, *drawings.WAITS_FOR_ANY))
    assert is_left_alone(kilns, lay(kilns, sender))


def test_a_message_is_left_alone_by_the_case_that_sent_it(kilns: Kilns) -> None:
    own = waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    assert is_left_alone(kilns, lay(kilns, own))


def test_a_message_is_left_alone_while_only_a_case_that_failed_on_one_waits_for_it(kilns: Kilns) -> None:
    sender = kilns.send()
    failed_on_a_message(kilns, sender)
    assert is_left_alone(kilns, lay(kilns, sender))


def test_a_message_is_left_alone_when_a_signal_or_another_message_begins_cases(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *drawings.BEGINS_WITH_SIGNAL)
    assert is_left_alone(kilns, lay(kilns, sender, "flood"))
    kilns.draw(3, *drawings.BEGINS_WITH_MESSAGE)
    assert is_left_alone(kilns, lay(kilns, sender, "kiln_weighed"))


def test_a_message_is_left_alone_when_only_a_version_that_is_not_in_effect_begins_with_it(kilns: Kilns) -> None:
    sender = kilns.send()
    kilns.draw(2, *drawings.BEGINS_WITH_MESSAGE, now=NOW + HOUR)
    message = lay(kilns, sender)
    assert is_left_alone(kilns, message)
    assert (route(kilns, hours=1), lying(kilns)) == (1, [])


def test_a_signal_is_left_alone_while_its_target_is_suspended_whoever_waits_for_a_message_of_that_name(
    kilns: Kilns,
) -> None:
    sender = kilns.send()
    hears = waits_for(kilns, 2, *drawings.LISTENS)
    suspend(kilns, hears)
    waits_for(kilns, 3, *MESSAGE_OF_THAT_NAME)
    target = instance(kilns, hears).id
    assert is_left_alone(kilns, lay(kilns, sender, "flood", kind=ThrownKind.SIGNAL, target_id=target))


def test_at_once_nobody_is_looked_for_who_could_not_take_what_lies_there(kilns: Kilns) -> None:
    message = lay(kilns, kilns.send())
    names_alone(kilns, "kiln_measured")
    assert tried(kilns, message) == NOW - HOUR


def test_a_case_whose_other_step_failed_gets_its_message(kilns: Kilns) -> None:
    sender = kilns.send()
    broken = failed_on_a_message(kilns, sender)
    lay(kilns, sender)
    with kilns.house.database.transaction() as session:
        session.execute(update(Incident).values(kind=IncidentKind.PERFORM))
    assert (route(kilns), waiting(kilns), at(kilns, broken)) == (1, 0, ["was_paid"])


def test_a_case_that_listens_for_a_signal_of_that_name_takes_no_place_among_those_a_message_may_be_for(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "CANDIDATES", 1)
    sender = kilns.send()
    listens, waits = waits_for(kilns, 2, *SIGNAL_OF_THAT_NAME), waits_for(kilns, 3, *drawings.WAITS_FOR_ANY)
    lay(kilns, sender)
    assert (route(kilns), at(kilns, listens), at(kilns, waits)) == (1, ["was_paid"], ["check"])


def test_a_sweep_that_brought_something_looks_again(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "BATCH", 1)
    sender = kilns.send()
    kilns.draw(2, *drawings.WAITS_FOR_ANY)
    for _ in range(2):
        paid(kilns)
    for _ in range(2):
        lay(kilns, sender)
    assert (route(kilns), waiting(kilns)) == (2, 0)


def test_a_case_that_began_as_planned_counts_like_a_message_that_arrived(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 0)
    kilns.draw(2, *drawings.SIGNALS_AND_BEGINS)
    paid(kilns)
    assert (route(kilns), len(begun(kilns))) == (1, 1)


def test_what_fails_is_logged_with_its_message_and_the_kind_of_failure_and_nothing_of_a_person(kilns: Kilns) -> None:
    sender = kilns.send()
    waits_for(kilns, 2, *drawings.WAITS_FOR_ANY)
    with kilns.house.database.transaction() as session:
        version = update(ProcessDefinition).where(ProcessDefinition.version == 2)
        session.execute(version.values(archive=b"damaged", digest="damaged"))
    message = lay(kilns, sender, payload={"name": "សុខា"})
    forgetful = replace(kilns.house, catalog=Catalog({}))  # which looks into the archive again
    with capture_logs() as told:
        bringing.route_due(forgetful, now=NOW)
    failed = {"event": "routing_failed", "message": message, "failure": "BadZipFile", "log_level": "error"}
    assert told == [failed]


def test_what_fails_before_anything_is_brought_is_logged_with_the_kind_of_failure(kilns: Kilns, tmp_path: Path) -> None:
    empty = open_database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with capture_logs() as told:
        bringing.bring_at_once(replace(kilns.house, database=empty), names={"kiln_measured"}, instance_id=1, now=NOW)
    empty.close()
    assert told == [{"event": "routing_failed", "failure": "OperationalError", "log_level": "error"}]


def test_a_message_that_stays_for_the_suspended_case_it_is_meant_for_is_no_failure(kilns: Kilns) -> None:
    sender = kilns.send()
    suspend(kilns, waits_for(kilns, 2, *drawings.WAITS))
    message = lay(kilns, sender, correlation="2")
    assert (bring(kilns, message), lying(kilns)) == (False, [message])
