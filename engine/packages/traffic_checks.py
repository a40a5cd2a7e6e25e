"""What a package may begin with, and what it may throw to other cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.operations import SILENCE, WITHDRAWAL
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error, warning
from engine.packages.said import filled
from engine.problems import Problem

SHORTEST_PAUSE: Final = timedelta(hours=1)
_APPLICANT: Final = "applicant"


def check_traffic(package: ServicePackage) -> Iterator[Problem]:
    """Starts that would never happen or could not be carried out, and messages that only the house may send."""
    for start in package.process.starts:
        if start.kind != "none":
            for sentence in _wrong(package, start):
                yield error(PROCESS, "start", sentence, element_id=start.element_id)
    begins = {(start.kind, start.name) for start in package.process.starts}
    for thrown in bpmn.thrown(package.process):
        if thrown.kind == "message" and thrown.name == WITHDRAWAL:
            yield error(PROCESS, "message", _WITHDRAWAL, element_id=thrown.element_id)
        elif (thrown.kind, thrown.name) in begins:
            yield warning(PROCESS, "start", filled(_AGAIN, name=thrown.name), element_id=thrown.element_id)
    yield from _unheard_of(package)


def _unheard_of(package: ServicePackage) -> Iterator[Problem]:
    """Elements that wait for what nothing in the service throws: only another service could."""
    sent = {(thrown.kind, thrown.name) for thrown in bpmn.thrown(package.process)}
    sent |= {("message", WITHDRAWAL), ("message", SILENCE)}
    for waits in bpmn.heard(package.process):
        if (waits.kind, waits.name) not in sent:
            yield warning(PROCESS, "message", filled(_NOBODY, name=waits.name), element_id=waits.element_id)


def _wrong(package: ServicePackage, start: bpmn.StartEvent) -> Iterator[Bilingual]:
    """Why a case cannot begin here without an application."""
    if start.kind == "conditional":
        yield _CONDITION
    if start.kind == "message" and start.name == WITHDRAWAL:
        yield _WITHDRAWAL
    if "correlation" in package.process.elements[start.element_id].properties:
        yield _CORRELATION
    if package.manifest.purpose == "account":
        yield _ACCOUNT
    if package.manifest.fees:
        yield _FEE
    if start.kind == "timer":
        yield from _wrong_timer(package, start.name or "")


def _wrong_timer(package: ServicePackage, written: str) -> Iterator[Bilingual]:
    try:
        pause = bpmn.shortest_pause(written)
    except bpmn.NotATimer:
        yield _TIMER
    else:
        if pause is not None and pause < SHORTEST_PAUSE:
            yield _PAUSE
    tasks = [task.name for task in package.tasks.values() if task.group == _APPLICANT]
    if tasks:
        yield filled(_NO_APPLICANT, task=tasks[0])
    if package.manifest.certificate is not None:
        yield _CERTIFICATE


_WITHDRAWAL = Bilingual(
    f"សារ “{WITHDRAWAL}” គឺជាបំណងរបស់អ្នកដាក់ពាក្យផ្ទាល់ក្នុងការដកពាក្យ។ សូមដាក់ឈ្មោះផ្សេងឱ្យសារដែលផ្ញើទៅសំណុំរឿងផ្សេង។",
    f"The message “{WITHDRAWAL}” is the applicant's own wish to withdraw. "
    "Give the message to other cases another name.",
)
_AGAIN = Bilingual(
    "សំណុំរឿងមួយផ្ញើ “{name}” ដែលចាប់ផ្តើមសំណុំរឿងបន្ទាប់នៃដំណើរការដដែល។ "
    "សូមឱ្យមានការរង់ចាំនៅចន្លោះ ដូចជារង់ចាំមនុស្ស ឬនាឡិកា ដើម្បីកុំឱ្យសំណុំរឿងចាប់ផ្តើមឥតឈប់។",
    "A case throws “{name}”, which begins the next case of the same process. "
    "Let something wait in between, such as a person or a timer, so that they do not begin without end.",
)
_NOBODY = Bilingual(
    "គ្មានអ្វីក្នុងសេវានេះផ្ញើ “{name}” ទេ ដូច្នេះសំណុំរឿងរង់ចាំនៅទីនេះរហូតដល់សំណុំរឿងនៃសេវាផ្សេងផ្ញើវា។ "
    "សូមពិនិត្យថាមានសេវាមួយផ្ញើវាមែន ឬគូរផ្លូវមួយដែលបន្តដោយមិនរង់ចាំវា។",
    "Nothing in this service throws “{name}”: a case waits here until a case of another service does. See that one "
    "throws it, or draw a way that goes on without it.",
)
_CONDITION = Bilingual(
    "មុនពេលមានសំណុំរឿង គ្មានអ្វីតាមដានលក្ខខណ្ឌទេ ដូច្នេះវាមិនអាចចាប់ផ្តើមសំណុំរឿងបានឡើយ។ សូមចាប់ផ្តើមដោយព្រឹត្តិការណ៍ធម្មតា សារ សញ្ញា ឬនាឡិកា។",
    "Nothing watches a condition before there is a case, so it would never begin one. "
    "Begin with a plain start event, a message, a signal or a timer.",
)
_CORRELATION = Bilingual(
    "ព្រឹត្តិការណ៍ចាប់ផ្តើមទទួលសារទាំងអស់ដែលមានឈ្មោះរបស់វា ព្រោះមិនទាន់មានអថេរសម្រាប់ប្រៀបធៀប។ សូមដកលក្ខណៈ “correlation” ចេញ។",
    "A start event takes every message of its name: there are no variables yet to compare with. "
    "Remove the property “correlation”.",
)
_ACCOUNT = Bilingual(
    "គណនីត្រូវបានផ្ទៀងផ្ទាត់ព្រោះមានមនុស្សស្នើសុំ។ សូមចាប់ផ្តើមដោយព្រឹត្តិការណ៍ធម្មតា។",
    "Accounts are verified because a person asks for it; begin with a plain start event.",
)
_FEE = Bilingual(
    "សំណុំរឿងដែលចាប់ផ្តើមដោយគ្មានពាក្យសុំ គ្មានចម្លើយសម្រាប់គណនាថ្លៃសេវាទេ។ សូមដកថ្លៃសេវាចេញពី service.yaml ឬចាប់ផ្តើមតែដោយព្រឹត្តិការណ៍ធម្មតា។",
    "A case that begins without an application has no answers from which a fee could be reckoned. "
    "Remove the fee from service.yaml, or begin with a plain start event only.",
)
_TIMER = Bilingual(
    "មុនពេលមានសំណុំរឿង មិនមានអថេរទេ។ សូមសរសេរនាឡិកាដោយផ្ទាល់៖ ពេលវេលា (2026-03-02T08:00:00+07:00) រយៈពេល (P3D) ឬវដ្ត (R/P1M)។",
    "Before there is a case there are no variables; write the timer plainly: "
    "a moment (2026-03-02T08:00:00+07:00), a duration (P3D) or a cycle (R/P1M).",
)
_PAUSE = Bilingual(
    "វដ្តនេះចាប់ផ្តើមសំណុំរឿងដែលនៅឆ្ងាយពីគ្នាមិនដល់មួយម៉ោង។ សូមធ្វើឱ្យវាវែងជាងនេះ។",
    "The cycle begins cases less than an hour apart; make it longer.",
)
_NO_APPLICANT = Bilingual(
    "សំណុំរឿងដែលនាឡិកាចាប់ផ្តើម ជារបស់ការិយាល័យផ្ទាល់ ដូច្នេះគ្មាននរណាអាចធ្វើ “{task}” បានទេ។ "
    "សូមដាក់កិច្ចការនេះក្នុងគន្លងរបស់ការិយាល័យ ឬចាប់ផ្តើមដោយព្រឹត្តិការណ៍ធម្មតា។",
    "A case that the clock begins is the office's own, so nobody could do “{task}”. "
    "Move the task to a lane of the office, or begin with a plain start event.",
)
_CERTIFICATE = Bilingual(
    "សំណុំរឿងដែលនាឡិកាចាប់ផ្តើម គ្មានអ្នកដាក់ពាក្យដែលអាចទទួលវិញ្ញាបនបត្របានទេ។ "
    "សូមដកវិញ្ញាបនបត្រចេញពី service.yaml ឬចាប់ផ្តើមដោយព្រឹត្តិការណ៍ធម្មតា។",
    "A case that the clock begins has no applicant who could hold a certificate. "
    "Remove the certificate from service.yaml, or begin with a plain start event.",
)
