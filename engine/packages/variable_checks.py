"""Whether every variable of a diagram has a value by the time that it is read, of a kind that it can be read as."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.asked import asked_in, sessions_told
from engine.packages.coverage import may_be_left_out
from engine.packages.followed import ways_are_known
from engine.packages.forms import APPLY, Component
from engine.packages.house_operations import HOUSE_OPERATIONS, given_by
from engine.packages.manifest import RoutingVariable
from engine.packages.names import nearest
from engine.packages.operations import drawn_operations
from engine.packages.order_checks import choices_of
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.register_checks import kinds_told
from engine.packages.said import about, filled
from engine.packages.session_rules import SESSIONS
from engine.packages.yaml_files import lines_of
from engine.problems import Problem


def check_variables(package: ServicePackage) -> Iterator[Problem]:
    """Variables that no answer gives, that are personal or no single value, that a case reads before they are answered,
    or that are compared by order although their answer may be left out."""
    yield from _declared(package)
    yield from _unknown(package)
    yield from _unanswered(package)
    yield from _missing(package)


def _declared(package: ServicePackage) -> Iterator[Problem]:
    for variable in package.manifest.variables:
        form = asked_in(package, variable.form)
        component = form.component(variable.field) if form else None
        if form is None or component is None:
            yield from _no_question(package, variable)
        elif not component.kind.scalar or component.key in form.personal_keys():
            kind = Bilingual(f"ប្រភេទ {component.kind.name}", f"a {component.kind.name}")
            sentence = filled(_NO_PLAIN_VALUE, name=variable.name, kind=_PERSONAL if component.kind.scalar else kind)
            yield _declaration(package, variable.name, sentence)


def _no_question(package: ServicePackage, variable: RoutingVariable) -> Iterator[Problem]:
    """The answer that a variable should take is not there, unless that is told of its form or its question already."""
    if package.unread.touches("forms", variable.form, variable.field) or _is_of_lost_session(package, variable):
        return
    form = asked_in(package, variable.form)
    forms = [*package.forms, *(rule.answers for rule in package.manifest.sessions)]
    known = [f"{form.key}.{one.key}" for one in form.components()] if form else [f"{key}.…" for key in forms]
    answer = f"{variable.form}.{variable.field}"
    sentence = filled(_NO_ANSWER, name=variable.name, answer=answer, known=nearest(answer, known))
    yield _declaration(package, variable.name, sentence)


def _is_of_lost_session(package: ServicePackage, variable: RoutingVariable) -> bool:
    """Whether it takes something from a session that could not be read, or that is told already."""
    first, _, key = variable.form.partition(".")
    return first == SESSIONS and (package.unread.touches("service", SESSIONS, key) or key in sessions_told(package))


def _declaration(package: ServicePackage, name: str, sentence: Bilingual) -> Problem:
    line = lines_of(SERVICE, package.files[SERVICE]).line(("variables", name))
    return error(SERVICE, "variables", sentence, line=line)


def _unknown(package: ServicePackage) -> Iterator[Problem]:
    if package.unread.touches("service", "variables") or package.unread.loses("tasks", "form", "decides"):
        return
    names = {variable.name for variable in package.manifest.variables}
    names |= {task.decides for task in package.tasks.values() if task.decides} | given_by(package.process).keys()
    names |= kinds_told(package)
    for name in sorted(package.process.variables_read - package.process.variables_written - names - _meant(package)):
        place = next(((key, file) for key, file, read in _reading(package) if read == name), (None, PROCESS))
        known = nearest(name, sorted(names | package.process.variables_written))
        yield error(place[1], "variables", filled(_NOTHING_GIVES, name=name, known=known), element_id=place[0])


def _meant(package: ServicePackage) -> set[str]:
    """Names that something misspelt would give, which is told itself: an operation, or a question that decides."""
    operations = {element.operation for element in package.process.elements.values()} - {""}
    drawn = [one for data in package.drawings.values() for one in drawn_operations(data)]
    # A text without its quotes is told where it stands.
    found = {
        one.parameters.get(name, "")
        for one in drawn
        for name in ("message", "group", "connector", "service", "percent")
    }
    if not operations <= set(HOUSE_OPERATIONS):
        found |= {name for operation in HOUSE_OPERATIONS.values() for name in operation.gives}
    for task in package.tasks.values():
        form = package.forms.get(task.form) if task.form and task.decides else None
        if task.decides and (form is None or form.component(task.decides) is None):
            # Of a form that is not there any may be the one.
            forms = [form] if form else [one for key, one in package.forms.items() if key not in _used(package)]
            found |= {one.key for each in forms for one in each.components() if one.kind.options == "one"}
    return found


def _used(package: ServicePackage) -> set[str | None]:
    return {APPLY, *(task.form for task in package.tasks.values())}


def _reading(package: ServicePackage) -> Iterator[tuple[str, str, str]]:
    """Which element reads what, with its file."""
    for key, name, _ in bpmn.read_at(package.process):
        element = package.process.elements.get(key)
        yield key, (element.file if element else "") or PROCESS, name


def _unanswered(package: ServicePackage) -> Iterator[Problem]:
    """The first element of each variable that a case can come to before the form that gives it was completed."""
    if not ways_are_known(package):
        return
    askers = _askers(package)
    reading, ways = list(bpmn.read_at(package.process)), bpmn.Ways(package.process, choices_of(package))
    for name, tasks in sorted(askers.items()):
        reached = ways.without(tasks).elements
        here = [(key, need) for key, read, need in reading if read == name and key in reached]
        early = [key for key, need in here if _is_early(need, key, tasks)]
        early += [key for key, need in here if need == "never" and _is_in_vain(package, ways, key, tasks)]
        yield from (_told(package, key, _early(package, name, tasks)) for key in early[:1])


def _is_in_vain(package: ServicePackage, ways: bpmn.Ways, key: str, givers: Collection[str]) -> bool:
    """Whether a case stands still at an event until there is what only comes behind it."""
    stands = package.process.elements[key].type == "intermediateCatchEvent"
    return stands and ways.without([key]).elements.isdisjoint(givers)


def _is_early(need: bpmn.Need, key: str, givers: Collection[str]) -> bool:
    """Whether an element that a case comes to before any of the givers was completed is too early for what it reads."""
    return need == "before" or (need == "after" and key not in givers)


def _askers(package: ServicePackage) -> Mapping[str, frozenset[str]]:
    """The elements that give each variable which no application brings along: tasks by their form, and what writes it
    as well."""
    begun_with = {variable.name for variable in package.manifest.variables if variable.form == APPLY}
    found: dict[str, frozenset[str]] = {}
    for task in package.tasks.values():
        given = {one.name for one in package.manifest.variables if one.form == task.answers}
        for name in (given | ({task.decides} if task.decides else set())) - begun_with:
            found[name] = found.get(name, frozenset()) | {task.element_id}
    operations = given_by(package.process)
    return {
        name: tasks.union(bpmn.writers(package.process, name), operations.get(name, ()))
        for name, tasks in found.items()
    }


def _missing(package: ServicePackage) -> Iterator[Problem]:
    """Comparisons by order with an answer that may not be there: they stop the case."""
    asked = {
        variable.name: component
        for variable in package.manifest.variables
        if variable.name not in package.process.variables_written
        and (component := _question(package, variable.form, variable.field)) is not None
        and may_be_left_out(component)
    }
    for file, place, name in dict.fromkeys(bpmn.ordered(package.process)):
        if name in asked:
            yield error(file or PROCESS, "variables", filled(_LEFT_OUT, name=name), element_id=place)


def _question(package: ServicePackage, form_key: str, field: str) -> Component | None:
    form = asked_in(package, form_key)
    return form.component(field) if form else None


def _early(package: ServicePackage, name: str, tasks: frozenset[str]) -> Bilingual:
    words = [task.name for key, task in package.tasks.items() if key in tasks]
    named = Bilingual(*(", ".join(word(language) for word in words) for language in ("km", "en")))
    return filled(_EARLY, name=name, tasks=named)


def _told(package: ServicePackage, key: str, sentence: Bilingual) -> Problem:
    element = package.process.elements[key]
    drawn = element.name or element.id
    name = package.texts.elements.get(key, Bilingual(drawn, drawn))
    return error(element.file or PROCESS, "variables", about(name, sentence), element_id=key)


_NO_ANSWER: Final = Bilingual(
    "“{name}”៖ គ្មាន {answer} ទេ; មាន៖ {known}។ សូមសរសេរមួយ។",
    "“{name}”: there is no {answer}; there are: {known}. Write one of them.",
)
_PERSONAL: Final = Bilingual("ទិន្នន័យផ្ទាល់ខ្លួន", "personal data")
_NO_PLAIN_VALUE: Final = Bilingual(
    "“{name}” ជា{kind}។ គំនូសតាងឃើញតែតម្លៃធម្មតាមួយៗប៉ុណ្ណោះ។ សូមដកវាចេញ ឬប្រើសំណួរផ្សេង។",
    "“{name}” is {kind}; a diagram sees single plain values only. Remove it, or use another question.",
)
_NOTHING_GIVES: Final = Bilingual(
    "គំនូសតាងអាន “{name}” ដែលគ្មានអ្វីផ្តល់ឱ្យទេ; អ្វីដែលមាន៖ {known}។ សូមសរសេរមួយ ឬប្រកាសវាក្រោម variables ក្នុង service.yaml។",
    "The diagram reads “{name}”, which nothing gives it; there are: {known}. Write one of them, or declare it under "
    "variables in service.yaml.",
)


_EARLY: Final = Bilingual(
    "«{name}» ត្រូវបានអាននៅទីនេះ ប៉ុន្តែសំណុំរឿងអាចមកដល់ទីនេះមុនពេលមានចម្លើយ ព្រោះមានផ្លូវមួយមិនឆ្លងកាត់ «{tasks}»។ "
    "សូមដឹកនាំគ្រប់ផ្លូវមកទីនេះឆ្លងកាត់កិច្ចការនោះ ឬសួរវាក្នុងទម្រង់ apply។",
    "“{name}” is read here, and a case can come here before it was answered, by a way that does not pass “{tasks}”; "
    "lead every way here through that task, or ask it in the form apply.",
)
_LEFT_OUT: Final = Bilingual(
    "«{name}» ត្រូវបានប្រៀបធៀបតាមលំដាប់ ប៉ុន្តែសំណួររបស់វាអាចមិនត្រូវបានឆ្លើយ ហើយការប្រៀបធៀបនឹងគ្មានអ្វីធ្វើឱ្យសំណុំរឿងជាប់គាំង។ "
    "សូមសួរវាជានិច្ច (required, គ្មាន hide) ឬសរសេរ {name} != null and … នៅមុខ។",
    "“{name}” is compared by order, and its question may be left without an answer: comparing nothing stops the case. "
    "Ask it always (required, never hidden), or write “{name} != null and …” before.",
)
