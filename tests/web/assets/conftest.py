"""The gallery: every piece of the templates on a few pages."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from tests.web.assets.gallery import create_gallery


class Page:
    """A page that was read: its source, and its elements by XPath."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._root = html.document_fromstring(source.encode())

    def all(self, path: str) -> list[html.HtmlElement]:
        """The elements at an XPath."""
        found: list[html.HtmlElement] = self._root.xpath(path)
        return found

    def one(self, path: str) -> html.HtmlElement:
        """The only element at an XPath."""
        (found,) = self.all(path)
        return found

    def words(self, path: str) -> str:
        """The text of the only element at an XPath, blanks tidied."""
        return " ".join(str(self.one(path).text_content()).split())


@pytest.fixture(scope="session")
def gallery() -> Flask:
    return create_gallery()


@pytest.fixture
def visitor(gallery: Flask) -> FlaskClient:
    return gallery.test_client()


def read(visitor: FlaskClient, path: str) -> Page:
    """The page at this address; fails when it is not answered with 200."""
    response = visitor.get(path)
    assert response.status_code == 200, path
    return Page(response.text)
