"""A question for a file: the officer sees the file, once."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

from flask.testing import FlaskClient

from engine.packages import PackageRejected
from engine.queries.office.case_file import case_file
from engine.versions import publishing
from tests.cast import NOW, Cast, Member
from tests.journeys.guesthouse import PNG
from tests.small.cases import PACKAGE, SERVICE, Kilns

Browser = Callable[[Member], FlaskClient]
PHOTO = {"type": "filepicker", "key": "photo", "accept": ".png", "validate": {"required": True}}


def publish(kilns: Kilns) -> None:
    """The permit of a kiln, whose form asks a photo."""
    files = publishing.files_of(PACKAGE)
    form = json.loads(files["forms/apply.json"])
    form["components"][0]["components"].append(PHOTO)
    service = files["service.yaml"].decode().replace("documents: []", "documents: [{key: photo, accepts: [png]}]")
    texts = files["texts.yaml"].decode()
    texts = texts.replace("      kilns: {label", "      photo: {label: {km: រូបថត, en: Photo}}\n      kilns: {label")
    texts = texts.replace(
        "messages:\n", "documents:\n  photo: {label: {km: រូបថតឡ, en: Photo of the kiln}}\nmessages:\n", 1
    )
    trial = files["tests.yaml"].decode().replace("kilns: 2}", "kilns: 2, photo: [one]}")
    changed = {"forms/apply.json": json.dumps(form), "service.yaml": service, "texts.yaml": texts, "tests.yaml": trial}
    try:
        kilns.publish(**{name: text.encode() for name, text in changed.items()})
    except PackageRejected as rejected:
        raise AssertionError([str(problem) for problem in rejected.problems]) from rejected


def test_a_file_of_a_question_stands_among_the_documents_and_not_as_an_answer(
    kilns: Kilns, cast: Cast, signed_in: Browser
) -> None:
    publish(kilns)
    dara = signed_in(cast.dara)
    draft = dara.post(f"/services/{SERVICE}/apply", data={"office": "02"}).location
    answers = {"kiln_name": "ឡ", "kilns": "2", "photo": (BytesIO(PNG), "kiln.png")}
    assert dara.post(f"{draft}/pages/kiln", data=answers).status_code == 303
    checked = dara.get(f"{draft}/check?lang=en").get_data(as_text=True)
    assert checked.count("kiln.png") == 1
    seen = dara.get(f"{draft}/check")
    shown = seen.get_data(as_text=True).split('name="shown" value="')[1].split('"')[0]
    assert dara.post(f"{draft}/check", data={"shown": shown}).status_code == 303
    with kilns.house.database.reading() as session:
        case = case_file(session, kilns.house, cast.kunthea.actor, draft.rsplit("/", 1)[-1], now=NOW)
    assert [answer.key for page in case.pages for answer in page.answers] == ["kiln_name", "kilns"]
    assert [(file.filename, file.document_key) for file in case.documents] == [("kiln.png", "photo")]
    page = signed_in(cast.bopha).get(f"/office/cases/{case.key}?lang=en").get_data(as_text=True)
    assert page.count("kiln.png") == 1
