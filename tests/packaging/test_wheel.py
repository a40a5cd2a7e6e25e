"""The wheel: installed by itself, in an empty folder, it is the whole product."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path

import pytest

from tests.guards.sources import ROOT
from tests.patience import SECONDS
from tests.servers import answer_of, free_port
from tests.small.files import UP_TO_A_MINISTRY, few_services_in

SOURCES = ("engine", "storage", "web", "processes", "setup.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE")


def said_by(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(command, cwd=cwd, env=clean() | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("OWSO_", "PYTHON"))}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel in it. What the product needs comes from ours, so that
    nothing is fetched; the sources do not."""
    tree, wheels, home = (tmp_path_factory.mktemp(name) for name in ("tree", "wheels", "home"))
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    said_by(*pip, "wheel", ".", "--no-build-isolation", "--no-deps", "--no-index", "-w", wheels, cwd=tree)
    venv.create(home, symlinks=True)
    (ours,) = home.glob("lib/python*/site-packages")
    (ours / "what_the_product_needs.pth").write_text(sysconfig.get_path("purelib"))
    (wheel,) = wheels.glob("one_window-*.whl")
    said_by(*pip, "--python", home / "bin" / "python", "install", "--no-deps", "--no-index", wheel, cwd=tree)
    shutil.rmtree(tree)
    return home / "bin"


def test_the_product_runs_from_its_wheel_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    (packages,) = installed.parent.glob("lib/python*/site-packages/processes")
    few = few_services_in(tmp_path / "few", UP_TO_A_MINISTRY, of=packages)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [installed / "owso", "serve", "--prepare"],
        cwd=tmp_path,
        env=clean() | {"OWSO_DEMO": "1", "OWSO_PROCESSES_DIR": str(few), "OWSO_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        first = answer_of(f"{address}/?lang=km", server)
        assert "tour_guide_licence" in first
        style = first.partition('rel="stylesheet" href="')[2].partition('"')[0]
        with urllib.request.urlopen(address + style, timeout=SECONDS) as answer:
            assert answer.headers["Content-Type"].startswith("text/css")
    finally:
        server.send_signal(signal.SIGTERM)
        _said, logged = server.communicate(timeout=SECONDS)
    assert server.returncode == 0, logged
    assert {path.name for path in tmp_path.iterdir()} == {"few", "var"}


def test_what_is_drawn_and_checked_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    program = "; ".join(
        (
            "import engine.documents.receipts as r, storage.migrations as m, web.assets as a, web.config as c",
            "print(r.TEMPLATE.is_file(), len(list(a.Assets().fonts_for_pdf().glob('*.ttf'))) > 1)",
            "print(c.Settings().processes_dir)",
        )
    )
    drawn, packages = said_by(installed / "python", "-c", program, cwd=tmp_path).splitlines()
    assert drawn == "True True"
    assert packages.startswith(str(installed.parent))
    licence = Path(packages) / "tourism" / "guesthouse_licence"
    assert (licence / "certificate.typ").is_file()
    assert said_by(installed / "owso", "check", licence, cwd=tmp_path)


def test_no_program_is_shipped_among_the_packages_of_the_ministries(installed: Path) -> None:
    (ours,) = installed.parent.glob("lib/python*/site-packages")
    there = {str(path.relative_to(ours)) for path in (ours / "processes").rglob("*") if path.is_file()}
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "processes").rglob("*") if path.is_file()}
    assert there == here
    assert not (ours / "web" / "static" / "src").exists()
    assert not (ours / "tests").exists()
