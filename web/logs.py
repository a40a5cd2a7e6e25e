"""Structured logs: one JSON line per event on standard error. Routes and numbers, never names, addresses or answers."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TextIO

import structlog
from flask import Flask, g, request
from flask.wrappers import Response
from sqlalchemy import Engine, event

log = structlog.get_logger("web")

_QUIET = ("werkzeug", "waitress", "apscheduler", "alembic", "spiff", "sqlalchemy", "fontTools")
_FRAME_STATEMENTS = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")


@dataclass(slots=True)
class Work:
    """What one page asked of the database."""

    statements: int = 0
    commits: int = 0


_work: ContextVar[Work | None] = ContextVar("owso_work", default=None)


def configure(level: str, stream: TextIO = sys.stderr) -> None:
    """Send every log line of the process, ours and the libraries', to standard error (or ``stream``) as JSON."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter_of_libraries())
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # has a line for each request that waits
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )


def _formatter_of_libraries() -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _kind_of_failure,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        keep_exc_info=False,
    )


def _kind_of_failure(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The kind of an exception says what to look for; its words may quote what a person typed."""
    failure = line.pop("exc_info", None)
    if failure:
        line["error"] = getattr(failure[0], "__name__", "Exception")
    return line


def count_work(engine: Engine) -> None:
    """Count statements and commits of this database for the page that causes them, however often it is asked to."""
    event.listen(engine, "before_cursor_execute", _count_statement)
    event.listen(engine, "commit", _count_commit)


def _count_statement(_conn: Any, _cursor: Any, sql: str, _parameters: Any, _context: Any, _many: bool) -> None:
    work = _work.get()
    if work is not None and not sql.startswith(_FRAME_STATEMENTS):
        work.statements += 1


def _count_commit(_connection: Any) -> None:
    work = _work.get()
    if work is not None:
        work.commits += 1


def install(app: Flask) -> None:
    """Write one line per answered page."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    g.work = Work()
    _work.set(g.work)


def _end(response: Response) -> Response:
    work: Work = g.get("work") or Work()
    log.info(
        "page",
        route=request.url_rule.rule if request.url_rule else None,  # the pattern: addresses may hold codes of people
        method=request.method,
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        statements=work.statements,
        commits=work.commits,
        case=g.get("case"),
    )
    return response
