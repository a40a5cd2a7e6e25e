"""How a draft begins: from a version, from another service, from a shape, empty; and whose services those may be."""

from __future__ import annotations

import re

import pytest

from engine.errors import NoSuchMinistry, NoSuchVersion, NotAllowed, NotFound, ServiceKeyRefused
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import check_files, draft_of, read_files
from engine.people.actors import Actor
from engine.queries.analyst import package_drafts
from engine.studio import drafts, keeping, problems
from engine.studio.names import names_of
from storage.offices import Office, OfficeLevel
from storage.people import Membership
from tests.cast import HIRED, HOURS, NOW, Cast
from tests.small.cases import PACKAGE, SERVICE, Kilns

NO_TITLE = Bilingual("", "")
TITLE = Bilingual("ឡ", "Lime kiln permit")


def files_of(house: House, cast: Cast, key: str) -> dict[str, bytes]:
    with house.database.reading() as session:
        found = keeping.find(session, cast.chenda.actor, key)
        return keeping.files_in(session, keeping.save_of(session, found))


def test_a_draft_of_the_next_version_has_the_files_of_the_newest(kilns: Kilns) -> None:
    changed = (PACKAGE / "texts.yaml").read_bytes() + b"# more\n"
    kilns.publish(texts_yaml=changed)
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="", now=NOW)
    assert files_of(kilns.house, kilns.cast, key) == {**read_files(PACKAGE), "texts.yaml": changed}
    with kilns.house.database.reading() as session:
        (line,) = package_drafts.drafts(session, kilns.cast.chenda.actor)
    assert (line.based_on, line.title.en, line.service_key) == (2, "Brick kiln permit", SERVICE)


def test_an_older_version_may_be_gone_back_to(kilns: Kilns) -> None:
    kilns.publish(texts_yaml=(PACKAGE / "texts.yaml").read_bytes() + b"# more\n")
    actor = kilns.cast.chenda.actor
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, actor, SERVICE, number=1, words="", now=NOW)
        with pytest.raises(NoSuchVersion):
            drafts.begin_from_version(session, kilns.house, actor, SERVICE, number=7, words="", now=NOW)
        with pytest.raises(NotFound):
            drafts.begin_from_version(session, kilns.house, actor, "industry.nothing", words="", now=NOW)
    assert files_of(kilns.house, kilns.cast, key) == read_files(PACKAGE)


@pytest.mark.parametrize("like", [SERVICE, "desk"])
def test_a_new_service_begins_from_another_or_from_a_shape_and_passes(kilns: Kilns, like: str) -> None:
    ministry = SERVICE.partition(".")[0]
    with kilns.house.database.transaction() as session:
        key = drafts.begin_like(
            session, kilns.house, kilns.cast.chenda.actor, f"{ministry}/lime_kiln", like, title=TITLE, words="", now=NOW
        )
    files = files_of(kilns.house, kilns.cast, key)
    assert [one for one in check_files(files) if one.severity == "error"] == []
    with kilns.house.database.reading() as session:
        shown = package_drafts.draft(session, kilns.house, kilns.cast.chenda.actor, key)
    assert (shown.line.service_key, shown.line.title, shown.line.based_on) == (f"{ministry}.lime_kiln", TITLE, None)


def test_an_empty_draft_is_told_all_that_it_still_needs(kilns: Kilns) -> None:
    ministry = SERVICE.partition(".")[0]
    with kilns.house.database.transaction() as session:
        key = drafts.begin_empty(
            session, kilns.house, kilns.cast.chenda.actor, f"{ministry}/lime_kiln", title=NO_TITLE, words="", now=NOW
        )
    with kilns.house.database.reading() as session:
        told = problems.problems_of(session, kilns.house, kilns.cast.chenda.actor, key)
        shown = package_drafts.draft(session, kilns.house, kilns.cast.chenda.actor, key)
        offered = names_of(session, kilns.house, kilns.cast.chenda.actor, key)
    assert {"service.yaml", "process.bpmn"} <= {one.file for one in told}
    assert shown.line.title.en == "Lime kiln"
    assert offered.stages == ()


