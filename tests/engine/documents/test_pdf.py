from __future__ import annotations

import io
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from engine.documents import pdf, qr

HELLO = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "Kantumruy Pro", lang: "km")
#text(font: "Moul")[ព្រះរាជាណាចក្រកម្ពុជា]
#text(font: "Noto Serif Khmer")[#data.name]
Issued to #data.name
""".encode()
DATA = {"title": "Certificate", "name": "សុខ ដារ៉ា Sok Dara"}


def open_pdf(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def embedded_fonts(reader: PdfReader) -> set[str]:
    """Names of the fonts of all pages; fails on one whose file is not inside the document."""
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            names.add(inner["/BaseFont"].split("+")[1])
    return names


def test_a_document_is_an_archival_pdf_with_its_khmer_fonts_inside(fonts: Path, moment: datetime) -> None:
    reader = open_pdf(pdf.render(HELLO, DATA, fonts=fonts, issued_at=moment))
    assert len(reader.pages) == 1
    assert {"KantumruyPro-Regular", "Moul-Regular", "NotoSerifKhmer-Regular"} <= embedded_fonts(reader)
    metadata = reader.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate"
    assert "Issued to" in reader.pages[0].extract_text()


def test_the_same_certificate_drawn_twice_is_the_same_file(fonts: Path, moment: datetime) -> None:
    first = pdf.render(HELLO, DATA, fonts=fonts, issued_at=moment)
    assert pdf.render(HELLO, DATA, fonts=fonts, issued_at=moment) == first
    assert pdf.render(HELLO, DATA | {"name": "Someone else"}, fonts=fonts, issued_at=moment) != first


def test_data_that_looks_like_a_template_stays_data(fonts: Path, moment: datetime) -> None:
    sneaky = DATA | {"name": '#import "@preview/x:1.0.0" #read("/etc/passwd") $ * _'}
    text = open_pdf(pdf.render(HELLO, sneaky, fonts=fonts, issued_at=moment)).pages[0].extract_text()
    assert "/etc/passwd" in text


def test_a_template_draws_the_files_that_were_handed_over(fonts: Path, moment: datetime) -> None:
    template = b'#image("qr.svg", alt: "code")'
    content = pdf.render(template, {}, fonts=fonts, issued_at=moment, files={"qr.svg": qr.svg("x")})
    assert len(open_pdf(content).pages) == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../etc/passwd"])
def test_a_template_cannot_read_outside_its_folder(path: str, fonts: Path, moment: datetime) -> None:
    with pytest.raises(pdf.DocumentFailed):
        pdf.render(f'#read("{path}")'.encode(), {}, fonts=fonts, issued_at=moment)


@pytest.mark.parametrize(
    "line",
    [
        '#import "@preview/tablex:0.0.8": *',
        '#let x = { import ("@pre" + "view/a:1.0.0"): * }',
        '#include "other.typ"',
        '#eval("1 + 1")',
        "#let p = read\n#import p: *",
        '#{ let p = "@pre" + "view/a:1.0.0"; import p }',
        '#{\n  import "@pre" + "view/a:1.0.0" }',
        '#let e = eval; #e("1 + 1")',
        "#let e = std.eval",
        '#{ let p = "@pre" + "view/a:1.0.0"; /**/import/**/ p }',
        '#{ let p = "@pre" + "view/a:1.0.0"; /* /* in */ */ import /* a */ p }',
        '#{ let p = "@pre" + "view/a:1.0.0"; [a] // so\n import p }',
        '#import/**/"other.typ"',
        '#let x = (1, import "other.typ")',
        '#let p = "@pre" + "view/a:1.0.0"\n#context import p',
        '#let f() = { return include read("x") }',
        '#let x = "/*"; #import/*"*/ "other.typ"',
        "#(if true { } else import p)",
    ],
)
def test_a_template_that_reaches_out_is_refused_with_its_line(line: str, fonts: Path, moment: datetime) -> None:
    with pytest.raises(pdf.TemplateRefused, match=r"Line [23]:"):
        pdf.render(f"Hello\n{line}\n".encode(), {}, fonts=fonts, issued_at=moment)


@pytest.mark.parametrize(
    "template",
    [
        "#let x = range(100000000)\n#x.len()",
        "#for i in range(100000000) [ hello #pagebreak() ]",
        '#let a = "x"\n#for i in range(60) { a = a + a }\n#a.len()',
        "#for i in range(9000) { for j in range(9000) { let x = i + j } }",
    ],
)
def test_a_template_that_takes_all_time_or_memory_takes_nobody_with_it(
    template: str, fonts: Path, moment: datetime
) -> None:
    with pytest.raises(pdf.DocumentFailed, match="was stopped"):
        pdf.render(template.encode(), {}, fonts=fonts, issued_at=moment)


def test_a_template_that_calls_itself_without_end_fails_by_itself(fonts: Path, moment: datetime) -> None:
    with pytest.raises(pdf.DocumentFailed):
        pdf.render(b"#let f(n) = [#f(n + 1)]\n#f(0)", {}, fonts=fonts, issued_at=moment)


def test_a_template_that_hides_an_import_from_every_reader_reaches_nothing(fonts: Path, moment: datetime) -> None:
    """What evaluates is found under its name in the library itself; the process that draws has no network."""
    hidden = '#let f = dictionary(std).at("ev" + "al")\n#f("im" + "port \\"@pre" + "view/tablex:0.0.8\\": *")'
    assert pdf.check_template(hidden.encode()) is None
    with pytest.raises(pdf.DocumentFailed, match=r"package|network|proxy|tablex"):
        pdf.render(hidden.encode(), {}, fonts=fonts, issued_at=moment)


def test_the_process_that_draws_sees_nothing_of_ours(
    fonts: Path, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typst reads inputs, not the environment; but a fault in it would find nothing there."""
    monkeypatch.setenv("OWSO_SECRET_KEY", "a secret of the server")
    started: list[Mapping[str, str]] = []
    run = subprocess.run

    def noticed(*command: Any, env: Mapping[str, str], **options: Any) -> Any:
        started.append(env)
        return run(*command, env=env, **options)

    monkeypatch.setattr(subprocess, "run", noticed)
    assert pdf.render(b"Hello", {}, fonts=fonts, issued_at=moment)
    (environment,) = started
    assert "a secret of the server" not in environment.values()
    assert {name for name in environment if name.endswith(("PROXY", "proxy"))} == set(pdf._WAYS_OUT)
    assert not {"PATH", "HOME", "PYTHONPATH"} & set(environment)


