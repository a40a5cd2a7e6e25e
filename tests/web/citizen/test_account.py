"""The account: verification with its promised day, applications, messages, who looked, language, password."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.applications import uploads
from engine.clockwork import outbox
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.engine.applications.test_submitting import send, verification
from tests.journeys.guesthouse import Guesthouse
from tests.web.citizen.test_applying import text_of

Browser = Callable[[Member], FlaskClient]


def test_a_running_verification_shows_the_day_it_is_done(signed_in: Browser, cast: Cast, licence: Guesthouse) -> None:
    send(licence, cast.sreyneang, verification(licence, cast.sreyneang))
    page = text_of(signed_in(cast.sreyneang), "/account")
    assert "Thursday 5\xa0March\xa02026" in page
    assert "You can prepare your application meanwhile." in page


def test_a_better_photo_is_asked_for_on_the_account_page(signed_in: Browser, cast: Cast, licence: Guesthouse) -> None:
    key = verification(licence, cast.sreyneang)
    send(licence, cast.sreyneang, key)
    licence.work(key, "verify", cast.bopha, {"verification_result": "better_photo", "reason": "មិនច្បាស់"})
    page = text_of(signed_in(cast.sreyneang), "/account")
    assert f"/applications/{key}/correct" in page


def test_a_refused_verification_says_why_and_may_be_tried_again(
    signed_in: Browser, cast: Cast, licence: Guesthouse
) -> None:
    key = verification(licence, cast.sreyneang)
    send(licence, cast.sreyneang, key)
    licence.work(key, "verify", cast.bopha, {"verification_result": "refused", "reason": "ឈ្មោះមិនដូចគ្នា"})
    client = signed_in(cast.sreyneang)
    assert "/account/verification" in text_of(client, "/account")
    assert "ឈ្មោះមិនដូចគ្នា" in text_of(client, f"/applications/{key}")
    assert client.post("/services/interior.account_verification/apply", data={"office": "02"}).location != (
        f"/applications/{key}"
    )


def test_the_account_lists_applications_and_messages(signed_in: Browser, cast: Cast, licence: Guesthouse) -> None:
    sent, draft = licence.sent(), licence.draft()
    page = text_of(signed_in(cast.dara), "/account")
    assert f"/applications/{sent}" in page
    assert f"/applications/{draft}" in page
    assert licence.row(sent).reference in page  # type: ignore[operator]
    assert "Stage: Payment" in page
    assert page.count("លេខកូដតាមដាន") == 1  # one message, though it went by SMS and by e-mail


def test_the_person_sees_who_opened_their_documents(signed_in: Browser, cast: Cast, licence: Guesthouse) -> None:
    key = licence.sent()
    with licence.house.database.transaction() as session:
        document = session.scalars(uploads.select(uploads.Document.key)).first()
        uploads.read_document(session, licence.house, cast.rithy.actor, str(document), now=NOW)
    page = text_of(signed_in(cast.dara), "/account/looks")
    assert "Heng Rithy" in page
    assert "Battambang" in page
    assert licence.row(key).reference in page  # type: ignore[operator]
    assert "Heng Rithy" not in text_of(signed_in(cast.sreyneang), "/account/looks")


def test_messages_come_in_the_language_the_person_chose(signed_in: Browser, cast: Cast, licence: Guesthouse) -> None:
    client = signed_in(cast.dara)
    assert client.post("/account/language", data={"language": "en"}).status_code == 303
    licence.sent()
    assert "We have received your application" in text_of(client, "/account/messages")
    assert "On its way" in text_of(client, "/account/messages")
    outbox.deliver_due(licence.house, now=NOW)
    assert "Only here" in text_of(client, "/account/messages")


def test_a_new_password_keeps_this_browser_and_signs_the_others_out(
    signed_in: Browser, cast: Cast, licence: Guesthouse
) -> None:
    here, there = signed_in(cast.dara), signed_in(cast.dara)
    wrong = here.post("/account/password", data={"old": "no", "new": "another good one"})
    assert wrong.status_code == 422
    answer = here.post("/account/password", data={"old": PASSWORD, "new": "another good one"})
    assert answer.location == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_nobody_sees_an_account_without_signing_in(client: FlaskClient, cast: Cast) -> None:
    for address in ("/account", "/account/messages", "/account/looks", "/account/password"):
        assert client.get(address).location.startswith("/sign-in")
