"""What somebody may do, as it is kept beside a file that was made with it."""

from __future__ import annotations

from typing import Any

from engine.people.actors import Actor

Right = tuple[Any, ...]


def rights_of(actor: Actor) -> dict[str, Any]:
    """The groups of a person with their offices (none: every office), and for whom they stand in."""
    return {
        "posts": [[group, office] for group, office in sorted(actor.memberships, key=_in_order)],
        "stands": [[one.person_id, one.group, one.office_id] for one in actor.stands],
    }


def still_has(actor: Actor, rights: dict[str, Any]) -> bool:
    """Whether the person may do everything now that they might then; a post in every office stands for each."""
    posts = all(actor.acts_for(group, office) for group, office in rights.get("posts", ()))
    mine = {(one.person_id, one.group, one.office_id) for one in actor.stands}
    return posts and mine.issuperset(tuple(one) for one in rights.get("stands", ()))


def _in_order(post: tuple[str, int | None]) -> tuple[str, int]:
    group, office = post
    return group, office or 0
