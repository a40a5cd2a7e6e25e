"""The Flask shell: parse what was sent, ask who it is, call one use case, draw the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from engine.house import House
    from web.clock import Clock
    from web.config import Settings
    from web.context import Shell

PAGES = ("web.auth", "web.health", "web.public", "web.citizen", "web.office", "web.results", "web.admin", "web.analyst")
"""Where pages come from; each names its ``blueprint``."""


def create_app(
    settings: Settings, house: House | None = None, clock: Clock | None = None, *, more_pages: Iterable[Blueprint] = ()
) -> Flask:
    """The web application over an open house (opened from the settings when none is given) and a clock.

    ``more_pages`` are pages of an installation's own (or of a test); they keep the same rules as all others.
    """
    from flask import Flask

    from web import access, delivery, errors, i18n, intake, logs, navigation, presentation, receiving, security
    from web.clock import clock_for
    from web.config import session_secret
    from web.context import Shell
    from web.opening import open_from

    app = Flask("web")
    move_in(app, Shell(house or open_from(settings), clock or clock_for(settings.clock_file), settings))
    app.config.update(
        SECRET_KEY=session_secret(settings),
        SESSION_COOKIE_NAME="__Host-owso" if settings.is_https else "owso",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_idle_minutes),
        HELP_PHONE=settings.help_phone,
    )
    delivery.install(app)  # first, so that it comes last on the way out
    logs.install(app)
    receiving.install(app)
    intake.install(app)
    i18n.install(app)
    presentation.install(app)
    navigation.install(app)
    errors.install(app)
    for module in PAGES:
        app.register_blueprint(import_module(module).blueprint)
    for pages in more_pages:
        app.register_blueprint(pages)
    security.install(app, settings)
    access.install(app)
    return app


def move_in(app: Flask, shell: Shell) -> None:
    """Let the application work with this house and clock from now on."""
    from web import logs

    app.extensions["owso"] = shell
    logs.count_work(shell.house.database.engine)
