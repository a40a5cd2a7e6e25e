"""Answers with which a play can begin, so that nobody types thirty fields: those of a scenario, or made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from engine.packages.answers import validate_all
from engine.packages.forms import APPLY, Component, Form, Page
from engine.packages.package import SCENARIOS, ServicePackage
from engine.packages.playing.play import Action
from engine.packages.problems import PackageRejected
from engine.packages.scenarios import Scenario, read_scenarios
from engine.packages.typed_values import clean_value
from engine.typed.fault import Fault

ACCOUNT: Final[Mapping[str, Any]] = {
    "name_km": "ឈ្មោះ គំរូ",
    "name_latin": "EXAMPLE NAME",
    "sex": "female",
    "birth_date": "1990-01-15",
    "id_kind": "national_id",
    "id_number": "010203045",
    "phone": "+85512345678",
    "email": "name@example.com",
    "address": {"province": "02", "district": "0203", "commune": "020301", "street": "១២"},
}
"""The account of whoever applies in a play; invented."""
A_FILE: Final = "example.pdf"
_TRIES: Final = 3


def scenarios_of(package: ServicePackage) -> tuple[Scenario, ...]:
    """The scenarios of a package; none where they cannot be read."""
    if SCENARIOS not in package.files:
        return ()
    try:
        return read_scenarios(SCENARIOS, package.files[SCENARIOS], package)
    except PackageRejected:
        return ()


def example_answers(package: ServicePackage, *, begins: str = "", kind: str = "", today: date) -> dict[str, Any]:
    """Answers of an applicant, or what the message or signal of a start brings: those of the first scenario that begins
    so, else (for an application) made up, each right by itself as far as that can be found."""
    usual = [one for one in scenarios_of(package) if one.begins == begins]
    found = next((one for one in usual if not kind or one.kind == kind), None) or next(iter(usual), None)
    if found is not None:
        return dict(found.answers)
    return made_up(package.forms[APPLY], today=today) if not begins and APPLY in package.forms else {}


def example_of_task(package: ServicePackage, element_id: str, form: Form, *, today: date) -> dict[str, Any]:
    """Answers of a task: those of the first scenario in which it is completed with some, else made up."""
    steps = (step for scenario in scenarios_of(package) for step in scenario.steps if step.action == Action.COMPLETE)
    said = next((step.answers for step in steps if step.name == element_id and step.answers), None)
    return dict(said) if said is not None else made_up(form, today=today)


def fixed_in(page: Page) -> dict[str, Any]:
    """What nobody types on a page: what comes from the account, and the files."""
    asked = [part for part in page.components if part.readonly and part.computed is None and part.prefill]
    fixed = {part.key: ACCOUNT[str(part.prefill)] for part in asked if part.prefill in ACCOUNT}
    return fixed | {part.key: [A_FILE] for part in page.components if part.kind.uploads}


def made_up(form: Form, *, today: date) -> dict[str, Any]:
    """An answer to every question that can be answered without knowing more; what is still wrong is left out."""
    answers: dict[str, Any] = {}
    for page in form.pages:
        answers |= {part.key: _made(part, today) for part in page.components if part.computed is None} | fixed_in(page)
    answers = {key: value for key, value in answers.items() if value is not None}
    for _ in range(_TRIES):
        clean, errors = validate_all(form, answers, today=today)
        if not errors:
            return {key: value for key, value in clean.items() if value is not None}
        wrong = {name.partition("-")[0] for name in errors}
        answers = {key: value for key, value in answers.items() if key not in wrong}
    return answers


def _made(part: Component, today: date) -> Any:
    """The first answer of those that come to mind that the question accepts; None for one that accepts none."""
    if part.kind.repeats:
        return [{inner.key: _made(inner, today) for inner in part.components}]
    for value in _candidates(part, today):
        try:
            return clean_value(part, value, today)
        except Fault:
            continue
    return None


def _candidates(part: Component, today: date) -> Iterator[Any]:
    if part.prefill in ACCOUNT:
        yield ACCOUNT[str(part.prefill)]
    if part.options:
        first = part.options[0].value
        yield [first] if part.kind.options == "several" else first
    for text in _BY_READING.get(part.kind.reads_as, ()):
        yield text.ljust(part.min_length or 0, "e") if isinstance(text, str) else text
    if part.kind.reads_as == "number":
        yield from (part.minimum, 100_000, 1)
    if part.kind.reads_as == "day":
        yield from ((today + timedelta(days=days)).isoformat() for days in (0, 30, -30, -12_000))


_BY_READING: Final[Mapping[str, tuple[Any, ...]]] = {
    "text": ("ឧទាហរណ៍", ACCOUNT["id_number"], ACCOUNT["name_latin"], ACCOUNT["phone"], ACCOUNT["email"]),
    "number": (5, 1),
    "time": ("08:00",),
    "boolean": (True,),
    "parts": (ACCOUNT["address"],),
}
"""Answers that come to mind, by what expressions see of them."""
