"""What is looked at beside the work: pages of a paper and the drawing of a case, each in a frame that runs nothing."""

from __future__ import annotations

from base64 import b64encode

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from engine.applications.uploads import read_document
from engine.documents.diagrams import picture
from engine.documents.page_pictures import page_picture
from engine.errors import NotFound
from engine.packages.groups import DO_TASKS
from engine.queries.office.case_course import CourseShown, open_course
from web.access import access
from web.context import house, note_case, now, transaction
from web.intake import whole_number
from web.labels import group_label
from web.office import blueprint
from web.security import allow_framing
from web.wording import in_language


@blueprint.get("/office/documents/<key>/pages", endpoint="document_pages")
@access(groups=DO_TASKS)
def show_document_pages(key: str) -> ResponseReturnValue:
    """A page of a PDF as a picture (``?page``, else the first). It is drawn when somebody asks for it and not before:
    each time is a look at the document, as when the file itself is opened."""
    with transaction() as (session, actor):
        found = read_document(session, house(), actor, key, now=now())
    if found.media_type != "application/pdf":
        raise NotFound
    page = page_picture(found.content, whole_number(request.args.get("page", "")) or 1)
    drawn = render_template(
        "office/document_pages.html",
        key=key,
        filename=found.filename,
        page=page,
        address=_in_itself("image/jpeg", page.jpeg),
    )
    return allow_framing(make_response(drawn))


@blueprint.get("/office/cases/<key>/course", endpoint="course")
@access(groups=DO_TASKS)
def show_course(key: str) -> ResponseReturnValue:
    """Where the case stands on the drawing of its service, and what it went through."""
    with transaction() as (session, actor):
        course = open_course(session, house(), actor, key, now=now())
    note_case(course.reference)
    pictures = [_in_itself("image/svg+xml", svg.encode()) for svg in _drawn(course)]
    return allow_framing(make_response(render_template("office/course.html", course=course, pictures=pictures)))


def _drawn(course: CourseShown) -> list[str]:
    names = {key: in_language(name) for key, name in course.names.items()}
    title = f"{course.reference} – {in_language(course.service)}"
    return [
        picture(
            one.content,
            title=title,
            names=names | {lane: group_label(group) for lane, group in one.lanes.items()},
            marks=course.marks,
        )
        for one in course.drawings
    ]


def _in_itself(media_type: str, content: bytes) -> str:
    """A picture in its own address: what was looked at is one answer, so it is one look."""
    return f"data:{media_type};base64,{b64encode(content).decode()}"
