"""Whether a timer that is an answer can be one: a day for a moment, and no answer for a length of time."""

from __future__ import annotations

from collections.abc import Iterator

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.choice_checks import asked_for
from engine.packages.package import PROCESS, ServicePackage
from engine.packages.problems import error
from engine.packages.said import filled
from engine.problems import Problem

_TAKES = {"date": "date", "duration": "text", "cycle": "text"}
"""The kind of a question whose answer a timer can be; a line of text may hold a length of time."""


def check_timers(package: ServicePackage) -> Iterator[Problem]:
    """Timers that are the answer to a question of a kind that no timer takes: each case would stop there."""
    asked, moments = asked_for(package), set(_moments(package))
    for key, kind, name in bpmn.timed_by(package.process):
        kinds = ["date" if name in moments else question.kind.name for question in asked.get(name, ())]
        if kinds and _TAKES[kind] not in kinds:
            sentence = filled(_NO_DAY if kind == "date" else _NO_LENGTH, name=name, kind=kinds[0])
            element = package.process.elements[key]
            yield error(element.file or PROCESS, "timer", sentence, element_id=key)


def _moments(package: ServicePackage) -> Iterator[str]:
    """The variables that say when a session begins or ends, which diagrams see written out."""
    sessions = {rule.answers for rule in package.manifest.sessions}
    return (rule.name for rule in package.manifest.variables if rule.form in sessions)


_NO_DAY = Bilingual(
    "នាឡិការង់ចាំដល់ “{name}” ដែលសំណួររបស់វា ({kind}) មិនមែនសួរថ្ងៃទេ។ សូមយកសំណួរដែលសួរថ្ងៃ ឬគណនាថ្ងៃ ដូចជា add_days(today(), 3)។",
    "The timer waits until “{name}”, whose question ({kind}) asks for no day. Take a question for a day, or compute "
    "the day, such as add_days(today(), 3).",
)
_NO_LENGTH = Bilingual(
    "នាឡិការង់ចាំរយៈពេល “{name}” ដែលសំណួររបស់វា ({kind}) មិនផ្តល់រយៈពេលទេ។ "
    "សូមសរសេរឧទាហរណ៍ 'P' + text({name}) + 'D' ឬប្រើកាលបរិច្ឆេទ (timeDate) បើវាជាថ្ងៃ។",
    "The timer waits as long as “{name}” says, whose question ({kind}) gives no length of time. Compute one from a "
    "number, such as 'P' + text({name}) + 'D', or make it a date (timeDate) where it is a day.",
)
