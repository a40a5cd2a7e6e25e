"""Officers are invited, and nothing counts before they have accepted; a second person allows a new password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from engine.errors import (
    AccountsKnown,
    BadAnswers,
    ContactUnproved,
    DaysContradict,
    InvitationOver,
    NoSuchGroup,
    NotAccepted,
    NotAllowed,
    NotAnOfficer,
    NotFound,
    NotInGroup,
    OwnReset,
    PersonDisabled,
    ProofOver,
    Refused,
    SeveralPeople,
    WrongSignIn,
)
from engine.house import House
from engine.offices import accepting, disabling, ending, invitations, officers, resetting
from engine.offices.invitations import Post, Sent
from engine.offices.inviting import Invited, give, invite
from engine.packages.groups import ADMINISTRATOR, CASHIER, SPECIALIST
from engine.people import accounts, codes, sign_ins
from engine.people.actors import OPERATOR, Actor, Place, load_actor
from engine.people.codes import Verdict
from engine.people.notice_choices import Choice, choose
from engine.queries.admin.invitations import invitation_lines
from storage.codes import CodePurpose
from storage.invitations import Invitation, InvitationKind
from storage.messages import MessageChannel
from storage.notices import NoticeAtOnce, NoticeKind
from storage.people import IdentityStatus, Membership, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.letters import code_to, letters_to, other_than

TODAY = NOW.date()
HERE = Place("203.0.113.*", "Firefox, Linux")
SOMEBODY = Invited("មាស សុខា", "Meas Sokha", "012 555 001")
PHONE = "+85512555001"
OWN = "three quiet buffaloes"
AT_OFFICE = Post(CASHIER, "02")


def invited(
    house: House, by: Actor, who: Invited = SOMEBODY, post: Post | None = AT_OFFICE, *, by_hand: bool = False
) -> Sent:
    with house.database.transaction() as session:
        return invite(session, house, by, who, post, by_hand=by_hand, today=TODAY, now=NOW)


def given(house: House, by: Actor, person_id: int, post: Post = AT_OFFICE) -> Sent | None:
    with house.database.transaction() as session:
        return give(session, house, by, person_id, post, today=TODAY, now=NOW)


def allowed(house: House, by: Actor, who: Member, via: str = "", *, by_hand: bool = False) -> Sent:
    with house.database.transaction() as session:
        return resetting.allow_new_password(
            session, house, by, who.person_id, via, by_hand=by_hand, today=TODAY, now=NOW
        )


def token_of(sent: Sent) -> str:
    return sent.link.rpartition("/")[2]


def shown(house: House, sent: Sent) -> str:
    """The token of a code that came back from the contact."""
    with house.database.transaction() as session:
        code = accepting.send_code(session, house, token_of(sent), now=NOW)
    with house.database.transaction() as session:
        typed = code_to(house, sent.to.address)
        assert codes.check(session, code, typed, CodePurpose.INVITATION, now=NOW) == Verdict.RIGHT
    return code


def accepted(house: House, sent: Sent, password: str = OWN, code: str | None = None) -> None:
    code = shown(house, sent) if code is None else code
    with house.database.transaction() as session:
        accepting.accept(session, house, token_of(sent), code, password, place=HERE, today=TODAY, now=NOW)


def row(house: House, person_id: int) -> Person:
    with house.database.reading() as session:
        return session.get_one(Person, person_id)


def groups(house: House, person_id: int) -> frozenset[tuple[str, int | None]]:
    with house.database.reading() as session:
        actor = load_actor(session, person_id, today=TODAY)
        return actor.memberships if actor else frozenset()


def heard_at_once(house: House, person_id: int) -> set[NoticeKind]:
    """What leaves the house for this officer as soon as the bell rings."""
    with house.database.reading() as session:
        return set(session.scalars(select(NoticeAtOnce.kind).where(NoticeAtOnce.person_id == person_id)))


def noted(house: House) -> list[str]:
    with house.database.reading() as session:
        kinds = session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id))
        return [kind for kind in kinds if not kind.startswith("code_")]


def head_of_administration(cast: Cast) -> Actor:
    """Somebody who administers Battambang alone."""
    return Actor(cast.kunthea.person_id, memberships=frozenset({(ADMINISTRATOR, cast.battambang)}))


@pytest.mark.parametrize("ends", ["disabled", "taken out of the group"])
def test_an_invitation_is_over_with_the_office_of_whoever_asked_for_it(house: House, cast: Cast, ends: str) -> None:
    rogue, other = invited(house, cast.visal.actor), invited(house, OPERATOR, replace(SOMEBODY, is_new=True), None)
    code = shown(house, rogue)
    with house.database.transaction() as session:
        session.add(Membership(person_id=cast.kunthea.person_id, group=ADMINISTRATOR, from_day=TODAY))
        session.flush()
        if ends == "disabled":
            disabling.disable(session, OPERATOR, cast.visal.person_id, today=TODAY, now=NOW)
        else:
            ending.end_grant(
                session, OPERATOR, cast.visal.person_id, ADMINISTRATOR, office_code=None, today=TODAY, now=NOW
            )
    with pytest.raises(InvitationOver):
        accepted(house, rogue, code=code)
    accepted(house, other)
    assert "invitation_revoked" in noted(house)


def test_who_is_invited_with_the_telephone_of_an_officer_guesses_at_no_password_of_theirs(
    house: House, cast: Cast
) -> None:
    sent = invited(house, OPERATOR, Invited("មាស សុខា", "Meas Sokha", cast.bopha.phone, is_new=True), None)
    accepted(house, sent, PASSWORD)
    assert row(house, sent.person_id).password_hash is not None


def signs_in(house: House, login: str, password: str) -> bool:
    with house.database.reading() as session:
        try:
            accounts.sign_in(session, house, login, password, now=NOW)
        except WrongSignIn:
            return False
    return True


def test_an_invited_officer_has_nothing_before_accepting_and_all_of_it_afterwards(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    before = row(house, sent.person_id)
    assert (before.password_hash, before.phone_proved_at) == (None, None)
    assert before.identity_status == IdentityStatus.UNVERIFIED
    assert groups(house, sent.person_id) == frozenset()
    accepted(house, sent)
    after = row(house, sent.person_id)
    assert (after.phone, after.phone_proved_at, after.identity_status) == (PHONE, NOW, IdentityStatus.VERIFIED)
    assert groups(house, sent.person_id) == {(CASHIER, cast.battambang)}
    assert signs_in(house, PHONE, OWN)
    assert noted(house) == ["invited", "group_offered", "invitation_accepted", "group_granted"]


def test_the_link_comes_by_message_and_the_database_knows_it_not(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    assert sent.link in letters_to(house, PHONE)[0]
    assert sent.link.startswith(f"{house.base_url}/i/")
    with house.database.reading() as session:
        kept = session.query(Invitation).one()
        assert token_of(sent) not in f"{[getattr(kept, column.key) for column in Invitation.__table__.columns]}"


def test_the_link_alone_opens_no_account(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    for code in ("", "another token"):
        with pytest.raises(ProofOver):
            accepted(house, sent, code=code)
    with house.database.transaction() as session:
        code = accepting.send_code(session, house, token_of(sent), now=NOW)
    wrong = other_than(code_to(house, PHONE))
    with house.database.transaction() as session:
        assert codes.check(session, code, wrong, CodePurpose.INVITATION, now=NOW) == Verdict.WRONG
    with pytest.raises(ProofOver):
        accepted(house, sent, code=code)
    assert row(house, sent.person_id).password_hash is None


def test_a_code_of_another_invitation_or_for_another_thing_accepts_nothing(house: House, cast: Cast) -> None:
    mine = invited(house, cast.visal.actor)
    other = invited(house, cast.visal.actor, replace(SOMEBODY, contact="012 555 002", name_latin="Other Person"))
    with pytest.raises(ProofOver):
        accepted(house, mine, code=shown(house, other))
    same_phone = invited(house, cast.visal.actor, replace(SOMEBODY, name_latin="Third Person"))
    with pytest.raises(ProofOver):
        accepted(house, mine, code=shown(house, same_phone))


def test_an_invitation_is_accepted_once(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    code = shown(house, sent)
    accepted(house, sent, code=code)
    with pytest.raises(InvitationOver):
        accepted(house, sent, "another three buffaloes", code=code)
    assert signs_in(house, PHONE, OWN)


def test_of_two_who_accept_at_once_one_sets_the_password(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    code, gate, done = shown(house, sent), Barrier(2), []

    def go(password: str) -> None:
        gate.wait()
        try:
            accepted(house, sent, password, code)
            done.append(password)
        except (InvitationOver, ProofOver):
            pass

    threads = [Thread(target=go, args=(password,)) for password in (OWN, "four loud buffaloes")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [signs_in(house, PHONE, one) for one in done] == [True]
    with house.database.reading() as session:
        mine = select(func.count()).select_from(Membership).where(Membership.person_id == sent.person_id)
        assert session.scalar(mine) == 1


@pytest.mark.parametrize("password", ["short", "0125550010", "Meas Sokha Meas", "password12"])
def test_the_password_is_judged_as_everywhere_and_the_code_can_be_used_again(
    house: House, cast: Cast, password: str
) -> None:
    sent = invited(house, cast.visal.actor)
    code = shown(house, sent)
    with pytest.raises(BadAnswers) as refused:
        accepted(house, sent, password, code)
    assert set(refused.value.errors) == {"password"}
    accepted(house, sent, OWN, code)


def test_the_password_of_somebody_with_the_same_telephone_is_not_taken(house: House, cast: Cast) -> None:
    who = replace(SOMEBODY, contact=cast.dara.phone, is_new=True)
    sent = invited(house, cast.visal.actor, who)
    code = shown(house, sent)
    with pytest.raises(BadAnswers):
        accepted(house, sent, PASSWORD, code)
    accepted(house, sent, OWN, code)


def test_it_holds_three_days_and_again_for_three_when_sent_again(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    late = NOW + timedelta(days=3)
    with house.database.reading() as session:
        assert accepting.opened(session, token_of(sent), now=late - timedelta(seconds=1)).name.en == "Meas Sokha"
        with pytest.raises(InvitationOver):
            accepting.opened(session, token_of(sent), now=late)
    with house.database.transaction() as session:
        again = invitations.send_again(session, house, cast.visal.actor, sent.invitation_id, now=late)
        with pytest.raises(InvitationOver):
            accepting.opened(session, token_of(sent), now=late)
        assert accepting.opened(session, token_of(again), now=late).needs_code


def test_a_revoked_one_opens_nothing_and_is_not_sent_again(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)
    code = shown(house, sent)
    with house.database.transaction() as session:
        invitations.revoke(session, cast.visal.actor, sent.invitation_id, now=NOW)
    with pytest.raises(InvitationOver):
        accepted(house, sent, code=code)
    for action in (
        invitations.revoke,
        lambda session, *rest, now: invitations.send_again(session, house, *rest, now=now),
    ):
        with house.database.transaction() as session, pytest.raises(NotFound):
            action(session, cast.visal.actor, sent.invitation_id, now=NOW)  # type: ignore[operator]


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "'; drop", "\udcff", "ក"])
def test_a_token_that_never_was_is_refused_like_an_old_one(house: House, token: str) -> None:
    with house.database.reading() as session, pytest.raises(InvitationOver):
        accepting.opened(session, token, now=NOW)


def test_who_clicks_twice_invites_once_and_another_administrator_invites_somebody_else(
    house: House, cast: Cast
) -> None:
    first, second = invited(house, cast.visal.actor), invited(house, cast.visal.actor, post=Post(SPECIALIST, "02"))
    assert first.person_id == second.person_id
    accepted(house, second)
    assert groups(house, first.person_id) == {(CASHIER, cast.battambang), (SPECIALIST, cast.battambang)}


def test_where_accounts_have_the_contact_an_administrator_of_all_is_asked_whether_it_is_one_of_them(
    house: House, cast: Cast
) -> None:
    who = replace(SOMEBODY, contact=cast.dara.phone)
    with pytest.raises(AccountsKnown, match=f"#{cast.dara.person_id} Sok Dara"):
        invited(house, cast.visal.actor, who)
    assert invited(house, cast.visal.actor, replace(who, is_new=True)).person_id != cast.dara.person_id
    invited(house, head_of_administration(cast), replace(who, name_latin="Other"))  # learns nothing of accounts


@pytest.mark.parametrize(
    ("change", "field"),
    [({"contact": "nobody"}, "contact"), ({"contact": "x" * 9_000}, "contact"), ({"name_latin": "1"}, "name_latin")],
)
def test_what_cannot_be_is_said_beside_its_field(house: House, cast: Cast, change: dict[str, str], field: str) -> None:
    with pytest.raises(BadAnswers) as refused:
        invited(house, cast.visal.actor, replace(SOMEBODY, **change))  # type: ignore[arg-type]
    assert field in refused.value.errors


def test_a_post_that_cannot_be_is_refused(house: House, cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    posts = (Post("gardener"), Post(CASHIER, "02", to_day=yesterday), Post(CASHIER, "02", TODAY, yesterday))
    for post, refusal in zip(posts, (NoSuchGroup, DaysContradict, DaysContradict), strict=True):
        with pytest.raises(refusal):
            invited(house, cast.visal.actor, post=post)


def test_the_days_of_a_post_hold_from_the_first_to_the_last(house: House, cast: Cast) -> None:
    later = TODAY + timedelta(days=2)
    sent = invited(house, cast.visal.actor, post=Post(CASHIER, "02", later, later + timedelta(days=5)))
    accepted(house, sent)
    assert groups(house, sent.person_id) == frozenset()
    with house.database.reading() as session:
        actor = load_actor(session, sent.person_id, today=later)
        assert actor is not None
        assert actor.groups == {CASHIER}


def test_an_administrator_of_one_office_invites_to_that_office_alone(house: House, cast: Cast) -> None:
    of_one = head_of_administration(cast)
    invited(house, of_one)
    for post in (Post(CASHIER, "12"), Post(CASHIER), Post(ADMINISTRATOR), None):
        with pytest.raises(NotAllowed):
            invited(house, of_one, replace(SOMEBODY, contact="012 555 009"), post)


@pytest.mark.parametrize("name", ["dara", "bopha", "chenda"])
def test_nobody_else_invites_sends_again_or_revokes(house: House, cast: Cast, name: str) -> None:
    who = getattr(cast, name).actor
    sent = invited(house, cast.visal.actor)
    with pytest.raises(NotAllowed):
        invited(house, who)
    with house.database.transaction() as session, pytest.raises(NotAllowed):
        invitations.send_again(session, house, who, sent.invitation_id, now=NOW)
    with house.database.transaction() as session, pytest.raises(NotAllowed):
        invitations.revoke(session, who, sent.invitation_id, now=NOW)
    with house.database.reading() as session, pytest.raises(NotAllowed):
        invitation_lines(session, who, now=NOW)


def test_only_the_operator_hands_a_link_over_that_needs_no_code(house: House, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        invited(house, cast.visal.actor, by_hand=True)
    with pytest.raises(NotAllowed):
        allowed(house, cast.visal.actor, cast.bopha, by_hand=True)
    sent = invited(house, OPERATOR, by_hand=True)
    assert letters_to(house, PHONE) == []
    with house.database.transaction() as session, pytest.raises(NotAllowed):
        invitations.send_again(session, house, cast.visal.actor, sent.invitation_id, now=NOW)
    accepted(house, sent, code="")
    assert signs_in(house, PHONE, OWN)


def test_an_applicant_is_asked_and_serves_only_after_accepting(house: House, cast: Cast) -> None:
    sent = given(house, cast.visal.actor, cast.dara.person_id)
    assert sent is not None
    assert groups(house, cast.dara.person_id) == frozenset()
    with house.database.reading() as session:
        page = accepting.opened(session, token_of(sent), now=NOW)
    assert (page.invitation_kind, page.sets_password, page.name.en) == (InvitationKind.GROUPS, False, "Sok Dara")
    accepted(house, sent, password="")
    assert groups(house, cast.dara.person_id) == {(CASHIER, cast.battambang)}
    assert signs_in(house, cast.dara.phone, PASSWORD)


def test_an_account_whose_contact_nobody_has_proved_is_never_lifted(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        person = session.get_one(Person, cast.sreyneang.person_id)
        person.phone_proved_at = person.email_proved_at = None
    with pytest.raises(ContactUnproved):
        given(house, cast.visal.actor, cast.sreyneang.person_id)
    with house.database.transaction() as session, pytest.raises(NotAccepted):
        officers.grant(
            session, house, OPERATOR, cast.sreyneang.person_id, CASHIER, office_code="02", today=TODAY, now=NOW
        )
    assert groups(house, cast.sreyneang.person_id) == frozenset()


def test_who_serves_already_gets_another_group_at_once(house: House, cast: Cast) -> None:
    assert given(house, cast.visal.actor, cast.bopha.person_id) is None
    assert (CASHIER, cast.battambang) in groups(house, cast.bopha.person_id)


def test_a_disabled_account_is_given_nothing_and_accepts_nothing(house: House, cast: Cast) -> None:
    sent = given(house, cast.visal.actor, cast.dara.person_id)
    assert sent is not None
    code = shown(house, sent)
    with house.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).disabled_at = NOW
    with pytest.raises(InvitationOver):
        accepted(house, sent, "", code)
    with pytest.raises(PersonDisabled):
        given(house, cast.visal.actor, cast.dara.person_id)


def test_a_contact_that_was_given_up_meanwhile_accepts_nothing(house: House, cast: Cast) -> None:
    sent = given(house, cast.visal.actor, cast.dara.person_id)
    assert sent is not None
    code = shown(house, sent)
    with house.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).phone = "+85512000111"
    with pytest.raises(ProofOver):
        accepted(house, sent, "", code)


def test_what_was_only_offered_is_taken_back_by_ending_it(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor)

    def end() -> None:
        with house.database.transaction() as session:
            ending.end_grant(session, cast.visal.actor, sent.person_id, CASHIER, office_code="02", today=TODAY, now=NOW)

    end()
    with pytest.raises(NotInGroup):
        end()
    accepted(house, sent)
    assert groups(house, sent.person_id) == frozenset()


def test_a_second_person_lets_an_officer_set_a_new_password(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        token = sign_ins.begin(session, cast.bopha.person_id, cast.bopha.epoch, HERE, now=NOW)
    sent = allowed(house, cast.visal.actor, cast.bopha)
    assert signs_in(house, cast.bopha.phone, PASSWORD)  # until the officer has set another one
    accepted(house, sent)
    assert (signs_in(house, cast.bopha.phone, PASSWORD), signs_in(house, cast.bopha.phone, OWN)) == (False, True)
    with house.database.reading() as session:
        assert sign_ins.why_ended(session, token) == "password"
    assert letters_to(house, cast.bopha.phone)[-1].startswith("មានពាក្យសម្ងាត់ថ្មី")
    assert noted(house) == ["signed_in", "reset_begun", "reset_done"]


def test_a_second_reset_ends_the_first(house: House, cast: Cast) -> None:
    first = allowed(house, cast.visal.actor, cast.bopha)
    second = allowed(house, cast.visal.actor, cast.bopha)
    with house.database.reading() as session:
        with pytest.raises(InvitationOver):
            accepting.opened(session, token_of(first), now=NOW)
        accepting.opened(session, token_of(second), now=NOW)


def test_an_administrator_of_the_office_does_it_for_its_officers_and_nobody_above(house: House, cast: Cast) -> None:
    of_one = head_of_administration(cast)
    allowed(house, of_one, cast.bopha)
    for who in (cast.phally, cast.visal, cast.dara):
        with pytest.raises(NotAllowed):
            allowed(house, of_one, who)
    with house.database.transaction() as session:  # and not for whoever also works elsewhere
        session.add(
            Membership(person_id=cast.vannak.person_id, office_id=cast.phnom_penh, group=CASHIER, from_day=TODAY)
        )
    with pytest.raises(NotAllowed):
        allowed(house, of_one, cast.vannak)


def _nobody_for_themselves(cast: Cast) -> tuple[Actor, Member]:
    return cast.visal.actor, cast.visal


def _not_for_applicants(cast: Cast) -> tuple[Actor, Member]:
    return cast.visal.actor, cast.dara


def _not_by_officers(cast: Cast) -> tuple[Actor, Member]:
    return cast.bopha.actor, cast.vannak


@pytest.mark.parametrize(
    ("case", "refusal"),
    [(_nobody_for_themselves, OwnReset), (_not_for_applicants, NotAnOfficer), (_not_by_officers, NotAllowed)],
)
def test_who_may_not_allow_a_new_password(
    house: House, cast: Cast, case: Callable[[Cast], tuple[Actor, Member]], refusal: type[Refused]
) -> None:
    by, who = case(cast)
    with pytest.raises(refusal):
        allowed(house, by, who)


def test_the_only_administrator_is_helped_by_the_operator(house: House, cast: Cast) -> None:
    accepted(house, allowed(house, OPERATOR, cast.visal))
    assert signs_in(house, cast.visal.phone, OWN)


def test_without_a_proved_contact_or_with_a_disabled_account_there_is_no_reset(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.get_one(Person, cast.bopha.person_id).phone_proved_at = None
        session.get_one(Person, cast.vannak.person_id).disabled_at = NOW
    with pytest.raises(ContactUnproved):
        allowed(house, cast.visal.actor, cast.bopha)
    with pytest.raises(PersonDisabled):
        allowed(house, cast.visal.actor, cast.vannak)


def test_administrators_see_the_open_invitations_that_are_their_business(house: House, cast: Cast) -> None:
    here = invited(house, cast.visal.actor)
    there = invited(house, cast.visal.actor, replace(SOMEBODY, contact="012 555 002"), Post(CASHIER, "12"))
    invited(house, cast.visal.actor, replace(SOMEBODY, contact="012 555 003"), None)
    gone = invited(house, cast.visal.actor, replace(SOMEBODY, contact="012 555 004"))
    with house.database.transaction() as session:
        invitations.revoke(session, cast.visal.actor, gone.invitation_id, now=NOW)
    with house.database.reading() as session:
        everything = invitation_lines(session, cast.visal.actor, now=NOW)
        of_one = invitation_lines(session, head_of_administration(cast), now=NOW)
        late = invitation_lines(session, cast.visal.actor, now=NOW + timedelta(days=4))
    assert len(everything) == 3
    assert [line.id for line in of_one] == [here.invitation_id]
    assert there.invitation_id in [line.id for line in late]
    assert all(line.is_over for line in late)
    assert of_one[0].contact == "… 001"


def test_several_people_with_one_contact_are_told_apart_by_the_number_of_the_account(house: House, cast: Cast) -> None:
    sent = invited(house, cast.visal.actor, replace(SOMEBODY, contact=cast.dara.phone, is_new=True))
    with house.database.reading() as session:
        with pytest.raises(SeveralPeople, match=f"#{cast.dara.person_id} Sok Dara, #{sent.person_id} Meas Sokha"):
            officers.find_person(session, cast.dara.phone, now=NOW)
        assert officers.find_person(session, f"#{sent.person_id}", now=NOW) == sent.person_id
        for wrong in ("#", "#x", "#-1", "#99999", "#" + "9" * 5_000, "#១"):
            with pytest.raises(NotFound):
                officers.find_person(session, wrong, now=NOW)


def test_only_the_operator_adds_an_account_with_a_password(house: House, cast: Cast) -> None:
    new = officers.NewOfficer("ក", "New", OWN, email="n@example.org")
    with house.database.transaction() as session, pytest.raises(NotAllowed):
        officers.add_officer(session, house, cast.visal.actor, new, now=NOW)
    with house.database.transaction() as session:
        made = officers.add_officer(session, house, OPERATOR, new, now=NOW)
        officers.grant(session, house, OPERATOR, made, CASHIER, office_code="02", today=TODAY, now=NOW)
    assert groups(house, made) == {(CASHIER, cast.battambang)}


@pytest.mark.parametrize(("contact", "hears"), [("sokha@example.kh", True), ("012 555 001", False)])
def test_who_is_new_to_an_office_hears_at_once_by_a_proved_email_of_what_is_late(
    house: House, cast: Cast, contact: str, hears: bool
) -> None:
    sent = invited(house, cast.visal.actor, replace(SOMEBODY, contact=contact))
    assert heard_at_once(house, sent.person_id) == set()
    accepted(house, sent)
    assert (NoticeKind.RAISED in heard_at_once(house, sent.person_id)) is hears


def test_who_has_chosen_keeps_it_with_a_new_post_and_who_wants_no_message_gets_none(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        choose(session, cast.bopha.actor, Choice(), now=NOW)
        session.get_one(Person, cast.vannak.person_id).preferred_channel = MessageChannel.PORTAL
    for who in (cast.bopha, cast.vannak):
        with house.database.transaction() as session:
            officers.grant(session, house, OPERATOR, who.person_id, CASHIER, office_code="02", today=TODAY, now=NOW)
        assert heard_at_once(house, who.person_id) == set()
