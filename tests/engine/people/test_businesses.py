"""Acting for a business: claimed by a person, verified at the counter, left to others, and never anybody's alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from engine.applications import drafts, submitting
from engine.applications.businesses import verify_business
from engine.clockwork.ways import ways_to
from engine.errors import (
    ActsAlready,
    AlreadyVerified,
    BadAnswers,
    HelperNotVerified,
    NoSuchLogin,
    NotAllowed,
    NotFound,
    OwnCase,
    Refused,
)
from engine.errors.businesses import (
    BusinessKnown,
    BusinessNotVerified,
    LastRepresentative,
    OwnBusiness,
    TooManyBusinesses,
)
from engine.house import House
from engine.offices.officers import find_person
from engine.people import businesses, mandates
from engine.people.actors import Actor, load_actor
from engine.people.businesses import BusinessTyped
from engine.queries.office.counter import find_people, person_at_counter, represented_at_counter
from engine.tasks import user_tasks
from storage.applications import Application
from storage.events import CaseEvent
from storage.mandates import Mandate, MandateKind
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.people import AccessLog, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast, Member
from tests.codes import last_message
from tests.engine.people.test_mandates import TODAY, helping, make, proved
from tests.small.cases import ANSWERS, PAGE, SERVICE, Kilns

KILN = BusinessTyped("ឡឥដ្ឋ ៩៩", "Sangke Kiln 99 Co., Ltd.", "០០០១២-3456")


def added(house: House, who: Member, typed: BusinessTyped = KILN) -> int:
    with house.database.transaction() as session:
        return businesses.add(session, who.actor, typed, today=TODAY, now=NOW)


def verified(house: House, officer: Actor, office: int, business_id: int) -> None:
    with house.database.transaction() as session:
        verify_business(
            session, house, officer, office, business_id, name_km="ឡឥដ្ឋ សង្កែ", name_latin="Sangke Kiln", now=NOW
        )


def mandate_of(house: House, who: Member, business_id: int) -> int:
    with house.database.reading() as session:
        mine = Mandate.helper_id == who.person_id, Mandate.person_id == business_id
        return session.scalars(select(Mandate.id).where(*mine)).one()


def acting(house: House, who: Member, business_id: int) -> Actor:
    with house.database.reading() as session:
        found = mandates.acting(session, who.actor, mandate_of(house, who, business_id), today=TODAY)
    assert found is not None
    return found


def leave(house: House, who: Member, business_id: int) -> None:
    with house.database.transaction() as session:
        mandates.end(session, house, who.actor, mandate_of(house, who, business_id), now=NOW)


def join(house: House, who: Member, of: Member, business_id: int) -> None:
    make(house, who.actor, proved(house, who.actor, of.phone), business_id)


def drafted(kilns: Kilns, actor: Actor) -> str:
    with kilns.house.database.transaction() as session:
        key = drafts.start_draft(session, kilns.house, actor, SERVICE, kilns.cast.battambang, now=NOW)
        drafts.save_page(session, kilns.house, actor, key, PAGE, raw=dict(ANSWERS), now=NOW)
    return key


def send(kilns: Kilns, actor: Actor, key: str) -> submitting.Submitted:
    with kilns.house.database.transaction() as session:
        return submitting.submit(session, kilns.house, actor, key, now=NOW)


def sent(kilns: Kilns, who: Member) -> tuple[int, submitting.Submitted]:
    """A verified business with a case that runs, and that."""
    business = added(kilns.house, who)
    verified(kilns.house, kilns.cast.vannak.actor, kilns.cast.battambang, business)
    actor = acting(kilns.house, who, business)
    return business, send(kilns, actor, drafted(kilns, actor))


def test_what_was_typed_is_kept_tidy_and_nobody_signs_in_as_it(house: House, cast: Cast) -> None:
    business = added(house, cast.dara)
    with house.database.reading() as session:
        row = session.get_one(Person, business)
        assert (row.person_kind, row.id_kind, row.id_number) == ("business", "business_registration", "000123456")
        assert (row.name_km, row.name_latin) == (KILN.name_km, KILN.name_latin)
        assert (row.password_hash, row.phone, row.email, row.identity_status) == (None, None, None, "unverified")
        line = session.scalars(select(SecurityEvent)).one()
        assert (line.kind, line.actor_id, line.person_id) == ("business_added", cast.dara.person_id, business)
        [shown] = businesses.represented_by(session, cast.dara.actor)
        assert (shown.number, shown.is_verified) == ("000123456", False)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name_km", ("", "Sangke", "00012345")),
        ("name_km", ("Sangke", "Sangke", "00012345")),
        ("name_km", ("ក" * 81, "Sangke", "00012345")),
        ("name_latin", ("សង្កែ", "", "00012345")),
        ("name_latin", ("សង្កែ", "សង្កែ", "00012345")),
        ("name_latin", ("សង្កែ", "99", "00012345")),
        ("name_latin", ("សង្កែ", "x" * 20_000, "00012345")),
        ("number", ("សង្កែ", "Sangke", "")),
        ("number", ("សង្កែ", "Sangke", "12")),
        ("number", ("សង្កែ", "Sangke", "abcdef")),
        ("number", ("សង្កែ", "Sangke", "1" * 21)),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    house: House, cast: Cast, field: str, typed: tuple[str, str, str]
) -> None:
    with pytest.raises(BadAnswers) as refused:
        added(house, cast.dara, BusinessTyped(*typed))
    assert set(refused.value.errors) == {field}


def test_only_verified_people_add_one_and_nobody_on_behalf_of_another(house: House, cast: Cast) -> None:
    with pytest.raises(HelperNotVerified):
        added(house, cast.sreyneang)
    helped = acting_for_person(house, cast)
    with pytest.raises(NotFound), house.database.transaction() as session:
        businesses.add(session, helped, KILN, today=TODAY, now=NOW)


def acting_for_person(house: House, cast: Cast) -> Actor:
    mandate = helping(house, cast.dara, cast.sreyneang)
    with house.database.reading() as session:
        found = mandates.acting(session, cast.dara.actor, mandate, today=TODAY)
    assert found is not None
    return found


def test_somebody_adds_a_number_once_and_ten_at_most(house: House, cast: Cast) -> None:
    for number in range(mandates.MOST_HELPED):
        added(house, cast.dara, BusinessTyped("សង្កែ", "Sangke", f"7000{number}"))
    with pytest.raises(TooManyBusinesses):
        added(house, cast.dara)
    added(house, cast.rithy)
    with pytest.raises(ActsAlready):
        added(house, cast.rithy)


def test_a_claim_prepares_and_sends_only_once_verified(kilns: Kilns) -> None:
    business = added(kilns.house, kilns.cast.dara)
    actor = acting(kilns.house, kilns.cast.dara, business)
    key = drafted(kilns, actor)
    with pytest.raises(BusinessNotVerified):
        send(kilns, actor, key)
    verified(kilns.house, kilns.cast.bopha.actor, kilns.cast.battambang, business)
    send(kilns, acting(kilns.house, kilns.cast.dara, business), key)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Application.applicant_id).where(Application.key == key)).one() == business
        said = select(CaseEvent.actor_id, CaseEvent.actor_role).where(CaseEvent.kind == "submitted")
        assert session.execute(said).all() == [(kilns.cast.dara.person_id, "helper")]


def test_the_counter_finds_corrects_and_verifies_it(house: House, cast: Cast) -> None:
    business = added(house, cast.dara)
    with house.database.reading() as session:
        assert find_people(session, cast.bopha.actor, "000123456").people == ()
        [found] = find_people(session, cast.bopha.actor, "០០០១២៣៤៥៦", reason_id=1).people
        assert (found.id, found.is_business) == (business, True)
        shown = person_at_counter(session, business, now=NOW)
        assert [one.en for one in represented_at_counter(session, shown)] == ["Sok Dara"]
    for _ in range(2):
        verified(house, cast.bopha.actor, cast.battambang, business)
    with house.database.reading() as session:
        row = session.get_one(Person, business)
        assert (row.name_latin, row.identity_status, row.verified_office_id) == (
            "Sangke Kiln", "verified", cast.battambang,
        )  # fmt: skip
        looks = select(AccessLog.page, AccessLog.paper).where(AccessLog.subject_id == business).order_by(AccessLog.id)
        assert session.execute(looks).all() == [
            (page, "business_registration") for page in ("verified", "paper_agrees")
        ]
        kinds = session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()
        assert kinds == ["business_added", "business_verified"]
    assert "ឡឥដ្ឋ សង្កែ" in last_message(house, cast.dara.phone)["subject"]
    with pytest.raises(AlreadyVerified), house.database.transaction() as session:
        verify_business(
            session, house, cast.bopha.actor, cast.battambang, business, name_km="ក", name_latin="A", now=NOW
        )


def test_who_represents_it_or_did_and_who_does_not_serve_there_verify_nothing(house: House, cast: Cast) -> None:
    business = added(house, cast.bopha)
    with pytest.raises(OwnBusiness):
        verified(house, cast.bopha.actor, cast.battambang, business)
    leave(house, cast.bopha, business)
    with pytest.raises(OwnBusiness):
        verified(house, cast.bopha.actor, cast.battambang, business)
    for stranger in (cast.phally, cast.rithy, cast.dara):
        with pytest.raises(NotAllowed):
            verified(house, stranger.actor, cast.battambang, business)
    with pytest.raises(NotFound):
        verified(house, cast.vannak.actor, cast.battambang, cast.sreyneang.person_id)


def test_a_claim_keeps_nobody_out_and_one_number_is_one_verified_business(house: House, cast: Cast) -> None:
    squatter, real = added(house, cast.rithy), added(house, cast.dara)
    verified(house, cast.bopha.actor, cast.battambang, real)
    with pytest.raises(BusinessKnown):
        verified(house, cast.bopha.actor, cast.battambang, squatter)


def test_one_that_nobody_represents_any_more_goes_to_whoever_shows_its_paper(kilns: Kilns) -> None:
    house, cast = kilns.house, kilns.cast
    first = added(house, cast.dara)
    verified(house, cast.bopha.actor, cast.battambang, first)
    leave(house, cast.dara, first)
    claim = added(house, cast.rithy)
    key = drafted(kilns, acting(house, cast.rithy, claim))
    verified(house, cast.bopha.actor, cast.battambang, claim)
    found = acting(house, cast.rithy, first)
    assert found.name_latin == "Sangke Kiln"
    send(kilns, found, key)
    with house.database.reading() as session:
        assert [one.number for one in businesses.represented_by(session, cast.rithy.actor)] == ["000123456"]
        assert session.get_one(Person, claim).identity_status == "unverified"


def test_who_represented_that_one_does_not_hand_it_on(house: House, cast: Cast) -> None:
    first = added(house, cast.bopha)
    verified(house, cast.vannak.actor, cast.battambang, first)
    leave(house, cast.bopha, first)
    with pytest.raises(OwnBusiness):
        verified(house, cast.bopha.actor, cast.battambang, added(house, cast.rithy))


def test_two_officers_at_once_verify_one(house: House, cast: Cast) -> None:
    claims = [(cast.bopha, added(house, cast.rithy)), (cast.vannak, added(house, cast.dara))]

    def attempt(one: tuple[Member, int]) -> type[Refused] | None:
        try:
            verified(house, one[0].actor, cast.battambang, one[1])
        except Refused as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        told: Sequence[type[Refused] | None] = list(pool.map(attempt, claims))
    assert sorted(map(str, told)) == sorted(map(str, (None, BusinessKnown)))


def test_another_joins_by_the_code_of_a_representative_and_all_are_told(house: House, cast: Cast) -> None:
    business = added(house, cast.dara)
    join(house, cast.rithy, cast.dara, business)
    assert acting(house, cast.rithy, business).person_id == business
    for who in (cast.dara, cast.rithy):
        assert "ឡឥដ្ឋ ៩៩" in last_message(house, who.phone)["subject"]
    with house.database.reading() as session:
        kinds = session.scalars(select(Mandate.mandate_kind)).all()
        assert kinds == [MandateKind.REPRESENTATIVE] * 2
        assert mandates.helped_by(session, cast.rithy.actor, today=TODAY) == ()


def test_nobody_joins_by_the_code_of_somebody_else_or_unverified(house: House, cast: Cast) -> None:
    business = added(house, cast.dara)
    with pytest.raises(NotFound):
        join(house, cast.rithy, cast.kunthea, business)
    with pytest.raises(HelperNotVerified):
        join(house, cast.sreyneang, cast.dara, business)
    leave(house, cast.dara, business)
    with pytest.raises(NotFound):
        join(house, cast.rithy, cast.dara, business)


def test_a_person_is_helped_by_no_representative(house: House, cast: Cast) -> None:
    token = proved(house, cast.dara.actor, cast.sreyneang.phone)
    with house.database.transaction() as session:
        mandates.make(
            session, house, cast.dara.actor, token, person_id=cast.sreyneang.person_id, kind="representative", days=9,
            today=TODAY, now=NOW,
        )  # fmt: skip
    with house.database.reading() as session:
        assert session.scalars(select(Mandate.mandate_kind)).one() == MandateKind.OTHER


def test_the_last_one_leaves_no_open_case_behind(kilns: Kilns) -> None:
    business, _ = sent(kilns, kilns.cast.dara)
    with pytest.raises(LastRepresentative):
        leave(kilns.house, kilns.cast.dara, business)
    join(kilns.house, kilns.cast.rithy, kilns.cast.dara, business)
    leave(kilns.house, kilns.cast.dara, business)
    with pytest.raises(LastRepresentative):
        leave(kilns.house, kilns.cast.rithy, business)


def test_two_who_leave_at_once_leave_one_behind(kilns: Kilns) -> None:
    house, cast = kilns.house, kilns.cast
    business, _ = sent(kilns, cast.dara)
    join(house, cast.rithy, cast.dara, business)

    def attempt(who: Member) -> type[Refused] | None:
        try:
            leave(house, who, business)
        except Refused as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(attempt, (cast.dara, cast.rithy)))
    assert sorted(map(str, told)) == sorted(map(str, (None, LastRepresentative)))
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Mandate).where(Mandate.ended_at.is_(None))) == 1


def test_nobody_who_acts_for_it_ends_the_mandate_of_another(house: House, cast: Cast) -> None:
    business = added(house, cast.dara)
    join(house, cast.rithy, cast.dara, business)
    with pytest.raises(NotFound), house.database.transaction() as session:
        mandates.end(
            session, house, acting(house, cast.rithy, business), mandate_of(house, cast.dara, business), now=NOW
        )


def test_messages_about_its_case_reach_the_earliest_who_wants_them(kilns: Kilns) -> None:
    house, cast = kilns.house, kilns.cast
    business, _ = sent(kilns, cast.dara)
    with house.database.reading() as session:
        told = session.scalars(select(Notification).where(Notification.person_id == business)).all()
        assert [one.status for one in told] == [NotificationStatus.PENDING]
    join(house, cast.rithy, cast.dara, business)
    with house.database.reading() as session:
        assert [way.address for way in ways_to(session, house, business)] == [cast.dara.phone]
    assert last_message(house, cast.dara.phone)
    with house.database.transaction() as session:
        assert session.scalars(select(Notification.address).where(Notification.person_id == business)).one() == (
            cast.dara.phone
        )
        session.get_one(Person, cast.dara.person_id).preferred_channel = MessageChannel.PORTAL
    with house.database.reading() as session:
        assert [way.address for way in ways_to(session, house, business)] == [cast.rithy.phone]
    with house.database.transaction() as session:
        session.get_one(Person, cast.rithy.person_id).disabled_at = NOW
    with house.database.reading() as session:
        assert [way.channel for way in ways_to(session, house, business)] == [MessageChannel.PORTAL]


def test_an_officer_decides_nothing_about_a_business_that_they_represent(kilns: Kilns) -> None:
    house, cast = kilns.house, kilns.cast
    business, case = sent(kilns, cast.dara)
    join(house, cast.bopha, cast.dara, business)
    kilns.pay(case)
    task = kilns.task(case, "check")
    with house.database.reading() as session:
        bopha = load_actor(session, cast.bopha.person_id, today=TODAY)
    assert bopha is not None
    with pytest.raises(OwnCase), house.database.transaction() as session:
        user_tasks.claim(session, house, bopha, task, now=NOW)


def test_nobody_makes_an_officer_of_a_business(house: House, cast: Cast) -> None:
    business = added(house, cast.dara)
    with pytest.raises(NoSuchLogin), house.database.reading() as session:
        find_person(session, f"#{business}", now=NOW)
