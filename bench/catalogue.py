"""What the public catalogue costs with two hundred services, each offered at forty offices, beside two.

The whole answer of a page is timed as a browser gets it, compressed, by the processor time that it takes: the same
pages of two installations in turn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flask.testing import FlaskClient

from bench.installation import PROCESSES, opened
from bench.rows import Row
from bench.timing import PROCESSOR, quickest
from engine.catalog.archives import pack
from engine.house import House
from engine.offices.opening import usual_facts
from engine.offices.weeks import stored
from engine.packages import digest, read_files
from engine.packages.gazetteer import choices
from storage.migrations import upgrade
from storage.offices import Office, OfficeService
from storage.processes import ProcessDefinition
from web.app import create_app
from web.config import Settings

FEW, MANY, OFFICES = 2, 200, 40
ROUNDS: Final = 25
MUST: Final = 1.5
SINCE: Final = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SERVICE: Final = "tourism.guesthouse_licence"
MODEL: Final = "industry.micro_handicraft_notice"
"""The other services are copies of this one, each a package of its own with its own key."""
PAGES: Final = {
    "front page": "/",
    "services of a ministry": "/services?ministry=tourism",
    "search": "/services?q=guesthouse",
    "search with a wrong letter": "/services?q=gesthouse",
    "services of a place": "/services?province=02&district=0203",
    "page of a service": f"/services/{SERVICE}",
}


def rows() -> Iterator[Row]:
    """Each page at two hundred services divided by the same at two."""
    with catalogues(FEW, MANY) as (few, many):
        for what, address in PAGES.items():
            small, large = quickest(ROUNDS, _asked(few, address), _asked(many, address), clock=PROCESSOR)
            note = f"{small * 1000:.1f} ms, then {large * 1000:.1f} ms"
            yield Row(f"{what}: at {MANY} services ÷ at {FEW}", large / small, must=MUST, sense="at most", note=note)


def _asked(browser: FlaskClient, address: str) -> Callable[[], object]:
    def ask() -> object:
        answer = browser.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.get_data()

    return ask


@contextmanager
def catalogues(*sizes: int) -> Iterator[list[FlaskClient]]:
    """Browsers of installations with so many published services."""
    with tempfile.TemporaryDirectory() as name:
        houses = [_published(opened(Path(name) / str(place)), size) for place, size in enumerate(sizes)]
        try:
            yield [create_app(Settings(), house).test_client() for house in houses]
        finally:
            for house in houses:
                house.database.close()


def _published(house: House, size: int) -> House:
    upgrade(house.database)
    folders = {key: read_files(PROCESSES / key.replace(".", "/")) for key in (SERVICE, MODEL)}
    packages = folders | {f"{MODEL}_{number}": _copy(folders[MODEL], number) for number in range(size - len(folders))}
    places = [code for province, _name in choices(None) for code in (province, *(one for one, _ in choices(province)))]
    with house.database.transaction() as session:
        offices = [_office(code) for code in places[:OFFICES]]
        session.add_all(offices)
        session.flush()
        for key, files in packages.items():
            session.add(
                ProcessDefinition(
                    service_key=key,
                    version=1,
                    digest=digest(files),
                    archive=pack(files),
                    published_at=SINCE,
                    effective_from=SINCE,
                )
            )
            offered = (OfficeService(office_id=one.id, service_key=key, offered_from=SINCE.date()) for one in offices)
            session.add_all(offered)
    return house


def _copy(files: Mapping[str, bytes], number: int) -> dict[str, bytes]:
    """Every other one is found by the word that is searched."""
    key, title = MODEL.encode(), b"Micro handicraft notice, capital under USD 3,000"
    name = b"Guesthouse notice" if number % 2 else b"Handicraft notice"
    manifest = files["service.yaml"].replace(b"key: " + key, b"key: %s_%d" % (key, number), 1)
    assert title in manifest, "the title of the model has changed"
    return {**files, "service.yaml": manifest.replace(title, b"%s %d" % (name, number))}


def _office(code: str) -> Office:
    facts = usual_facts(code)
    return Office(
        code=code, level=facts.level, name_km=facts.name.km, name_en=facts.name.en, hours=stored(facts.weekly)
    )
