"""A fee that the table of a published version cannot work out is said; it was published before the check told it."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.versions import publishing
from tests.cast import Cast, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

Browser = Callable[[Member], FlaskClient]


def test_an_application_whose_fee_is_a_fraction_is_refused_with_its_answers_kept(
    kilns: Kilns, cast: Cast, signed_in: Browser
) -> None:
    form = publishing.files_of(PACKAGE)["forms/apply.json"].replace(
        b'"key": "kilns"', b'"key": "kilns", "decimalDigits": 1'
    )
    kilns.draw(2, more={"forms/apply.json": form})
    dara = signed_in(cast.dara)
    draft = dara.post(f"/services/{SERVICE}/apply", data={"office": "02"}).location
    assert dara.post(f"{draft}/pages/kiln", data={"kiln_name": "ឡ", "kilns": "1.5"}).status_code == 303
    page = dara.get(f"{draft}/check").get_data(as_text=True)
    shown = page.split('name="shown" value="')[1].split('"')[0]
    answer = dara.post(f"{draft}/check?lang=en", data={"shown": shown})
    assert answer.status_code == 422
    assert "The fee for these answers cannot be worked out." in answer.get_data(as_text=True)
    assert "1.5" in dara.get(f"{draft}/check?lang=en").get_data(as_text=True)
