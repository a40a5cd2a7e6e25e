"""A choice of grounds for the form in which brick kilns are checked, with its words; nothing here needs a database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent / "industry" / "kiln_permit"
WHY = {
    "type": "checklist", "key": "why", "label": "Grounds", "values": [{"value": "kiln_name"}, {"value": "kilns"}],
    "validate": {"required": True}, "conditional": {"hide": '=result != "refuse"'},
    "properties": {"ground": "true", "told": "true"},
}  # fmt: skip
FOUND = {
    "type": "radio", "key": "found", "label": "Found", "values": [{"value": "smoke"}, {"value": "none"}],
    "validate": {"required": True}, "properties": {"finding": "true"},
}  # fmt: skip
FOUND_WORDS = """      found:
        label: {km: អ្វីដែលរកឃើញ, en: What was found}
        options:
          smoke: {km: ផ្សែង, en: Smoke}
          none: {km: គ្មានអ្វី, en: Nothing}
"""
WORDS = """          refuse: {km: បដិសេធ, en: Refuse}
      why:
        label: {km: មូលហេតុ, en: Grounds}
        options:
          kiln_name: {km: ឈ្មោះឡ, en: Name of the kiln}
          kilns: {km: ចំនួនឡ, en: Number of kilns}
"""
MESSAGES = """messages:
  declined:
    title: {km: "លទ្ធផល {reference}", en: "Decision: {reference}"}
    body: {km: "មិនអនុញ្ញាត៖ {grounds}។", en: "Not granted: {grounds}."}
"""


def form_with(*parts: Mapping[str, Any]) -> bytes:
    form = json.loads((PACKAGE / "forms" / "check.json").read_text(encoding="utf-8"))
    form["components"][0]["components"] += parts
    return json.dumps(form).encode()


def texts(words: str = WORDS) -> bytes:
    found = (PACKAGE / "texts.yaml").read_text(encoding="utf-8").replace("messages:\n", MESSAGES)
    return found.replace("          refuse: {km: បដិសេធ, en: Refuse}\n", words).encode()
