"""A service gives itself more time only as the law allows it, in the unit of what it promises."""

from __future__ import annotations

import pytest

from engine.packages import build_package
from engine.packages.extension_checks import check_extension
from tests.small.files import changed

KILN = "industry/kiln_permit"
GIVES = "clock: {extension: {by: 5 working days, times: 2}}\n"
SOURCE = "source: {km: ប្រកាស, en: A prakas}, mark: I"


def found(clock: str, law: str = "", *changes: tuple[str, str, str]) -> list[tuple[str, int | None]]:
    files = dict(changed(KILN, *changes))
    files["service.yaml"] += clock.encode()
    if law:
        files["law.yaml"] = law.encode()
    return [(one.message, one.line) for one in check_extension(build_package(files))]


def test_without_an_extension_nothing_is_asked_of_the_law() -> None:
    assert found("") == []


def test_what_the_law_allows_is_published() -> None:
    assert found(GIVES, f"extension: {{by: 5 working days, times: 2, {SOURCE}}}\n") == []


@pytest.mark.parametrize("law", ["", f"days: {{term: 10 working days, {SOURCE}}}\n"])
def test_what_no_law_allows_is_refused_at_its_line(law: str) -> None:
    ((message, line),) = found(GIVES, law)
    assert "law.yaml does not say that the law allows any" in message
    assert line is not None


@pytest.mark.parametrize(
    "allowed", ["by: 4 working days, times: 2", "by: 5 working days", "by: 40 working hours, times: 9"]
)
def test_more_than_the_law_allows_is_refused_with_its_source(allowed: str) -> None:
    ((message, _),) = found(GIVES, f"extension: {{{allowed}, {SOURCE}}}\n")
    assert "A prakas" in message


def test_another_unit_than_that_of_the_promise_is_refused() -> None:
    hours = "clock: {extension: {by: 5 working hours}}\n"
    ((message, _),) = found(hours, f"extension: {{by: 5 working hours, {SOURCE}}}\n")
    assert "not both counted so" in message
