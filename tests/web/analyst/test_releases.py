"""The pages of releases: made by an analyst, decided by an approver, read by nobody of another ministry."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import localise
from engine.packages.groups import ANALYST, APPROVER
from engine.releases import making
from engine.studio import drafts as package_drafts
from engine.studio import saving
from storage.releases import GateStep, ReleaseStatus
from tests.cast import NOW, Member
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import SERVICE, Kilns

SignIn = Callable[[Member], FlaskClient]
APRIL = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    return english(signed_in(kilns.cast.chenda))


@pytest.fixture
def approver(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    return english(signed_in(kilns.cast.sothea))


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("lang", "en")
    return browser


def zipped(files: Mapping[str, bytes], around: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{around}{name}", data)
    return out.getvalue()


def own(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that lie in the folder of the package itself."""
    return {name: data for name, data in files.items() if name != "ministry.yaml" and not name.startswith("shared/")}


def seen(browser: FlaskClient, address: str) -> str:
    """The revision that the page showed."""
    found = re.search(r'name="seen" value="(\d+)"', browser.get(address).get_data(as_text=True))
    assert found is not None
    return found[1]


def put(browser: FlaskClient, address: str, archive: bytes) -> TestResponse:
    data = {"seen": seen(browser, address), "package": (io.BytesIO(archive), "kiln.zip")}
    return browser.post(f"{address}/packages", data=data)


def begun(browser: FlaskClient) -> str:
    answer = browser.post("/analyst/releases", data={"ministry": MINISTRY, "title": "Clearer words", "note": "Why"})
    assert answer.status_code == 303
    return str(answer.location)


def test_the_whole_way_of_a_release_over_its_pages(
    agreeing: Agreeing, analyst: FlaskClient, approver: FlaskClient
) -> None:
    address = begun(analyst)
    assert put(analyst, address, zipped(own(kiln_files()), "kiln_permit/")).status_code == 303
    plan = {"seen": seen(analyst, address), "day-day": "1", "day-month": "4", "day-year": "2026", "at": "",
            "where": "pilot", "offices": ["02"]}  # fmt: skip
    assert analyst.post(f"{address}/plan", data=plan).status_code == 303
    page = analyst.get(address).get_data(as_text=True)
    for words in (
        "Being made",
        "Clearer words",
        localise.moment(APRIL, "en"),
        "Battambang",
        "Put in by",
        "kiln_permit",
        "The release was begun.",
    ):
        assert words in page, words
    assert analyst.post(f"{address}/submit", data={"seen": seen(analyst, address)}).status_code == 303
    assert "Approve the release" not in analyst.get(address).get_data(as_text=True)
    held = approver.get(address).get_data(as_text=True)
    assert "The gate holds the release up." in held
    assert "Not tried by any scenario" in held
    through = {"seen": seen(approver, address), "reason": "Looked at by <b>hand</b>."}
    assert approver.post(f"{address}/gate/covered", data=through).status_code == 303
    assert approver.post(f"{address}/approve", data={"seen": seen(approver, address)}).status_code == 303
    page = approver.get(address).get_data(as_text=True)
    for words in (
        "Release 1 is approved.",
        "Approved, not yet in effect",
        "Let through by Ek Sothea",
        "&lt;b&gt;hand",
        "became version 2",
    ):
        assert words in page, words
    assert agreeing.row(address.rpartition("/")[2]).offices == ["02"]
    assert "Withdraw the release" in page
    assert "Clearer words" in approver.get("/analyst/releases").get_data(as_text=True)


def test_the_replay_is_begun_from_the_page_and_read_by_the_approver_once_the_release_waits(
    agreeing: Agreeing, analyst: FlaskClient, signed_in: SignIn
) -> None:
    agreeing.belongs(agreeing.cast.vannak, APPROVER, MINISTRY)
    approver = english(signed_in(agreeing.cast.vannak))
    agreeing.kilns.send()
    address = begun(analyst)
    put(analyst, address, zipped(own(kiln_files())))
    assert "not tried yet" in analyst.get(address).get_data(as_text=True)
    replay = f"{address}/packages/{SERVICE}/replay"
    assert approver.post(replay, data={"seen": seen(analyst, address)}).status_code == 403
    assert analyst.post(replay, data={"seen": "1"}).status_code == 409
    assert analyst.post(replay, data={"seen": seen(analyst, address)}).status_code == 303
    page = analyst.get(address).get_data(as_text=True)
    assert "0 of 1" in page
    (trial,) = set(re.findall(r'href="(/analyst/trials/[^"/]+)"', page))
    assert approver.get(trial).status_code == 403
    agreeing.replayed()
    analyst.post(f"{address}/submit", data={"seen": seen(analyst, address)})
    page = approver.get(address).get_data(as_text=True)
    assert "Cases: 1. The same path: 1." in page
    assert trial in page
    shown = approver.get(trial).get_data(as_text=True)
    assert "Clearer words" in shown
    assert "Try again" not in shown
    assert approver.get(f"{trial}/cases?kind=same").status_code == 200
    assert approver.post(f"{trial}/again").status_code == 403


