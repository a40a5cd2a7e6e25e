"""What setup.cfg cannot say: a wheel holds the built front end, so that it runs where nothing else is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
BUILT = ROOT / "web" / "static" / "dist" / "fonts.stamp"


class BuildWithFrontEnd(build_py):
    """Builds the front end when it is not there, and leaves out what an earlier build left behind."""

    def run(self) -> None:
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
            if not BUILT.exists():
                subprocess.run(["make", "assets"], cwd=ROOT, check=True)
        super().run()


setup(cmdclass={"build_py": BuildWithFrontEnd})
