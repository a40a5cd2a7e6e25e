"""What an applicant must hold is said on the page before sending, and sending is refused in words."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.house import House
from tests.cast import Cast, Member
from tests.engine.applications.test_prerequisites import REQUIRES, services


def test_the_page_before_sending_says_what_is_missing(
    house: House, cast: Cast, signed_in: Callable[[Member], FlaskClient]
) -> None:
    _, second = services(house, cast, rules=REQUIRES)
    draft, dara = second.draft(), signed_in(cast.dara)
    dara.set_cookie("lang", "en")
    page = dara.get(f"/applications/{draft}/check").get_data(as_text=True)
    assert "A certificate of the service “Verification of scales” that is in force" in page
    assert "Send the application" not in page
    sent = dara.post(f"/applications/{draft}/check")
    assert sent.status_code == 422
    assert "This needs a certificate of the service “Verification of scales”." in sent.get_data(as_text=True)
