from __future__ import annotations

import gzip
from collections import Counter

import pytest
from flask.testing import FlaskClient

from tests.web.assets.conftest import read
from tests.web.assets.gallery import PAGES
from web.assets import DIST, Assets

EVERY_PAGE = [f"/{name}?lang={lang}" for name in PAGES for lang in ("km", "en")]


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_no_page_needs_an_inline_script_or_style(path: str, visitor: FlaskClient) -> None:
    page = read(visitor, path)
    assert page.all("//@style") == []
    assert page.all("//style") == []
    assert page.all("//script[not(@src)]") == []
    assert page.all("//@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_ids_are_unique_and_labels_and_descriptions_find_their_field(path: str, visitor: FlaskClient) -> None:
    page = read(visitor, path)
    ids = [str(value) for value in page.all("//@id")]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    named = [*page.all("//label/@for"), *" ".join(map(str, page.all("//@aria-describedby"))).split()]
    assert set(map(str, named)) <= set(ids)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_says_its_language_its_name_and_where_its_content_begins(path: str, visitor: FlaskClient) -> None:
    page = read(visitor, path)
    assert page.one("/html").get("lang") == path[-2:]
    own, _, product = page.words("//title").rpartition(" – ")
    assert own
    assert product in ("One Window", "ច្រកចេញចូលតែមួយ")
    assert page.one("//a[@href='#main-content']") is not None
    assert len(page.all("//main[@id='main-content']")) == 1
    assert len(page.all("//h1")) == 1


@pytest.mark.parametrize(("path", "other"), [("/citizen?lang=km&page=2", "en"), ("/citizen?page=2&lang=en", "km")])
def test_the_other_language_is_one_tap_away_on_the_same_page(path: str, other: str, visitor: FlaskClient) -> None:
    link = read(visitor, path).one(f"//header//a[@hreflang='{other}']")
    assert link.get("href") == f"/citizen?page=2&lang={other}"
    assert link.get("lang") == other


def test_khmer_pages_fetch_the_khmer_font_early_and_english_ones_do_not(visitor: FlaskClient) -> None:
    assert len(read(visitor, "/citizen?lang=km").all("//link[@rel='preload'][@as='font']")) == 1
    assert read(visitor, "/citizen?lang=en").all("//link[@rel='preload']") == []


@pytest.mark.parametrize("lang", ["km", "en"])
def test_a_first_visit_to_the_tracking_page_costs_at_most_20_kb(lang: str, visitor: FlaskClient) -> None:
    page = read(visitor, f"/track?lang={lang}")
    assert page.all("//script") == []
    assert page.all("//link[@rel='preload']") == []
    parts = [len(gzip.compress(page.source.encode()))]
    parts += [(DIST / f"{Assets().names[name]}.gz").stat().st_size for name in ("light.css", "icon.svg")]
    assert sum(parts) <= 20_000


@pytest.mark.parametrize("lang", ["km", "en"])
def test_a_form_page_stays_within_its_budget(lang: str, visitor: FlaskClient) -> None:
    page = read(visitor, f"/errors?lang={lang}")
    assert len(gzip.compress(page.source.encode())) <= 10_000


def test_an_officer_sees_the_menu_with_the_present_page_marked(visitor: FlaskClient) -> None:
    page = read(visitor, "/desk?lang=en")
    assert page.words("//nav//a[@aria-current='page']") == "Inbox 12"
    assert len(page.all("//nav//ul")) == 2


def test_signing_out_is_a_form_with_a_token_and_not_a_link(visitor: FlaskClient) -> None:
    page = read(visitor, "/desk?lang=en")
    form = page.one("//form[@action='/sign-out']")
    assert form.get("method") == "post"
    assert len(form.xpath(".//input[@name='csrf_token']")) == 1
    assert page.all("//a[@href='/sign-out']") == []


def test_the_present_stage_is_marked_for_screen_readers(visitor: FlaskClient) -> None:
    page = read(visitor, "/track?lang=en")
    assert page.words("//li[@aria-current='step']/p[1]") == "Documents being checked now"
    assert "Battambang office" in page.words("//li[@aria-current='step']/p[2]")


def test_an_error_page_says_what_happened_and_what_to_do(visitor: FlaskClient) -> None:
    page = read(visitor, "/error?lang=en")
    assert page.words("//h1") == "We did not find this page"
    assert "Check the address" in page.words("//main//p[1]")
