"""Tasks of a commune go to its officer, and by the rule of the group where nobody is named or who is named may not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound, StalePage
from engine.errors.communes import NotOfTheGroup
from engine.house import House
from engine.offices.commune_officers import OfCommunes, communes_of, mark_of, officers_of, set_officers
from engine.offices.task_rules import set_rules
from engine.packages.groups import FRONT_OFFICE
from engine.packages.premises import commune_of
from engine.queries.office.commune_officers import communes_of_group
from engine.tasks import interests
from storage.events import CaseEvent
from storage.offices import Office, OfficeLevel, TaskRule
from storage.people import Membership
from storage.processes import UserTask
from storage.security_log import SecurityEvent, SecurityKind
from tests.absences import TODAY, away
from tests.cast import NOW, Cast, Member
from tests.journeys.guesthouse import SERVICE, Guesthouse, guesthouse

SVAY_POR, OTHER = "020301", "020302"


def named(house: Guesthouse, officers: Mapping[str, int | None], by: Member | None = None, seen: str = "") -> None:
    with house.house.database.transaction() as session:
        office = session.scalars(select(Office).where(Office.code == "02")).one()
        seen = seen or mark_of(officers_of(session, office, FRONT_OFFICE))
        wanted = OfCommunes("02", FRONT_OFFICE, officers)
        set_officers(session, (by or house.cast.kunthea).actor, wanted, seen=seen, today=TODAY, now=NOW)


def whose(house: Guesthouse, key: str) -> int | None:
    with house.house.database.reading() as session:
        return session.scalars(select(UserTask.assignee_id).where(UserTask.key == house.task(key, "check"))).one()


def set_front_office_in_turn(house: Guesthouse) -> None:
    with house.house.database.transaction() as session:
        rules = {FRONT_OFFICE: TaskRule.IN_TURN}
        set_rules(session, house.cast.kunthea.actor, "02", rules, seen="", today=TODAY, now=NOW)


@pytest.fixture
def licence(house: House, cast: Cast) -> Guesthouse:
    return guesthouse(house, cast)


def test_the_officer_of_the_commune_has_the_task_and_the_history_says_so(licence: Guesthouse) -> None:
    cast = licence.cast
    named(licence, {SVAY_POR: cast.vannak.person_id, OTHER: cast.bopha.person_id})
    assert whose(licence, licence.paid()) == cast.vannak.person_id
    with licence.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "task_given")).one()
        line = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id.desc())).first()
    assert (event.data["rule"], event.data["to_id"]) == ("by_commune", cast.vannak.person_id)
    assert line is not None
    said = f"{SVAY_POR}: {cast.vannak.person_id}, {OTHER}: {cast.bopha.person_id}"
    assert (line.kind, line.data["was"], line.data["is"]) == (SecurityKind.TASK_RULES_CHANGED, "", said)


def test_the_rule_of_the_group_holds_where_nobody_is_named_or_who_is_named_may_not(licence: Guesthouse) -> None:
    cast = licence.cast
    bopha, vannak = cast.bopha.person_id, cast.vannak.person_id
    named(licence, {OTHER: vannak})
    assert whose(licence, licence.paid()) is None, "by hand"
    set_front_office_in_turn(licence)
    assert [whose(licence, licence.paid()) for _ in range(2)] == [bopha, vannak], "in turn"
    named(licence, {SVAY_POR: bopha})
    away(licence.house, cast.bopha, None)
    assert whose(licence, licence.paid()) == vannak, "who is away is passed over"


def test_nobody_is_given_a_case_of_their_commune_in_which_they_declared_an_interest(licence: Guesthouse) -> None:
    cast = licence.cast
    key = licence.paid()
    with licence.house.database.transaction() as session:
        interests.declare(session, licence.house, cast.vannak.actor, key, "a cousin", now=NOW)
    named(licence, {SVAY_POR: cast.vannak.person_id})
    licence.work(key, "check", cast.bopha, {"check_result": "return", "remark": "x"})
    licence.correct(key)
    assert whose(licence, key) is None


def test_a_commune_is_that_of_the_place_and_not_of_the_home(licence: Guesthouse) -> None:
    with licence.house.database.reading() as session:
        catalog = licence.house.catalog.all_anywhere(session, now=NOW)
    forms = {one.service_key: one.package.forms["apply"] for one in catalog}
    place = {"province": "02", "district": "0203", "commune": SVAY_POR, "street": ""}
    found = commune_of(forms[SERVICE], {"address": place})
    assert found == SVAY_POR
    assert commune_of(forms[SERVICE], {"address": {**place, "commune": "999999"}}) == ""
    assert commune_of(forms[SERVICE], {"address": {"province": "02"}}) == ""
    assert commune_of(forms["interior.account_verification"], {"address": place}) == "", "somebody's home"


def test_communes_are_those_of_the_office(licence: Guesthouse) -> None:
    with licence.house.database.reading() as session:
        province = session.scalars(select(Office).where(Office.code == "02")).one()
        codes = [one.code for one in communes_of(province)]
    assert all(code.startswith("02") for code in codes)
    assert len(codes) > 10
    district = Office(code="0203", level=OfficeLevel.DISTRICT)
    assert [one.code for one in communes_of(district)] == ["0203"]
    assert communes_of(Office(code="9001", level=OfficeLevel.MINISTRY)) == {}


def test_only_the_head_and_administrators_name_members_of_the_group_for_communes_of_the_office(
    licence: Guesthouse,
) -> None:
    cast = licence.cast
    for other in (cast.bopha, cast.phally):
        with pytest.raises(NotAllowed):
            named(licence, {SVAY_POR: cast.vannak.person_id}, other)
    for officers, refusal in (
        ({SVAY_POR: cast.rithy.person_id}, NotOfTheGroup),
        ({SVAY_POR: 999_999}, NotFound),
        ({"120101": cast.bopha.person_id}, NotFound),
    ):
        with pytest.raises(refusal):
            named(licence, officers)
    named(licence, {SVAY_POR: cast.bopha.person_id})
    named(licence, {SVAY_POR: cast.bopha.person_id}, seen="old")  # a second click changes nothing
    with pytest.raises(StalePage):
        named(licence, {SVAY_POR: cast.vannak.person_id}, seen="old")
    named(licence, {SVAY_POR: None})
    with licence.house.database.reading() as session:
        assert session.scalars(select(Office.by_commune).where(Office.code == "02")).one() == []


def test_who_left_the_group_stays_on_the_page_by_name_and_gets_nothing(licence: Guesthouse) -> None:
    cast = licence.cast
    named(licence, {SVAY_POR: cast.vannak.person_id})
    with licence.house.database.transaction() as session:
        session.query(Membership).filter_by(person_id=cast.vannak.person_id, group=FRONT_OFFICE).delete()
    assert whose(licence, licence.paid()) is None
    with licence.house.database.reading() as session:
        found = communes_of_group(session, cast.kunthea.actor, "02", FRONT_OFFICE, today=TODAY)
        with pytest.raises(NotFound):
            communes_of_group(session, cast.bopha.actor, "02", FRONT_OFFICE, today=TODAY)
    assert cast.vannak.person_id in found.gone
    assert cast.vannak.person_id not in dict(found.colleagues)
