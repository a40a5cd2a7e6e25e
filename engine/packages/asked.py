"""What a variable may be taken from: a form, or a session that is chosen."""

from __future__ import annotations

from engine.packages.forms import Form
from engine.packages.package import ServicePackage


def asked_in(package: ServicePackage, key: str) -> Form | None:
    """The form with this key, or what stands for one where a session is chosen; None for any other key."""
    if key in package.forms:
        return package.forms[key]
    return next((rule.form for rule in package.manifest.sessions if rule.answers == key), None)


def sessions_told(package: ServicePackage) -> frozenset[str]:
    """Sessions that a task names and that are not there: told at the task, so not wherever else they are named."""
    named = {task.session for task in package.tasks.values() if task.session}
    return frozenset(named - {rule.key for rule in package.manifest.sessions})
