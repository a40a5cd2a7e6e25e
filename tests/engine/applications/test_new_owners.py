"""A business changes hands: its certificate names the new owner, who alone renews it from then on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clockwork import schedule
from engine.errors import NotFound, NotTheirCertificate
from engine.house import House
from engine.packages import check_files
from engine.queries.public.verification import verify
from engine.queries.shared.held import held_by
from engine.results import certificates, register
from storage.applications import Certificate
from storage.continuations import ContinuationKind
from storage.messages import Notification
from storage.people import IdentityStatus, Person
from tests.cast import NOW, Cast, Member
from tests.engine.applications.test_continuing import ANSWERS, IN_TIME, begin, granted
from tests.small.files import licence
from tests.small.services import SmallService, found, opened

CHANGE = ContinuationKind.CHANGE
LATER = NOW + timedelta(days=30)
SOLD, IDENTITY = "SC-02-26-000002", "020304056"
HIDDEN = '"conditional": {"hide": "=sold != true"}'
QUESTIONS = (
    '{"type": "checkbox", "key": "sold", "label": "Sold"},'
    f'{{"type": "textfield", "key": "to_km", "validate": {{"required": true}}, {HIDDEN}, '
    '"properties": {"kind": "name_km", "personal": "true"}},'
    f'{{"type": "textfield", "key": "to_latin", "validate": {{"required": true}}, {HIDDEN}, '
    '"properties": {"kind": "name_latin", "personal": "true"}},'
    f'{{"type": "textfield", "key": "to_id", "validate": {{"required": true}}, {HIDDEN}, '
    '"properties": {"kind": "id_number", "personal": "true"}},'
)
SHOP = '{"type": "textfield", "key": "shop"'
KEYS = ("sold", "to_km", "to_latin", "to_id")
WORDS = "".join(f"      {key}: {{label: {{km: ម្ចាស់, en: Owner}}}}\n" for key in KEYS)
HOLDER = "holder: {name_km: apply.to_km, name_latin: apply.to_latin, id_number: apply.to_id}"
TO_VANNAK = {"sold": "on", "to_km": "កែវ វណ្ណៈ", "to_latin": "KEO VANNAK", "to_id": IDENTITY}


def sellable(holder: str = HOLDER, *changes: tuple[str, str, str]) -> dict[str, bytes]:
    return licence(
        ("forms/apply.json", SHOP, QUESTIONS + SHOP),
        ("texts.yaml", "      shop: {label", f"{WORDS}      shop: {{label"),
        ("service.yaml", "certificate: {series: SC}", f"certificate: {{series: SC, {holder}}}"),
        *changes,
    )


@pytest.fixture
def shop(house: House, cast: Cast) -> SmallService:
    """A licence of Sok Dara, who sold the shop to Keo Vannak; nobody has looked at the paper of Vannak yet."""
    return sold(house, cast, sellable())


def sold(house: House, cast: Cast, files: dict[str, bytes]) -> SmallService:
    service = opened(house, cast, "industry.scale_check", files, scales=ANSWERS)
    granted(service)
    key = begin(service, CHANGE, now=LATER)
    service.fill(key, now=LATER, **TO_VANNAK)
    service.submit(key, now=LATER)
    service.work(key, "verify", found(True), now=LATER)
    return service


def identify(service: SmallService, who: Member, status: IdentityStatus = IdentityStatus.VERIFIED) -> None:
    with service.house.database.transaction() as session:
        person = session.get_one(Person, who.person_id)
        person.id_number, person.identity_status = IDENTITY, status


def held(service: SmallService, who: Member) -> list[str]:
    with service.house.database.reading() as session:
        return [one.number for one in held_by(session, service.house, who.person_id, now=LATER)]


def test_the_register_and_the_paper_name_the_new_owner(shop: SmallService) -> None:
    with shop.house.database.reading() as session:
        shown = verify(session, SOLD, now=LATER)
    assert (shown.holder, shown.state) == ("កែវ វណ្ណៈ · KEO VANNAK", "valid")


def test_the_old_owner_holds_it_no_more_and_the_new_one_as_soon_as_the_account_is_verified(shop: SmallService) -> None:
    cast, vannak = shop.cast, shop.cast.vannak
    assert held(shop, cast.dara) == held(shop, vannak) == []
    identify(shop, cast.sreyneang, IdentityStatus.UNVERIFIED)
    assert held(shop, cast.sreyneang) == []
    identify(shop, vannak)
    assert held(shop, vannak) == [SOLD]
    with shop.house.database.reading() as session:
        asked = {"service_key": "industry.scale_check", "valid": True, "now": LATER}
        assert register.holds(session, vannak.person_id, **asked)
        assert not register.holds(session, cast.dara.person_id, **asked)
        found = register.look_up(session, "industry.scale_check", number=SOLD, person_id=vannak.person_id, now=LATER)
        assert found["valid"]


def test_only_the_new_owner_renews_it_and_begins_without_what_is_personal_to_the_old_one(shop: SmallService) -> None:
    identify(shop, shop.cast.vannak)
    with pytest.raises(NotTheirCertificate):
        begin(shop, number=SOLD)
    key = begin(shop, number=SOLD, who=shop.cast.vannak)
    answers = shop.row(key).answers
    assert answers["shop"] == "ហាងថ្មី"
    assert not set(KEYS) & set(answers)
    shop.submit(key, shop.cast.vannak, now=IN_TIME)
    shop.work(key, "verify", found(True), now=IN_TIME)
    (one,) = shop.certificates(key)
    assert (one.holder, one.owner_latin) == ("កែវ វណ្ណៈ · Keo Vannak", "")


def test_the_new_owner_reads_the_paper_as_its_applicant_does(shop: SmallService) -> None:
    identify(shop, shop.cast.vannak)
    for who in (shop.cast.dara, shop.cast.vannak):
        with shop.house.database.transaction() as session:
            assert certificates.read(session, shop.house, who.actor, SOLD, now=LATER).content.startswith(b"%PDF")
    with pytest.raises(NotFound), shop.house.database.transaction() as session:
        certificates.read(session, shop.house, shop.cast.sreyneang.actor, SOLD, now=LATER)


@pytest.mark.parametrize("has_account", [True, False])
def test_the_new_owner_is_told_when_it_can_be_renewed_and_the_old_one_is_not(
    shop: SmallService, has_account: bool
) -> None:
    if has_account:
        identify(shop, shop.cast.vannak)
    schedule.sweep(shop.house, now=NOW + timedelta(days=310))
    with shop.house.database.reading() as session:
        told = session.scalars(
            select(Notification.person_id).where(Notification.idempotency_key.like("certificate/%/renewal%"))
        ).all()
        due = session.scalars(select(Certificate.renewal_due_at).where(Certificate.number == SOLD)).one()
    assert set(told) == ({shop.cast.vannak.person_id} if has_account else set())
    assert due is None


def test_without_an_identity_number_the_counter_serves_whoever_has_both_names_and_the_paper(
    house: House, cast: Cast
) -> None:
    service = sold(house, cast, sellable("holder: {name_km: apply.to_km, name_latin: apply.to_latin}"))
    assert held(service, cast.vannak) == []
    with pytest.raises(NotTheirCertificate):
        begin(service, number=SOLD, who=cast.vannak)
    for other in (cast.dara, cast.sreyneang):
        with pytest.raises(NotTheirCertificate):
            begin(service, number=SOLD, who=cast.bopha, applicant=other)
    assert begin(service, number=SOLD, who=cast.bopha, applicant=cast.vannak)


def test_an_application_that_names_nobody_leaves_it_with_its_applicant(house: House, cast: Cast) -> None:
    service = opened(house, cast, "industry.scale_check", sellable(), scales=ANSWERS)
    one = granted(service)
    assert (one.holder, one.owner_latin) == ("សុខ ដារ៉ា · Sok Dara", "")
    assert held(service, cast.dara) == [one.number]


ASKED = f'"to_id", "validate": {{"required": true}}, {HIDDEN}'


@pytest.mark.parametrize(
    ("holder", "asked", "told"),
    [
        (HOLDER, ASKED, ""),
        (HOLDER.replace("to_km", "shop"), ASKED, "apply.shop is no question of the kind name_km"),
        (HOLDER.replace("to_latin", "nobody"), ASKED, "apply.nobody is no question of the kind name_latin"),
        ("holder: {name_km: apply.to_km}", ASKED, "name_latin"),
        (HOLDER, '"to_id"', "apply.to_id may stay empty"),
        (HOLDER, '"to_id", "validate": {"required": true}', "asked together"),
    ],
)
def test_questions_that_could_not_name_a_holder_are_refused(holder: str, asked: str, told: str) -> None:
    problems = check_files(sellable(holder, ("forms/apply.json", ASKED, asked)))
    about = [
        one.message for one in problems if one.rule in ("result", "manifest", "schema") and one.severity == "error"
    ]
    assert [bool(told and told in message) for message in about] == ([True] if told else []), about
