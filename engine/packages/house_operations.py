"""The operations of the house that a service task may name: one declaration each.

Who performs an operation is registered under its name in ``engine.flow.operations``; ``docs/packages.md`` has a line
for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.bpmn import ProcessDefinition
from engine.packages.groups import APPLICANT
from engine.packages.operations import CERTIFICATE_LOOK_UP, CONNECTOR_CALL, DrawnOperation, literal_text
from engine.packages.package import ServicePackage

Check = Callable[[ServicePackage, DrawnOperation], Iterator[str]]


OF_APPLICANT: Final = "applicant"
"""The holder whose certificates are looked up."""
GIVES_NUMBER: Final = "certificate_number"
GIVES_COUNT: Final = "certificate_count"


def _no_check(package: ServicePackage, drawn: DrawnOperation) -> Iterator[str]:  # noqa: ARG001 (one shape for all)
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

    def problems(self, package: ServicePackage, drawn: DrawnOperation) -> Iterator[str]:
        """Everything that is wrong with the operation as this service task draws it."""
        for name in sorted(set(self.needs) - set(drawn.parameters)):
            yield f"The operation {self.name} needs the parameter “{name}”."
        if self.may_have is not None:
            for name in sorted(set(drawn.parameters) - set(self.needs) - set(self.may_have)):
                yield f"The operation {self.name} has no parameter “{name}”."
        if self.tells and literal_text(drawn.parameters.get("message", "")) not in package.texts.messages:
            yield "The parameter message must be the key of a message of texts.yaml in quotes."
        yield from self.check(package, drawn)


def _has_certificate(package: ServicePackage, drawn: DrawnOperation) -> Iterator[str]:  # noqa: ARG001
    if package.manifest.certificate is None:
        yield "service.yaml has no certificate to issue."


def _looks_up(package: ServicePackage, drawn: DrawnOperation) -> Iterator[str]:  # noqa: ARG001
    if not literal_text(drawn.parameters.get("service", "")):
        yield 'The parameter service must be the key of a service in quotes, such as "tourism.guesthouse_licence".'
    if literal_text(drawn.parameters.get("holder", f'"{OF_APPLICANT}"')) != OF_APPLICANT:
        yield f"The parameter holder can be “{OF_APPLICANT}” in quotes; leave it out to look for a number of anybody."
    if not drawn.result:
        yield "Name a resultVariable that takes the record (found, valid, expires), so that it replaces no variable."


def _names_connector(package: ServicePackage, drawn: DrawnOperation) -> Iterator[str]:  # noqa: ARG001
    if not literal_text(drawn.parameters.get("connector", "")):
        yield "The parameter connector must be the name of a connector in quotes."
    if not drawn.result:
        yield "Name a resultVariable that takes the answer, so that it replaces no other variable."


def _names_group(package: ServicePackage, drawn: DrawnOperation) -> Iterator[str]:
    known = [name for name in package.ministry.group_names if name != APPLICANT]
    if literal_text(drawn.parameters.get("group", "")) not in known:
        yield f"The parameter group must be a group of the office in quotes: {', '.join(known)}."


_ROWS: Final = (
    HouseOperation("accounts.verify", decides="verified"),
    HouseOperation("accounts.refuse", decides="refused"),
    HouseOperation("applications.approve", decides="approved"),
    HouseOperation("applications.reject", decides="rejected"),
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
