"""``owso new``: the folder of a new service passes from the first moment on, and says nothing that is not its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.packages import load_package
from engine.packages.new_package import free_series
from tests.engine.packages.looks import FILES, LIBRARY
from web.cli import main
from web.commands.check import packages_in
from web.commands.new import SHAPES

PROCESSES = Path(__file__).parents[3] / "processes"
LICENCE = "tourism/guesthouse_licence"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def ministries(tmp_path: Path) -> Path:
    """Two ministries of the product with the licence, and the library."""
    for name in ("tourism", "industry"):
        (tmp_path / name).mkdir()
        shutil.copy(PROCESSES / name / "ministry.yaml", tmp_path / name)
    shutil.copytree(PROCESSES / LICENCE, tmp_path / LICENCE)
    shutil.copytree(PROCESSES / "shared", tmp_path / "shared")
    return tmp_path


def new(ministries: Path, *arguments: str) -> int:
    return main(["new", *arguments, "--in", str(ministries)])


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_makes_a_service_that_passes_with_its_scenarios(
    ministries: Path, shape: str, capsys: Capture
) -> None:
    assert new(ministries, "tourism/boat_tour", "--shape", shape) == 0
    assert main(["check", str(ministries / "tourism" / "boat_tour")]) == 0
    assert "Errors: 0." in capsys.readouterr().out


@pytest.mark.parametrize("shape", SHAPES)
def test_the_scenarios_of_every_shape_try_all_of_it_and_of_what_it_calls(
    ministries: Path, shape: str, capsys: Capture
) -> None:
    assert new(ministries, "tourism/boat_tour", "--shape", shape) == 0
    status = main(["test", "--complete", str(ministries / "tourism" / "boat_tour")])
    assert status == 0, capsys.readouterr().out


def test_a_service_like_another_has_its_own_key_title_letters_and_ids(ministries: Path) -> None:
    made = ["tourism/home_stay", "--like", LICENCE, "--title", "Home stay & meals", "--title-km", "ផ្ទះស្នាក់"]
    assert new(ministries, *made) == 0
    package = load_package(ministries / "tourism" / "home_stay")
    assert package.manifest.key == "tourism.home_stay"
    assert (package.manifest.title.en, package.manifest.title.km) == ("Home stay & meals", "ផ្ទះស្នាក់")
    assert package.manifest.certificate is not None
    assert package.manifest.certificate.series == "HS"
    assert package.process.process_id == "home_stay"
    assert package.process.name == "Home stay & meals"
    assert not any(b"guesthouse_licence" in data for data in package.files.values())


def test_what_another_service_could_cite_is_not_taken_along(ministries: Path) -> None:
    assert new(ministries, "industry/home_stay", "--like", LICENCE) == 0
    manifest = load_package(ministries / "industry" / "home_stay").manifest
    assert (ministries / LICENCE / "law.yaml").is_file()
    assert not (ministries / "industry" / "home_stay" / "law.yaml").exists()
    assert set(manifest.provenance.values()) == {"illustrative"}
    assert {"title", "legal_basis", "term", "fee", "validity", "documents"} <= set(manifest.provenance)
    assert [law.key for law in manifest.legal_basis] == ["joint_prakas_717"]


def test_within_a_ministry_the_laws_stay_and_are_marked(ministries: Path) -> None:
    assert new(ministries, "tourism/home_stay", "--like", LICENCE) == 0
    manifest = load_package(ministries / "tourism" / "home_stay").manifest
    assert [law.key for law in manifest.legal_basis] == ["tourism_law"]
    assert manifest.provenance["legal_basis"] == "illustrative"


def test_the_next_steps_are_said(ministries: Path, capsys: Capture) -> None:
    new(ministries, "tourism/home_stay", "--like", LICENCE)
    said = capsys.readouterr().out
    folder = ministries / "tourism" / "home_stay"
    assert f"owso check {folder}" in said
    assert f"owso publish {folder}" in said
    assert "owso offices offer 02 tourism.home_stay" in said


def test_letters_of_certificates_are_never_given_twice() -> None:
    assert free_series("home_stay", ()) == "HS"
    assert free_series("home_stay", ("HS",)) == "HO"
    assert free_series("boats", ()) == "BO"
    spelt = {"HS", "HO", "HOM", "HOME", "HOMES", "HOMEST"}
    assert free_series("home_stay", spelt) not in spelt


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Tourism/Home Stay", "--shape", "desk"], "is no name; write MINISTRY/SERVICE"),
        (["homestay", "--shape", "desk"], "is no name; write MINISTRY/SERVICE"),
        (["../tourism/x", "--shape", "desk"], "is no name; write MINISTRY/SERVICE"),
        (["health/home_stay", "--shape", "desk"], "there are: industry, tourism. Write it first, or copy another one"),
        ([LICENCE, "--shape", "desk"], "is there already"),
        (["tourism/home_stay", "--like", "tourism/hotel"], "there are: tourism/guesthouse_licence"),
        (["tourism/home_stay", "--like", LICENCE, "--series", "much too long"], "capital Latin letters"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_there_is(
    ministries: Path, capsys: Capture, arguments: list[str], reason: str
) -> None:
    before = sorted(path for path in ministries.rglob("*"))
    assert new(ministries, *arguments) == 1
    assert reason in capsys.readouterr().err
    assert sorted(path for path in ministries.rglob("*")) == before


def test_a_service_that_would_not_pass_is_not_written(ministries: Path, capsys: Capture) -> None:
    ministry = ministries / "industry" / "ministry.yaml"
    ministry.write_text(ministry.read_text().replace("  Cashier: cashier\n", ""))
    assert new(ministries, "industry/home_stay", "--like", LICENCE) == 1
    assert "The lane “Cashier” is not in ministry.yaml" in capsys.readouterr().err
    assert new(ministries, "industry/home_stay", "--like", LICENCE, "--lang", "km") == 1
    assert "កំហុស: " in capsys.readouterr().err
    assert not (ministries / "industry" / "home_stay").exists()


def test_shared_processes_that_a_library_lacks_come_along_and_others_stay_as_they_are(ministries: Path) -> None:
    shutil.rmtree(ministries / "shared" / "payment")
    words = ministries / "shared" / "reception" / "texts.yaml"
    words.write_text(words.read_text().replace("en: Accepted}", "en: Taken}"))
    plan = ministries / "shared" / "signature" / "texts.yaml"
    plan.write_text(plan.read_text().replace("en: Prepare the decision}", "en: Draft the decision}"))
    assert new(ministries, "tourism/boat_tour", "--shape", "desk") == 0
    assert (ministries / "shared" / "payment" / "process.bpmn").is_file()
    assert "en: Taken}" in words.read_text()
    assert load_package(ministries / "tourism" / "boat_tour").tasks["signature.prepare"].name.en == "Draft the decision"


def test_a_library_in_which_something_is_wrong_makes_no_service(ministries: Path, capsys: Capture) -> None:
    plan = ministries / "shared" / "signature" / "texts.yaml"
    plan.write_text(plan.read_text().replace("  prepare: {km", "  prepared: {km"))
    assert new(ministries, "tourism/boat_tour", "--shape", "desk") == 1
    assert "signature.prepare" in capsys.readouterr().err


def test_shapes_are_no_services() -> None:
    assert not [path for path in packages_in(PROCESSES) if "shapes" in path.parts]
    assert {path.parent.name for path in PROCESSES.glob("shapes/*/shape.yaml")} == set(SHAPES)


def test_a_service_with_a_shared_process_is_copied_with_its_calls(tmp_path: Path) -> None:
    for name, data in FILES.items():
        place = tmp_path / (name if name in LIBRARY else f"tourism/{'' if name == 'ministry.yaml' else 'stall/'}{name}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    assert new(tmp_path, "tourism/kiosk", "--like", "tourism/stall") == 0
    assert not (tmp_path / "tourism" / "kiosk" / "shared").exists()
    assert [call.id for call in load_package(tmp_path / "tourism" / "kiosk").woven.calls] == ["first", "second"]
