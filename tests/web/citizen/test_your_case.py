"""What you will pay and bring, on the page of a service: asked without an account, and nothing is kept."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.journeys.guesthouse import SERVICE, Guesthouse
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("licence")
PAGE = f"/services/{SERVICE}"


def asked(rooms: str, more: str = "") -> str:
    return f"{PAGE}?_asked=is_renewal&_asked=rooms&rooms={rooms}{more}"


def told(client: FlaskClient, address: str, lang: str = "en") -> str:
    """What the page says of the case."""
    page = client.get(f"{address}&lang={lang}").get_data(as_text=True)
    return page.partition('class="ow-your-case"')[2].partition("</section>")[0]


def test_the_page_asks_the_few_questions_that_decide(client: FlaskClient) -> None:
    page = client.get(PAGE).get_data(as_text=True)
    assert 'name="rooms"' in page
    assert 'name="is_renewal"' in page
    assert 'name="business_name_km"' not in page
    assert 'class="ow-your-case"' not in page


def test_the_answers_give_the_lines_with_citation_and_total(client: FlaskClient) -> None:
    page = told(client, asked("12"))
    assert "KHR\xa0180,000</td>" in page.partition("<tfoot>")[2]
    assert "12 × KHR\xa015,000" in page
    assert 'class="ow-fee__citation"' in page
    assert "KHR\xa0180,000" not in told(client, asked("13"))


def test_documents_are_those_of_the_case(client: FlaskClient) -> None:
    def documents(address: str) -> str:
        return told(client, address).partition("Your documents")[2]

    assert documents(asked("12")).count("<li>") == documents(asked("3")).count("<li>") + 1
    assert documents(asked("3", "&is_renewal=yes")).count("<li>") == documents(asked("3")).count("<li>") - 1


def test_a_wrong_answer_is_named_and_shown_again(client: FlaskClient) -> None:
    page = client.get(f"{asked('%3Cmany%3E')}&lang=en").get_data(as_text=True)
    assert "govuk-error-summary" in page
    assert 'value="&lt;many&gt;"' in page
    assert 'class="ow-your-case"' not in page


def test_khmer_digits_are_read(client: FlaskClient) -> None:
    assert "១៨០\xa0០០០\xa0រៀល" in told(client, asked("១២"), "km")


@pytest.mark.parametrize(
    "nonsense", ["&rooms=1&rooms=2", "&_asked[]=x", "&_remove=rooms-0", "&_add=rooms", "&rooms-0-x=1"]
)
def test_nonsense_in_the_address_breaks_nothing(client: FlaskClient, nonsense: str) -> None:
    assert client.get(asked("12", nonsense)).status_code == 200


def test_asking_writes_nothing_and_costs_no_more_than_reading(client: FlaskClient, licence: Guesthouse) -> None:
    client.get(PAGE)
    with counted(licence.house.database) as reading:
        client.get(PAGE)
    with counted(licence.house.database) as asking:
        client.get(asked("12"))
    assert asking.statements == reading.statements
    assert not [text for text in asking.texts if text.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
