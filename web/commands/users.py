"""``owso users``: officers and what they may do where."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.clockwork.upkeep import migrate
from engine.connectors import Reach
from engine.errors import BadAnswers
from engine.house import House
from engine.localise import moment
from engine.offices import invitations
from engine.offices.disabling import disable, enable
from engine.offices.ending import end_grant, keep_until
from engine.offices.invitations import Post, Sent
from engine.offices.inviting import Invited, give, invite
from engine.offices.officers import NewOfficer, add_officer, find_person
from engine.offices.resetting import allow_new_password
from engine.people.actors import OPERATOR
from engine.people.contacts import ContactPoint, contact_point, first_contact, spoken
from engine.people.factor_removals import take_away
from engine.queries.admin.invitations import invitation_lines
from web.clock import clock_for
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from

LOGIN = "phone number or e-mail, or the number of the account: #12"
GROUP = "front_office, cashier, specialist, inspector, head, …, or a group of a ministry: tourism.laboratory"
BY_HAND = "send nothing and ask no code: hand the link over yourself (by itself where no sender reaches the person)"
Action = Callable[[Session, House, argparse.Namespace, datetime], None]


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions of the command; LOGIN is a phone number, an e-mail, or the number of an account."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _configure_adding(actions.add_parser("add", help="invite an officer: they prove the contact and set a password"))
    for action, words in (("grant", "put an officer into a group"), ("end", "take an officer out of a group")):
        verb = actions.add_parser(action, help=words)
        verb.add_argument("login", metavar="LOGIN", help=LOGIN)
        verb.add_argument("group", metavar="GROUP", help=GROUP)
        verb.add_argument("--office", metavar="CODE", help="code of the office, 02 for Battambang; everywhere without")
        if action == "grant":
            verb.add_argument("--from", dest="from_day", type=date.fromisoformat, metavar="DAY", help="first day")
            verb.add_argument("--to", dest="to_day", type=date.fromisoformat, metavar="DAY", help="last day")
            verb.add_argument("--by-hand", action="store_true", help=BY_HAND)
        else:
            verb.add_argument(
                "--on", dest="last_day", type=date.fromisoformat, metavar="DAY", help="last day; now without"
            )
            verb.add_argument("--reason", default="", help="why, for the security log")
    for action, words in (
        ("disable", "sign somebody out everywhere and let nobody sign in to the account; tasks go back to the group"),
        ("enable", "let somebody sign in again"),
        ("reset-factors", "take somebody's lost second factors away and sign them out; they are told"),
        ("reset", "let somebody set a new password by a link and a code"),
    ):
        verb = actions.add_parser(action, help=words)
        verb.add_argument("login", metavar="LOGIN", help=LOGIN)
        if action == "reset":
            verb.add_argument("--by-hand", action="store_true", help=BY_HAND)
    actions.add_parser("invitations", help="list the invitations that nobody has accepted yet")
    for action, words in (("again", "send an invitation again"), ("revoke", "take an invitation back")):
        actions.add_parser(action, help=words).add_argument("number", type=int, metavar="NUMBER")


def _configure_adding(add: argparse.ArgumentParser) -> None:
    add.add_argument("login", metavar="LOGIN", help="phone number or e-mail")
    add.add_argument("--name-km", required=True, help="full name in Khmer letters")
    add.add_argument("--name-latin", required=True, help="full name in Latin letters")
    add.add_argument("--another", action="store_true", help="somebody else than those with this phone number or e-mail")
    add.add_argument("--by-hand", action="store_true", help=BY_HAND)
    add.add_argument(
        "--password-stdin",
        action="store_true",
        help="no invitation: the account counts at once, with the password from standard input; you vouch for it",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does it and says so; a refusal is said on standard error."""
    house = open_from(settings)
    try:
        migrate(house.database)
        now = clock_for(settings.clock_file).now()
        with house.database.transaction() as session:
            _ACTIONS[args.action](session, house, args, now)
    except BadAnswers as refused:
        for field, problem in refused.errors.items():
            print(f"owso users: {field}: {problem}", file=sys.stderr)
        return 1
    finally:
        house.database.close()
    return 0


