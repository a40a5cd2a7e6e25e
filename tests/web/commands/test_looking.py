"""Who looks at a case from the command line is noted for its applicant."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.queries.citizen.looks import looks_at
from storage.people import AccessLog, Person
from storage.processes import Incident, IncidentKind, ProcessInstance
from tests.cast import NOW
from tests.engine.versions.test_transfers import RENAMED
from tests.small.cases import Kilns
from web.cli import main

ME = f"operator {pwd.getpwuid(os.getuid()).pw_name}"


@pytest.fixture
def installation(kilns: Kilns, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kilns:
    """The small service as the command line finds it."""
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    return kilns


def looks(kilns: Kilns) -> list[tuple[str, str]]:
    """What Sok Dara reads in the account, oldest first: who looked, at what."""
    with kilns.house.database.reading() as session:
        found = looks_at(session, kilns.cast.dara.actor)
        return [(look.who.en, look.page) for look in reversed(found.lines)]


def test_a_replay_and_a_rehearsal_are_noted_under_the_user_of_the_machine(
    installation: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = installation.send()
    installation.draw(2, RENAMED)
    monkeypatch.setenv("LOGNAME", "somebody else")
    monkeypatch.setenv("USER", "somebody else")
    assert main(["cases", "replay", f" {sent.reference} "]) == 0
    assert main(["cases", "rehearse", sent.reference, "2"]) == 0
    assert looks(installation) == [(ME, "replay"), (ME, "rehearsal")]
    with installation.house.database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.name_latin == ME)) == 1


def test_an_officer_who_looks_is_named_by_their_account(installation: Kilns) -> None:
    sent = installation.send()
    assert main(["cases", "replay", sent.reference, "--as", installation.cast.visal.phone]) == 0
    assert looks(installation) == [("Ouch Visal", "replay")]


def test_who_is_nobody_looks_at_nothing(installation: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    sent = installation.send()
    assert main(["cases", "replay", sent.reference, "--as", "099 999 999"]) == 1
    assert "the same state" not in capsys.readouterr().out
    assert looks(installation) == []


def test_a_case_that_is_not_there_is_noted_for_nobody(installation: Kilns) -> None:
    assert main(["cases", "replay", "02-26-999999-9"]) == 1
    with installation.house.database.reading() as session:
        assert session.scalars(select(AccessLog)).all() == []


def test_the_list_of_incidents_is_noted_for_those_whose_cases_it_shows(installation: Kilns) -> None:
    installation.send()
    assert main(["incidents", "list"]) == 0
    assert looks(installation) == []
    with installation.house.database.transaction() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        session.add(
            Incident(
                instance_id=instance.id, application_id=instance.application_id, element_id="pay",
                kind=IncidentKind.TIMERS, reason="a reason", input={"operation": "timers"}, raised_at=NOW,
            )
        )  # fmt: skip
    assert main(["incidents", "list"]) == 1
    assert looks(installation) == [(ME, "list_of_incidents")]


def test_nobody_signs_in_as_an_operator(installation: Kilns) -> None:
    sent = installation.send()
    main(["cases", "replay", sent.reference])
    with installation.house.database.reading() as session:
        operator = session.scalars(select(Person).where(Person.name_latin == ME)).one()
    assert (operator.phone, operator.email, operator.password_hash) == (None, None, None)
