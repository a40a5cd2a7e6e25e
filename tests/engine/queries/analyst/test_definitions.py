"""What analysts see of services, versions and where the cases of a version are."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from engine.errors import NotFound
from engine.queries.analyst import definitions
from engine.versions import publishing
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns

NEXT = (PACKAGE / "texts.yaml").read_bytes().replace(b"For tests.", b"For our tests.")


def test_services_show_their_newest_version_and_all_running_cases(kilns: Kilns) -> None:
    kilns.send()
    kilns.publish(texts_yaml=NEXT)
    kilns.send(kilns.cast.bopha)
    with kilns.house.database.reading() as session:
        (line,) = definitions.services(session, kilns.house)
    assert (line.service_key, line.title.en, line.ministry.en) == (
        SERVICE,
        "Brick kiln permit",
        "Ministry of Industry",
    )
    assert (line.newest.version, line.newest.running, line.running, line.is_illustrative) == (2, 1, 2, True)


def test_versions_are_newest_first_with_author_note_and_cases(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "refuse")
    kilns.send()
    files = dict(publishing.files_of(PACKAGE)) | {"texts.yaml": NEXT}
    with kilns.house.database.transaction() as session:
        author = kilns.cast.chenda.actor
        publishing.publish(session, kilns.house, files, author=author, note="Clearer words", now=NOW)
    with kilns.house.database.reading() as session:
        newer, older = definitions.versions(session, SERVICE)
    assert (newer.version, newer.note, newer.running) == (2, "Clearer words", 0)
    assert newer.author is not None
    assert newer.author.en == "Tep Chenda"
    assert (older.version, older.author, older.running, older.all_cases) == (1, None, 1, 2)


def test_a_version_shows_where_its_cases_are(kilns: Kilns) -> None:
    kilns.send()
    kilns.pay(kilns.send(kilns.cast.bopha))
    with kilns.house.database.reading() as session:
        shown = definitions.version(session, kilns.house, SERVICE, 1, now=NOW)
    assert (dict(shown.at_work), dict(shown.incidents)) == ({"pay": 1, "check": 1}, {})
    assert [remark.rule for remark in shown.remarks] == ["provenance"]
    assert shown.package.manifest.key == SERVICE


def test_an_older_version_keeps_its_own_diagram(kilns: Kilns) -> None:
    redrawn = (PACKAGE / "process.bpmn").read_bytes().replace(b'name="Refuse"', b'name="Say no"')
    kilns.publish(process_bpmn=redrawn)
    with kilns.house.database.reading() as session:
        drawn = [definitions.diagram(session, kilns.house, SERVICE, number) for number in (1, 2)]
    assert drawn == [(PACKAGE / "process.bpmn").read_bytes(), redrawn]


def test_what_was_never_published_is_not_found(kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        for look in (
            lambda: definitions.versions(session, "industry.nothing"),
            lambda: definitions.version(session, kilns.house, SERVICE, 9, now=NOW),
            lambda: definitions.diagram(session, kilns.house, SERVICE, 9),
        ):
            with pytest.raises(NotFound):
                look()


def test_the_list_costs_one_statement_however_many_versions_there_are(kilns: Kilns) -> None:
    for number in range(3):
        kilns.publish(texts_yaml=NEXT + b"# %d\n" % number)
    with kilns.house.database.reading() as session:
        definitions.services(session, kilns.house)
    statements: list[str] = []
    event.listen(kilns.house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with kilns.house.database.reading() as session:
        definitions.services(session, kilns.house)
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
