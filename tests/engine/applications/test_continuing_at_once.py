"""Two applications that renew one certificate, sent at the same moment: one goes, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from engine.applications import submitting
from engine.applications.continuing import Chosen, continue_certificate
from engine.errors import ContinuationRuns
from engine.house import House
from storage.continuations import ContinuationKind
from tests.cast import NOW, Cast
from tests.small.files import licence
from tests.small.services import found, opened

ANSWERS = {"shop": "ហាងថ្មី", "scales-0-kind": "table", "scales-0-serial": "A1"}
IN_TIME = NOW + timedelta(days=330)


def test_of_two_that_are_sent_at_once_one_goes(house: House, cast: Cast) -> None:
    service = opened(house, cast, "industry.scale_check", licence(), scales=ANSWERS)
    key = service.send()
    service.work(key, "verify", found(True))
    drafts = []
    for actor, applicant in ((cast.dara.actor, None), (cast.bopha.actor, cast.dara.person_id)):
        with house.database.transaction() as session:
            chosen = Chosen("SC-02-26-000001", ContinuationKind.RENEWAL, cast.battambang)
            begun = continue_certificate(session, house, actor, chosen, applicant_id=applicant, now=IN_TIME)
            drafts.append((begun, actor))
    barrier = Barrier(2)

    def send(place: int) -> str:
        begun, actor = drafts[place]
        barrier.wait()
        try:
            with house.database.transaction() as session:
                submitting.submit(session, house, actor, begun, now=IN_TIME)
        except ContinuationRuns:
            return "told"
        return "sent"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (0, 1))) == ["sent", "told"]
    assert sorted(service.row(begun).status for begun, _ in drafts) == ["draft", "running"]
