"""Publishing a package: numbered, unchangeable, refused with reasons, and without effect on running cases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from engine.catalog.published import Catalog
from engine.errors import NotAllowed, NotFound, PackageRefused
from engine.house import House
from engine.versions import publishing
from storage.offices import Ministry
from storage.people import Membership
from storage.processes import ProcessDefinition, ProcessInstance
from tests.cast import NOW, Cast
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.small.files import licence
from tests.small.releases import released


def changed(text: str = "គ្រាន់តែសាកល្បង។") -> bytes:
    return (PACKAGE / "texts.yaml").read_text(encoding="utf-8").replace("សម្រាប់សាកល្បង។", text).encode()


def test_a_package_becomes_version_one_of_its_service(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        release = publishing.publish(session, house, PACKAGE, author=cast.chenda.actor, note=" First ", now=NOW)
    assert (release.service_key, release.version, release.is_new) == (SERVICE, 1, True)
    with house.database.reading() as session:
        row = session.get_one(ProcessDefinition, release.definition_id)
        assert (row.note, row.published_by_id, row.published_at) == ("First", cast.chenda.person_id, NOW)
        assert house.catalog.current(session, SERVICE, now=NOW).package.digest == release.digest


def test_publishing_the_same_files_again_changes_nothing(kilns: Kilns) -> None:
    again = kilns.publish()
    assert (again.version, again.is_new) == (1, False)


def test_changed_files_become_the_next_version(kilns: Kilns) -> None:
    assert kilns.publish(texts_yaml=changed()).version == 2


def test_going_back_to_older_files_is_a_version_of_its_own(kilns: Kilns) -> None:
    kilns.publish(texts_yaml=changed())
    back = kilns.publish()
    assert (back.version, back.is_new) == (3, True)


def test_a_file_that_two_versions_have_is_kept_once(kilns: Kilns) -> None:
    released(kilns.house, {**publishing.files_of(PACKAGE), "texts.yaml": changed()})
    begun = Catalog()
    with kilns.house.database.reading() as session:
        first, second = (begun.numbered(session, SERVICE, version).package.files for version in (1, 2))
    assert first["texts.yaml"] != second["texts.yaml"]
    assert first["process.bpmn"] is second["process.bpmn"]


def test_a_running_case_stays_on_its_version_and_a_new_one_takes_the_newest(kilns: Kilns) -> None:
    before = kilns.send()
    newer = kilns.publish(texts_yaml=changed())
    after = kilns.send(kilns.cast.bopha)
    with kilns.house.database.reading() as session:
        versions = dict(
            session.execute(
                select(ProcessInstance.application_id, ProcessDefinition.version).join(
                    ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id
                )
            ).all()
        )
    assert versions == {kilns.row(before).id: 1, kilns.row(after).id: newer.version}


def test_a_version_with_cases_cannot_be_removed(kilns: Kilns) -> None:
    kilns.send()
    with pytest.raises(IntegrityError), kilns.house.database.transaction() as session:
        session.execute(delete(ProcessDefinition))


def test_the_name_of_the_ministry_follows_its_file(kilns: Kilns) -> None:
    named = (PACKAGE.parent / "ministry.yaml").read_text(encoding="utf-8").replace("Ministry of Industry", "MISTI")
    kilns.publish(ministry_yaml=named.encode())
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Ministry.name_en).where(Ministry.key == "industry")).all() == ["MISTI"]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("service_yaml", b"key: industry.kiln_permit\nterm: soon\n", "service.yaml:2"),
        ("process_bpmn", b"<not-xml", "process.bpmn"),
        ("texts_yaml", b"\xff\xfe", "texts.yaml"),
        ("certificate_typ", b"#data.nobody", "certificate.typ"),
        ("certificate_typ", b'#import "@preview/x:1.0.0"', "certificate.typ"),
    ],
)
def test_a_package_with_a_mistake_is_refused_and_the_place_is_named(
    kilns: Kilns, name: str, content: bytes, place: str
) -> None:
    with pytest.raises(PackageRefused) as refused:
        kilns.publish(**{name: content})
    assert any(str(problem).startswith(place) for problem in refused.value.problems)
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProcessDefinition)) == 1


def test_a_package_whose_own_scenarios_come_out_differently_is_refused(kilns: Kilns) -> None:
    scenarios = (PACKAGE / "tests.yaml").read_bytes().replace(b"fee: 40000", b"fee: 10")
    with pytest.raises(PackageRefused) as refused:
        kilns.publish(tests_yaml=scenarios)
    assert [problem.rule for problem in refused.value.problems if problem.severity == "error"] == ["scenario"]


def test_a_folder_that_is_no_package_is_refused(house: House) -> None:
    with pytest.raises(PackageRefused), house.database.transaction() as session:
        publishing.publish(session, house, PACKAGE / "nothing", now=NOW)


def test_an_officer_who_is_no_analyst_cannot_publish(house: House, cast: Cast) -> None:
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        publishing.publish(session, house, PACKAGE, author=cast.kunthea.actor, now=NOW)


def test_an_author_is_found_by_phone_or_e_mail_and_must_be_an_analyst(house: House, cast: Cast) -> None:
    with house.database.reading() as session:
        found = publishing.author_of(session, cast.chenda.phone, today=NOW.date())
        assert found.person_id == cast.chenda.person_id
        with pytest.raises(NotFound):
            publishing.author_of(session, "nobody@example.org", today=NOW.date())
        with pytest.raises(NotAllowed):
            publishing.author_of(session, "DARA@example.org", today=NOW.date())


def test_publishing_says_which_office_that_offers_it_needs_one_more(kilns: Kilns) -> None:
    service = (PACKAGE / "service.yaml").read_bytes()
    everybody = kilns.publish(service_yaml=service + b"\n").remarks
    assert [one for one in everybody if one.rule == "offices"] == []
    with kilns.house.database.transaction() as session:
        session.execute(delete(Membership).where(Membership.person_id == kilns.cast.sopheap.person_id))
    (told,) = [one for one in kilns.publish(service_yaml=service + b"\n\n").remarks if one.rule == "offices"]
    assert (told.severity, "the group cashier needs 1 more for “" in told.message) == ("warning", True)
    assert "ក្រុម cashier ត្រូវការមនុស្ស 1 នាក់ទៀត" in told.message_km


def test_two_who_publish_at_once_get_two_versions(kilns: Kilns) -> None:
    texts = [changed(f"អត្ថបទទី {number}។") for number in range(2)]
    versions: list[int] = []
    together = threading.Barrier(2)

    def work(text: bytes) -> None:
        together.wait()
        versions.append(kilns.publish(texts_yaml=text).version)

    threads = [threading.Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == [2, 3]


def test_a_service_that_is_required_must_be_published_or_lie_beside_it(house: House) -> None:
    files = licence(rules="requires: [{certificate_of: industry.scale_sale}]\n")
    with pytest.raises(PackageRefused) as refused, house.database.transaction() as session:
        publishing.publish(session, house, files, now=NOW)
    assert any("There is no service “industry.scale_sale”" in one.message for one in refused.value.problems)
    with house.database.transaction() as session:
        publishing.publish(session, house, licence(rules="", key="industry.scale_sale"), now=NOW)
    with house.database.transaction() as session:
        assert publishing.publish(session, house, files, now=NOW).is_new
