"""The people of the tests, always the same, and the offices they work in.

Battambang is where things happen; Phnom Penh is the other office, whose officers must not see Battambang's cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from engine.packages import groups
from engine.people import actors
from storage.offices import Ministry, Office, OfficeLevel, OfficeService
from storage.people import Membership, Person

PASSWORD = "rice-field-window"
CHEAP_PASSWORDS = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
PASSWORD_HASH = CHEAP_PASSWORDS.hash(PASSWORD)

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 9:00 in Phnom Penh. No holiday falls on a working day until 14 April."""
BEFORE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HIRED = date(2025, 1, 6)

HOURS = [[day, opens, closes] for day in range(5) for opens, closes in (("07:30", "11:30"), ("14:00", "17:00"))]
SERVICES = ("interior.account_verification", "tourism.guesthouse_licence")


@dataclass(frozen=True)
class Member:
    """Somebody of the cast, with the account they sign in with."""

    person_id: int
    name_km: str
    name_latin: str
    phone: str
    email: str | None
    identity_status: str
    memberships: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)
    password: str = PASSWORD
    epoch: int = 1

    @property
    def actor(self) -> actors.Actor:
        """The person as use cases see them."""
        return actors.Actor(self.person_id, self.name_km, self.name_latin, "km", self.identity_status, self.memberships)


@dataclass(frozen=True)
class Cast:
    """Everybody. Offices by their ids."""

    battambang: int
    phnom_penh: int
    dara: Member
    sreyneang: Member
    bopha: Member
    vannak: Member
    sopheap: Member
    rithy: Member
    mony: Member
    kunthea: Member
    phally: Member
    visal: Member
    chenda: Member
    sothea: Member


_B, _P, _EVERYWHERE = "battambang", "phnom_penh", ""

_PEOPLE: dict[str, tuple[str, str, str, str, str, str]] = {
    # name: Khmer, Latin, phone, identity, group, office
    "dara": ("សុខ ដារ៉ា", "Sok Dara", "+85512345601", "verified", "", ""),
    "sreyneang": ("គង់ ស្រីនាង", "Kong Sreyneang", "+85512345602", "unverified", "", ""),
    "bopha": ("ចាន់ បុប្ផា", "Chan Bopha", "+85512345603", "verified", groups.FRONT_OFFICE, _B),
    "vannak": ("កែវ វណ្ណៈ", "Keo Vannak", "+85512345604", "verified", groups.FRONT_OFFICE, _B),
    "sopheap": ("លី សុភាព", "Ly Sopheap", "+85512345605", "verified", groups.CASHIER, _B),
    "rithy": ("ហេង ឫទ្ធី", "Heng Rithy", "+85512345606", "verified", groups.SPECIALIST, _B),
    "mony": ("ញ៉ែម មុនី", "Nhem Mony", "+85512345607", "verified", groups.INSPECTOR, _B),
    "kunthea": ("ប្រាក់ គន្ធា", "Prak Kunthea", "+85512345608", "verified", groups.HEAD, _B),
    "phally": ("អ៊ុំ ផល្លី", "Oum Phally", "+85512345609", "verified", groups.FRONT_OFFICE, _P),
    "visal": ("អ៊ូច វិសាល", "Ouch Visal", "+85512345610", "verified", groups.ADMINISTRATOR, _EVERYWHERE),
    "chenda": ("ទេព ចិន្តា", "Tep Chenda", "+85512345611", "verified", groups.ANALYST, _EVERYWHERE),
    "sothea": ("ឯក សុធា", "Ek Sothea", "+85512345612", "verified", groups.APPROVER, _EVERYWHERE),
}


def settle(session: Session) -> Cast:
    """Write the cast and their offices into an empty database."""
    session.add(Ministry(key="tourism", name_km="ក្រសួងទេសចរណ៍", name_en="Ministry of Tourism"))
    session.add(Ministry(key="interior", name_km="ក្រសួងមហាផ្ទៃ", name_en="Ministry of Interior"))
    offices = {_B: _office("02", "បាត់ដំបង", "Battambang"), _P: _office("12", "ភ្នំពេញ", "Phnom Penh")}
    session.add_all(offices.values())
    session.flush()
    for office in offices.values():
        for service in SERVICES:
            session.add(OfficeService(office_id=office.id, service_key=service, offered_from=HIRED))
    members = {name: _member(session, name, offices) for name in _PEOPLE}
    return Cast(battambang=offices[_B].id, phnom_penh=offices[_P].id, **members)


def of_ministry(session: Session, ministry_key: str, group: str, person_id: int | None = None) -> actors.Actor:
    """Somebody of the group at the office of a ministry, which is opened for it."""
    code = f"9{1 + session.query(Office).filter(Office.ministry_key.is_not(None)).count():03}"
    office = Office(
        code=code,
        level=OfficeLevel.MINISTRY,
        ministry_key=ministry_key,
        name_km="ក្រសួង",
        name_en="Ministry",
        hours=HOURS,
    )
    session.add(office)
    session.flush()
    return actors.Actor(person_id, memberships=frozenset({(group, office.id)}))


def _office(code: str, km: str, en: str) -> Office:
    return Office(
        code=code,
        level=OfficeLevel.PROVINCE,
        name_km=f"ការិយាល័យច្រកចេញចូលតែមួយ ខេត្ត{km}",
        name_en=f"{en} One Window Service Office",
        hours=HOURS,
    )


def _member(session: Session, name: str, offices: dict[str, Office]) -> Member:
    km, latin, phone, identity, group, place = _PEOPLE[name]
    email = None if group else f"{name}@example.org"
    person = Person(
        phone=phone,
        phone_proved_at=BEFORE,
        email=email,
        email_proved_at=BEFORE if email else None,
        password_hash=PASSWORD_HASH,
        name_km=km,
        name_latin=latin,
        identity_status=identity,
        session_epoch=1,
        created_at=BEFORE,
    )
    session.add(person)
    session.flush()
    office_id = offices[place].id if place else None
    if group:
        session.add(Membership(person_id=person.id, office_id=office_id, group=group, from_day=HIRED))
    memberships = frozenset({(group, office_id)} if group else ())
    return Member(person.id, km, latin, phone, email, identity, memberships)
