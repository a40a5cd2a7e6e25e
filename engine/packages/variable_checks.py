"""Whether every variable of a diagram has a value by the time that it is read, of a kind that it can be read as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine import bpmn
from engine.khmer import Bilingual
from engine.packages.asked import asked_in
from engine.packages.coverage import may_be_left_out
from engine.packages.forms import APPLY, Component
from engine.packages.house_operations import given_by
from engine.packages.order_checks import choices_of
from engine.packages.package import PROCESS, SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.register_checks import kinds_told
from engine.packages.yaml_files import read_yaml
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
            asked = [part.key for part in form.components() if part.kind.scalar] if form else []
            known = ", ".join(f"{variable.form}.{key}" for key in asked) or "–"
            yield _at_variable(package, variable.name, _NOWHERE, asked=f"{variable.form}.{variable.field}", known=known)
        elif component.key in form.personal_keys():
            yield _at_variable(package, variable.name, _PERSONAL)
        elif not component.kind.scalar:
            yield _at_variable(package, variable.name, _NOT_ONE_VALUE, kind=component.kind.name)


def _unknown(package: ServicePackage) -> Iterator[Problem]:
    names = {variable.name for variable in package.manifest.variables}
    names |= {task.decides for task in package.tasks.values() if task.decides} | given_by(package.process).keys()
    names |= kinds_told(package)
    for name in sorted(package.process.variables_read - package.process.variables_written - names):
        yield error(
            PROCESS, "variables", f"The diagram reads “{name}”, which nothing gives it; see variables in service.yaml."
        )


def _unanswered(package: ServicePackage) -> Iterator[Problem]:
    """The first element of each variable that a case can come to before the form that gives it was completed."""
    askers = _askers(package)
    reading, ways = list(bpmn.read_at(package.process)), bpmn.Ways(package.process, choices_of(package))
    for name, tasks in sorted(askers.items()):
        reached = ways.without(tasks).elements
        early = (
            key for key, read, leaving in reading if read == name and key in reached and not (leaving and key in tasks)
        )
        yield from (_told(package, key, _filled(_EARLY, package, name, tasks)) for key in [*early][:1])


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
            sentence = Bilingual(*(text.format(name=name) for text in (_LEFT_OUT.km, _LEFT_OUT.en)))
            found = error(file or PROCESS, "variables", sentence.en, element_id=place)
            yield replace(found, message_km=sentence.km)


def _question(package: ServicePackage, form_key: str, field: str) -> Component | None:
    form = asked_in(package, form_key)
    return form.component(field) if form else None


def _at_variable(package: ServicePackage, name: str, sentence: Bilingual, **blanks: str) -> Problem:
    line = read_yaml(SERVICE, package.files[SERVICE]).line(("variables", name))
    km, en = (words.format(name=name, **blanks) for words in (sentence.km, sentence.en))
    return replace(error(SERVICE, "variables", en, line=line), message_km=km)


def _filled(sentence: Bilingual, package: ServicePackage, name: str, tasks: frozenset[str]) -> Bilingual:
    words = [task.name for key, task in package.tasks.items() if key in tasks]
    km, en = (", ".join(word(language) for word in words) for language in ("km", "en"))
    return Bilingual(sentence.km.format(name=name, tasks=km), sentence.en.format(name=name, tasks=en))


def _told(package: ServicePackage, key: str, sentence: Bilingual) -> Problem:
    element = package.process.elements[key]
    drawn = element.name or element.id
    name = package.texts.elements.get(key, Bilingual(drawn, drawn))
    found = error(element.file or PROCESS, "variables", f"“{name.en}”: {sentence.en}", element_id=key)
    return replace(found, message_km=f"«{name.km}»៖ {sentence.km}")


_NOWHERE: Final = Bilingual(
    "«{name}»៖ គ្មាន {asked} ទេ។ មាន៖ {known}។ សូមសរសេរមួយក្នុងចំណោមនោះ ឬដកអថេរនេះចេញ។",
    "“{name}”: there is no {asked}; there are: {known}. Write one of them, or remove the variable.",
)
_PERSONAL: Final = Bilingual(
    "«{name}» ជាទិន្នន័យផ្ទាល់ខ្លួន។ ដ្យាក្រាមឃើញតែតម្លៃទោលធម្មតាប៉ុណ្ណោះ។ សូមដកវាចេញ។",
    "“{name}” is personal data; a diagram sees single plain values only. Remove it.",
)
_NOT_ONE_VALUE: Final = Bilingual(
    "«{name}» ជាសំណួរប្រភេទ {kind}។ ដ្យាក្រាមឃើញតែតម្លៃទោលធម្មតាប៉ុណ្ណោះ។ សូមដកវាចេញ។",
    "“{name}” is a {kind}; a diagram sees single plain values only. Remove it.",
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
