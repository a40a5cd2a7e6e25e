"""The inbox through filters, and the way from task to task of one view."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from engine.applications.submitting import Submitted
from engine.tasks import user_tasks
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def three(kilns: Kilns) -> list[Submitted]:
    """Three paid applications, the oldest first."""
    sent = [kilns.send(), kilns.send(kilns.cast.rithy), kilns.send(kilns.cast.mony)]
    for one in sent:
        kilns.pay(one)
    return sent


def page(browser: FlaskClient, address: str) -> str:
    return browser.get(address).get_data(as_text=True)


def lines(text: str) -> list[str]:
    return re.findall(r'href="/office/tasks/([^"?]+)', text)


def test_filters_stand_in_the_address_and_each_is_taken_away_by_a_link(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    found = page(
        browser, f"/office?lang=en&q=Sok+Dara&service={SERVICE}&who=nobody&due=range&from=1/3/2026&sort=newest"
    )
    assert lines(found) == [kilns.task(three[0], "check")]
    chips = re.findall(r'<li class="ow-chip"><span>([^<]+)</span> <a class="ow-chip__off" href="([^"]+)"', found)
    assert [words for words, _ in chips] == [
        "Search: “Sok Dara”",
        "Service: Brick kiln permit",
        "Due: from 1\xa0Mar\xa02026 on",
        "Who has it: Nobody yet",
    ]
    assert len(lines(page(browser, html.unescape(chips[0][1])))) == 3
    assert "Nothing here fits all the filters." in page(browser, "/office?lang=en&due=late")


@pytest.mark.parametrize("day", ["1/1/0001", "0001-01-01", "31/12/9999", "1/1/1899"])
def test_a_day_that_no_calendar_of_an_office_has_is_a_wrong_one(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn, day: str
) -> None:
    answer = signed_in(kilns.cast.bopha).get("/office", query_string={"due": "range", "from": day, "to": day})
    assert answer.status_code in (200, 422)


def test_a_wrong_day_is_said_beside_its_field_and_the_rest_is_shown(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    found = page(signed_in(kilns.cast.bopha), "/office?lang=en&due=range&from=40/1/2026&q=Dara")
    assert "Write the day like this" in found
    assert 'value="40/1/2026"' in found
    assert lines(found) == [kilns.task(three[0], "check")]


@pytest.mark.parametrize(
    "asked", ["q=%00", "who=0&office=%E1%9E%80", "service='--&stage=x", "sort=%22%3E&due=%22%3E&q=%22%3E%3Cb%3E"]
)
def test_hostile_filters_find_nothing_and_break_nothing(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn, asked: str
) -> None:
    answer = signed_in(kilns.cast.bopha).get(f"/office?{asked}")
    assert answer.status_code in (200, 400)
    assert "<b>" not in answer.get_data(as_text=True)


def completed(kilns: Kilns, browser: FlaskClient, sent: Submitted, view: str, **more: str) -> str:
    """Claims the task of the case and completes it in this view; where that leads."""
    address = f"/office/tasks/{kilns.task(sent, 'check')}"
    assert browser.post(f"{address}/claim", data={"view": view}).location == (
        f"{address}?view={quote(view, safe='')}" if view else address
    )
    typed = {"result": "ok", "revision": str(kilns.row(sent).revision), "view": view, **more}
    done = browser.post(address, data=typed)
    assert done.status_code == 303, done.get_data(as_text=True)
    return done.location


def test_completing_leads_back_to_the_view_or_on_to_its_next_task(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    first, second, third = three
    browser, view = signed_in(kilns.cast.bopha), f"show=free&service={SERVICE}&sort=newest"
    assert f"?view={quote(view, safe='')}" in html.unescape(page(browser, f"/office?lang=en&{view}"))
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.vannak.actor, kilns.task(second, "check"), now=NOW)
    onward = completed(kilns, browser, third, view, next="1")
    assert onward.startswith(f"/office/tasks/{kilns.task(first, 'check')}?view="), "the one a colleague has is passed"
    opened = page(browser, f"{onward}&lang=en")
    assert f"Done: {third.reference}." in opened
    assert "Complete and take the next" in opened, "it was claimed with that"
    assert f'name="view" value="{html.escape(view)}"' in opened
    ended = completed(kilns, browser, first, view, next="1")
    assert ended == f"/office?{view}"
    assert "That was the last task of this list." in page(browser, f"{ended}&lang=en")


def test_a_view_that_came_along_says_nothing_but_filters(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    browser = signed_in(kilns.cast.bopha)
    assert completed(kilns, browser, three[0], "") == "/office"
    key = kilns.task(three[1], "check")
    answer = browser.post(f"/office/tasks/{key}/claim", data={"view": "next=//evil.example&show=mine&x=" + "y" * 5_000})
    assert answer.location == f"/office/tasks/{key}?view=show%3Dmine"


def together(browser: FlaskClient, act: str, keys: list[str], **more: str) -> str:
    return browser.post(
        "/office/tasks-together?lang=en", data={"act": act, "task": keys, "view": "show=free", **more}
    ).get_data(as_text=True)


def test_several_are_claimed_and_each_says_what_became_of_it(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    keys = [kilns.task(one, "check") for one in three]
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.vannak.actor, keys[1], now=NOW)
    browser = signed_in(kilns.cast.bopha)
    assert f'name="task" value="{keys[0]}"' in page(browser, "/office?lang=en")
    said = together(browser, "claim", [*keys, "unknown"])
    assert "2 of 4 done" in said
    assert said.count("Claimed by you.") == 2
    assert "Keo Vannak is already working on this task, since" in said
    assert 'href="/office?show=free"' in said
    assert together(browser, "release", keys).count("Open to your colleagues again.") == 2


def test_completing_several_is_asked_once_more_and_one_with_questions_stays_open(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    keys, browser = [kilns.task(one, "check") for one in three[:2]], signed_in(kilns.cast.bopha)
    together(browser, "claim", keys[:1])
    assert "Complete 2 tasks?" in together(browser, "complete", keys)
    said = together(browser, "complete", keys, sure="yes")
    assert "This task asks for answers. Open it to complete it." in said
    assert "Claim the task before you complete it." in said


def test_the_head_takes_a_task_from_an_officer_who_is_told_on_its_page(
    kilns: Kilns, three: list[Submitted], signed_in: SignedIn
) -> None:
    key, cast = kilns.task(three[0], "check"), kilns.cast
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, cast.bopha.actor, key, now=NOW)
    head = signed_in(cast.kunthea)
    assert f'name="task" value="{key}"' in page(head, f"/office?who={cast.bopha.person_id}")
    said = together(head, "assign", [key], to=str(cast.vannak.person_id))
    assert "0 of 1 done" in said
    said = together(head, "assign", [key], to=str(cast.vannak.person_id), reason="She is ill")
    assert "Keo Vannak has it now." in said
    told = page(signed_in(cast.bopha), f"/office/tasks/{key}?lang=en")
    assert "Prak Kunthea gave this task to Keo Vannak" in told
    assert "She is ill" in told


@pytest.mark.parametrize(
    "data", [{}, {"act": "claim"}, {"act": "burn", "task": "x"}, {"act": "claim", "task": ["x"] * 9}]
)
def test_nothing_ticked_or_nothing_known_does_nothing(kilns: Kilns, signed_in: SignedIn, data: dict[str, str]) -> None:
    answer = signed_in(kilns.cast.bopha).post("/office/tasks-together", data=data)
    assert answer.status_code == (200 if data.get("task") and data["act"] == "claim" else 303)
    many = signed_in(kilns.cast.bopha).post(
        "/office/tasks-together", data={"act": "claim", "task": [f"t{number}" for number in range(51)]}
    )
    assert many.location == "/office"
