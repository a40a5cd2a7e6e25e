"""Whether the ways of a diagram can be followed: only then is something said of what a case may come to."""

from __future__ import annotations

from engine.packages.house_operations import HOUSE_OPERATIONS
from engine.packages.package import ServicePackage

_ON_A_WAY = ("kind", "form", "decides", "completes", "outcome", "corrections", "fee", "session")
"""Settings that open a way, or are what lies on it."""


def ways_are_known(package: ServicePackage) -> bool:
    """Whether everything that opens a way or does something on it could be read. What is said of ways follows from
    that: with an operation that is misspelt, every certificate would seem to be issued without approval."""
    unread = package.unread
    if unread.touches("process") or unread.loses("tasks", *_ON_A_WAY) or unread.touches("service", "variables"):
        return False
    operations = {element.operation for element in package.process.elements.values()} - {""}
    asking = [(task, package.forms.get(task.form)) for task in package.tasks.values() if task.form]
    return operations <= set(HOUSE_OPERATIONS) and all(
        form is not None and (not task.decides or form.component(task.decides) is not None) for task, form in asking
    )


def tasks_are_known(package: ServicePackage) -> bool:
    """Whether it is known who does each task and with which form."""
    unread = package.unread
    lost = unread.loses("tasks", "form", "kind") or unread.touches("process", "elements")
    return not lost and all(
        task.group and (not task.form or task.form in package.forms) for task in package.tasks.values()
    )
