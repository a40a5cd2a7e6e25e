"""Drafts as pages: begun, written without scripts, told of others, compared, restored, taken away and brought back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from engine.packages import read_files
from engine.studio import drafts, keeping, whole
from engine.studio.bounds import LARGEST_FILE
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns
from web.analyst.draft_words import PLACES

SignIn = Callable[[Member], FlaskClient]
MINISTRY = SERVICE.partition(".")[0]


@pytest.fixture
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


@pytest.fixture
def draft(key: str) -> str:
    return f"/analyst/drafts/{key}"


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    return in_english(signed_in(kilns.cast.chenda))


@pytest.fixture
def other(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    return in_english(signed_in(kilns.cast.visal))


def in_english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("lang", "en")
    return browser


def page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def files(kilns: Kilns, key: str) -> dict[str, bytes]:
    with kilns.house.database.reading() as session:
        found = keeping.find(session, kilns.cast.chenda.actor, key)
        return keeping.files_in(session, keeping.save_of(session, found))


def raw(browser: FlaskClient, draft: str, path: str) -> str:
    return browser.get(f"{draft}/files/{path}?raw").get_data(as_text=True)


def form_of(html: str, *, but: str = "") -> dict[str, str]:
    """The texts and hidden fields of a page, as a browser would send them back."""
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S)
    hidden = re.findall(r'<input type="hidden" name="(save|was)" value="([^"]*)"', html)
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?</select>', html, re.S)
    found = {unescape(name): unescape(text).replace("\n", "\r\n") for name, text in [*areas, *hidden]}
    return {name: text for name, text in found.items() if name not in chosen}


def test_a_draft_is_begun_from_the_page_of_the_service(analyst: FlaskClient, kilns: Kilns) -> None:
    assert f'href="/analyst/drafts/begin?service={SERVICE}"' in page(analyst, f"/analyst/{SERVICE}")
    answer = analyst.post("/analyst/drafts/begin", data={"how": "version", "service": SERVICE})
    shown = page(analyst, answer.location)
    assert "Brick kiln permit" in shown
    assert "version 1" in shown
    assert answer.location in page(analyst, "/analyst/drafts")


@pytest.mark.parametrize("how", ["like", "shape", "empty"])
def test_a_new_service_is_begun_under_its_own_key(analyst: FlaskClient, kilns: Kilns, how: str) -> None:
    typed = {"how": how, "service": SERVICE, "shape": "desk", "ministry": MINISTRY, "service_key": "lime_kiln"}
    answer = analyst.post("/analyst/drafts/begin", data=typed | {"title_km": "ឡកំបោរ", "title_en": "Lime kiln"})
    assert answer.status_code == 303
    shown = page(analyst, answer.location)
    assert f"{MINISTRY}.lime_kiln" in shown
    assert "Lime kiln" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"how": "version"}, "Choose the service"),
        ({"how": "empty", "ministry": MINISTRY, "service_key": "Lime Kiln"}, "is no key of a service"),
        ({"how": "archive"}, "This is no ZIP file"),
        ({"how": "like", "service": SERVICE, "ministry": "moon", "service_key": "lime"}, "No ministry moon"),
    ],
)
def test_a_draft_that_cannot_begin_says_why_and_keeps_what_was_typed(
    analyst: FlaskClient, kilns: Kilns, typed: dict[str, str], said: str
) -> None:
    answer = analyst.post("/analyst/drafts/begin", data=typed | {"title_en": "Lime kiln permit"})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert 'value="Lime kiln permit"' in answer.get_data(as_text=True)


def test_every_file_of_the_draft_has_its_part_and_its_page(analyst: FlaskClient, draft: str) -> None:
    shown = page(analyst, draft)
    for path in ("process.bpmn", "forms/apply.json", "service.yaml", "texts.yaml", "tests.yaml", "ministry.yaml"):
        assert f'href="{draft}/files/{path}"' in shown
        assert path in page(analyst, f"{draft}/files/{path}")
    for words in ("Process", "Forms", "Fees and decisions", "Facts", "Texts", "Scenarios"):
        assert f">{words}</h2>" in shown


def test_problems_stand_beside_the_draft_and_lead_to_their_place(analyst: FlaskClient, draft: str) -> None:
    text = raw(analyst, draft, "service.yaml").replace("term:", "trem:")
    analyst.put(f"{draft}/files/service.yaml", json={"save": 1, "text": text})
    shown = page(analyst, draft)
    assert re.search(rf'href="{draft}/files/service.yaml\?line=\d+"', shown)
    assert "trem" in shown


def test_a_file_is_written_without_any_script(analyst: FlaskClient, draft: str, key: str, kilns: Kilns) -> None:
    sent = form_of(page(analyst, f"{draft}/files/texts.yaml"))
    assert sent["file_text"].replace("\r\n", "\n") == raw(analyst, draft, "texts.yaml")
    unchanged = analyst.post(f"{draft}/files/texts.yaml", data=sent)
    assert unchanged.status_code == 303
    assert files(kilns, key) == read_files(PACKAGE)
    analyst.post(
        f"{draft}/files/texts.yaml", data=sent | {"file_text": sent["file_text"] + "# more\r\n", "words": "More"}
    )
    assert files(kilns, key)["texts.yaml"] == (PACKAGE / "texts.yaml").read_bytes() + b"# more\n"
    assert "More" in page(analyst, f"{draft}/history")


def test_the_later_of_two_sees_both_texts_and_loses_nothing(
    analyst: FlaskClient, other: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    sent = form_of(page(other, f"{draft}/files/texts.yaml"))
    analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": "# hers\n"})
    answer = other.post(f"{draft}/files/texts.yaml", data=sent | {"file_text": "# his\r\n"})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Tep Chenda saved texts.yaml meanwhile" in shown
    assert "# his\r\n</textarea>" in shown or "# his\n</textarea>" in shown
    assert "# hers\n</textarea>" in shown
    again = other.post(f"{draft}/files/texts.yaml", data=form_of(shown) | {"file_text": "# both\n"})
    assert again.status_code == 303
    assert files(kilns, key)["texts.yaml"] == b"# both\n"


def test_a_large_file_is_taken_and_one_beyond_every_bound_is_not(analyst: FlaskClient, draft: str) -> None:
    large = {"file_text": "ក" * 100_000, "save": "1"}
    assert analyst.post(f"{draft}/files/texts.yaml", data=large).status_code == 303
    beyond = {"file_text": "x" * (LARGEST_FILE + 1), "save": "2"}
    assert analyst.post(f"{draft}/files/texts.yaml", data=beyond).status_code == 413
    assert analyst.post("/analyst/drafts/begin", data=large).status_code == 413


def test_scripts_in_a_file_are_text_wherever_they_are_shown(analyst: FlaskClient, draft: str) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    text = re.sub("en: [^}]*}", f'en: "{hostile}"}}', raw(analyst, draft, "service.yaml"), count=1)
    analyst.put(f"{draft}/files/service.yaml", json={"save": 1, "text": text})
    analyst.put(f"{draft}/files/law.yaml", json={"save": 2, "text": hostile})
    places = (
        "",
        "/files/service.yaml",
        "/files/law.yaml",
        "/history",
        "/facts",
        "/compare?earlier=1&later=3",
        "/texts",
    )
    for address in ("/analyst/drafts", *(f"{draft}{place}" for place in places)):
        shown = page(analyst, address)
        assert "<script>alert" not in shown, address
    assert "&lt;script&gt;alert" in page(analyst, draft)
    assert analyst.get(f"{draft}/files/law.yaml?raw").content_type.startswith("text/plain")


def test_files_are_added_renamed_and_removed(analyst: FlaskClient, draft: str, key: str, kilns: Kilns) -> None:
    assert analyst.post(f"{draft}/add", data={"save": "1", "path": "forms/visit.json"}).status_code == 303
    assert analyst.post(f"{draft}/add", data={"save": "2", "path": "forms/visit.json"}).status_code == 409
    moved = {"save": "2", "path": "forms/visit.json", "to": "forms/look.json"}
    assert analyst.post(f"{draft}/rename", data=moved).status_code == 303
    assert "forms/look.json" in files(kilns, key)
    assert analyst.post(f"{draft}/remove", data={"save": "3", "path": "forms/look.json"}).status_code == 303
    assert files(kilns, key) == read_files(PACKAGE)
    assert analyst.post(f"{draft}/add", data={"save": "4", "path": "../x.json"}).status_code == 422
    history = page(analyst, f"{draft}/history")
    for words in ("Added forms/visit.json", "Renamed forms/visit.json to forms/look.json", "Removed forms/look.json"):
        assert words in history


def test_two_saves_are_compared_and_the_earlier_is_restored(
    analyst: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    text = raw(analyst, draft, "texts.yaml")
    analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": text + "# more <b>\n"})
    compared = page(analyst, f"{draft}/compare?earlier=1&later=2")
    assert "+ # more &lt;b&gt;</ins>" in compared
    assert analyst.post(f"{draft}/restore/1").status_code == 303
    assert files(kilns, key) == read_files(PACKAGE)
    assert "As in save 1" in page(analyst, f"{draft}/history")
    for query in ("", "?earlier=1&later=9", "?earlier=x&later=1"):
        assert analyst.get(f"{draft}/compare{query}").status_code == 404


def test_a_draft_goes_away_as_a_zip_file_and_comes_back(
    analyst: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    archive = analyst.get(f"{draft}/draft.zip")
    assert archive.headers["Content-Disposition"].endswith(f"{SERVICE}-1.zip")
    assert whole.files_from_archive(archive.data) == read_files(PACKAGE)
    analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": "# broken"})
    sent = {"save": "2", "archive": (BytesIO(archive.data), "kiln.zip")}
    assert analyst.post(f"{draft}/import", data=sent).status_code == 303
    assert files(kilns, key) == read_files(PACKAGE)
    assert "Imported kiln.zip" in page(analyst, f"{draft}/history")
    begun = analyst.post("/analyst/drafts/begin", data={"how": "archive", "archive": (BytesIO(archive.data), "a.zip")})
    assert files(kilns, begun.location.rpartition("/")[2]) == read_files(PACKAGE)


@pytest.mark.parametrize("sent", [b"", b"no archive"])
def test_what_is_no_archive_is_refused(analyst: FlaskClient, draft: str, sent: bytes) -> None:
    answer = analyst.post(f"{draft}/import", data={"save": "1", "archive": (BytesIO(sent), "a.zip")})
    assert answer.status_code == 422
    assert "This is no ZIP file" in answer.get_data(as_text=True)


def test_a_draft_is_put_away_and_taken_up(analyst: FlaskClient, draft: str) -> None:
    analyst.post(f"{draft}/close")
    assert draft not in page(analyst, "/analyst/drafts")
    assert draft in page(analyst, "/analyst/drafts?closed=1")
    refused = analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": "x"})
    assert (refused.status_code, "closed" in refused.get_json()["message"]) == (409, True)
    assert "Open it again" in page(analyst, draft)
    assert 'name="words"' not in page(analyst, f"{draft}/files/texts.yaml")
    analyst.post(f"{draft}/open")
    assert analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": "x"}).status_code == 200


def test_texts_are_written_side_by_side_and_only_what_changed_is_saved(
    analyst: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    sent = form_of(page(analyst, f"{draft}/texts"))
    assert analyst.post(f"{draft}/texts", data=sent).status_code == 303
    assert files(kilns, key) == read_files(PACKAGE)
    (place,) = [name for name in sent if name.startswith("text:summary/en")]
    assert analyst.post(f"{draft}/texts", data=sent | {place: "For our <tests>: all."}).status_code == 303
    before, after = read_files(PACKAGE)["texts.yaml"].splitlines(), files(kilns, key)["texts.yaml"].splitlines()
    assert len([line for line in after if line not in before]) == 1
    assert "For our &lt;tests&gt;: all." in page(analyst, f"{draft}/texts")


def test_a_text_that_is_emptied_in_both_languages_is_taken_away(
    analyst: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    extra = b"  Activity_0abc: {km: \xe1\x9e\x80, en: a}\n"
    before = read_files(PACKAGE)["texts.yaml"].replace(b"elements:\n", b"elements:\n" + extra)
    assert extra in before
    analyst.put(f"{draft}/files/texts.yaml", json={"save": 1, "text": before.decode()})
    sent = form_of(page(analyst, f"{draft}/texts"))
    places = [name for name in sent if name.startswith("text:elements/Activity_0abc/")]
    assert len(places) == 2
    half = sent | {places[0]: ""}
    assert analyst.post(f"{draft}/texts", data=half).status_code == 303
    assert b"Activity_0abc" in files(kilns, key)["texts.yaml"]
    sent = form_of(page(analyst, f"{draft}/texts"))
    assert analyst.post(f"{draft}/texts", data=sent | dict.fromkeys(places, "")).status_code == 303
    assert files(kilns, key)["texts.yaml"] == read_files(PACKAGE)["texts.yaml"]


def test_what_lacks_a_text_stands_first_and_is_written_there(
    analyst: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    text = raw(analyst, draft, "service.yaml").replace("stages: [", "stages: [waiting, ")
    analyst.put(f"{draft}/files/service.yaml", json={"save": 1, "text": text})
    shown = page(analyst, f"{draft}/texts")
    assert shown.index("To be written") < shown.index("stages/waiting") < shown.index("summary/km")
    words = {"text:stages/waiting/km": "រង់ចាំ", "text:stages/waiting/en": "Waiting"}
    assert analyst.post(f"{draft}/texts", data=form_of(shown) | words).status_code == 303
    assert 'waiting: {km: "រង់ចាំ", en: "Waiting"}' in files(kilns, key)["texts.yaml"].decode()
    assert "To be written" not in page(analyst, f"{draft}/texts")


def test_two_may_write_different_texts_and_of_one_text_the_later_sees_both(
    analyst: FlaskClient, other: FlaskClient, draft: str, key: str, kilns: Kilns
) -> None:
    hers = form_of(page(analyst, f"{draft}/texts"))
    his = form_of(page(other, f"{draft}/texts"))
    analyst.post(f"{draft}/texts", data=hers | {"text:summary/en": "Hers"})
    assert other.post(f"{draft}/texts", data=his | {"text:summary/km": "គាត់"}).status_code == 303
    kept = files(kilns, key)["texts.yaml"].decode()
    assert "Hers" in kept
    assert "គាត់" in kept
    refused = other.post(f"{draft}/texts", data=his | {"text:summary/en": "His"})
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "Meanwhile somebody else wrote: Hers" in shown
    again = other.post(f"{draft}/texts", data=form_of(shown))
    assert again.status_code == 303
    assert "His" in files(kilns, key)["texts.yaml"].decode()


def test_a_file_that_cannot_be_read_is_no_form(analyst: FlaskClient, draft: str) -> None:
    analyst.put(f"{draft}/files/service.yaml", json={"save": 1, "text": "key: ["})
    answer = analyst.get(f"{draft}/facts")
    assert answer.status_code == 422
    assert "service.yaml cannot be read" in answer.get_data(as_text=True)
    assert analyst.get(draft).status_code == 200
    assert analyst.get(f"{draft}/texts").status_code == 200
    assert analyst.get(f"{draft}/names.json").status_code == 200


def test_scenarios_run_when_somebody_asks_and_say_what_came_true(analyst: FlaskClient, draft: str) -> None:
    shown = page(analyst, f"{draft}/scenarios")
    assert "two kilns, in order" in shown
    assert "not as expected" not in shown
    text = raw(analyst, draft, "tests.yaml").replace("fee: 40000", "fee: 41000")
    analyst.put(f"{draft}/files/tests.yaml", json={"save": 1, "text": text})
    again = page(analyst, f"{draft}/scenarios")
    assert "not as expected" in again
    assert "41000" in again


def test_scenarios_wait_for_errors_to_be_corrected_and_are_bounded(analyst: FlaskClient, draft: str) -> None:
    text = raw(analyst, draft, "tests.yaml")
    first = text[text.index("  - name:") :]
    analyst.put(f"{draft}/files/tests.yaml", json={"save": 1, "text": text + first * 100})
    answer = analyst.get(f"{draft}/scenarios")
    assert (answer.status_code, "owso test" in answer.get_data(as_text=True)) == (409, True)
    analyst.put(f"{draft}/files/tests.yaml", json={"save": 2, "text": "scenarios: ["})
    answer = analyst.get(f"{draft}/scenarios")
    assert (answer.status_code, "Correct the errors first" in answer.get_data(as_text=True)) == (409, True)


def test_the_page_of_texts_has_words_for_messages() -> None:
    assert "messages" in PLACES
