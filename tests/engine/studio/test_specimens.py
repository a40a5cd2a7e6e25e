"""A specimen has on it what its scenario answered, found and chose: whose it is, until when it holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine.house import House
from engine.packages import ServicePackage, load_package
from engine.studio.specimens import Specimen, scenario_names, specimen

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PROCESSES = Path(__file__).parents[3] / "processes"
DRAWN = sorted(place.parent for kind in ("certificate", "notice") for place in PROCESSES.glob(f"*/*/{kind}.typ"))
SERVICES = [folder for folder in DRAWN if (folder / "service.yaml").is_file()]
ASKS = "#let data = json(bytes(sys.inputs.data))\n#assert({}, message: repr({}))\nx"


@cache
def package(folder: Path) -> ServicePackage:
    return load_package(folder)


def asked(house: House, service: str, scenario: str, says: str) -> Specimen:
    """A page of a scenario whose template wants this to be so."""
    named = package(PROCESSES / service)
    (name,) = [name for name in scenario_names(named) if scenario in name]
    return specimen(house, named, ASKS.format(says, says.partition(" ==")[0]).encode(), scenario=name)


@pytest.mark.parametrize("folder", SERVICES, ids=lambda folder: folder.name)
def test_the_template_of_every_service_draws_what_its_scenarios_issue(house: House, folder: Path) -> None:
    drawn = specimen(house, package(folder), package(folder).certificate or b"", scenario="")
    assert (drawn.why, drawn.is_whole, len(drawn.pages) in (1, 2)) == ("", True, True)
    assert drawn.scenario in scenario_names(package(folder))


@pytest.mark.parametrize(
    ("service", "scenario", "says"),
    [
        ("tourism/guesthouse_licence", "Granted at once", 'data.expires.en == "10\u00a0November\u00a02027"'),
        ("tourism/guesthouse_licence", "Granted at once", 'data.replaces == ""'),
        ("tourism/guesthouse_licence", "Renewed for another", 'data.replaces == "SPECIMEN"'),
        ("tourism/guesthouse_licence", "Granted at once", 'data.holder.en == "SPECIMEN APPLICANT"'),
        ("tourism/tour_guide_licence", "Examined, granted", 'data.sessions.exam.place.en == "Specimen place"'),
        ("tourism/tour_guide_licence", "Renewed without", "data.sessions.len() == 0"),
        ("industry/scale_verification", "Two of three", "data.row.len() > 0"),
        ("industry/handicraft_change", "A new owner holds", 'data.holder.en != "SPECIMEN APPLICANT"'),
        ("culture/film_rating", "One film is", "data.found.len() > 0"),
    ],
)
def test_what_a_scenario_did_stands_on_its_specimen(house: House, service: str, scenario: str, says: str) -> None:
    drawn = asked(house, service, scenario, says)
    assert (drawn.why, len(drawn.pages)) == ("", 1)


def test_a_scenario_that_ends_otherwise_issues_nothing(house: House) -> None:
    drawn = asked(house, "tourism/tour_guide_licence", "Closed at the desk", "true")
    assert (drawn.pages, drawn.why) == ((), "")
