"""What the row and the paper of a result hold of its application, and nothing of any other."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pypdf
from sqlalchemy import select, update

from engine.house import House
from engine.localise import PHNOM_PENH
from engine.packages import build_package
from engine.results.issuing import newest_answers
from storage.applications import Application, Certificate, Document, Opinion
from storage.processes import UserTask
from tests.cast import NOW, Cast
from tests.drawings import plain_pdf
from tests.engine.applications.test_continuing import ANSWERS, begin, granted
from tests.engine.applications.test_new_owners import CHANGE, IDENTITY, LATER, TO_VANNAK, sellable, sold
from tests.engine.packages.looks import FILES as LOOKS
from tests.small.cases import Kilns
from tests.small.files import licence, stamped
from tests.small.services import SmallService, found, opened, scale_checks


def shops(house: House, cast: Cast, files: dict[str, bytes]) -> SmallService:
    return opened(house, cast, "industry.scale_check", files, scales=ANSWERS)


def pages_of(house: House, one: Certificate) -> list[str]:
    reader = pypdf.PdfReader(BytesIO(house.files.get(one.sha256)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def answered(kilns: Kilns, application: Application, element_id: str, answers: dict[str, Any]) -> None:
    with kilns.house.database.transaction() as session:
        task_id = session.scalars(select(UserTask.id).where(UserTask.application_id == application.id)).first()
        session.add(
            Opinion(
                application_id=application.id, user_task_id=task_id, person_id=kilns.cast.bopha.person_id,
                element_id=element_id, answers=answers, at=NOW,
            )
        )  # fmt: skip


def test_of_each_form_the_newest_answers_count_and_stand_last_and_only_those_of_the_case(kilns: Kilns) -> None:
    package = build_package(LOOKS)
    mine, other = kilns.row(kilns.send()), kilns.row(kilns.send())
    answered(kilns, mine, "first.look", {"seen": "wrong"})
    answered(kilns, mine, "first.sign", {"remark": "x"})
    answered(kilns, mine, "first.look", {"seen": "ok"})
    answered(kilns, mine, "gone", {"seen": "no task of this version"})
    answered(kilns, other, "first.look", {"seen": "theirs"})
    with kilns.house.database.reading() as session:
        newest = newest_answers(session, package, mine)
    forms = [package.tasks[element].form for element in ("first.sign", "first.look")]
    assert list(newest.items()) == [
        (forms[0], {"remark": "x"}),
        (forms[1], {"seen": "ok"}),
        ("apply", mine.answers),
    ]


def test_the_answers_to_a_task_without_a_form_are_those_of_no_form(kilns: Kilns) -> None:
    sent = kilns.send()
    row = kilns.row(sent)
    answered(kilns, row, "pay", {"amount": "x"})
    with kilns.house.database.reading() as session:
        package = kilns.house.catalog.of(session, row.definition_id).package
        assert newest_answers(session, package, row) == {"apply": row.answers}


def test_an_ordinary_certificate_has_one_holder_one_row_of_nothing_and_no_other_service(kilns: Kilns) -> None:
    one = kilns.certificate(kilns.approved())
    assert (one.holder, one.title_en, one.title_km) == (
        "សុខ ដារ៉ា · Sok Dara", "Brick kiln permit", "លិខិតអនុញ្ញាតឡឥដ្ឋ",
    )  # fmt: skip
    assert (one.place, one.row_place, one.about_km, one.about_en, one.of_service) == (0, None, "", "", "")
    assert (one.owner_km, one.owner_latin, one.owner_id_number) == ("", "", "")
    assert (one.renewable_from, one.renewal_due_at, one.to_draw, one.draw_at) == (None, None, None, None)


def test_a_licence_may_be_renewed_from_the_beginning_of_its_first_day_on_and_its_holder_is_told_then(
    house: House, cast: Cast
) -> None:
    one = granted(shops(house, cast, licence()))
    first_day = datetime(2027, 1, 1, tzinfo=PHNOM_PENH)
    assert (one.renewable_from, one.renewal_due_at) == (first_day, first_day)


def test_a_licence_that_holds_for_ever_is_never_renewed(house: House, cast: Cast) -> None:
    one = granted(shops(house, cast, licence(("service.yaml", "validity: 1 year", "# for ever"))))
    assert (one.expires_at, one.renewable_from, one.renewal_due_at) == (None, None, None)


def test_what_was_sold_is_kept_with_the_names_and_the_number_of_the_new_owner(house: House, cast: Cast) -> None:
    service = sold(house, cast, sellable())
    with house.database.reading() as session:
        one = session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    assert one is not None
    assert (one.owner_km, one.owner_latin, one.owner_id_number) == (
        TO_VANNAK["to_km"], TO_VANNAK["to_latin"], IDENTITY,
    )  # fmt: skip
    paper = pages_of(service.house, one)[0]
    assert "KEO VANNAK" in paper
    assert "Sok Dara" not in paper


def test_the_papers_of_a_change_keep_the_end_and_name_the_one_before(house: House, cast: Cast) -> None:
    said = ("certificate.typ", "= #data.title.km", "= #data.title.km\nIn place of #data.replaces")
    service = shops(house, cast, licence(said))
    before = granted(service)
    key = service.submit(begin(service, CHANGE, now=LATER), now=LATER)
    service.work(key, "verify", found(True), now=LATER)
    (one,) = service.certificates(key)
    assert (one.expires_at, one.replaces_id) == (before.expires_at, before.id)
    assert f"In place of {before.number}" in pages_of(house, one)[0]


def test_each_row_has_its_place_its_words_and_its_moment_from_when_it_is_drawn(house: House, cast: Cast) -> None:
    scales = scale_checks(house, cast)
    key = scales.send()
    scales.work(key, "verify", found(True, False, True))
    first, second = scales.certificates(key)
    assert [(one.place, one.row_place) for one in (first, second)] == [(0, 0), (1, 2)]
    assert "A1" in first.about_en
    assert "C3" in second.about_km
    assert (first.draw_at, second.draw_at, second.sha256) == (None, NOW, "")


def test_behind_the_stamp_page_lies_what_is_in_its_place_now_and_nothing_of_another_case(
    house: House, cast: Cast
) -> None:
    plans = shops(house, cast, stamped())
    other = plans.draft()
    plans.upload(other, "plan", plain_pdf())
    plans.submit(other)
    key = plans.draft()
    plans.upload(key, "plan", plain_pdf())
    with house.database.transaction() as session:
        mine = update(Document).where(Document.application_id == plans.row(key).id)
        session.execute(mine.values(replaced_at=NOW - timedelta(hours=1)))
    plans.upload(key, "plan", plain_pdf())
    plans.submit(key)
    plans.work(key, "verify", found(True))
    (one,) = plans.certificates(key)
    assert len(pages_of(house, one)) == 2
