"""Where a draft goes on: no page is passed over because nothing on it has to be answered."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.versions import publishing
from tests.cast import Cast, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

Browser = Callable[[Member], FlaskClient]
WISHES = {"type": "group", "id": "wishes", "components": [{"type": "textfield", "key": "wish"}]}
HINTS = {"type": "group", "id": "hints", "components": [{"type": "text", "id": "hint", "text": "Read this."}]}
TEXTS = """\
      wish: {label: {km: បំណង, en: Wish}}
      hint: {label: {km: សូមអាន, en: Read this}}
"""


@pytest.fixture
def dara(kilns: Kilns, cast: Cast, signed_in: Browser) -> FlaskClient:
    return signed_in(cast.dara)


def begun(kilns: Kilns, dara: FlaskClient, *pages: dict[str, object], end: bool = False) -> str:
    """The address of a draft whose form has these pages before its own, or after it."""
    files = publishing.files_of(PACKAGE)
    form = json.loads(files["forms/apply.json"])
    form["components"] = [*form["components"], *pages] if end else [*pages, *form["components"]]
    titles = "".join(f"      {page['id']}: {{km: ទំព័រ, en: Page}}\n" for page in pages)
    wanted = {part["key"] if "key" in part else part["id"] for page in pages for part in page["components"]}  # type: ignore[attr-defined]
    words = "".join(line for line in TEXTS.splitlines(True) if line.split(":")[0].strip() in wanted)
    texts = files["texts.yaml"].decode()
    texts = texts.replace("      kiln: {km", f"{titles}      kiln: {{km").replace(
        "      kiln_name:", f"{words}      kiln_name:"
    )
    kilns.publish(**{"forms/apply.json": json.dumps(form).encode(), "texts.yaml": texts.encode()})
    return str(dara.post(f"/services/{SERVICE}/apply", data={"office": "02"}).location)


def goes_on_at(dara: FlaskClient, draft: str) -> str:
    return str(dara.get(draft).location).rsplit("/", 1)[-1]


def test_a_first_page_of_optional_questions_is_shown_until_it_was_saved(kilns: Kilns, dara: FlaskClient) -> None:
    draft = begun(kilns, dara, WISHES)
    assert goes_on_at(dara, draft) == "wishes"
    assert dara.post(f"{draft}/pages/wishes", data={"wish": ""}).status_code == 303
    assert goes_on_at(dara, draft) == "kiln"


def test_a_last_page_of_optional_questions_is_shown_too(kilns: Kilns, dara: FlaskClient) -> None:
    draft = begun(kilns, dara, WISHES, end=True)
    dara.post(f"{draft}/pages/kiln", data={"kiln_name": "ឡ", "kilns": "2"})
    assert goes_on_at(dara, draft) == "wishes"
    dara.post(f"{draft}/pages/wishes", data={"wish": "0"})
    assert goes_on_at(dara, draft) == "check"


def test_a_page_that_is_only_read_goes_with_the_questions_after_it(kilns: Kilns, dara: FlaskClient) -> None:
    draft = begun(kilns, dara, HINTS)
    assert goes_on_at(dara, draft) == "hints"
    dara.post(f"{draft}/pages/kiln", data={"kiln_name": "ឡ", "kilns": "2"})
    assert goes_on_at(dara, draft) == "check"