def test_an_empty_drawing_has_the_lanes_of_the_ministry_and_starts_with_the_applicant(kilns: Kilns) -> None:
    title = Bilingual("ឡ", 'A "kiln" <b>&{x}')
    with kilns.house.database.transaction() as session:
        key = drafts.begin_empty(
            session, kilns.house, kilns.cast.chenda.actor, "industry/lime_kiln", title=title, words="", now=NOW
        )
    files = files_of(kilns.house, kilns.cast, key)
    process = draft_of(files).package.process
    assert process.elements["start"].lane == "Applicant"
    drawn = files["process.bpmn"].decode()
    assert re.findall(r'<bpmn:lane id="lane_\d" name="([^"]+)"', drawn) == [
        "Applicant", "Front office", "Cashier", "Specialist", "Head of office",
    ]  # fmt: skip
    told = {one.rule for one in check_files(files) if one.file == "process.bpmn"}
    assert told == {"start-outgoing", "start-without-end"}


@pytest.mark.parametrize(
    "named", ["lime_kiln", "Industry/Kiln", "industry/../kiln", "industry/", "a/b/c", "", "x" * 200]
)
def test_what_is_no_key_of_a_service_is_refused(kilns: Kilns, named: str) -> None:
    with pytest.raises(ServiceKeyRefused), kilns.house.database.transaction() as session:
        drafts.begin_empty(session, kilns.house, kilns.cast.chenda.actor, named, title=NO_TITLE, words="", now=NOW)


def test_a_ministry_that_nobody_knows_is_refused(kilns: Kilns) -> None:
    with pytest.raises(NoSuchMinistry), kilns.house.database.transaction() as session:
        drafts.begin_empty(
            session, kilns.house, kilns.cast.chenda.actor, "moon/kiln", title=NO_TITLE, words="", now=NOW
        )


def test_an_analyst_of_one_ministry_sees_and_begins_drafts_of_that_one_alone(house: House, cast: Cast) -> None:
    files = {"service.yaml": b"key: tourism.kayaks\n"}
    with house.database.transaction() as session:
        office = Office(
            code="9001", level=OfficeLevel.MINISTRY, ministry_key="tourism", name_km="ក", name_en="T", hours=HOURS
        )
        session.add(office)
        session.flush()
        for member in (cast.rithy, cast.mony):
            session.query(Membership).filter_by(person_id=member.person_id).delete()
        theirs = Membership(person_id=cast.rithy.person_id, office_id=office.id, group="analyst", from_day=HIRED)
        elsewhere = Membership(
            person_id=cast.mony.person_id, office_id=cast.battambang, group="analyst", from_day=HIRED
        )
        session.add_all([theirs, elsewhere])
        others = drafts.begin(session, cast.chenda.actor, "interior.bikes", files, words="", now=NOW)
    rithy = _at(cast.rithy.person_id, office.id)
    mony = _at(cast.mony.person_id, cast.battambang)
    with house.database.transaction() as session:
        own = drafts.begin(session, rithy, "tourism.kayaks", files, words="", now=NOW)
        with pytest.raises(NotAllowed):
            drafts.begin(session, rithy, "interior.bikes", files, words="", now=NOW)
        with pytest.raises(NotAllowed):
            drafts.begin(session, mony, "tourism.kayaks", files, words="", now=NOW)
    with house.database.reading() as session:
        assert [line.key for line in package_drafts.drafts(session, rithy)] == [own]
        assert package_drafts.drafts(session, mony) == ()
        assert {line.key for line in package_drafts.drafts(session, cast.chenda.actor)} == {own, others}
        with pytest.raises(NotFound):
            keeping.find(session, rithy, others)


def test_drafts_that_are_put_away_have_a_list_of_their_own(kilns: Kilns) -> None:
    actor = kilns.cast.chenda.actor
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, actor, SERVICE, words="", now=NOW)
        drafts.close(session, actor, key, now=NOW)
    with kilns.house.database.reading() as session:
        assert package_drafts.drafts(session, actor) == ()
        assert [line.key for line in package_drafts.drafts(session, actor, closed=True)] == [key]


def _at(person_id: int, office_id: int) -> Actor:
    return Actor(person_id, memberships=frozenset({("analyst", office_id)}))