def _add(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    if args.password_stdin:
        email = args.login if "@" in args.login else ""
        phone = "" if email else args.login
        officer = NewOfficer(args.name_km, args.name_latin, _password(), phone=phone, email=email)
        add_officer(session, house, OPERATOR, officer, now=now)
        print(f"Added: {args.login}.")
    else:
        invited = Invited(args.name_km, args.name_latin, args.login, is_new=args.another)
        by_hand = args.by_hand or not _is_reached(house, contact_point(args.login))
        _say(house, invite(session, house, OPERATOR, invited, None, by_hand=by_hand, today=_today(now), now=now))
    print(f"Put them into a group: owso users grant {args.login} GROUP --office CODE")


def _grant(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    person_id = find_person(session, args.login, now=now)
    post = Post(args.group, args.office, args.from_day, args.to_day)
    by_hand = args.by_hand or not _is_reached(house, first_contact(session, person_id))
    sent = give(session, house, OPERATOR, person_id, post, by_hand=by_hand, today=_today(now), now=now)
    where = f"{args.group} at {args.office or 'every office'}"
    if sent is None:
        print(f"{args.login} belongs to {where}.")
    else:
        print(f"{args.login} is asked to serve: {where}. It counts once they have accepted.")
        _say(house, sent)


def _end(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    person_id = find_person(session, args.login, now=now)
    office, reason, today = args.office, args.reason, _today(now)
    where = f"{args.group} at {args.office or 'every office'}"
    if args.last_day is None:
        end_grant(session, OPERATOR, person_id, args.group, office_code=office, reason=reason, today=today, now=now)
        print(f"{args.login} no longer belongs to {where}.")
    else:
        days = {"office_code": office, "last_day": args.last_day, "reason": reason}
        keep_until(session, OPERATOR, person_id, args.group, **days, today=today, now=now)
        print(f"{args.login} belongs to {where} to the end of {args.last_day}.")


def _disable(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    disable(session, OPERATOR, find_person(session, args.login, now=now), today=_today(now), now=now)
    print(f"{args.login} is signed out and cannot sign in.")


def _enable(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    enable(session, OPERATOR, find_person(session, args.login, now=now), now=now)
    print(f"{args.login} can sign in again.")


def _reset_factors(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    take_away(session, house, OPERATOR, find_person(session, args.login, now=now), now=now)
    print(f"{args.login} signs in with the password alone, and is asked for a new second factor where one is demanded.")


def _reset(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    person_id = find_person(session, args.login, now=now)
    by_hand = args.by_hand or not _is_reached(house, first_contact(session, person_id))
    today = _today(now)
    _say(house, allow_new_password(session, house, OPERATOR, person_id, by_hand=by_hand, today=today, now=now))


def _invitations(session: Session, _house: House, _args: argparse.Namespace, now: datetime) -> None:
    for line in invitation_lines(session, OPERATOR, now=now):
        until = "over since" if line.is_over else "holds until"
        groups = ", ".join(group for group, _ in line.groups) or "–"
        print(f"{line.id:>6}  #{line.person_id} {line.name.en}  {line.kind}  {groups}  {until} {_moment(line.ends_at)}")


def _again(session: Session, house: House, args: argparse.Namespace, now: datetime) -> None:
    _say(house, invitations.send_again(session, house, OPERATOR, args.number, now=now))


def _revoke(session: Session, _house: House, args: argparse.Namespace, now: datetime) -> None:
    invitations.revoke(session, OPERATOR, args.number, now=now)
    print("The invitation is taken back: its link opens nothing any more.")


_ACTIONS: dict[str, Action] = {
    "add": _add,
    "grant": _grant,
    "end": _end,
    "disable": _disable,
    "enable": _enable,
    "reset-factors": _reset_factors,
    "reset": _reset,
    "invitations": _invitations,
    "again": _again,
    "revoke": _revoke,
}


def _say(house: House, sent: Sent) -> None:
    """What became of the invitation, and the link. It is worth nothing without the code, except by hand."""
    if not sent.link:
        print(f"Invitation {sent.invitation_id} holds until {_moment(sent.ends_at)}; its link was told before.")
        return
    if not sent.is_by_hand:
        print(f"Sent to {spoken(sent.to)}. The page asks for a code that goes there as well.")
    elif not _is_reached(house, sent.to):
        print(f"No sender of this installation reaches {spoken(sent.to)}, so no message and no code can go there.")
    if sent.is_by_hand:
        print("Whoever opens this link needs no code. Hand it over yourself, to nobody else:")
    print(f"  {sent.link}")
    print(
        f"It holds until {_moment(sent.ends_at)}, once. Invitation {sent.invitation_id} of account #{sent.person_id}."
    )


def _is_reached(house: House, point: ContactPoint | None) -> bool:
    """Whether a message can go there; what is no contact is refused elsewhere."""
    needed = Reach.TELEPHONE if point is None or point.is_phone else Reach.MAIL
    return point is None or needed in {sender.reaches for sender in house.messengers.values()}


def _password() -> str:
    """Typed twice unseen at a terminal, else the first line of standard input. Never an argument: others could read it
    in the list of processes."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip(os.linesep)
    typed = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != typed:
        sys.exit("owso users: the two passwords differ.")
    return typed


def _moment(value: datetime) -> str:
    return moment(value, "en")


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL_ZONE).date()
