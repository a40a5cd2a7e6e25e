"""A service of complaints asks for a number, and officers of the citizens' office look into it."""

from __future__ import annotations

import pytest

from engine.packages import check_files
from tests.small.files import changed

FOLDER = "industry/kiln_permit"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("kilns", "no question “kilns” that is a line of text"),
        ("nothing", "no question “nothing” that is a line of text"),
        ("kiln_name", "no task is one of the group complaints"),
    ],
)
def test_a_service_that_could_keep_nobody_apart_is_refused(question: str, said: str) -> None:
    files = changed(FOLDER, ("service.yaml", "documents:", f"about: {question}\ndocuments:"))
    found = [one for one in check_files(files) if "about" in one.message]
    assert said in found[0].message
    assert found[0].file == "service.yaml"
    assert found[0].line is not None
