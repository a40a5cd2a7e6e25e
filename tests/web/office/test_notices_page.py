"""The bell over HTTP: its number, its page, opening one, reading all, and choosing how to hear of it."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.people.notices import News, tell, tell_all
from engine.tasks import questions
from engine.tasks.questions import Asked
from storage.notices import NoticeAtOnce, NoticeChoice, NoticeKind, NoticePlace, NoticeWay
from storage.people import Person
from tests.bell import notices
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.statements import counted
from web.notice_words import KINDS, WAYS

SignedIn = Callable[[Member], FlaskClient]
PAGE = "/office/notices"
SETTINGS = f"{PAGE}/settings"


def told(kilns: Kilns, who: Member, *kinds: NoticeKind, place: NoticePlace = NoticePlace.ABSENCES) -> None:
    with kilns.house.database.transaction() as session:
        for number, kind in enumerate(kinds):
            tell(session, News(kind, str(number), place, reference="02-26-000001-3"), [who.person_id], now=NOW)


def text(browser: FlaskClient, address: str) -> str:
    return browser.get(f"{address}?lang=en").get_data(as_text=True)


def test_the_bell_shows_how_much_is_new_on_each_page_and_a_citizen_has_none(kilns: Kilns, signed_in: SignedIn) -> None:
    bopha = signed_in(kilns.cast.bopha)
    assert 'class="ow-masthead__link ow-bell" href="/office/notices"' in text(bopha, "/office")
    told(kilns, kilns.cast.bopha, NoticeKind.LATE, NoticeKind.ASKED)
    for address in ("/office", "/office/absences", PAGE):
        assert '</span><span class="ow-count">2</span></a>' in text(bopha, address)
    assert "ow-bell" not in text(signed_in(kilns.cast.dara), "/account")
    with kilns.house.database.transaction() as session:
        many = [
            (News(NoticeKind.BOOK, str(one), NoticePlace.ABSENCES), [kilns.cast.bopha.person_id]) for one in range(98)
        ]
        tell_all(session, many, now=NOW)
    assert '<span class="ow-count">99+</span>' in text(bopha, "/office")


def test_the_bell_asks_the_database_nothing_by_itself(kilns: Kilns, signed_in: SignedIn) -> None:
    bopha = signed_in(kilns.cast.bopha)
    bopha.get("/office")
    with counted(kilns.house.database) as before:
        bopha.get("/office")
    told(kilns, kilns.cast.bopha, NoticeKind.LATE)
    with counted(kilns.house.database) as after:
        bopha.get("/office")
    assert before.statements == after.statements
    asked = [one for one in after.texts if "notice" in one]
    assert len(asked) == 1
    assert "sign_in" in asked[0]


def test_a_notice_opens_its_page_and_is_read_from_then_on(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, cast = kilns.send(), kilns.cast
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        of = Asked(person_id=cast.phally.person_id)
        questions.ask(session, kilns.house, cast.bopha.actor, sent.key, "តើត្រូវទេ?", of=of, now=NOW)
    phally = signed_in(cast.phally)
    page = text(phally, PAGE)
    assert f"Chan Bopha asks you about {kilns.row(sent).reference}" in page
    (row,) = notices(kilns.house, cast.phally)
    assert f'href="/office/notices/{row.id}"' in page
    opened = phally.get(f"{PAGE}/{row.id}")
    assert (opened.status_code, opened.location) == (303, "/office/asked")
    assert "ow-notices__one--new" not in text(phally, PAGE)
    assert signed_in(cast.bopha).get(f"{PAGE}/{row.id}").status_code == 404
    assert phally.get(f"{PAGE}/{row.id + 1}").status_code == 404


def test_a_notice_about_a_task_that_is_done_says_so(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        news = News(NoticeKind.TASK_GIVEN, "1", NoticePlace.TASK, kilns.task(sent, "check"))
        tell(session, news, [kilns.cast.bopha.person_id], now=NOW)
    bopha = signed_in(kilns.cast.bopha)
    assert ">Closed<" not in text(bopha, PAGE)
    kilns.check(sent, "ok")
    assert ">Closed<" in text(bopha, PAGE)


def test_looking_at_a_task_or_a_case_reads_what_was_told_of_it(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, bopha = kilns.send(), kilns.cast.bopha
    kilns.pay(sent)
    task = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        of = [
            News(NoticeKind.TASK_GIVEN, "1", NoticePlace.TASK, task),
            News(NoticeKind.OFFICE_LATE, "1", NoticePlace.CASE, sent.key),
            News(NoticeKind.OFFICE_LATE, "2", NoticePlace.CASE, "another"),
        ]
        tell_all(session, [(one, [bopha.person_id, kilns.cast.vannak.person_id]) for one in of], now=NOW)
    browser = signed_in(bopha)
    for address, unread in ((f"/office/tasks/{task}", 2), (f"/office/cases/{sent.key}", 1)):
        assert browser.get(address).status_code == 200
        assert [row.read_at for row in notices(kilns.house, bopha)].count(None) == unread
    with counted(kilns.house.database) as again:
        browser.get(f"/office/tasks/{task}")
    assert [row.read_at for row in notices(kilns.house, kilns.cast.vannak)] == [None] * 3
    assert browser.post(f"{PAGE}/read", data={"up_to": str(notices(kilns.house, bopha)[-1].id)}).status_code == 303
    with counted(kilns.house.database) as nothing_new:
        browser.get(f"/office/tasks/{task}")
    assert again.statements == nothing_new.statements + 1, "asked only while something is new"


def test_a_notice_of_what_is_not_the_officers_any_more_says_so_and_is_read(kilns: Kilns, signed_in: SignedIn) -> None:
    sent, phally = kilns.send(), kilns.cast.phally
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        for place, key in ((NoticePlace.CASE, sent.key), (NoticePlace.TASK, kilns.task(sent, "check"))):
            tell(session, News(NoticeKind.LATE, place, place, key), [phally.person_id], now=NOW)
    browser = signed_in(phally)
    browser.get("/office/notices?lang=en")
    for row in notices(kilns.house, phally):
        answer = browser.get(f"{PAGE}/{row.id}", follow_redirects=True)
        assert answer.status_code == 200
        assert "You may not open this any more" in answer.get_data(as_text=True)
    assert all(row.read_at for row in notices(kilns.house, phally))


def test_every_kind_and_place_leads_somewhere(kilns: Kilns, signed_in: SignedIn) -> None:
    told(kilns, kilns.cast.bopha, *NoticeKind)
    for place in NoticePlace:
        with kilns.house.database.transaction() as session:
            news = News(NoticeKind.LATE, place.value, place, "k" if place != NoticePlace.ASKED else "")
            tell(session, news, [kilns.cast.bopha.person_id], now=NOW)
    bopha = signed_in(kilns.cast.bopha)
    assert {bopha.get(f"{PAGE}/{row.id}").status_code for row in notices(kilns.house, kilns.cast.bopha)} == {303}
    assert set(KINDS) == set(NoticeKind)
    assert set(WAYS) == set(NoticeWay)


def test_all_are_read_up_to_what_the_page_showed(kilns: Kilns, signed_in: SignedIn) -> None:
    bopha = signed_in(kilns.cast.bopha)
    told(kilns, kilns.cast.bopha, NoticeKind.LATE, NoticeKind.ASKED)
    shown = notices(kilns.house, kilns.cast.bopha)[-1].id
    told(kilns, kilns.cast.bopha, *NoticeKind)
    for sent in ("", "x", "9" * 40):
        assert bopha.post(f"{PAGE}/read", data={"up_to": sent}).status_code == 303
    assert all(row.read_at is None for row in notices(kilns.house, kilns.cast.bopha))
    assert bopha.post(f"{PAGE}/read", data={"up_to": str(shown)}).location == PAGE
    assert [row.read_at is not None for row in notices(kilns.house, kilns.cast.bopha)][:3] == [True, True, False]


def test_an_officer_chooses_how_to_hear_of_it_and_what_is_wrong_stands_beside_its_field(
    kilns: Kilns, signed_in: SignedIn
) -> None:
    bopha = signed_in(kilns.cast.bopha)
    wanted = {"way": "email", "digest_hour": "8", "at_once": ["late", "asks", "nonsense"], "quiet_from": "21"}
    bopha.get("/office?lang=en")
    answer = bopha.post(SETTINGS, data=wanted)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "You have proved no e-mail address. Add one in your account first." in page
    assert "Choose when the quiet hours begin and when they end, or neither." in page
    assert '<option value="8" selected>08:00</option>' in page
    with kilns.house.database.transaction() as session:
        person = session.get_one(Person, kilns.cast.bopha.person_id)
        person.email, person.email_proved_at = "bopha@example.org", NOW
    nothing = bopha.post(SETTINGS, data={"way": "email", "quiet_from": "21", "quiet_until": "21"})
    page = nothing.get_data(as_text=True)
    assert nothing.status_code == 422
    assert "on this way nothing would come" in page
    assert "The quiet hours begin and end at the same hour." in page
    kept = bopha.post(SETTINGS, data=wanted | {"quiet_until": "7"})
    assert (kept.status_code, kept.location) == (303, SETTINGS)
    page = text(bopha, SETTINGS)
    assert "bopha@example.org" in page
    assert page.count(" checked") == 3
    with kilns.house.database.reading() as session:
        choice = session.get_one(NoticeChoice, kilns.cast.bopha.person_id)
        assert (choice.way_kind, choice.digest_hour, choice.quiet_from, choice.quiet_until) == (
            NoticeWay.EMAIL,
            8,
            21,
            7,
        )
        assert session.query(NoticeAtOnce).count() == 2
    assert bopha.post(SETTINGS, data={"way": "none"}).status_code == 303
    with kilns.house.database.reading() as session:
        assert session.query(NoticeAtOnce).count() == 0


def test_an_hour_that_is_none_is_refused_and_nothing_is_kept(kilns: Kilns, signed_in: SignedIn) -> None:
    bopha = signed_in(kilns.cast.bopha)
    bopha.get("/office?lang=en")
    for field in ("digest_hour", "quiet_from", "quiet_until"):
        for typed in ("eight", "24", "-1", "8.5", "9" * 40):
            answer = bopha.post(SETTINGS, data={"way": "none", "quiet_from": "21", "quiet_until": "6", field: typed})
            assert answer.status_code == 422, (field, typed)
    with kilns.house.database.reading() as session:
        assert session.get(NoticeChoice, kilns.cast.bopha.person_id) is None
