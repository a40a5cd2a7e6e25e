"""Whether the sessions of a service are asked for where they can be chosen, and are published where a case can go."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from engine.khmer import Bilingual
from engine.packages.forms import APPLY, Component
from engine.packages.manifest import OFFICE_LEVELS
from engine.packages.names import nearest
from engine.packages.package import SERVICE, TEXTS, ServicePackage
from engine.packages.problems import error
from engine.packages.said import about, filled
from engine.packages.session_rules import SESSIONS, SessionRule
from engine.packages.task_settings import TaskSettings
from engine.packages.texts import OF_SESSIONS, said_in
from engine.packages.yaml_files import lines_of
from engine.problems import Problem


def check_sessions(package: ServicePackage) -> Iterator[Problem]:
    """Tasks that choose a session which the service has not, sessions that nobody chooses or publishes, seats that no
    answer counts, and messages that would tell a day nobody has chosen."""
    if package.unread.touches("service", "sessions"):
        return
    rules, asking = package.manifest.sessions, [task for task in package.tasks.values() if task.session is not None]
    asked = {task.session for task in asking}
    for task in asking:
        is_read = not package.unread.touches("tasks", task.element_id, "session")
        if package.manifest.session(task.session) is None and is_read:
            known = nearest(task.session or "", (rule.key for rule in rules))
            yield _at_task(task, filled(_UNKNOWN, session=task.session or "", known=known))
    # A session that is misspelt at its task is told there.
    is_known = asked <= {rule.key for rule in rules} and _all_tasks_are_known(package)
    for rule in rules:
        if rule.key not in asked and is_known:
            yield _at_rule(package, rule, filled(_NEVER_ASKED, key=rule.key))
        yield from _level(package, rule)
        yield from _seats(package, rule)
    if not rules:
        yield from _told_without(package)


def _all_tasks_are_known(package: ServicePackage) -> bool:
    """Whether it is known of every task whether a session is chosen there."""
    return not package.unread.touches("process", "elements") and not package.unread.loses("tasks", "kind", "session")


def _level(package: ServicePackage, rule: SessionRule) -> Iterator[Problem]:
    if package.unread.touches("service", "office_levels"):
        return
    for window in package.manifest.office_levels if rule.level else ():
        if OFFICE_LEVELS.index(rule.level) > OFFICE_LEVELS.index(window):
            yield _at_rule(package, rule, filled(_BELOW, key=rule.key, level=rule.level, window=window), "level")


def _seats(package: ServicePackage, rule: SessionRule) -> Iterator[Problem]:
    if rule.seats is None or package.unread.touches("forms", APPLY, rule.seats):
        return
    form = package.forms.get(APPLY)
    asked = form.component(rule.seats) if form else None
    if asked is None or not _counts(asked):
        numbers = [one.key for one in (form.components() if form else ()) if _is_whole(one)]
        known = nearest(rule.seats, (f"{APPLY}.{key}" for key in numbers))
        yield _at_rule(package, rule, filled(_NO_NUMBER, key=rule.key, field=rule.seats, known=known), "seats")


def _counts(asked: Component) -> bool:
    """Whether it is always answered with a whole number of at least one."""
    at_least_one = isinstance(asked.minimum, Decimal) and asked.minimum >= 1
    return _is_whole(asked) and at_least_one and asked.required and asked.hide is None


def _is_whole(asked: Component) -> bool:
    return asked.kind.reads_as == "number" and not asked.decimals


def _told_without(package: ServicePackage) -> Iterator[Problem]:
    """Messages that name the day of a session in a service that has none."""
    file = lines_of(TEXTS, package.files.get(TEXTS, b""))
    for key, message in package.texts.messages.items():
        for name in sorted(said_in(message) & set(OF_SESSIONS)):
            sentence = filled(_NO_SESSIONS, message=key, name="{" + name + "}")
            yield error(TEXTS, "session", sentence, line=file.line(("messages", key)))


def _at_task(task: TaskSettings, sentence: Bilingual) -> Problem:
    return error(task.file, "session", about(task.name, sentence), element_id=task.element_id)


def _at_rule(package: ServicePackage, rule: SessionRule, sentence: Bilingual, *part: str) -> Problem:
    line = lines_of(SERVICE, package.files[SERVICE]).line((SESSIONS, rule.key, *part))
    return error(SERVICE, "session", sentence, line=line)


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
    "និងមាន min ចាប់ពី 1; សំណួរចំនួនគត់មាន៖ {known}។",
    "sessions.{key}: seats = apply.{field} must be a whole number of the form apply that is always asked (required, "
    "never hidden), with a min of 1 or more; whole numbers there: {known}.",
)
_NO_SESSIONS: Final = Bilingual(
    "messages.{message} និយាយ {name} ប៉ុន្តែសេវានេះគ្មានពេលណាត់ (sessions) ទេ។ សូមដកវាចេញ ឬប្រកាសពេលណាត់ក្នុង service.yaml។",
    "messages.{message} says {name}, and the service has no sessions; remove it, or declare a session in service.yaml.",
)
