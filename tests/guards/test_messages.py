"""Messages to people: each has its words, and no words are left over."""

from __future__ import annotations

import ast

from engine.packages import load_package
from engine.packages.sms import long_messages
from engine.packages.texts import read_messages
from tests.guards.sources import ROOT, modules, tree, walked
from web.commands.check import packages_in

WORDS = ROOT / "processes" / "interior" / "messages.yaml"


def test_every_message_fits_one_sms_in_both_languages() -> None:
    messages = {f"shared: {key}": message for key, message in read_messages(WORDS.name, WORDS.read_bytes()).items()}
    for folder in packages_in(ROOT / "processes"):
        messages |= {f"{folder.name}: {key}": found for key, found in load_package(folder).texts.messages.items()}
    assert len(messages) > 150
    assert list(long_messages(messages)) == []


def test_every_message_that_is_told_has_its_words_and_all_words_are_told() -> None:
    said = {
        node.value
        for path in modules("engine")
        for node in walked(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    in_packages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "processes").rglob("*.bpmn"))
    kept = set(read_messages(WORDS.name, WORDS.read_bytes()))
    assert {message for message in kept if message not in said and f'"{message}"' not in in_packages} == set()
    taken = {
        node.slice.value
        for path in modules("engine")
        for node in walked(tree(path))
        if isinstance(node, ast.Subscript)
        if isinstance(node.slice, ast.Constant) and ast.unparse(node.value).endswith("house.texts")
    }
    assert taken
    assert taken - kept == set()
