"""Nobody fills the house for everybody else, and what a draft held goes with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.applications import drafts, quotas, uploads
from engine.errors import NotFound, QuotaReached
from storage.applications import Application, Document
from storage.files import FileStore
from tests.cast import NOW, Cast, Member
from tests.engine.applications.test_drafts import begin
from tests.engine.applications.test_uploads import PDF, add, read
from tests.journeys.guesthouse import PNG, Guesthouse


def lies(licence: Guesthouse, content: bytes) -> bool:
    """Whether the store has the file."""
    found = [path.read_bytes() for path in licence.house.files.root.rglob("*") if path.is_file()]
    return content in found


def discard(licence: Guesthouse, key: str) -> None:
    with licence.house.database.transaction() as session:
        drafts.discard_draft(session, licence.house, licence.cast.dara.actor, key, now=NOW)


def fill(licence: Guesthouse, who: Member, key: str, count: int, *, size: int = 1, hours: int = 0) -> None:
    """So many files of that size as lie there already."""
    with licence.house.database.transaction() as session:
        application = session.scalars(select(Application).where(Application.key == key)).one()
        for number in range(count):
            session.add(
                Document(
                    key=f"{key[:10]}{number}", application_id=application.id, document_key="other", filename="a.pdf",
                    media_type="application/pdf", size=size, sha256="0" * 64, uploaded_by_id=who.person_id,
                    uploaded_at=NOW - timedelta(hours=hours),
                )
            )  # fmt: skip


def test_a_discarded_draft_takes_its_files_along(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    add(licence, cast.dara, key, PNG)
    assert lies(licence, PNG)
    discard(licence, key)
    assert not lies(licence, PNG)


def test_a_file_that_another_draft_has_too_stays_until_that_is_gone(licence: Guesthouse, cast: Cast) -> None:
    key, other = begin(licence, cast.dara), begin(licence, cast.sreyneang)
    add(licence, cast.dara, key, PNG)
    kept = add(licence, cast.sreyneang, other, PNG)
    discard(licence, key)
    assert read(licence, cast.sreyneang, kept).content == PNG


@pytest.mark.parametrize("again", ["another", "removed"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_draft_keeps_no_file_that_was_replaced_or_taken_off(licence: Guesthouse, cast: Cast, again: str) -> None:
    key = begin(licence, cast.dara)
    older = add(licence, cast.dara, key, PNG)
    if again == "another":
        add(licence, cast.dara, key, PDF)
    else:
        with licence.house.database.transaction() as session:
            uploads.remove_document(session, licence.house, cast.dara.actor, older, now=NOW)
    assert not lies(licence, PNG)
    with pytest.raises(NotFound):
        read(licence, cast.dara, older)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_file_once_more_in_its_own_place_stays(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    add(licence, cast.dara, key, PNG)
    assert read(licence, cast.dara, add(licence, cast.dara, key, PNG)).content == PNG


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_discarding_that_is_undone_keeps_the_file(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    add(licence, cast.dara, key, PNG)
    with suppress(RuntimeError), licence.house.database.transaction() as session:
        drafts.discard_draft(session, licence.house, cast.dara.actor, key, now=NOW)
        raise RuntimeError
    assert lies(licence, PNG)


def test_what_is_put_aside_comes_back_when_it_is_needed(licence: Guesthouse) -> None:
    files: FileStore = licence.house.files
    digest = files.put(b"a paper")
    with files.put_aside(digest) as aside:
        assert not lies(licence, b"nothing of the kind")
        aside.is_needed = True
    assert files.get(digest) == b"a paper"
    with files.put_aside(digest):
        pass
    with pytest.raises(FileNotFoundError):
        files.get(digest)
    with files.put_aside(digest):  # harmless once more
        pass


@pytest.mark.parametrize(("there", "fits"), [(quotas.MOST_DOCUMENTS - 1, True), (quotas.MOST_DOCUMENTS, False)])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_application_takes_so_many_files(licence: Guesthouse, cast: Cast, there: int, fits: bool) -> None:
    key = begin(licence, cast.dara)
    fill(licence, cast.dara, key, there)
    if fits:
        assert add(licence, cast.dara, key, PNG)
        return
    with pytest.raises(QuotaReached):
        add(licence, cast.dara, key, PNG)
    assert not lies(licence, PNG)


@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_application_takes_so_many_octets(licence: Guesthouse, cast: Cast, over: int) -> None:
    key = begin(licence, cast.dara)
    fill(licence, cast.dara, key, 1, size=quotas.MOST_OCTETS - len(PDF) + over)
    if not over:
        assert add(licence, cast.dara, key, PDF)
        return
    with pytest.raises(QuotaReached):
        add(licence, cast.dara, key, PDF)


@pytest.mark.parametrize(("hours", "fits"), [(23, False), (24, True)])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_person_sends_so_many_files_in_a_day_also_to_several_applications(
    licence: Guesthouse, cast: Cast, hours: int, fits: bool
) -> None:
    key, other = begin(licence, cast.dara), begin(licence, cast.sreyneang)
    fill(licence, cast.dara, other, quotas.MOST_UPLOADS, hours=hours)
    if fits:
        assert add(licence, cast.dara, key, PNG)
        return
    with pytest.raises(QuotaReached):
        add(licence, cast.dara, key, PNG)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_somebody_has_so_many_drafts(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    with licence.house.database.transaction() as session:
        row = session.scalars(select(Application).where(Application.key == key)).one()
        for number in range(quotas.MOST_DRAFTS):
            session.add(
                Application(
                    key=f"draft{number}", service_key=f"other.{number}", definition_id=row.definition_id,
                    office_id=row.office_id, applicant_id=cast.sreyneang.person_id, created_at=NOW,
                )
            )  # fmt: skip
    with pytest.raises(QuotaReached):
        begin(licence, cast.sreyneang)
    assert begin(licence, cast.dara) == key
