"""What the public reads while a pilot runs: the version for all, and where something else holds since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from engine.errors import NotFound
from engine.queries.public.catalogue import Wanted, catalogue
from engine.queries.public.services import ServiceInWords, offices_offering, service_at, service_in_words
from engine.queries.public.your_case import your_case
from engine.versions.publishing import files_of
from storage.offices import Office, OfficeService
from tests.cast import HIRED, NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.small.releases import released

TODAY = NOW.date()
LATER = NOW + timedelta(days=30)


def changed(**files: tuple[str, str]) -> Mapping[str, bytes]:
    found = dict(files_of(PACKAGE))
    for name, (before, after) in files.items():
        file = name.replace("_", ".")
        assert before.encode() in found[file], before
        found[file] = found[file].replace(before.encode(), after.encode())
    return found


DEARER = changed(fees_dmn=("20000", "27500"), service_yaml=("norm: 5 working days", "norm: 3 working days"))


def shown(kilns: Kilns, *, now: object = NOW) -> ServiceInWords:
    with kilns.house.database.reading() as session:
        return service_in_words(session, kilns.house, SERVICE, TODAY, now=now)  # type: ignore[arg-type]


def at(kilns: Kilns, code: str) -> ServiceInWords:
    with kilns.house.database.reading() as session:
        return service_at(session, kilns.house, SERVICE, code, TODAY, now=NOW)[0]


def prices(words: ServiceInWords) -> list[str]:
    return [line.price.en.partition(" ×")[0].replace("\u00a0", " ") for fee in words.fees for line in fee.lines]


@pytest.fixture
def piloted(kilns: Kilns) -> Kilns:
    """The kilns, offered in Battambang and Phnom Penh; Battambang tries a dearer and faster version."""
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    released(kilns.house, DEARER, pilots=[kilns.cast.battambang])
    return kilns


def test_the_page_says_what_holds_for_all_and_names_the_offices_with_something_else(piloted: Kilns) -> None:
    told = shown(piloted)
    (pilot,) = told.pilots
    assert (prices(told), told.promised[0].length.text("en"), told.version) == (["KHR 20,000"], "5 working days", 1)
    assert [office.code for office in pilot.offices] == ["02"]
    assert (pilot.since, pilot.words.version, pilot.differs) == (NOW, 2, ("promised", "fees"))
    assert (prices(pilot.words), pilot.words.promised[0].length.text("en")) == (["KHR 27,500"], "3 working days")


def test_the_page_of_an_office_says_what_holds_there(piloted: Kilns) -> None:
    there, elsewhere = at(piloted, "02"), at(piloted, "12")
    assert (prices(there), there.version, [one.code for one in there.offices]) == (["KHR 27,500"], 2, ["02"])
    assert (prices(elsewhere), elsewhere.version, elsewhere.pilots) == (["KHR 20,000"], 1, ())
    for code in ("03", "", "9001"):
        with pytest.raises(NotFound):
            at(piloted, code)


def test_what_somebody_will_pay_is_reckoned_by_the_version_of_the_office(piloted: Kilns) -> None:
    with piloted.house.database.reading() as session:
        totals = [
            fee.fee.total
            for office_id in (None, piloted.cast.phnom_penh, piloted.cast.battambang)
            for fee in your_case(
                session, piloted.house, SERVICE, {"kilns": "2"}, ["kilns"], today=TODAY, now=NOW, office_id=office_id
            ).fees
            if fee.fee
        ]
    assert totals == [40_000, 40_000, 55_000]


def test_the_list_names_the_offices_and_forgets_them_with_the_pilot(piloted: Kilns) -> None:
    def named() -> list[tuple[str, ...]]:
        with piloted.house.database.reading() as session:
            found = catalogue(session, piloted.house, Wanted("kiln"), today=TODAY, now=NOW)
            return [
                tuple(one.en for one in card.other_at) for ministry in found.ministries for card in ministry.services
            ]

    ((name,),) = named()
    assert "Battambang" in name
    released(piloted.house, DEARER)
    assert named() == [()]
    assert shown(piloted).pilots == ()


def test_before_its_moment_nobody_reads_of_it(kilns: Kilns) -> None:
    released(kilns.house, DEARER, effective_from=LATER, pilots=[kilns.cast.battambang])
    assert shown(kilns).pilots == ()
    assert [pilot.since for pilot in shown(kilns, now=LATER).pilots] == [LATER]


def test_a_pilot_in_which_nothing_is_other_for_applicants_is_not_told(kilns: Kilns) -> None:
    released(kilns.house, changed(texts_yaml=("For tests.", "For trying.")), pilots=[kilns.cast.battambang])
    assert shown(kilns).pilots == ()


def test_an_office_that_does_not_offer_the_service_is_not_named(piloted: Kilns) -> None:
    with piloted.house.database.transaction() as session:
        session.query(OfficeService).filter_by(office_id=piloted.cast.battambang).delete()
    assert shown(piloted).pilots == ()


def test_an_office_counts_by_the_level_of_its_own_version(kilns: Kilns) -> None:
    files = changed(service_yaml=("office_levels: [province]", "office_levels: [district]"))
    released(kilns.house, files, pilots=[kilns.cast.battambang])
    with kilns.house.database.reading() as session:
        assert session.get_one(Office, kilns.cast.battambang).level == "province"
        assert offices_offering(session, kilns.house, SERVICE, TODAY, now=NOW) == ()


def test_a_service_that_is_in_a_pilot_only_is_offered_there_only(kilns: Kilns) -> None:
    key = "industry.kiln_trial"
    with kilns.house.database.transaction() as session:
        for office_id in (kilns.cast.battambang, kilns.cast.phnom_penh):
            session.add(OfficeService(office_id=office_id, service_key=key, offered_from=HIRED))
    released(kilns.house, changed(service_yaml=(SERVICE, key)), pilots=[kilns.cast.battambang])
    with kilns.house.database.reading() as session:
        told = service_in_words(session, kilns.house, key, TODAY, now=NOW)
    assert ([office.code for office in told.offices], told.pilots) == (["02"], ())
