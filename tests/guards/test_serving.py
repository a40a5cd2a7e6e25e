"""A server holds what its pages use: what few of them need is loaded by the first who needs it, and Node by nobody."""

from __future__ import annotations

import subprocess
import sys

from alembic.script import ScriptDirectory

from storage import migrations
from tests.guards.sources import ROOT

LATER = {
    "alembic": "migrates",
    "apscheduler": "sweeps, where no worker does",
    "cryptography": "seals second factors and releases",
    "holidays": "begins the list of a year",
    "joserfc": "asks a provider of sign-ins",
    "OpenSSL": "reads what vendors of passkeys sign",
    "PIL": "looks at pictures, in a process of its own",
    "pikepdf": "joins papers",
    "redis": "counts attempts elsewhere",
    "typst": "draws papers, in processes of its own",
    "webauthn": "makes and shows passkeys",
}
"""Libraries that a server does not hold from its start, each with the work that loads it."""

SERVED = """
import sys
import web.commands.serve
from web import app
for name in app.PAGES:
    app._pages(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_server_starts_without_what_only_some_work_needs() -> None:
    said = subprocess.run([sys.executable, "-c", SERVED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(said.stdout.split())
    assert {"flask", "sqlalchemy", "engine", "web"} <= loaded
    assert loaded & LATER.keys() == set()


def test_the_newest_migration_is_known_without_alembic() -> None:
    assert migrations.newest() == ScriptDirectory.from_config(migrations._config()).get_current_head()


def test_nobody_looks_again_among_what_a_server_has_loaded() -> None:
    serving = "import gc; from web.commands import serve; serve.keep_what_is_loaded(); print(gc.get_freeze_count())"
    said = subprocess.run([sys.executable, "-c", serving], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(said.stdout) > 100_000
