"""The small service with a visit in it: a day is planned, somebody goes there, reports, and says where they were."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from PIL import Image
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.applications.uploads import Upload, examined
from engine.applications.visit_reports import Report, report
from engine.tasks import user_tasks, visits
from engine.tasks.user_tasks import TaskDone
from engine.tasks.visits import Slot
from engine.versions import publishing
from storage.messages import Notification
from storage.processes import UserTask
from storage.visits import Visit
from tests.cast import NOW, Member
from tests.small.cases import ANSWERS, PACKAGE, Kilns
from tests.ways import step

ADDRESS = {
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "ផ្លូវ ១",
}
FRIDAY, TUESDAY, SUNDAY = date(2026, 3, 6), date(2026, 3, 10), date(2026, 3, 8)
REPORT = {"result": "ok", "spot": "13.09573, 103.20220"}
_DAY = b'{"type": "datetime", "subtype": "date", "key": "%s", "dateLabel": "Day", "validate": {"required": true}}'
_PLAN = b"""{"type": "default", "id": "plan", "schemaVersion": 18, "components": [
 {"type": "group", "id": "day", "label": "Day", "components": [%s]}]}"""
_ASKS = """, {"type": "filepicker", "key": "site_photos", "label": "Photos", "multiple": true, "accept": ".jpg,.png"},
 {"type": "textfield", "key": "spot", "label": "Position", "properties": {"kind": "position"}}
    ]}"""
_WHERE = """, {"type": "textfield", "key": "address", "label": "Address", "validate": {"required": true},
 "properties": {"kind": "address", "level": "commune"}}
    ]}"""
_TEXTS = (
    (
        "      kilns: {label: {km: ចំនួនឡ, en: Number of kilns}}\n",
        "      address: {label: {km: អាសយដ្ឋាន, en: Address}}\n",
    ),
    (
        "          refuse: {km: បដិសេធ, en: Refuse}\n",
        "      site_photos: {label: {km: រូបថត, en: Photos of the kiln}}\n"
        "      spot: {label: {km: ទីតាំង, en: Position}}\n",
    ),
    ("  pay: {km: បង់ថ្លៃសេវា, en: Pay the fee}\n", "  plan: {km: កំណត់ថ្ងៃ, en: Plan the visit}\n"),
)
_PLANS = """<bpmn:userTask id="plan" name="Plan the visit"><bpmn:extensionElements><spiffworkflow:properties>
 <spiffworkflow:property name="form" value="plan" /><spiffworkflow:property name="plans" value="visit_on" />
 </spiffworkflow:properties></bpmn:extensionElements><bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f3b</bpmn:outgoing>
 </bpmn:userTask>
 <bpmn:sequenceFlow id="f3b" sourceRef="plan" targetRef="check" />
 <bpmn:userTask id="check" name="Check the application">"""
_PLAN_TEXTS = """  plan:
    title: {km: ថ្ងៃចុះពិនិត្យ, en: Day of the visit}
    pages:
      day: {km: ថ្ងៃ, en: Day}
    fields:
      visit_on: {label: {km: ថ្ងៃ, en: Day}}
