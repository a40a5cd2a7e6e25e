"""Whether the sessions of a service are asked for where they can be chosen, and are published where a case can go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from engine.khmer import Bilingual
from engine.packages.forms import APPLY, Component
from engine.packages.manifest import OFFICE_LEVELS
from engine.packages.package import SERVICE, TEXTS, ServicePackage
from engine.packages.problems import error
from engine.packages.session_rules import SESSIONS, SessionRule
from engine.packages.task_settings import TaskSettings
from engine.packages.texts import OF_SESSIONS, said_in
from engine.packages.yaml_files import read_yaml
from engine.problems import Problem


def check_sessions(package: ServicePackage) -> Iterator[Problem]:
    """Tasks that choose a session which the service has not, sessions that nobody chooses or publishes, seats that no
    answer counts, and messages that would tell a day nobody has chosen."""
    asking = [task for task in package.tasks.values() if task.session is not None]
    for task in asking:
        if package.manifest.session(task.session) is None:
            known = ", ".join(rule.key for rule in package.manifest.sessions) or "–"
            yield _at_task(task, _UNKNOWN, session=task.session or "", known=known)
    for rule in package.manifest.sessions:
        if all(task.session != rule.key for task in asking):
            yield _at_rule(package, rule, _NEVER_ASKED)
        yield from _level(package, rule)
        yield from _seats(package, rule)
    if not package.manifest.sessions:
        yield from _told_without(package)


def _level(package: ServicePackage, rule: SessionRule) -> Iterator[Problem]:
    for window in package.manifest.office_levels if rule.level else ():
        if OFFICE_LEVELS.index(rule.level) > OFFICE_LEVELS.index(window):
            yield _at_rule(package, rule, _BELOW, "level", level=rule.level, window=window)


def _seats(package: ServicePackage, rule: SessionRule) -> Iterator[Problem]:
    if rule.seats is None:
        return
    form = package.forms.get(APPLY)
    asked = form.component(rule.seats) if form else None
    if asked is None or not _counts(asked):
        yield _at_rule(package, rule, _NO_NUMBER, "seats", field=rule.seats)


def _counts(asked: Component) -> bool:
    """Whether it is always answered with a whole number of at least one."""
    is_whole = asked.kind.reads_as == "number" and not asked.decimals
    at_least_one = isinstance(asked.minimum, Decimal) and asked.minimum >= 1
    return is_whole and at_least_one and asked.required and asked.hide is None


def _told_without(package: ServicePackage) -> Iterator[Problem]:
    """Messages that name the day of a session in a service that has none."""
    file = read_yaml(TEXTS, package.files[TEXTS])
    for key, message in package.texts.messages.items():
        for name in sorted(said_in(message) & set(OF_SESSIONS)):
            words = _filled(_NO_SESSIONS, message=key, name="{" + name + "}")
            found = error(TEXTS, "session", words.en, line=file.line(("messages", key)))
            yield replace(found, message_km=words.km)


def _at_task(task: TaskSettings, sentence: Bilingual, **blanks: str) -> Problem:
    words = _filled(sentence, **blanks)
    found = error(task.file, "session", f"“{task.name.en}”: {words.en}", element_id=task.element_id)
    return replace(found, message_km=f"«{task.name.km}»៖ {words.km}")


def _at_rule(
    package: ServicePackage, rule: SessionRule, sentence: Bilingual, part: str | None = None, **blanks: str
) -> Problem:
    place = (SESSIONS, rule.key) if part is None else (SESSIONS, rule.key, part)
    line = read_yaml(SERVICE, package.files[SERVICE]).line(place)
    words = _filled(sentence, key=rule.key, **blanks)
    return replace(error(SERVICE, "session", words.en, line=line), message_km=words.km)


def _filled(sentence: Bilingual, **blanks: str) -> Bilingual:
    return Bilingual(sentence.km.format(**blanks), sentence.en.format(**blanks))


_UNKNOWN: Final = Bilingual(
    "session = {session}៖ service.yaml គ្មានពេលណាត់បែបនេះទេ។ មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ ឬប្រកាសវាក្រោម sessions។",
    "session = {session}: service.yaml has no such session; there are: {known}. Write one of them, or declare it under "
    "sessions.",
)
_NEVER_ASKED: Final = Bilingual(
    "sessions.{key}៖ គ្មានកិច្ចការណាជ្រើសពេលណាត់នេះទេ។ សូមគូរកិច្ចការដែលមាន kind = appointment និង session = {key} ឬដកវាចេញ។",
    "sessions.{key}: no task chooses it; draw a task with kind = appointment and session = {key}, or remove it.",
)
_BELOW: Final = Bilingual(
    "sessions.{key}៖ សំណុំរឿងអាចទទួលនៅការិយាល័យថ្នាក់ {window} (office_levels) ដែលគ្មានការិយាល័យថ្នាក់ {level} "
    "តែមួយដើម្បីផ្សាយពេលណាត់ទេ។ សូមសរសេរថ្នាក់ដែលស្មើ ឬខ្ពស់ជាង ឬដក {window} ចេញពី office_levels។",
    "sessions.{key}: a case can come in at an office of the level {window} (office_levels), and there is no one office "
    "of the level {level} that would publish its sessions; write the same level or a higher one, or take {window} out "
    "of office_levels.",
)
_NO_NUMBER: Final = Bilingual(
    "sessions.{key}៖ seats = apply.{field} ត្រូវតែជាសំណួរចំនួនគត់ក្នុងទម្រង់ apply ដែលសួរជានិច្ច (required គ្មាន hide) "
    "និងមាន min ចាប់ពី 1។",
    "sessions.{key}: seats = apply.{field} must be a whole number of the form apply that is always asked (required, "
    "never hidden), with a min of 1 or more.",
)
_NO_SESSIONS: Final = Bilingual(
    "messages.{message} និយាយ {name} ប៉ុន្តែសេវានេះគ្មានពេលណាត់ (sessions) ទេ។ សូមដកវាចេញ ឬប្រកាសពេលណាត់ក្នុង service.yaml។",
    "messages.{message} says {name}, and the service has no sessions; remove it, or declare a session in service.yaml.",
)
