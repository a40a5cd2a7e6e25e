"""Which version an office has: the one for all, or that of a pilot in which it takes part."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.applications import drafts
from engine.errors import NotFound
from engine.offices import officers
from engine.versions import publishing
from storage.applications import Application
from storage.offices import OfficeService
from storage.processes import ProcessDefinition
from tests.cast import HIRED, NOW
from tests.small.cases import ANSWERS, PACKAGE, PAGE, SERVICE, Kilns
from tests.small.releases import released
from tests.statements import counted

LATER = NOW + timedelta(days=30)


def files(words: str = "For the pilot.") -> publishing.Files:
    """The package of the kilns with other words: another version."""
    texts = (PACKAGE / "texts.yaml").read_text(encoding="utf-8").replace("For tests.", words)
    return {**publishing.files_of(PACKAGE), "texts.yaml": texts.encode()}


def version_at(kilns: Kilns, office_id: int | None, now: datetime = NOW) -> int:
    with kilns.house.database.reading() as session:
        one = kilns.house.catalog.current(session, SERVICE, now=now, office_id=office_id)
        (same,) = (
            each
            for each in kilns.house.catalog.all_current(session, now=now, office_id=office_id)
            if each.service_key == SERVICE
        )
    assert same is one
    return one.version


def test_an_office_of_the_pilot_has_the_new_version_and_others_stay(kilns: Kilns) -> None:
    released(kilns.house, files(), pilots=[kilns.cast.battambang])
    assert version_at(kilns, kilns.cast.battambang) == 2
    assert version_at(kilns, kilns.cast.phnom_penh) == 1
    assert version_at(kilns, None) == 1


def test_a_later_version_for_all_ends_the_pilot(kilns: Kilns) -> None:
    released(kilns.house, files(), pilots=[kilns.cast.battambang])
    released(kilns.house, files("For all."))
    assert {version_at(kilns, office) for office in (kilns.cast.battambang, kilns.cast.phnom_penh, None)} == {3}


def test_of_two_pilots_an_office_has_the_newest_that_is_for_it(kilns: Kilns) -> None:
    released(kilns.house, files(), pilots=[kilns.cast.battambang, kilns.cast.phnom_penh])
    released(kilns.house, files("For one."), pilots=[kilns.cast.phnom_penh])
    assert (version_at(kilns, kilns.cast.battambang), version_at(kilns, kilns.cast.phnom_penh)) == (2, 3)


def test_a_version_is_taken_from_its_moment_on_and_not_before(kilns: Kilns) -> None:
    released(kilns.house, files(), effective_from=LATER)
    moments = (NOW, LATER - timedelta(seconds=1), LATER, LATER + timedelta(days=1))
    assert [version_at(kilns, kilns.cast.battambang, moment) for moment in moments] == [1, 1, 2, 2]


def test_a_withdrawn_version_never_takes_effect(kilns: Kilns) -> None:
    released(kilns.house, files(), effective_from=LATER)
    with kilns.house.database.transaction() as session:
        session.execute(update(ProcessDefinition).where(ProcessDefinition.version == 2).values(withdrawn_at=NOW))
    assert version_at(kilns, kilns.cast.battambang, LATER) == 1
    assert released(kilns.house, files("Anew.")).version == 3


def test_a_new_service_is_told_of_to_all_and_taken_only_where_its_pilot_is(kilns: Kilns) -> None:
    new = {**files(), "service.yaml": (PACKAGE / "service.yaml").read_bytes().replace(b"kiln_permit", b"kiln_pilot")}
    key = released(kilns.house, new, pilots=[kilns.cast.battambang]).service_key
    catalog = kilns.house.catalog
    with kilns.house.database.reading() as session:
        for office_id in (kilns.cast.battambang, None):
            assert catalog.current(session, key, now=NOW, office_id=office_id).version == 1
            assert key in [one.service_key for one in catalog.all_current(session, now=NOW, office_id=office_id)]
        assert key in [cover.manifest.key for cover in catalog.covers(session, now=NOW)]
        with pytest.raises(NotFound):
            catalog.current(session, key, now=NOW, office_id=kilns.cast.phnom_penh)
        there = catalog.all_current(session, now=NOW, office_id=kilns.cast.phnom_penh)
        assert key not in [one.service_key for one in there]


def test_applications_take_the_version_of_their_office(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    released(kilns.house, files(), pilots=[kilns.cast.phnom_penh])
    taken = {}
    for member, office_id in ((kilns.cast.dara, kilns.cast.battambang), (kilns.cast.bopha, kilns.cast.phnom_penh)):
        with kilns.house.database.transaction() as session:
            key = drafts.start_draft(session, kilns.house, member.actor, SERVICE, office_id, now=NOW)
            drafts.save_page(session, kilns.house, member.actor, key, PAGE, raw=ANSWERS, now=NOW)
            version = (
                select(ProcessDefinition.version)
                .join(Application, Application.definition_id == ProcessDefinition.id)
                .where(Application.key == key)
            )
            taken[office_id] = session.scalar(version)
    assert taken == {kilns.cast.battambang: 1, kilns.cast.phnom_penh: 2}


def test_a_running_case_stays_on_its_version_when_its_office_joins_a_pilot(kilns: Kilns) -> None:
    sent = kilns.send()
    released(kilns.house, files(), pilots=[kilns.cast.battambang])
    with kilns.house.database.reading() as session:
        assert session.get_one(ProcessDefinition, kilns.row(sent).definition_id).version == 1


def test_a_pilot_costs_no_statement_more(kilns: Kilns) -> None:
    def statements() -> list[int]:
        found = []
        for ask in (kilns.house.catalog.all_current, kilns.house.catalog.covers):
            with kilns.house.database.reading() as session, counted(kilns.house.database) as told:
                ask(session, now=NOW)
            found.append(told.statements)
        with kilns.house.database.reading() as session, counted(kilns.house.database) as told:
            kilns.house.catalog.current(session, SERVICE, now=NOW, office_id=kilns.cast.battambang)
        return [*found, told.statements]

    statements()
    before = statements()
    released(kilns.house, files(), pilots=[kilns.cast.battambang])
    statements()
    assert statements() == before == [1, 1, 1]


def test_a_group_that_only_a_pilot_declares_can_be_given_to_its_officers(kilns: Kilns) -> None:
    declared = "groups:\n  furnace: {km: ឡ, en: Furnace}\n"
    ministry = (PACKAGE.parent / "ministry.yaml").read_text(encoding="utf-8")
    assert "groups:" not in ministry
    released(kilns.house, {**files(), "ministry.yaml": (ministry + declared).encode()}, pilots=[kilns.cast.battambang])
    with kilns.house.database.transaction() as session:
        assert "industry.furnace" in officers.declared_groups(session, kilns.house, now=NOW)
        officers.grant(
            session, kilns.house, kilns.cast.visal.actor, kilns.cast.bopha.person_id, "industry.furnace",
            office_code="02", today=NOW.date(), now=NOW,
        )  # fmt: skip
