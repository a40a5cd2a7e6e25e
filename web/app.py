"""The web application: its pages, and what stands around each of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, Flask

from engine.house import House
from web import (
    delivery,
    errors,
    former_addresses,
    gate,
    i18n,
    intake,
    keeping,
    logs,
    navigation,
    presentation,
    receiving,
    script_answers,
    second_factor,
    security,
    sign_ins,
)
from web.address_rules import AddressRule
from web.carried import Carrying
from web.clock import Clock, clock_for
from web.config import Settings, session_secret
from web.context import Shell
from web.opening import open_from
from web.templating import Templates

PAGES = (
    "web.auth",
    "web.second_step",
    "web.oidc",
    "web.health",
    "web.machines",
    "web.public",
    "web.citizen",
    "web.office",
    "web.results",
    "web.admin",
    "web.analyst",
)
"""Where pages come from, modules and folders; each names its ``blueprint``."""


def create_app(
    settings: Settings, house: House | None = None, clock: Clock | None = None, *, more_pages: Iterable[Blueprint] = ()
) -> Flask:
    """The web application over an open house (opened from the settings when none is given) and a clock.

    ``more_pages`` are pages of an installation's own (or of a test); they keep the same rules as all others.
    """
    app = Flask("web")
    app.jinja_environment = Templates
    app.url_rule_class = AddressRule
    app.session_interface = Carrying()
    move_in(app, Shell(house or open_from(settings), clock or clock_for(settings.clock_file), settings))
    app.config.update(
        SECRET_KEY=session_secret(settings),
        SESSION_COOKIE_NAME="__Host-owso" if settings.is_https else "owso",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=max(settings.session_idle_minutes, settings.officer_idle_minutes)),
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
    script_answers.install(app)
    second_factor.install(app)
    for module in PAGES:
        app.register_blueprint(_pages(module))
    for pages in more_pages:
        app.register_blueprint(pages)
    former_addresses.install(app)
    security.install(app, settings)
    sign_ins.install(app)
    keeping.install(app)
    gate.install(app)
    return app


def move_in(app: Flask, shell: Shell) -> None:
    """Let the application work with this house and clock from now on."""
    app.extensions["owso"] = shell
    logs.count_work(shell.house.database.engine)


def _pages(name: str) -> Blueprint:
    """The blueprint of a module, or of a folder with the views of every module in it."""
    found = import_module(name)
    for module in iter_modules(getattr(found, "__path__", ()), f"{name}."):
        import_module(module.name)
    blueprint: Blueprint = found.blueprint
    return blueprint
