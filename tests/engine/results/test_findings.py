"""A paper says what the office found, and not only what was applied for."""

from __future__ import annotations

from io import BytesIO

import pypdf
import pytest

from engine.house import House
from engine.packages import always_found, build_package, check_files, findings, found_in
from tests.cast import NOW, Cast
from tests.engine.packages.looks import FILES as LOOKS
from tests.small.files import changed
from tests.small.services import found, scale_checks

QUESTION = (
    '{"type": "group", "id": "found", "label": "Findings", "components": [',
    '{"type": "number", "key": "heaviest", "label": "Heaviest load", "validate": {"required": true}},',
)
PRINTED = "#data.found.load.label.en: #data.found.load.value.km / #data.found.load.value.en"
CHANGES = (
    ("forms/verify.json", QUESTION[0], "".join(QUESTION)),
    ("service.yaml", "variables: {}", "variables: {load: verify.heaviest}"),
    ("certificate.typ", "= #data.title.km", f"= #data.title.km\n{PRINTED}"),
)


def counting() -> dict[str, bytes]:
    """The verification of scales whose officer also says the heaviest load that there was."""
    files = dict(changed("industry/scale_check", *CHANGES))
    texts = files["texts.yaml"].decode()
    head, form, verify = texts.partition("  verify:\n    title")
    label = "      heaviest: {label: {km: បន្ទុកធ្ងន់បំផុត, en: Heaviest load}}\n"
    files["texts.yaml"] = (head + form + verify.replace("    fields:\n", f"    fields:\n{label}", 1)).encode()
    return files


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_certificate_of_a_case_says_what_the_officer_found(house: House, cast: Cast) -> None:
    service = scale_checks(house, cast, counting())
    key = service.send()
    service.work(key, "verify", found(True, False, True) | {"heaviest": 1250}, now=NOW)
    drawn = service.drawn(key)
    assert len(drawn) == 2
    for one in drawn:
        assert "Heaviest load: ១២៥០ / 1250" in text_of(house.files.get(one.sha256))


def test_what_is_decided_twice_is_one_finding_and_the_newest_answer_counts() -> None:
    package = build_package(LOOKS)
    (seen,) = [part for part in findings(package) if part.key == "seen"]
    assert [option.value for option in seen.options] == ["ok", "wrong"]
    said = {"first.look": {"seen": "wrong"}, "second.look": {"seen": "ok"}}
    assert found_in(package, said) == {"seen": "ok"}
    assert found_in(package, dict(reversed(said.items()))) == {"seen": "wrong"}
    assert found_in(package, {"first.sign": {"remark": "x"}}) == {}


def test_what_may_be_passed_by_is_not_certain() -> None:
    package = build_package(counting())
    assert always_found(package) == {"load"}
    hidden = counting()
    hide = b'"heaviest", "conditional": {"hide": "=false"},'
    hidden["forms/verify.json"] = hidden["forms/verify.json"].replace(b'"heaviest",', hide)
    assert always_found(build_package(hidden)) == frozenset()


def test_the_extract_of_a_register_may_enter_what_was_found() -> None:
    before = b"certificate: {series: SC, for_each: verify.scales, where: passed = true}"
    files = counting()
    for entered, is_known in ((b"load", True), (b"lead", False)):
        after = b"result: register_entry\ncertificate: {series: SC, entry: [shop, %s]}" % entered
        told = check_files(files | {"service.yaml": files["service.yaml"].replace(before, after)})
        assert any(f"“{entered.decode()}”" in one.message for one in told if one.rule == "result") != is_known