def test_what_was_exported_and_then_withdrawn_is_told_with_whom_and_withdrawn_elsewhere_by_its_notice(
    agreeing: Agreeing, analyst: FlaskClient, approver: FlaskClient
) -> None:
    key = agreeing.submitted(planned_for=APRIL)
    address = f"/analyst/releases/{key}"
    assert analyst.post(f"{address}/export", data={"to": "Kampot"}).status_code == 409
    agreeing.approve(key)
    sent = analyst.post(f"{address}/export", data={"to": "<b>Kampot</b> hall"})
    assert (sent.status_code, sent.mimetype) == (200, "application/zip")
    assert analyst.post(f"{address}/notice").status_code == 409
    page = analyst.get(address).get_data(as_text=True)
    assert page.count("&lt;b&gt;Kampot&lt;/b&gt; hall") == 2
    assert "was exported before it was withdrawn" not in page
    agreeing.withdraw(key)
    page = analyst.get(address).get_data(as_text=True)
    assert "was exported before it was withdrawn" in page
    assert "Export the notice of its withdrawal" in page
    notice = analyst.post(f"{address}/notice", data={"to": ""}).get_data()
    assert "/analyst/releases/import" not in analyst.get("/analyst/releases").get_data(as_text=True)
    assert "/analyst/releases/import" in approver.get("/analyst/releases").get_data(as_text=True)
    assert approver.get("/analyst/releases/import").status_code == 200
    for file, status in ((notice, 409), (sent.get_data(), 409), (b"nothing", 422), (notice[:-40], 422)):
        data = {"file": (io.BytesIO(file), "file.zip")}
        refused = approver.post("/analyst/releases/import", data=data)
        assert refused.status_code == status
        assert "Please correct the following" in refused.get_data(as_text=True)
    assert "This file is no exported release" in approver.post("/analyst/releases/import").get_data(as_text=True)
    assert analyst.post("/analyst/releases/import").status_code == 403


def test_the_page_says_how_far_the_transfer_of_running_cases_is_and_leads_administrators_to_it(
    agreeing: Agreeing, analyst: FlaskClient, signed_in: SignIn
) -> None:
    agreeing.kilns.send()
    key = agreeing.submitted()
    agreeing.approve(key)
    administrator = english(signed_in(agreeing.cast.visal))
    survey = f"/admin/transfers/{SERVICE}/2"
    assert f'href="{survey}"' in administrator.get(f"/analyst/releases/{key}").get_data(as_text=True)
    answer = administrator.post(survey, data={"reason": "For all."})
    assert answer.status_code == 303
    page = administrator.get(f"/analyst/releases/{key}").get_data(as_text=True)
    assert f'href="{answer.location}"' in page
    told = analyst.get(f"/analyst/releases/{key}").get_data(as_text=True)
    assert "Transfers of running cases" in told
    assert f'href="{answer.location}"' not in told


def test_a_second_click_and_a_stale_page_are_refused_and_publish_nothing_twice(
    agreeing: Agreeing, approver: FlaskClient
) -> None:
    address = f"/analyst/releases/{agreeing.submitted()}"
    data = {"seen": seen(approver, address)}
    assert [approver.post(f"{address}/approve", data=data).status_code for _ in range(2)] == [303, 409]
    assert approver.post(f"{address}/approve").status_code == 409
    assert agreeing.versions() == [1, 2]


def test_what_was_published_meanwhile_is_shown_and_taken_over(agreeing: Agreeing, analyst: FlaskClient) -> None:
    mine, other = agreeing.submitted("Mine."), agreeing.submitted("Theirs.")
    agreeing.approve(other)
    address = f"/analyst/releases/{mine}"
    page = analyst.get(address).get_data(as_text=True)
    for words in (
        "Other changes were published since this release was begun",
        "version 2 by Ek Sothea",
        "Take them over",
    ):
        assert words in page, words
    assert analyst.post(f"{address}/take-over", data={"seen": seen(analyst, address)}).status_code == 303
    assert "Other changes were published" not in analyst.get(address).get_data(as_text=True)
    assert agreeing.row(mine).status == ReleaseStatus.DRAFT