def test_words_about_importing_and_including_are_no_import() -> None:
    assert pdf.check_template(b"This licence covers the import of goods and may include rooms.") is None
    assert pdf.check_template(b"See https://owso.gov.kh/import for the rooms that we include.") is not None
    assert pdf.check_template(b"// how to import goods\n/* and include rooms */ Hello") is None


def test_a_template_that_is_not_text_is_refused() -> None:
    assert pdf.check_template(b"\xff\xfe") == "The template is not UTF-8 text (byte 0)."


def test_a_mistake_in_a_template_is_named_without_the_path_of_the_server(fonts: Path, moment: datetime) -> None:
    with pytest.raises(pdf.DocumentFailed, match="unknown variable: nobody") as failed:
        pdf.render(b"#nobody", {}, fonts=fonts, issued_at=moment)
    assert "document-" not in str(failed.value)


def test_a_file_name_that_climbs_is_refused(fonts: Path, moment: datetime) -> None:
    with pytest.raises(ValueError, match="not a file name"):
        pdf.render(b"x", {}, fonts=fonts, issued_at=moment, files={"../qr.svg": b""})


def test_missing_fonts_are_told_with_the_remedy(tmp_path: Path, moment: datetime) -> None:
    with pytest.raises(pdf.DocumentFailed, match="make assets"):
        pdf.render(b"x", {}, fonts=tmp_path, issued_at=moment)


def test_a_moment_without_a_zone_is_refused(fonts: Path, moment: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        pdf.render(b"x", {}, fonts=fonts, issued_at=moment.replace(tzinfo=None))
