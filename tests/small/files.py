"""The files of the small packages, with something in them replaced; nothing here needs a database."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from engine.packages import read_files

SMALL = Path(__file__).parent
PRODUCT = SMALL.parent.parent / "processes"

UP_TO_A_MINISTRY = "tourism/tour_guide_licence"
"""Alone it makes a demonstration with offices of all levels, and with few cases."""
FEW = ("interior/account_verification", "tourism/guesthouse_licence", UP_TO_A_MINISTRY)


def few_services_in(folder: Path, *services: str, of: Path = PRODUCT) -> Path:
    """This folder with few services of the product, enough for a demonstration with offices of all levels, where what
    is asked is how one is made and not what it shows; or with these alone."""
    ministries = {f"{service.partition('/')[0]}/ministry.yaml" for service in services or FEW}
    for name in (*(services or FEW), *sorted(ministries), "interior/messages.yaml", "shared"):
        there, here = of / name, folder / name
        here.parent.mkdir(parents=True, exist_ok=True)
        if there.is_dir():
            shutil.copytree(there, here)
        else:
            shutil.copyfile(there, here)
    return folder


def changed(
    folder: str, *changes: tuple[str, str, str], more: Mapping[str, bytes | None] | None = None
) -> dict[str, bytes]:
    """The files of a small package with texts replaced (file, before, after), and ``more`` files (None: taken away)."""
    files = dict(read_files(SMALL / folder))
    for name, before, after in changes:
        text = files[name].decode()
        assert before in text, (name, before)
        files[name] = text.replace(before, after).encode()
    for name, content in (more or {}).items():
        if content is None:
            del files[name]
        else:
            files[name] = content
    return files


DOCUMENTS = (
    ("service.yaml", "documents: []", "documents:\n  - {key: plan, required: true}"),
    (
        "texts.yaml",
        "messages:\n",
        "documents:\n  plan: {label: {km: ប្លង់, en: Plan}}\nmessages:\n",
    ),
)
ONE = (
    ("service.yaml", "validity: {until: row.next_check}\n", ""),
    ("service.yaml", ", for_each: verify.scales, where: passed = true", ""),
)
UNTEMPLATED: dict[str, bytes | None] = {"certificate.typ": None}


def stamped() -> dict[str, bytes]:
    kind = (
        "service.yaml",
        "certificate: {series: SC",
        "result: stamped_document\ncertificate: {series: SC, document: plan",
    )
    return changed("industry/scale_check", kind, *DOCUMENTS, *ONE, more=UNTEMPLATED)


def notice() -> dict[str, bytes]:
    files = changed(
        "industry/scale_check", ("service.yaml", "certificate: {series", "result: notice\ncertificate: {series"), *ONE
    )
    template = files.pop("certificate.typ").decode().splitlines()
    files["notice.typ"] = "\n".join(line for line in template if "data.row" not in line).encode()
    return files


def entry() -> dict[str, bytes]:
    kind = (
        "service.yaml",
        "certificate: {series: SC",
        "result: register_entry\ncertificate: {series: SC, entry: [shop]",
    )
    lanes = ("process.bpmn", "<bpmn:flowNodeRef>hand_over</bpmn:flowNodeRef>", "")
    ends = (
        ("tests.yaml", "waits_at: [hand_over]", "outcome: approved"),
        ("tests.yaml", "stages: [received, verifying, ready]", "messages: [ready]"),
        ("tests.yaml", "issued: 1\n      valid_until: 2027-03-02", "valid_until: permanent"),
        ("service.yaml", "[received, verifying, ready, over]", "[received, verifying, over]"),
        ("texts.yaml", "  ready: {km: រួចរាល់, en: Ready}\n", ""),
    )
    files = changed("industry/scale_check", kind, *ONE, lanes, *ends, more=UNTEMPLATED)
    process = files["process.bpmn"].decode()
    head, rest = process.split('    <bpmn:sequenceFlow id="f7"')
    _, tail = rest.split('    <bpmn:sequenceFlow id="f8" sourceRef="hand_over"')
    files["process.bpmn"] = f'{head}    <bpmn:sequenceFlow id="f8" sourceRef="tell"{tail}'.encode()
    files["tests.yaml"] = files["tests.yaml"].split(b"  - name: all the way")[0]
    texts = (
        files["texts.yaml"].decode().replace("  hand_over: {km: ប្រគល់វិញ្ញាបនបត្រ, en: Hand over the certificates}\n", "")
    )
    files["texts.yaml"] = texts.encode()
    return files


RENEWAL = "renewal: {opens: 60 days, grace: 30 days}\nkinds: [new, renewal, change]\n"


def licence(
    *changes: tuple[str, str, str], rules: str = RENEWAL, key: str = "industry.scale_check"
) -> dict[str, bytes]:
    """A licence for a year that is renewed and changed by applications of the same service, or as ``rules`` say."""
    own = ("service.yaml", "key: industry.scale_check", f"key: {key}")
    year = ("service.yaml", "validity: {until: row.next_check}\n", f"validity: 1 year\n{rules}")
    single = ("service.yaml", ", for_each: verify.scales, where: passed = true", "")
    files = changed("industry/scale_check", own, year, single)
    template = files["certificate.typ"].decode().splitlines()
    files["certificate.typ"] = "\n".join(line for line in template if "data.row" not in line).encode()
    head, _ = files["tests.yaml"].decode().split("  - name: none passes")
    files["tests.yaml"] = head.replace("valid_until: 2027-03-02", "valid_until: 2027-03-03").encode()
    for name, before, after in changes:
        text = files[name].decode()
        assert before in text, (name, before)
        files[name] = text.replace(before, after).encode()
    return files