def test_who_made_a_part_is_told_that_somebody_else_approves(
    agreeing: Agreeing, signed_in: SignIn, kilns: Kilns
) -> None:
    author = agreeing.belongs(kilns.cast.bopha, ANALYST, MINISTRY)
    agreeing.belongs(kilns.cast.bopha, APPROVER, MINISTRY)
    key = agreeing.begin()
    with kilns.house.database.transaction() as session:
        making.put_in(session, kilns.house, author, key, kiln_files(), now=NOW)
    agreeing.submit(key)
    browser, address = english(signed_in(kilns.cast.bopha)), f"/analyst/releases/{key}"
    page = browser.get(address).get_data(as_text=True)
    assert "Somebody else must approve it." in page
    assert "Approve the release" not in page
    assert browser.post(f"{address}/approve", data={"seen": agreeing.row(key).revision}).status_code == 403


@pytest.mark.parametrize("group", [ANALYST, APPROVER])
def test_releases_of_another_ministry_are_not_found(
    agreeing: Agreeing, signed_in: SignIn, kilns: Kilns, group: str
) -> None:
    key = agreeing.submitted()
    agreeing.belongs(kilns.cast.bopha, group, "tourism")
    browser = english(signed_in(kilns.cast.bopha))
    assert browser.get(f"/analyst/releases/{key}").status_code == 404
    assert "Clearer words" not in browser.get("/analyst/releases").get_data(as_text=True)
    act, data = ("submit", {}) if group == ANALYST else ("approve", {})
    assert browser.post(f"/analyst/releases/{key}/{act}", data=data).status_code == 404
    begin = browser.post("/analyst/releases", data={"ministry": MINISTRY, "title": "Mine"})
    assert begin.status_code == 403


def test_an_administrator_reads_and_neither_makes_nor_decides(
    agreeing: Agreeing, signed_in: SignIn, kilns: Kilns
) -> None:
    agreeing.kilns.send()
    key = agreeing.submitted()
    agreeing.approve(key)
    browser = english(signed_in(kilns.cast.visal))
    page = browser.get(f"/analyst/releases/{key}").get_data(as_text=True)
    assert f"/admin/transfers/{SERVICE}/2" in page
    for words in ("Withdraw the release", "Approve the release", "Submit for approval"):
        assert words not in page
    assert browser.post(f"/analyst/releases/{key}/withdraw", data={"reason": "No."}).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        b"no zip",
        zipped({"notes.txt": b"x"}),
        zipped({"../service.yaml": b"x"}),
        zipped({"/service.yaml": b"x"}),
        zipped({f"{number}.txt": b"" for number in range(600)} | {"service.yaml": b""}),
        zipped({"service.yaml": b"0" * 30_000_000}),
    ],
)
def test_what_is_no_package_is_not_put_in(agreeing: Agreeing, analyst: FlaskClient, sent: bytes) -> None:
    address = begun(analyst)
    answer = put(analyst, address, sent)
    assert answer.status_code == 422
    assert agreeing.history() == ["begun"]


def test_a_draft_is_put_in_as_it_was_saved_last(agreeing: Agreeing, analyst: FlaskClient, kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        draft = package_drafts.begin_from_version(
            session, kilns.house, agreeing.analyst, SERVICE, words="For a release", now=NOW
        )
        texts = kiln_files("From the draft.")["texts.yaml"]
        saving.save(session, agreeing.analyst, draft, {"texts.yaml": texts}, based_on=1, now=NOW)
    address = begun(analyst)
    assert draft in analyst.get(address).get_data(as_text=True)
    data = {"seen": seen(analyst, address), "draft": draft}
    assert analyst.post(f"{address}/packages", data=data).status_code == 303
    page = analyst.get(f"{address}/packages/{SERVICE}").get_data(as_text=True)
    assert "From the draft." in page
    nothing = analyst.post(f"{address}/packages", data={"seen": seen(analyst, address), "draft": "nothing"})
    assert nothing.status_code == 404


def test_a_package_with_mistakes_is_refused(agreeing: Agreeing, analyst: FlaskClient) -> None:
    answer = put(analyst, begun(analyst), zipped({**own(kiln_files()), "process.bpmn": b"<x"}))
    assert answer.status_code == 422
    assert agreeing.history() == ["begun"]


def test_a_plan_that_cannot_be_read_is_refused(agreeing: Agreeing, analyst: FlaskClient) -> None:
    address = begun(analyst)
    for typed, words in (
        ({"day-day": "31", "day-month": "2", "day-year": "2026"}, "Write a day like"),
        ({"day-day": "1", "day-month": "4", "day-year": "2026", "at": "25:00"}, "Write a day like"),
        ({"day-day": "1", "day-month": "1", "day-year": "2026"}, "This moment has passed"),
    ):
        answer = analyst.post(f"{address}/plan", data={"seen": seen(analyst, address), **typed})
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True)


