"""``owso draft``: drafts of services as folders, for people who work with files and git."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound, PackageRefused
from engine.house import House
from engine.packages import PackageRejected, read_files
from engine.packages.manifest import read_service
from engine.packages.package import MINISTRY, SERVICE
from engine.packages.parts import part_of
from engine.people.actors import OPERATOR, Actor
from engine.queries.analyst import package_drafts
from engine.studio import drafts, keeping, whole
from engine.versions.publishing import author_of
from web.clock import clock_for
from web.config import Settings
from web.context import LOCAL_ZONE
from web.opening import open_from

MARK: Final = ".owso-draft"
"""What remembers in a folder from which save it was pulled; hidden files belong to no package."""


class _Refused(Exception):
    """What cannot be done; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """The draft and the save that a folder was pulled from, with the digest of each file as it was then."""

    draft: str
    save: int
    files: Mapping[str, str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Listing, beginning, and the way to a folder and back."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the drafts with their keys")
    listing.add_argument("--closed", action="store_true", help="those that were put away")
    beginning = actions.add_parser("begin", help="begin a draft from a published service or from a folder")
    source = beginning.add_mutually_exclusive_group(required=True)
    source.add_argument("service", nargs="?", metavar="SERVICE", help="for example tourism.guesthouse_licence")
    source.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="the folder of a service")
    pulling = actions.add_parser("pull", help="write the newest save into a folder")
    pulling.add_argument("key", metavar="DRAFT", help="the key of the draft, as list prints it")
    pulling.add_argument("folder", type=Path, metavar="FOLDER")
    pushing = actions.add_parser("push", help="save what was changed in a folder; refused when somebody else saved")
    pushing.add_argument("folder", type=Path, metavar="FOLDER")
    pushing.add_argument("--words", default="", metavar="TEXT", help="what was changed, for the history")
    for action in (listing, beginning, pulling, pushing):
        action.add_argument("--as", dest="login", metavar="LOGIN", help="phone number or e-mail of the analyst")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when it is done; 1 and the reason when it is refused, and nothing was written."""
    house = open_from(settings)
    now = clock_for(settings.clock_file).now()
    try:
        _ACTIONS[args.action](house, args, now)
    except _Refused as refused:
        print(f"owso draft: {refused}", file=sys.stderr)
        return 1
    except (PackageRejected, PackageRefused) as refused:
        for problem in refused.problems:
            print(f"owso draft: {problem}", file=sys.stderr)
        return 1
    finally:
        house.database.close()
    return 0


def _list(house: House, args: argparse.Namespace, now: datetime) -> None:
    with house.database.reading() as session:
        for line in package_drafts.drafts(session, _actor(session, args, now), closed=args.closed):
            who = line.touched_by.en if line.touched_by else "operator"
            begun = f"version {line.based_on}" if line.based_on else "new"
            touched = f"save {line.save} by {who}, {line.touched_at:%Y-%m-%d %H:%M}Z"
            print(f"{line.key}  {line.service_key}  from {begun}, {touched}")


def _begin(house: House, args: argparse.Namespace, now: datetime) -> None:
    with house.database.transaction() as session:
        actor = _actor(session, args, now)
        if args.folder is None:
            words = f"Begun from {args.service}"
            key = drafts.begin_from_version(session, house, actor, args.service, words=words, now=now)
        else:
            files = read_files(args.folder)
            service = read_service(SERVICE, files.get(SERVICE, b"")).key
            words = f"Begun from the folder {args.folder.name}"
            key = drafts.begin(session, actor, service, files, words=words, now=now)
    print(key)


def _pull(house: House, args: argparse.Namespace, now: datetime) -> None:
    with house.database.reading() as session:
        draft = keeping.find(session, _actor(session, args, now), args.key)
        files, number = keeping.files_in(session, keeping.save_of(session, draft)), draft.revision
    _nothing_is_lost(args.folder, args.key)
    mark = _mark_of(args.folder)
    for path in set(mark.files if mark else ()) - set(files):
        (args.folder / path).unlink(missing_ok=True)
    for path, content in _own(args.folder, files).items():
        place = args.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    args.folder.mkdir(parents=True, exist_ok=True)
    _remember(args.folder, args.key, number, files)
    print(f"{args.folder}: save {number}, {len(files)} files")


def _push(house: House, args: argparse.Namespace, now: datetime) -> None:
    mark = _mark_of(args.folder)
    if mark is None:
        raise _Refused(f"{args.folder} was not pulled from a draft. Begin one from it: owso draft begin --from FOLDER")
    files = read_files(args.folder)
    with house.database.transaction() as session:
        actor = _actor(session, args, now)
        whole.require_nothing_since(session, actor, mark.draft, mark.save)
        words = args.words or f"Pushed from the folder {args.folder.name}"
        number = whole.bring_back(session, house, actor, mark.draft, files, based_on=mark.save, words=words, now=now)
    _remember(args.folder, mark.draft, number, files)
    print(f"{args.folder}: save {number}" + (" (nothing changed)" if number == mark.save else ""))


def _actor(session: Session, args: argparse.Namespace, now: datetime) -> Actor:
    if not args.login:
        return OPERATOR
    try:
        return author_of(session, args.login, today=now.astimezone(LOCAL_ZONE).date())
    except (NotFound, NotAllowed):
        raise _Refused(f"{args.login} is no analyst. See owso users.") from None


def _own(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is to lie in the folder itself: all files but those that lie beside it, the same byte for byte, in the tree
    of the ministries."""
    home = folder.resolve().parent
    library = {path: home.parent / path for path in files if part_of(path)}
    same = {part_of(path) for path in library}
    same -= {part_of(path) for path, place in library.items() if not _holds(place, files[path])}
    beside = {path for path in library if part_of(path) in same}
    if _holds(home / MINISTRY, files.get(MINISTRY, b"")):
        beside.add(MINISTRY)
    elif (home / MINISTRY).is_file():
        print(f"owso draft: {home / MINISTRY} is not that of the draft; a push would bring it.", file=sys.stderr)
    return {path: content for path, content in files.items() if path not in beside}


def _holds(place: Path, content: bytes) -> bool:
    return place.is_file() and place.read_bytes() == content


def _nothing_is_lost(folder: Path, key: str) -> None:
    """Refuses to write over what nobody has pushed."""
    mark = _mark_of(folder)
    if not folder.exists() or (mark is None and not any(folder.iterdir())):
        return
    if mark is None or mark.draft != key:
        raise _Refused(f"{folder} holds something else. Give a folder that is new or empty.")
    there = _digests(read_files(folder))
    changed = sorted(path for path in there.keys() | mark.files.keys() if there.get(path) != mark.files.get(path))
    if changed:
        raise _Refused(
            f"{folder} has changes that were not pushed: {', '.join(changed)}. Push them, or pull elsewhere."
        )


def _mark_of(folder: Path) -> _Mark | None:
    try:
        return _Mark(**json.loads((folder / MARK).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise _Refused(f"{folder / MARK} cannot be read. Pull into another folder, and compare.") from None


def _remember(folder: Path, key: str, number: int, files: Mapping[str, bytes]) -> None:
    mark = {"draft": key, "save": number, "files": _digests(files)}
    (folder / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8")


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}


_ACTIONS: Final = {"list": _list, "begin": _begin, "pull": _pull, "push": _push}
