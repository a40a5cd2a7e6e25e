"""What invented applicants hand in: files that are plainly samples, and the number on an invented card."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image

from engine.applications import uploads
from engine.demonstration.people import Sample
from engine.documents import qr
from engine.packages import ServicePackage


def accepted(package: ServicePackage, form: str, document_key: str) -> tuple[str, ...]:
    """The file types accepted for a document of the service, or for a question of the form that takes files."""
    rule, part = package.manifest.document(document_key), package.forms[form].component(document_key)
    return rule.accepts if rule else part.accepts if part else ()


@cache
def specimen(document_key: str, accepts: tuple[str, ...]) -> uploads.Upload:
    """A small picture that is plainly a sample, as a PDF where only that is accepted."""
    picture = qr.png(f"SPECIMEN {document_key}")
    if not accepts or "png" in accepts:
        return uploads.examined(f"{document_key}.png", picture)
    kind, kept = accepts[0], BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(kept, format="JPEG" if kind == "jpg" else kind.upper())
    return uploads.examined(f"{document_key}.{kind}", kept.getvalue())


def id_number(sample: Sample) -> str:
    """The number on the identity card of somebody invented."""
    return f"000{sample.phone}"[-9:]
