"""Officers are applicants too: nobody works on an application of their own, and nobody vouches for themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.applications import corrections, drafts, uploads
from engine.errors import AlreadyVerified, NotAllowed, NotFound, PersonKnown, TaskGone
from engine.house import House, PaymentAccount
from engine.money import payments
from engine.packages.groups import CASHIER, FRONT_OFFICE, HEAD
from engine.people import identities
from engine.people.identities import Identity
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Correction, CorrectionTarget
from storage.people import AccessLog, Membership, Person
from tests.cast import HIRED, NOW, Cast, Member
from tests.journeys.guesthouse import PNG, Guesthouse, guesthouse
from tests.slips import PAPER
from tests.small.cases import Kilns

SEEN = Identity("សុខ ដារ៉ា", "Sok Dara", id_kind="national_id", id_number="010203045", phone="012345601")


def let(kilns: Kilns, member: Member, group: str) -> Member:
    """The member with one more group at Battambang."""
    office = kilns.cast.battambang
    with kilns.house.database.transaction() as session:
        session.add(Membership(person_id=member.person_id, office_id=office, group=group, from_day=HIRED))
    return replace(member, memberships=member.memberships | {(group, office)})


def test_a_cashier_cannot_confirm_the_transfer_for_their_own_application(kilns: Kilns) -> None:
    kilns.house = replace(kilns.house, payment_account=PaymentAccount("owso@demo", "OWSO", "BATTAMBANG"))
    dara = let(kilns, kilns.cast.dara, CASHIER)
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        offer = payments.offer_khqr(session, kilns.house, dara.actor, sent.key, now=NOW)
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        payments.confirm_payment(session, kilns.house, dara.actor, offer.payment_key, PAPER, now=NOW)
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        payments.record_bank_payment(session, kilns.house, dara.actor, sent.key, PAPER, now=NOW)


def test_an_officer_cannot_see_their_own_papers(kilns: Kilns) -> None:
    sreyneang = let(kilns, kilns.cast.sreyneang, FRONT_OFFICE)
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        identities.verify_at_counter(
            session, sreyneang.actor, kilns.cast.battambang, sreyneang.person_id, replace(SEEN, id_number="1"), now=NOW
        )


def test_a_verified_account_is_not_written_over_at_the_counter(kilns: Kilns) -> None:
    bopha, dara = kilns.cast.bopha.actor, kilns.cast.dara.person_id
    with pytest.raises(AlreadyVerified), kilns.house.database.transaction() as session:
        identities.verify_at_counter(session, bopha, kilns.cast.battambang, dara, SEEN, now=NOW)


def test_one_identity_document_verifies_one_account(kilns: Kilns) -> None:
    bopha, office = kilns.cast.bopha.actor, kilns.cast.battambang
    with kilns.house.database.transaction() as session:
        person = session.get_one(Person, kilns.cast.dara.person_id)
        person.id_kind, person.id_number = SEEN.id_kind, SEEN.id_number
    with pytest.raises(PersonKnown), kilns.house.database.transaction() as session:
        identities.verify_at_counter(
            session, bopha, office, kilns.cast.sreyneang.person_id, replace(SEEN, phone=""), now=NOW
        )


def test_an_officer_does_not_claim_what_they_have_to_correct_themselves(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    dara, task_key = let(kilns, kilns.cast.dara, FRONT_OFFICE), kilns.task(sent, "correct")
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, dara.actor, task_key, now=NOW)
    kilns.correct(sent)


def test_a_head_does_not_take_their_own_application_from_a_colleague(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    task_key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, task_key, now=NOW)
    dara = let(kilns, kilns.cast.dara, HEAD)
    with pytest.raises(NotAllowed), kilns.house.database.transaction() as session:
        user_tasks.release_claim(session, kilns.house, dara.actor, task_key, now=NOW)


def test_a_correction_names_only_what_the_application_has(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    bopha, task_key = kilns.cast.bopha.actor, kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha, task_key, now=NOW)
    for asked in (
        CorrectionAsked(CorrectionTarget.FIELD, "no_such_question", "ហេតុផល"),
        CorrectionAsked(CorrectionTarget.DOCUMENT, "kiln_name", "ហេតុផល"),
        CorrectionAsked(CorrectionTarget.FIELD, "k" * 500, "ហេតុផល"),
    ):
        with pytest.raises(NotFound), kilns.house.database.transaction() as session:
            user_tasks.complete(
                session, kilns.house, bopha, task_key, {"result": "return"}, corrections=(asked,), now=NOW
            )
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Correction)).all() == []


@pytest.fixture
def licences(house: House, cast: Cast) -> Guesthouse:
    return guesthouse(house, cast)


def test_documents_of_a_draft_are_not_the_officers_business_yet(licences: Guesthouse) -> None:
    house, dara, key = licences.house, licences.cast.dara.actor, licences.draft()
    with house.database.transaction() as session:
        document = uploads.add_document(
            session, house, dara, key, "id_card", upload=uploads.examined("me.png", PNG), now=NOW
        )
        assert uploads.read_document(session, house, dara, document, now=NOW).content == PNG
    with pytest.raises(NotFound), house.database.transaction() as session:
        uploads.read_document(session, house, licences.cast.bopha.actor, document, now=NOW)


def test_a_draft_that_the_counter_looked_at_can_be_discarded(licences: Guesthouse) -> None:
    house, bopha, cast = licences.house, licences.cast.bopha.actor, licences.cast
    with house.database.transaction() as session:
        key = drafts.start_draft(
            session, house, bopha, "tourism.guesthouse_licence", cast.battambang, applicant_id=cast.dara.person_id,
            now=NOW,
        )  # fmt: skip
        document = uploads.add_document(
            session, house, bopha, key, "id_card", upload=uploads.examined("me.png", PNG), now=NOW
        )
    with house.database.transaction() as session:
        uploads.read_document(session, house, bopha, document, now=NOW)
    with house.database.transaction() as session:
        drafts.discard_draft(session, house, bopha, key, now=NOW)
    with house.database.reading() as session:
        assert session.scalars(select(AccessLog)).all() == []


def test_answering_a_correction_with_the_task_of_another_application_changes_nothing(kilns: Kilns) -> None:
    mine, other = kilns.send(), kilns.send(kilns.cast.rithy)
    for sent in (mine, other):
        kilns.pay(sent)
        kilns.check(sent, "return")
    other_task = kilns.task(other, "correct")
    with pytest.raises(TaskGone), kilns.house.database.transaction() as session:
        corrections.resubmit(
            session, kilns.house, kilns.cast.dara.actor, mine.key, other_task, raw={"kiln_name": "ក"}, now=NOW
        )
    assert kilns.row(other).waits_for_applicant
    assert kilns.row(mine).waits_for_applicant
