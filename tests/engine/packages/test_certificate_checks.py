"""A template of a certificate asks only for facts and answers that are there."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from engine.khmer import Bilingual
from engine.packages import build_package, check_files
from engine.packages.certificate_checks import CERTIFICATE_DATA
from engine.problems import Problem
from engine.results.certificate_paper import CertificateFacts, certificate_data
from tests.engine.packages.kiln import KILN

KHMER = re.compile(r"[\u1780-\u17b3]")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
FUNCTIONS = """
#let answer(key) = data.answers.at(key, default: none)
#let answered(key) = {
  let given = answer(key)
  if given == none { () } else { given.value.km }
}
"""


def told(more: str) -> list[Problem]:
    files = {**KILN, "certificate.typ": KILN["certificate.typ"] + more.encode()}
    return [problem for problem in check_files(files) if problem.severity == "error"]


def test_what_is_known_of_the_data_is_what_a_certificate_is_drawn_from() -> None:
    package = build_package(KILN)
    words = Bilingual("ពាក្យ", "Words")
    facts = CertificateFacts("N", "C", "R", "U", words, words, NOW, NOW, {"kilns": words})
    data = certificate_data(package, facts)
    shapes = {"text": str, "list": list, "words": dict, "answers": dict, "sessions": dict}
    assert {key: type(value) for key, value in data.items()} == {
        key: shapes[shape] for key, shape in CERTIFICATE_DATA.items()
    }
    both = {"km", "en"}
    assert all(data[key].keys() == both for key, shape in CERTIFICATE_DATA.items() if shape == "words")
    assert {key: value.keys() for key, value in data["answers"]["kilns"].items()} == {"label": both, "value": both}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("#data.nmber\n", "nmber"),
        ("#data.holder.kh\n", "kh"),
        ("#data.found.kilns.value.km\n", "kilns"),
        ('#data.found.at("heat", default: none)\n', "heat"),
        ("#data.answers.kiln_nam.value.km\n", "kiln_nam"),
        ("#data.answers.kilns.text\n", "text"),
        ("#data.answers.kilns.value.fr\n", "fr"),
        ("#data.sessions.exam.day.km\n", "exam"),
        ('#data.sessions.at("exam", default: none)\n', "exam"),
        ('#data.at("expiry", default: none)\n', "expiry"),
        ('#data.answers.at("kiln", default: none)\n', "kiln"),
        (FUNCTIONS + '#answer("kiln")\n', "kiln"),
        (FUNCTIONS + '#table(..answered("kiln"), ..answered("kilns"))\n', "kiln"),
        ('/* nothing\n */ #data.title.km "https://x" #data.name\n', "name"),
    ],
)
def test_a_key_that_no_data_provides_is_refused(more: str, key: str) -> None:
    (found,) = told(more)
    before = KILN["certificate.typ"].count(b"\n") + more.rstrip("\n").count("\n")
    assert (found.file, found.line) == ("certificate.typ", before + 1)
    assert f"The data of the certificate has no “{key}” here; write one of: " in found.message
    assert KHMER.search(found.message_km)


@pytest.mark.parametrize(
    "more",
    [
        "#data.legal_basis.map(cite => cite.km).join()\n",
        '#data.answers.keys().len() #data.title.at("km")\n',
        FUNCTIONS + '#answer("kilns") #answered("kiln_name")\n',
        "// data.nmber is what was written before\n/* data.name */\n",
        '#text("metadata.name") #let other(key) = key\n#other("kiln")\n',
    ],
)
def test_what_is_there_or_is_no_data_is_accepted(more: str) -> None:
    assert told(more) == []