def test_what_is_sent_back_or_withdrawn_says_why(
    agreeing: Agreeing, analyst: FlaskClient, approver: FlaskClient
) -> None:
    address = f"/analyst/releases/{agreeing.submitted()}"
    assert (
        approver.post(f"{address}/send-back", data={"seen": seen(approver, address), "reason": ""}).status_code == 422
    )
    sent = approver.post(f"{address}/send-back", data={"seen": seen(approver, address), "reason": "The fee."})
    assert sent.status_code == 303
    assert "It was sent back: The fee." in analyst.get(address).get_data(as_text=True)
    assert (
        analyst.post(f"{address}/withdraw", data={"seen": seen(analyst, address), "reason": "Late."}).status_code == 303
    )
    assert "It was withdrawn: Late." in analyst.get(address).get_data(as_text=True)


def test_a_step_that_there_is_not_is_not_found(agreeing: Agreeing, approver: FlaskClient) -> None:
    address = f"/analyst/releases/{agreeing.submitted()}"
    assert approver.post(f"{address}/gate/nothing", data={"reason": "x"}).status_code == 404
    passed = {"seen": seen(approver, address), "reason": "x"}
    assert approver.post(f"{address}/gate/{GateStep.CHECKED.value}", data=passed).status_code == 404


def test_the_page_is_in_khmer_too(agreeing: Agreeing, signed_in: SignIn, kilns: Kilns) -> None:
    key = agreeing.submitted()
    agreeing.approve(key)
    browser = signed_in(kilns.cast.sothea)
    browser.set_cookie("lang", "km")
    page = browser.get(f"/analyst/releases/{key}").get_data(as_text=True)
    for words in ("ការចេញផ្សាយលេខ", "មានប្រសិទ្ធភាព", "ច្រកត្រួតពិនិត្យ", "ប្រវត្តិ"):
        assert words in page


def test_the_history_of_a_ministry_is_read_by_its_people_and_says_what_the_operator_did(
    agreeing: Agreeing, signed_in: SignIn, kilns: Kilns, approver: FlaskClient
) -> None:
    agreeing.approve(agreeing.submitted())
    kilns.publish(texts_yaml=kiln_files("By hand.")["texts.yaml"])
    address = f"/analyst/ministries/{MINISTRY}/history"
    assert address in approver.get("/analyst/releases").get_data(as_text=True)
    page = approver.get(address).get_data(as_text=True)
    for words in ("became version 3 without a release", "It was approved as release 1.", "Clearer words", "Tep Chenda"):
        assert words in page, words
    agreeing.belongs(kilns.cast.bopha, ANALYST, "tourism")
    assert signed_in(kilns.cast.bopha).get(address).status_code == 404
    assert approver.get("/analyst/ministries/nothing/history").status_code == 404


def test_what_a_release_changes_is_compared_before_it_is_approved(
    agreeing: Agreeing, approver: FlaskClient, signed_in: SignIn, kilns: Kilns
) -> None:
    key = agreeing.submitted()
    address = f"/analyst/releases/{key}/packages/{SERVICE}"
    assert address in approver.get(f"/analyst/releases/{key}").get_data(as_text=True)
    page = approver.get(address).get_data(as_text=True)
    for words in ("For tests.", "For the release.", f"{address}/after/process.bpmn", f"{address}/before/process.bpmn"):
        assert words in page, words
    assert approver.get(f"{address}/after/process.bpmn").data == kiln_files()["process.bpmn"]
    for nothing in (
        f"{address}/after/other.bpmn",
        f"{address}/now/process.bpmn",
        f"/analyst/releases/{key}/packages/x.y",
    ):
        assert approver.get(nothing).status_code == 404
    agreeing.belongs(kilns.cast.bopha, ANALYST, "tourism")
    browser = signed_in(kilns.cast.bopha)
    assert [browser.get(f"{address}{part}").status_code for part in ("", "/after/process.bpmn")] == [404, 404]


def test_the_versions_of_a_service_say_which_are_in_a_pilot_or_withdrawn_and_which_is_taken(
    agreeing: Agreeing, analyst: FlaskClient
) -> None:
    later = agreeing.submitted("Later.", planned_for=APRIL)
    agreeing.approve(later)
    agreeing.withdraw(later)
    agreeing.approve(agreeing.submitted("Pilot.", offices=("02",)))
    page = analyst.get(f"/analyst/{SERVICE}").get_data(as_text=True)
    assert page.index("Pilot</strong>") < page.index("Withdrawn</strong>")
    assert "New applications take version 1." in analyst.get(f"/analyst/{SERVICE}/3").get_data(as_text=True)
    assert "New applications take" not in analyst.get(f"/analyst/{SERVICE}/1").get_data(as_text=True)


def test_who_only_approves_begins_at_the_process_definitions(signed_in: SignIn, kilns: Kilns) -> None:
    browser = signed_in(kilns.cast.sothea)
    assert browser.get("/office").location.endswith("/analyst")
    assert browser.get("/analyst").status_code == 200
