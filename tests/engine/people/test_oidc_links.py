"""Identities elsewhere and the accounts that they sign in to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.connectors import Identity
from engine.errors import BadAnswers, LastWayIn, LinkTaken, NotFound, OidcRefused, Refused
from engine.house import House
from engine.offices import disabling
from engine.people import oidc_links
from engine.people.accounts import SignedIn
from engine.people.actors import Place
from storage.oidc_links import OidcLink
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Cast, Member

ISSUER = "https://id.example"
SOMEBODY = Identity(ISSUER, "8a1f", "SOK DARA")
HERE = Place("203.0.113.*", "Firefox")


def linked(house: House, who: Member, identity: Identity = SOMEBODY, password: str = "") -> None:
    with house.database.transaction() as session:
        oidc_links.link(session, house, who.actor, identity, password or who.password, now=NOW)


def registered(house: House, identity: Identity = SOMEBODY) -> SignedIn:
    with house.database.transaction() as session:
        names = {"name_km": "", "name_latin": "SOK DARA"}
        return oidc_links.register_as(session, identity, HERE, **names, language="en", now=NOW)


def known(house: House, identity: Identity = SOMEBODY) -> SignedIn | None:
    with house.database.reading() as session:
        return oidc_links.sign_in_as(session, identity)


def written(house: House, kind: SecurityKind) -> list[tuple[int | None, int | None, str]]:
    """Lines of a kind: by whom, about whom, from where."""
    with house.database.reading() as session:
        rows = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == kind).order_by(SecurityEvent.id))
        return [(row.actor_id, row.person_id, row.address) for row in rows]


def test_a_linked_identity_signs_in_until_it_is_linked_no_more(house: House, cast: Cast) -> None:
    dara = cast.dara.person_id
    assert known(house) is None
    linked(house, cast.dara)
    assert known(house) == SignedIn(dara, 1)
    with house.database.transaction() as session:
        (line,) = oidc_links.links(session, cast.dara.actor)
        assert (line.issuer, line.linked_at) == (ISSUER, NOW)
        oidc_links.unlink(session, cast.dara.actor, line.id, now=NOW)
        oidc_links.unlink(session, cast.dara.actor, line.id, now=NOW)
    assert known(house) is None
    for kind in (SecurityKind.OIDC_LINKED, SecurityKind.OIDC_UNLINKED):
        assert written(house, kind) == [(dara, dara, "")]


def test_neither_the_same_subject_elsewhere_nor_another_there_is_the_same_identity(house: House, cast: Cast) -> None:
    linked(house, cast.dara)
    for other in (
        Identity("https://other.example", "8a1f", ""),
        Identity(ISSUER, "8A1F", ""),
        Identity(ISSUER, "", ""),
    ):
        assert known(house, other) is None


def test_linking_asks_for_the_password(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as refused:
        linked(house, cast.dara, password="not the password")
    assert set(refused.value.errors) == {"password"}
    assert known(house) is None


def test_an_identity_belongs_to_one_account_and_an_account_has_one_there(house: House, cast: Cast) -> None:
    linked(house, cast.dara)
    for who, identity in (
        (cast.sreyneang, SOMEBODY),
        (cast.dara, Identity(ISSUER, "another", "")),
        (cast.dara, SOMEBODY),
    ):
        with pytest.raises(LinkTaken):
            linked(house, who, identity)
    assert known(house) == SignedIn(cast.dara.person_id, 1)


def test_nobody_unlinks_what_is_somebody_elses(house: House, cast: Cast) -> None:
    linked(house, cast.dara)
    with house.database.reading() as session:
        number = session.scalars(select(OidcLink.id)).one()
    with pytest.raises(NotFound), house.database.transaction() as session:
        oidc_links.unlink(session, cast.sreyneang.actor, number, now=NOW)
    assert known(house) is not None


def test_a_new_account_is_not_verified_has_no_contact_and_no_password(house: House) -> None:
    found = registered(house)
    assert known(house) == found
    with house.database.reading() as session:
        person = session.get_one(Person, found.person_id)
        assert (person.name_km, person.name_latin, person.language) == ("", "SOK DARA", "en")
        assert person.identity_status == IdentityStatus.UNVERIFIED
        assert (person.phone, person.email, person.password_hash, person.id_number) == (None, None, None, "")
    assert written(house, SecurityKind.OIDC_LINKED) == [(found.person_id, found.person_id, "203.0.113.*")]


def test_a_new_account_needs_a_name_that_papers_can_be_printed_with(house: House) -> None:
    for names in ({"name_km": "", "name_latin": ""}, {"name_km": "Sok", "name_latin": ""}):
        with pytest.raises(BadAnswers), house.database.transaction() as session:
            oidc_links.register_as(session, SOMEBODY, HERE, **names, language="km", now=NOW)
    assert known(house) is None


def test_whoever_has_no_password_keeps_the_link(house: House) -> None:
    found = registered(house)
    with house.database.reading() as session:
        number = session.scalars(select(OidcLink.id)).one()
        me = Member(found.person_id, "", "SOK DARA", "", None, IdentityStatus.UNVERIFIED)
        assert not oidc_links.has_password(session, me.actor)
    with pytest.raises(LastWayIn), house.database.transaction() as session:
        oidc_links.unlink(session, me.actor, number, now=NOW)
    assert known(house) == found


def test_a_disabled_account_is_refused_and_the_log_says_whose_it_was(house: House, cast: Cast) -> None:
    linked(house, cast.dara)
    with house.database.transaction() as session:
        disabling.disable(session, cast.visal.actor, cast.dara.person_id, today=NOW.date(), now=NOW)
    with pytest.raises(OidcRefused):
        known(house)
    with house.database.transaction() as session:
        oidc_links.note_refusal(session, HERE, identity=SOMEBODY, now=NOW)
        oidc_links.note_refusal(session, HERE, now=NOW)
    whom = [(None, cast.dara.person_id, "203.0.113.*"), (None, None, "203.0.113.*")]
    assert written(house, SecurityKind.SIGN_IN_FAILED) == whom


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What became of acts that begin together: what they gave, or their refusal."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        ready.wait()
        try:
            return act()
        except Refused as refused:
            return type(refused)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_two_who_take_the_same_identity_at_once_one_gets_it(house: House, cast: Cast) -> None:
    done = at_once([lambda: linked(house, cast.dara), lambda: linked(house, cast.sreyneang)])
    assert sorted(map(str, done)) == sorted(map(str, (None, LinkTaken)))
    another = Identity(ISSUER, "somebody new", "")
    done = at_once([lambda: registered(house, another)] * 2)
    assert LinkTaken in done
    with house.database.reading() as session:
        assert session.scalar(select(func.count(OidcLink.id)).where(OidcLink.subject == "somebody new")) == 1
        assert session.scalar(select(func.count(Person.id)).where(Person.name_latin == "SOK DARA")) == 1
