"""Lost second factors on the pages of administrators, and at the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.house import House
from engine.people import factors
from storage.factors import FactorRemoval
from tests.administrators import second
from tests.cast import Cast, Member
from tests.devices import Device
from tests.web.factors import text_of, with_app, with_passkey
from web import cli
from web.config import Settings

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def account(signed_in: Browser, cast: Cast) -> str:
    """The page of Bopha, who has lost her telephone with the app."""
    browser = signed_in(cast.bopha)
    with_app(browser)
    with_passkey(browser, Device())
    return f"/admin/accounts/{cast.bopha.person_id}"


def page(browser: FlaskClient, address: str) -> str:
    return text_of(browser.get(f"{address}?lang=en"))


def proposal(house: House) -> int:
    with house.database.reading() as session:
        return session.scalars(select(FactorRemoval.id)).one()


def test_two_administrators_take_the_factors_away(signed_in: Browser, cast: Cast, house: House, account: str) -> None:
    visal, other = signed_in(cast.visal), signed_in(second(house))
    assert "an authenticator app, one passkey, 10 recovery codes left" in page(visal, account)
    assert visal.post(f"{account}/factors", data={"reason": " "}).status_code == 422
    assert visal.post(f"{account}/factors", data={"reason": "Fell into the river"}).status_code == 303
    assert "Another administrator of every office must answer." in page(visal, account)
    assert "Take them away" not in page(visal, account)
    answer = f"{account}/factors/{proposal(house)}"
    assert visal.post(f"{answer}/agree").status_code == 403
    assert "Chan Bopha, proposed by Ouch Visal" in " ".join(page(other, "/admin/accounts").replace("</a>", "").split())
    assert "Reason: Fell into the river" in page(other, account)
    assert other.post(f"{answer}/agree").status_code == 303
    assert "none" in page(other, account)
    assert other.post(f"{answer}/agree").status_code == 409
    assert signed_in(cast.bopha).get("/office").status_code == 200


def test_a_proposal_is_refused_and_nobody_acts_for_themselves(
    signed_in: Browser, cast: Cast, house: House, account: str
) -> None:
    visal, other = signed_in(cast.visal), signed_in(second(house))
    own = f"/admin/accounts/{cast.visal.person_id}"
    with_app(visal)
    assert "Propose to take them away" not in page(visal, own)
    assert visal.post(f"{own}/factors", data={"reason": "Mine"}).status_code == 403
    visal.post(f"{account}/factors", data={"reason": "Lost"})
    assert other.post(f"{account}/factors/{proposal(house)}/refuse").status_code == 303
    assert "Propose to take them away" in page(other, account)
    with house.database.reading() as session:
        assert factors.held(session, cast.bopha.person_id).count == 2


def test_the_operator_takes_them_away_at_the_command_line(
    cast: Cast,
    house: House,
    account: str,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("DATABASE_URL", settings.database_url), ("DATA_DIR", str(settings.data_dir))):
        monkeypatch.setenv(f"OWSO_{name}", value)
    assert cli.main(["users", "reset-factors", cast.bopha.phone]) == 0
    assert "signs in with the password alone" in capsys.readouterr().out
    with house.database.reading() as session:
        assert not factors.held(session, cast.bopha.person_id)
    assert cli.main(["users", "reset-factors", cast.bopha.phone]) == 1
    assert "has no second factor" in capsys.readouterr().err
