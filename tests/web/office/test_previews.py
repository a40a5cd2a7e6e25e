"""What is looked at beside a case: pages of papers and the drawing, fetched when asked for, each look noted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from storage.applications import Application, Document
from storage.people import AccessLog
from tests.cast import NOW, Member
from tests.drawings import plain_pdf
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    return kilns.send()


@pytest.fixture
def pages(kilns: Kilns, sent: Submitted) -> str:
    """The address of the pages of a paper that lies with the case."""
    content = plain_pdf()
    with kilns.house.database.transaction() as session:
        application = session.scalars(select(Application.id).where(Application.key == sent.key)).one()
        session.add(
            Document(
                key="a-paper", application_id=application, document_key="plan", filename="plan.pdf",
                media_type="application/pdf", size=len(content), sha256=kilns.house.files.put(content),
                uploaded_at=NOW, uploaded_by_id=kilns.cast.dara.person_id,
            )
        )  # fmt: skip
    return "/office/documents/a-paper/pages"


def looks(kilns: Kilns) -> list[tuple[str, str]]:
    with kilns.house.database.reading() as session:
        return [tuple(row) for row in session.execute(select(AccessLog.page, AccessLog.detail).order_by(AccessLog.id))]


def test_a_page_of_a_paper_is_a_picture_in_a_frame_that_runs_nothing(
    kilns: Kilns, pages: str, signed_in: SignedIn
) -> None:
    answer = signed_in(kilns.cast.bopha).get(f"{pages}?lang=en")
    assert answer.status_code == 200
    assert "Page 1 of 1" in answer.get_data(as_text=True)
    assert "data:image/jpeg;base64," in answer.get_data(as_text=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert looks(kilns) == [("document", "plan.pdf")]


def test_no_page_is_fetched_before_somebody_asks_for_it(
    kilns: Kilns, sent: Submitted, pages: str, signed_in: SignedIn
) -> None:
    answer = signed_in(kilns.cast.bopha).get(f"/office/cases/{sent.key}?lang=en")
    page = answer.get_data(as_text=True)
    frame = page.partition(f'src="{pages}"')[2].partition(">")[0]
    assert 'loading="lazy"' in frame
    assert 'sandbox="allow-same-origin"' in frame
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert looks(kilns) == [("case", "")]


@pytest.mark.parametrize(("who", "status"), [("phally", 404), ("dara", 403), ("chenda", 403), ("rithy", 200)])
def test_who_may_read_pages_and_the_course(
    kilns: Kilns, sent: Submitted, pages: str, signed_in: SignedIn, who: str, status: int
) -> None:
    browser = signed_in(getattr(kilns.cast, who))
    assert browser.get(pages).status_code == status
    assert browser.get(f"/office/cases/{sent.key}/course").status_code == status


def test_a_picture_has_no_pages(kilns: Kilns, pages: str, signed_in: SignedIn) -> None:
    with kilns.house.database.transaction() as session:
        session.scalars(select(Document)).one().media_type = "image/png"
    assert signed_in(kilns.cast.bopha).get(pages).status_code == 404


def test_the_course_says_in_words_where_the_case_stands(kilns: Kilns, sent: Submitted, signed_in: SignedIn) -> None:
    kilns.pay(sent)
    answer = signed_in(kilns.cast.bopha).get(f"/office/cases/{sent.key}/course?lang=en")
    page = answer.get_data(as_text=True)
    assert "<strong>Check the application</strong>" in page
    assert "data:image/svg+xml;base64," in page
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert looks(kilns) == [("case", "")]


def test_the_history_names_who_did_it_and_messages_say_whether_they_came(
    kilns: Kilns, sent: Submitted, signed_in: SignedIn
) -> None:
    kilns.pay(sent)
    kilns.check(sent, "return")
    page = signed_in(kilns.cast.kunthea).get(f"/office/cases/{sent.key}?lang=en").get_data(as_text=True)
    history = page.partition('id="history"')[2]
    assert "Check the application: completed. <span" in history
    assert "Chan Bopha, Front office" in history
    assert "to the applicant" in page.partition('id="messages"')[2]
