"""From where somebody is signed in, in words: a network and a browser, and nothing that traces anybody."""

from __future__ import annotations

import pytest

from web.browsers import named, shortened


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("203.0.113.77", "203.0.113.*"),
        ("::ffff:203.0.113.77", "203.0.113.*"),
        ("2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::*"),
        ("", ""),
        ("unknown", ""),
        ("<script>", ""),
    ],
)
def test_an_address_is_said_without_its_last_part(address: str, said: str) -> None:
    assert shortened(address) == said


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", ""),
        ("<b>Firefox/1</b>", "Firefox"),
        ("x" * 600 + "Firefox/140.0", ""),
    ],
)
def test_a_browser_is_called_by_names_that_are_known(says: str, said: str) -> None:
    assert named(says) == said
