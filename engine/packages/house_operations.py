"""The operations of the house that a service task may name: one declaration each.

Who performs an operation is registered under its name in ``engine.flow.operations``; ``docs/packages.md`` has a line
for each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.bpmn import ProcessDefinition
from engine.khmer import Bilingual
from engine.packages.draws import LOTS
from engine.packages.groups import APPLICANT
from engine.packages.names import NONE, nearest
from engine.packages.operations import CASE_DRAW, CERTIFICATE_LOOK_UP, CONNECTOR_CALL, DrawnOperation, literal_text
from engine.packages.package import ServicePackage
from engine.packages.said import filled

Check = Callable[[ServicePackage, DrawnOperation], Iterator[Bilingual]]


OF_APPLICANT: Final = "applicant"
"""The holder whose certificates are looked up."""
GIVES_NUMBER: Final = "certificate_number"
GIVES_COUNT: Final = "certificate_count"
GIVES_DRAWN: Final = "drawn"


def _no_check(package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:  # noqa: ARG001 (one shape for all)
    yield from ()


@dataclass(frozen=True, slots=True)
class HouseOperation:
    """What a service task may ask of the house.

    ``needs`` and ``may_have`` are its parameters (``may_have`` None: any others too), ``decides`` the outcome with
    which the office keeps its promise there, ``gives`` the variables that the diagram has behind it, ``tells``
    whether its parameter ``message`` is said to somebody. ``check`` yields what else is wrong with it as drawn, in
    sentences.
    """

    name: str
    needs: tuple[str, ...] = ()
    may_have: tuple[str, ...] | None = ()
    decides: str = ""
    gives: tuple[str, ...] = ()
    tells: bool = False
    check: Check = _no_check

    def problems(self, package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:
        """Everything that is wrong with the operation as this service task draws it."""
        allowed = (*self.needs, *(self.may_have or ()))
        missing = sorted(set(self.needs) - set(drawn.parameters))
        for name in missing:
            beside = ", ".join(sorted(set(drawn.parameters) - set(allowed))) or NONE
            yield filled(_NEEDS, operation=self.name, name=name, written=beside)
        if self.may_have is not None and not missing:  # a name that is misspelt is told as the one that is needed
            for name in sorted(set(drawn.parameters) - set(allowed)):
                yield filled(_HAS_NO, operation=self.name, name=name, known=nearest(name, allowed))
        name = literal_text(drawn.parameters.get("message", "")) or ""
        if self.tells and "message" in drawn.parameters and not package.unread.touches("texts", "messages", name):
            yield from _names("message", drawn, package.texts.messages, _A_MESSAGE)
        yield from self.check(package, drawn)


def _names(parameter: str, drawn: DrawnOperation, known: Collection[str], kind: Bilingual) -> Iterator[Bilingual]:
    """What is wrong with a parameter that names one of those that are there: its quotes, or the name."""
    written = drawn.parameters[parameter].strip()
    name = literal_text(written)
    if name is None:
        meant = nearest(written.strip("\"'"), known).partition(",")[0]
        yield filled(_NO_QUOTES, parameter=parameter, written=written or NONE, kind=kind, meant=meant)
    elif name not in known:
        yield filled(_NOT_THERE, parameter=parameter, name=name, kind=kind, known=nearest(name, known))


def _has_certificate(package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:  # noqa: ARG001
    if package.manifest.certificate is None and not package.unread.touches("service", "certificate"):
        yield _NO_CERTIFICATE


def _looks_up(package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:  # noqa: ARG001
    if "service" in drawn.parameters and not literal_text(drawn.parameters["service"]):
        yield filled(_NO_SERVICE, written=drawn.parameters["service"] or NONE)
    if literal_text(drawn.parameters.get("holder", f'"{OF_APPLICANT}"')) != OF_APPLICANT:
        yield _NO_HOLDER
    if not drawn.result:
        yield _NO_RECORD


def _draws(package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:  # noqa: ARG001
    percent = drawn.parameters.get("percent", "1").strip()
    if not (percent.isascii() and percent.isdigit() and len(percent) <= len(str(LOTS)) and 1 <= int(percent) <= LOTS):
        yield filled(_NO_PERCENT, written=percent or NONE)


def _names_connector(package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:  # noqa: ARG001
    if "connector" in drawn.parameters and not literal_text(drawn.parameters["connector"]):
        yield filled(_NO_CONNECTOR, written=drawn.parameters["connector"] or NONE)
    if not drawn.result:
        yield _NO_RESULT


def _names_group(package: ServicePackage, drawn: DrawnOperation) -> Iterator[Bilingual]:
    known = [name for name in package.ministry.group_names if name != APPLICANT]
    if "group" in drawn.parameters and not package.unread.touches("ministry", "groups"):
        yield from _names("group", drawn, known, _A_GROUP)


_NEEDS: Final = Bilingual(
    "ប្រតិបត្តិការ {operation} ត្រូវការប៉ារ៉ាម៉ែត្រ “{name}”។ សូមបន្ថែមវា (ប៉ារ៉ាម៉ែត្រផ្សេងដែលមិនស្គាល់៖ {written})។",
    "The operation {operation} needs the parameter “{name}”; write it (parameters there that it does not "
    "know: {written}).",
)
_HAS_NO: Final = Bilingual(
    "ប្រតិបត្តិការ {operation} គ្មានប៉ារ៉ាម៉ែត្រ “{name}” ទេ; មាន៖ {known}។ សូមកែឈ្មោះ ឬដកវាចេញ។",
    "The operation {operation} has no parameter “{name}”; it has: {known}. Correct the name, or remove it.",
)
_NO_PERCENT: Final = Bilingual(
    "ប៉ារ៉ាម៉ែត្រ percent ជាចំនួនគត់ពី 1 ដល់ 100 ប៉ុន្តែនៅទីនេះសរសេរ {written}។ សូមសរសេរថាក្នុងមួយរយសំណុំរឿង ត្រូវចាប់បានប៉ុន្មាន។",
    "The parameter percent is a whole number from 1 to 100, and here stands {written}; write how many of a hundred "
    "cases are drawn.",
)
_NO_QUOTES: Final = Bilingual(
    'ប៉ារ៉ាម៉ែត្រ {parameter} ជាពាក្យគន្លឹះនៃ{kind}ក្នុងសញ្ញា "…" ប៉ុន្តែនៅទីនេះសរសេរ {written}។ សូមសរសេរ "{meant}"។',
    'The parameter {parameter} is {kind} in quotes, and here stands {written}; write it as "{meant}".',
)
_NOT_THERE: Final = Bilingual(
    "ប៉ារ៉ាម៉ែត្រ {parameter}៖ គ្មាន{kind} “{name}” ទេ; មាន៖ {known}។ សូមសរសេរមួយ ឬបន្ថែមវា។",
    "The parameter {parameter}: “{name}” is not {kind}; there are: {known}. Write one of them, or add it.",
)
_A_MESSAGE: Final = Bilingual("សារក្នុង texts.yaml (messages)", "the key of a message of texts.yaml")
_A_GROUP: Final = Bilingual("ក្រុមនៃការិយាល័យ", "a group of the office")
_NO_CERTIFICATE: Final = Bilingual(
    "service.yaml គ្មានវិញ្ញាបនបត្រត្រូវចេញទេ។ សូមសរសេរ certificate: {series: AB} ឬដកកិច្ចការនេះចេញ។",
    "service.yaml has no certificate to issue; write certificate: {series: AB} there, or remove this task.",
)
_NO_SERVICE: Final = Bilingual(
    'ប៉ារ៉ាម៉ែត្រ service ជាពាក្យគន្លឹះនៃសេវាក្នុងសញ្ញា "…" ដូចជា "tourism.guesthouse_licence" ប៉ុន្តែនៅទីនេះសរសេរ {written}។',
    'The parameter service must be the key of a service in quotes, such as "tourism.guesthouse_licence"; here stands '
    "{written}.",
)
_NO_HOLDER: Final = Bilingual(
    f"ប៉ារ៉ាម៉ែត្រ holder អាចជា “{OF_APPLICANT}” ក្នុងសញ្ញា “…” ប៉ុណ្ណោះ។ សូមលុបវា ដើម្បីរកលេខរបស់នរណាម្នាក់។",
    f"The parameter holder can be “{OF_APPLICANT}” in quotes; leave it out to look for a number of anybody.",
)
_NO_RECORD: Final = Bilingual(
    "សូមដាក់ឈ្មោះ resultVariable ដែលទទួលកំណត់ត្រា (found, valid, expires) ដើម្បីកុំឱ្យវាជំនួសអថេរផ្សេង។",
    "Name a resultVariable that takes the record (found, valid, expires), so that it replaces no variable.",
)
_NO_CONNECTOR: Final = Bilingual(
    'ប៉ារ៉ាម៉ែត្រ connector ជាឈ្មោះនៃការភ្ជាប់ក្នុងសញ្ញា "…" ប៉ុន្តែនៅទីនេះសរសេរ {written}។ សូមដាក់សញ្ញា "…"។',
    "The parameter connector must be the name of a connector in quotes; here stands {written}.",
)
_NO_RESULT: Final = Bilingual(
    "សូមដាក់ឈ្មោះ resultVariable ដែលទទួលចម្លើយ ដើម្បីកុំឱ្យវាជំនួសអថេរផ្សេង។",
    "Name a resultVariable that takes the answer, so that it replaces no other variable.",
)


_ROWS: Final = (
    HouseOperation("accounts.verify", decides="verified"),
    HouseOperation("accounts.refuse", decides="refused"),
    HouseOperation("applications.approve", decides="approved"),
    HouseOperation("applications.reject", decides="rejected"),
    HouseOperation(CASE_DRAW, needs=("percent",), gives=(GIVES_DRAWN,), check=_draws),
    HouseOperation(CERTIFICATE_LOOK_UP, needs=("service",), may_have=("number", "holder"), check=_looks_up),
    HouseOperation("certificates.issue", gives=(GIVES_NUMBER, GIVES_COUNT), check=_has_certificate),
    HouseOperation(CONNECTOR_CALL, needs=("connector",), may_have=None, check=_names_connector),
    HouseOperation("messages.send", needs=("message",), may_have=("reason",), tells=True),
    HouseOperation(
        "messages.send_to_group", needs=("group", "message"), may_have=("reason",), tells=True, check=_names_group
    ),
)
HOUSE_OPERATIONS: Final[Mapping[str, HouseOperation]] = MappingProxyType({row.name: row for row in _ROWS})


def given_by(process: ProcessDefinition) -> dict[str, tuple[str, ...]]:
    """The variables that operations give in a drawing, each with the elements at which they do."""
    found: dict[str, tuple[str, ...]] = {}
    for element in process.elements.values():
        operation = HOUSE_OPERATIONS.get(element.operation)
        for name in operation.gives if operation else ():
            found[name] = (*found.get(name, ()), element.id)
    return found
