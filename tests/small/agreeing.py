"""Releases of the ministry of the kilns: an analyst makes them, an approver decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.house import House
from engine.people.actors import Actor
from engine.releases import deciding, making, replaying, submitting
from engine.versions import publishing, trials
from storage.offices import Office, OfficeLevel
from storage.people import Membership
from storage.processes import ProcessDefinition
from storage.releases import MinistryEvent, Release
from tests.cast import HIRED, HOURS, NOW, Cast, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.ways import step

MINISTRY = "industry"


def kiln_files(words: str = "For the release.") -> Mapping[str, bytes]:
    """The package of the kilns with other words: another version."""
    texts = (PACKAGE / "texts.yaml").read_text(encoding="utf-8").replace("For tests.", words)
    return {**publishing.files_of(PACKAGE), "texts.yaml": texts.encode()}


@dataclass
class Agreeing:
    """What an analyst (Chenda) and an approver (Sothea) do with releases."""

    kilns: Kilns

    @property
    def house(self) -> House:
        return self.kilns.house

    @property
    def cast(self) -> Cast:
        return self.kilns.cast

    @property
    def analyst(self) -> Actor:
        return self.cast.chenda.actor

    @property
    def approver(self) -> Actor:
        return self.cast.sothea.actor

    @step
    def begin(self, title: str = "Clearer words", *, now: datetime = NOW) -> str:
        with self.house.database.transaction() as session:
            return making.begin(session, self.analyst, MINISTRY, title, now=now)

    @step
    def put_in(self, key: str, files: Mapping[str, bytes] | None = None, *, now: datetime = NOW) -> making.PutIn:
        with self.house.database.transaction() as session:
            return making.put_in(session, self.house, self.analyst, key, files or kiln_files(), now=now)

    @step
    def plan(
        self, key: str, *, planned_for: datetime | None = None, offices: tuple[str, ...] = (), now: datetime = NOW
    ) -> None:
        with self.house.database.transaction() as session:
            making.plan(session, self.analyst, key, planned_for=planned_for, offices=offices, now=now)

    @step
    def submit(self, key: str, *, now: datetime = NOW) -> None:
        submitting.submit(self.house, self.analyst, key, now=now)

    @step
    def replayed(self, *, now: datetime = NOW) -> None:
        """The sweep tries what is to be replayed, and writes down what it came to."""
        while trials.go_on_due(self.house, now=now):
            pass
        replaying.settle_due(self.house, now=now)

    @step
    def let_all_through(self, key: str, *, now: datetime = NOW) -> None:
        with self.house.database.transaction() as session:
            release = session.scalars(select(Release).where(Release.key == key)).one()
            for result in deciding.closed_steps(session, release.id):
                deciding.let_through(session, self.approver, key, result.step, "Looked at by hand.", now=now)

    @step
    def approve(self, key: str, *, actor: Actor | None = None, seen: int | None = None, now: datetime = NOW) -> int:
        with self.house.database.transaction() as session:
            return deciding.approve(session, self.house, actor or self.approver, key, seen=seen, now=now)

    @step
    def withdraw(self, key: str, *, now: datetime = NOW) -> None:
        with self.house.database.transaction() as session:
            deciding.withdraw(session, self.house, self.approver, key, "Too early.", now=now)

    @step
    def submitted(
        self,
        words: str = "For the release.",
        *,
        planned_for: datetime | None = None,
        offices: tuple[str, ...] = (),
    ) -> str:
        """A release of other words for the kilns that waits for its approver, let through wherever it was held up."""
        key = self.begin()
        self.put_in(key, kiln_files(words))
        if planned_for or offices:
            self.plan(key, planned_for=planned_for, offices=offices)
        self.submit(key)
        self.let_all_through(key)
        return key

    def row(self, key: str) -> Release:
        with self.house.database.reading() as session:
            return session.scalars(select(Release).where(Release.key == key)).one()

    def version_at(self, office_id: int | None, now: datetime = NOW) -> int:
        with self.house.database.reading() as session:
            return self.house.catalog.current(session, SERVICE, now=now, office_id=office_id).version

    def versions(self) -> list[int]:
        with self.house.database.reading() as session:
            wanted = select(ProcessDefinition.version).where(ProcessDefinition.service_key == SERVICE)
            return list(session.scalars(wanted.order_by(ProcessDefinition.version)))

    def history(self) -> list[str]:
        with self.house.database.reading() as session:
            wanted = select(MinistryEvent.kind).where(MinistryEvent.ministry_key == MINISTRY)
            return list(session.scalars(wanted.order_by(MinistryEvent.seq)))

    @step
    def belongs(self, member: Member, group: str, ministry: str) -> Actor:
        """The person in a group at the office of a ministry, which is opened when it is not there."""
        with self.house.database.transaction() as session:
            office_id = session.scalar(select(Office.id).where(Office.ministry_key == ministry))
            if office_id is None:
                office = Office(
                    code=f"90{len(ministry):02}", level=OfficeLevel.MINISTRY, ministry_key=ministry,
                    name_km=ministry, name_en=ministry, hours=HOURS,
                )  # fmt: skip
                session.add(office)
                session.flush()
                office_id = office.id
            session.add(Membership(person_id=member.person_id, office_id=office_id, group=group, from_day=HIRED))
        return Actor(member.person_id, member.name_km, member.name_latin, memberships=frozenset({(group, office_id)}))
