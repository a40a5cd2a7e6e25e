"""Every address of the product, made from its map of routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Flask
from werkzeug.routing import Rule

READ: Final = "GET"
POSTED: Final = "POST"


def rules(app: Flask, way: str) -> list[Rule]:
    """The routes that answer this method, without static files and former addresses."""
    found = app.url_map.iter_rules()
    return [
        rule for rule in found if way in (rule.methods or ()) and rule.endpoint != "static" and not rule.redirect_to
    ]


def addresses(app: Flask, way: str, value: str, *, only: str = "") -> Iterator[tuple[str, str]]:
    """Endpoint and address of each route that has a variable part, with ``value`` put in; ``only`` those with a
    part of this kind (``int``)."""
    for rule in rules(app, way):
        kinds = {kind for kind, _, _ in _parts(rule)}
        if kinds and (not only or only in kinds):
            address = "".join(_written(kind, text, value, only) for kind, text, _ in _pieces(rule))
            yield rule.endpoint, address


def _parts(rule: Rule) -> list[tuple[str, str, str]]:
    return [piece for piece in _pieces(rule) if piece[0] != "plain"]


def _pieces(rule: Rule) -> list[tuple[str, str, str]]:
    pieces: list[tuple[str, str, str]] = []
    for part in rule.rule.replace("<", "\n<").replace(">", ">\n").split("\n"):
        if part.startswith("<"):
            kind, _, name = part.strip("<>").rpartition(":")
            pieces.append((kind or "text", part, name))
        elif part:
            pieces.append(("plain", part, ""))
    return pieces


def _written(kind: str, text: str, value: str, only: str) -> str:
    if kind == "plain":
        return text
    if kind == "int":
        return value if only == "int" else "1"
    return "x" if only == "int" else value
