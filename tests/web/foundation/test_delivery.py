"""How answers travel."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from web.assets import Assets

built = pytest.mark.skipif(not (Assets().fonts_for_pdf().parent.parent / "manifest.json").is_file(), reason="no assets")


def test_a_page_travels_compressed_to_browsers_that_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/sign-in")
    packed = client.get("/sign-in", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    assert "<!doctype html>" in gzip.decompress(packed.data).decode()


def test_the_size_of_a_compressed_page_does_not_tell_what_is_in_it(client: FlaskClient) -> None:
    sizes = {len(client.get("/sign-in", headers={"Accept-Encoding": "gzip"}).data) for _ in range(12)}
    assert len(sizes) > 3


def test_a_short_answer_is_left_alone(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/probe/public", headers={"Accept-Encoding": "gzip"}).headers


@built
def test_a_style_sheet_is_precompressed_and_kept_for_a_long_time(client: FlaskClient) -> None:
    answer = client.get(Assets().url("citizen.css"), headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