"""


@dataclass
class Sites(Kilns):
    """Visits of Chan Bopha and her colleagues of the front office in Battambang."""

    @step
    def ready(self, who: Member | None = None) -> Submitted:
        """An application that is paid and waits for its visit, or for the task that plans it."""
        sent = self.send(who, answers={**ANSWERS, **ADDRESS})
        self.pay(sent)
        return sent

    def key(self, sent: Submitted) -> str:
        return self.task(sent, "check")

    @step
    def plan(self, who: Member, key: str, day: date | None = FRIDAY, **more: Any) -> str:
        with self.house.database.transaction() as session:
            return visits.plan(session, self.house, who.actor, key, Slot(day, **more), now=NOW)

    def move(self, who: Member, key: str, day: date | None, reason: str = "ភ្លៀងធ្លាក់ខ្លាំង") -> str:
        with self.house.database.transaction() as session:
            return visits.move(session, self.house, who.actor, key, Slot(day), reason=reason, now=NOW)

    def call_off(self, who: Member, key: str, reason: str = "ភ្លៀងធ្លាក់ខ្លាំង") -> str:
        with self.house.database.transaction() as session:
            return visits.call_off(session, self.house, who.actor, key, reason, now=NOW)

    @step
    def claim(self, who: Member, key: str) -> None:
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, who.actor, key, now=NOW)

    def report(
        self, who: Member, key: str, sending: str, *photos: Upload, answers: Mapping[str, Any] = REPORT
    ) -> TaskDone:
        sent = Report(answers=answers, photos={"site_photos": photos} if photos else {}, sending=sending)
        with self.house.database.transaction() as session:
            return report(session, self.house, who.actor, key, sent, now=NOW)

    def day(self, key: str) -> tuple[date, str] | None:
        """The day of a visit and the part of it."""
        with self.house.database.reading() as session:
            task = session.scalars(select(UserTask).where(UserTask.key == key)).one()
            row = session.get(Visit, task.id)
            return (row.day, row.day_part.value) if row else None

    def told(self) -> list[str]:
        """The texts of what applicants were told of visits."""
        with self.house.database.reading() as session:
            about = Notification.idempotency_key.contains("/visit/")
            return list(session.scalars(select(Notification.body).where(about).order_by(Notification.id)))


def sites(kilns: Kilns, *, plans: bool = False, more_asked: bool = False, texts: tuple[str, str] = ("", "")) -> Sites:
    """The service with the visit in effect; with ``plans`` a task before it plans the day, and asks for more than that
    with ``more_asked``. ``texts``: words that are replaced."""
    process, more = _files(plans=plans)
    if more_asked:
        asks = _PLAN % b", ".join((_DAY % b"visit_on", _DAY % b"told_on"))
        told = more["texts.yaml"] + "      told_on: {label: {km: ថ្ងៃ, en: Day}}\n".encode()
        more = {**more, "forms/plan.json": asks, "texts.yaml": told}
    kilns.draw(2, *process, texts=texts, more=more)
    return Sites(kilns.house, kilns.cast)


@cache
def _files(*, plans: bool) -> tuple[tuple[tuple[str, str], ...], Mapping[str, bytes]]:
    files = dict(publishing.files_of(PACKAGE))
    texts = files["texts.yaml"].decode()
    for behind, added in _TEXTS if plans else _TEXTS[:2]:
        assert behind in texts
        texts = texts.replace(behind, behind + added)
    more = {
        "texts.yaml": (texts + _PLAN_TEXTS if plans else texts).encode(),
        "forms/check.json": files["forms/check.json"].replace(b"\n    ]}", _ASKS.encode()),
        "forms/apply.json": files["forms/apply.json"].replace(b"\n    ]}", _WHERE.encode()),
    }
    form = '<spiffworkflow:property name="form" value="check" />'
    changes = [(form, f'{form}<spiffworkflow:property name="visit" value="yes" />')]
    if plans:
        more["forms/plan.json"] = _PLAN % (_DAY % b"visit_on")
        changes += [
            ('sourceRef="was_paid" targetRef="check"', 'sourceRef="was_paid" targetRef="plan"'),
            ('<bpmn:userTask id="check" name="Check the application">', _PLANS),
            (
                "<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f7",
                "<bpmn:incoming>f3b</bpmn:incoming><bpmn:incoming>f7",
            ),
            (
                "<bpmn:flowNodeRef>check</bpmn:flowNodeRef>",
                "<bpmn:flowNodeRef>check</bpmn:flowNodeRef><bpmn:flowNodeRef>plan</bpmn:flowNodeRef>",
            ),
        ]
    return tuple(changes), more


@cache
def photo(shade: int = 90) -> Upload:
    """A picture as a telephone takes it, a small one."""
    return examined("IMG_1.jpg", photo_bytes(shade))


@cache
def photo_bytes(shade: int = 90) -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 60)).save(paper, "JPEG")
    return paper.getvalue()
