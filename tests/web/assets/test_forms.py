from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.assets.conftest import Page, read

Q = "/fields?lang=en"
REFUSED = "/errors?lang=en"


@pytest.fixture
def page(visitor: FlaskClient) -> Page:
    return read(visitor, Q)


@pytest.fixture
def refused(visitor: FlaskClient) -> Page:
    return read(visitor, REFUSED)


def test_every_post_form_carries_the_token(page: Page) -> None:
    assert len(page.all("//main//form[@method='post']//input[@name='csrf_token']")) == 1


def test_what_was_typed_is_kept_and_escaped(page: Page) -> None:
    assert page.one("//input[@name='name_km']").get("value") == "ផ្ទះសំណាក់ <ដៃស្ទឹង> & កូន"
    assert "<ដៃស្ទឹង>" not in page.source


def test_numbers_are_text_fields_with_a_numeric_keyboard_because_khmer_digits_are_welcome(page: Page) -> None:
    rooms = page.one("//input[@name='rooms']")
    assert (rooms.get("type"), rooms.get("inputmode"), rooms.get("value")) == ("text", "numeric", "12")


def test_a_date_comes_back_as_it_was_typed(page: Page) -> None:
    typed = [page.one(f"//input[@name='opens-{part}']").get("value") for part in ("day", "month", "year")]
    assert typed == ["៣១", "2", "2026"]


def test_a_stored_phone_number_is_shown_as_people_write_it(page: Page) -> None:
    assert page.one("//input[@name='phone']").get("value") == "012 345 678"


def test_a_chosen_option_stays_chosen(page: Page) -> None:
    assert page.one("//input[@name='pool'][@checked]").get("value") == "no"
    assert page.one("//input[@name='true'][@checked]").get("value") == "yes"


def test_only_places_inside_the_chosen_ones_are_offered(page: Page) -> None:
    districts = [str(value) for value in page.all("//select[@name='place-district']/option/@value")]
    communes = [str(value) for value in page.all("//select[@name='place-commune']/option/@value")]
    assert len(page.all("//select[@name='place-province']/option")) == 26
    assert all(code.startswith("02") for code in districts[1:])
    assert all(code.startswith("0203") for code in communes[1:])
    assert page.one("//select[@name='place-district']/option[@selected]").get("value") == "0203"


def test_without_javascript_a_button_asks_for_the_next_list(page: Page) -> None:
    assert page.one("//button[@name='_choose']").get("value") == "place"


def test_rows_of_a_group_have_fields_and_a_button_of_their_own(page: Page) -> None:
    assert [field.get("value") for field in page.all("//input[starts-with(@name, 'staff-')]")] == [
        "សុខ ដារ៉ា",
        "ចាន់ បុប្ផា",
    ]
    assert [button.get("value") for button in page.all("//button[@name='_remove']")] == ["staff-0", "staff-1"]
    assert page.one("//button[@name='_add']").get("value") == "staff"


def test_what_was_uploaded_is_shown_beside_the_field(page: Page) -> None:
    assert page.words("//p[contains(@class, 'ow-uploaded')]") == "✓ plan.pdf 225 KB"
    assert (
        page.one("//input[@name='plan']").get("accept")
        == "application/pdf,image/jpeg,image/heic,image/heif,image/webp,image/avif"
    )


def test_a_question_that_may_stay_empty_says_so(page: Page) -> None:
    assert "(optional)" in page.words("//label[@for='mail']")
    assert "(optional)" not in page.words("//label[@for='rooms']")


def test_a_password_is_never_sent_back(page: Page) -> None:
    field = page.one("//input[@type='password']")
    assert (field.get("value"), field.get("autocomplete")) == ("", "new-password")


def test_the_summary_of_errors_leads_to_every_field_in_the_order_of_the_page(refused: Page) -> None:
    targets = [str(href) for href in refused.all("//div[contains(@class, 'govuk-error-summary')]//a/@href")]
    assert targets == ["#opens", "#pool", "#place-commune", "#staff-1-name"]
    ids = set(map(str, refused.all("//input/@id | //select/@id")))
    assert {target[1:] for target in targets} <= ids


def test_an_error_stands_beside_its_field_too(refused: Page) -> None:
    for name in ("opens", "pool", "place-commune", "staff-1-name"):
        group = refused.all(f"//*[@id='{name}']/ancestor::div[contains(@class, 'govuk-form-group--error')]")
        assert group, name


def test_a_refused_page_says_so_in_the_browsers_tab(refused: Page, page: Page) -> None:
    assert refused.words("//title").startswith("Error:")
    assert not page.words("//title").startswith("Error:")
