"""``owso users``: officers are invited by message, or by a link that the operator hands over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.house import House
from engine.offices import accepting
from engine.people.actors import Place, load_actor
from storage.invitations import Invitation
from storage.people import IdentityStatus, Membership, Person
from tests.cast import Cast
from tests.fixtures.houses import both_databases
from web.cli import main
from web.clock import SystemClock
from web.context import LOCAL_ZONE

NAMES = ("--name-km", "មន្ត្រីថ្មី", "--name-latin", "New Officer")
LOGIN = "new.officer@example.org"
OWN = "three quiet buffaloes"


@pytest.fixture(autouse=True)
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))


def link(said: str) -> str:
    """The token of the link that was printed."""
    found = re.search(r"/i/([\w-]+)", said)
    assert found is not None, said
    return found[1]


def accepted(house: House, token: str, password: str = OWN) -> None:
    now = SystemClock().now()
    with house.database.transaction() as session:
        accepting.accept(
            session, house, token, "", password, place=Place(), today=now.astimezone(LOCAL_ZONE).date(), now=now
        )


def made(house: House, login: str = LOGIN) -> Person:
    with house.database.reading() as session:
        return session.scalars(select(Person).where(Person.email == login)).one()


@both_databases
def test_the_first_administrator_of_a_fresh_machine_takes_two_commands(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "add", LOGIN, *NAMES]) == 0
    said = capsys.readouterr().out
    assert "No sender of this installation reaches new.officer@example.org" in said
    assert "Hand it over yourself" in said
    assert main(["users", "grant", LOGIN, "administrator"]) == 0
    assert "It counts once they have accepted" in capsys.readouterr().out
    with house.database.reading() as session:
        assert session.scalars(select(Membership)).all() == []
    accepted(house, link(said))
    person = made(house)
    assert (person.identity_status, person.email_proved_at is None) == (IdentityStatus.VERIFIED, False)
    with house.database.reading() as session:
        actor = load_actor(session, person.id, today=SystemClock().now().astimezone(LOCAL_ZONE).date())
        assert actor is not None
        assert actor.memberships == {("administrator", None)}


def test_an_applicant_is_asked_and_an_officer_is_not(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "grant", cast.dara.phone, "cashier", "--office", "02", "--to", "2099-12-31"]) == 0
    said = capsys.readouterr().out
    assert "is asked to serve: cashier at 02" in said
    assert main(["users", "grant", cast.bopha.phone, "cashier", "--office", "02"]) == 0
    assert "belongs to cashier at 02" in capsys.readouterr().out
    accepted(house, link(said), "")
    with house.database.reading() as session:
        held = session.scalars(select(Membership).where(Membership.person_id == cast.dara.person_id)).one()
    assert (held.group, f"{held.to_day}") == ("cashier", "2099-12-31")


def test_an_account_that_nobody_has_proved_is_not_lifted(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with house.database.transaction() as session:
        person = session.get_one(Person, cast.sreyneang.person_id)
        person.phone_proved_at = person.email_proved_at = None
    assert main(["users", "grant", cast.sreyneang.phone, "head", "--office", "02"]) == 1
    assert "No account has the telephone number" in capsys.readouterr().err
    assert main(["users", "grant", f"#{cast.sreyneang.person_id}", "head", "--office", "02"]) == 1
    assert "has not proved any phone number" in capsys.readouterr().err


def test_invitations_are_listed_sent_again_and_revoked(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "add", LOGIN, *NAMES]) == 0
    first = link(capsys.readouterr().out)
    assert main(["users", "invitations"]) == 0
    assert "New Officer  account" in capsys.readouterr().out
    with house.database.reading() as session:
        number = str(session.scalars(select(Invitation.id)).one())
    assert main(["users", "again", number]) == 0
    second = link(capsys.readouterr().out)
    assert first != second
    assert main(["users", "revoke", number]) == 0
    assert main(["users", "revoke", number]) == 1
    assert main(["users", "invitations"]) == 0
    assert "New Officer" not in capsys.readouterr().out.splitlines()[-1]


def test_several_people_with_one_telephone_are_named_by_their_numbers(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "add", cast.dara.phone, *NAMES]) == 1
    assert f"#{cast.dara.person_id} Sok Dara" in capsys.readouterr().err
    assert main(["users", "add", cast.dara.phone, *NAMES, "--another"]) == 0
    assert main(["users", "disable", cast.dara.phone]) == 1
    assert "Name one of them by the number of the account" in capsys.readouterr().err
    assert main(["users", "disable", f"#{cast.dara.person_id}"]) == 0


def test_the_operator_lets_the_only_administrator_set_a_new_password(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "reset", cast.visal.phone]) == 0
    accepted(house, link(capsys.readouterr().out))
    with house.database.reading() as session:
        person = session.get_one(Person, cast.visal.person_id)
    assert house.passwords.verify(OWN, person.password_hash or "")
    assert person.session_epoch == cast.visal.epoch + 1
