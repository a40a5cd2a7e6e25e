"""Names of invented people: every family name with every given name, in Khmer and in Latin letters."""

from __future__ import annotations

from typing import Final

Name = tuple[str, str]

_FAMILY: Final = (
    ("សុខ", "Sok"), ("ចាន់", "Chan"), ("កែវ", "Keo"), ("ហេង", "Heng"), ("លី", "Ly"), ("ឈឹម", "Chhim"), ("នួន", "Nuon"),
    ("ប៊ុន", "Bun"), ("សៅ", "Sao"), ("ទេព", "Tep"), ("ម៉ៅ", "Mao"), ("អ៊ុក", "Ouk"), ("យិន", "Yin"), ("ជា", "Chea"),
    ("ឡុង", "Long"), ("ផាន់", "Phan"), ("រស់", "Ros"), ("ស៊ឹម", "Sim"), ("តាន់", "Tan"), ("អ៊ិន", "In"), ("ខៀវ", "Khiev"),
    ("គង់", "Kong"), ("ញឹក", "Nhek"), ("ពេជ្រ", "Pich"), ("សេង", "Seng"), ("សំ", "Sam"), ("ទូច", "Touch"), ("អ៊ុំ", "Um"),
    ("វ៉ាន់", "Van"), ("យឹម", "Yim"), ("ឆាយ", "Chhay"), ("ឌី", "Dy"), ("ហ៊ុន", "Hun"), ("អៀង", "Eang"), ("កឹម", "Kim"),
    ("គឹម", "Kim"), ("លាង", "Leang"), ("មាស", "Meas"), ("ណុប", "Nop"), ("អ៊ូ", "Ou"), ("ប៉ែន", "Pen"), ("ព្រំ", "Prum"),
    ("រិន", "Rin"), ("ស", "Sar"), ("ស៊ន", "Son"), ("ថោង", "Thong"), ("ទិត្យ", "Tith"), ("ឧត្តម", "Uddam"), ("វណ្ណ", "Vann"),
    ("យ៉ាន", "Yan"),
)  # fmt: skip
_FIRST: Final = (
    ("សុ", "So"), ("ចាន់", "Chan"), ("សុវណ្ណ", "Sovann"), ("ស្រី", "Srey"), ("វិសាល", "Visal"), ("រតនា", "Ratana"),
    ("ពិសិដ្ឋ", "Piseth"), ("បុប្ផា", "Bopha"), ("កល្យាណ", "Kalyan"), ("មករា", "Makara"), ("វណ្ណា", "Vanna"),
    ("សំណាង", "Samnang"), ("ធារ៉ា", "Theara"), ("ដារា", "Dara"), ("លក្ខិណា", "Leakhena"), ("ភក្ដី", "Pheakdey"),
)  # fmt: skip
_SECOND: Final = (
    ("ភា", "phea"), ("ធា", "thea"), ("នី", "ny"), ("រិទ្ធ", "rith"), ("មុំ", "mom"), ("លីន", "lin"), ("ណា", "na"),
    ("វុធ", "vuth"), ("សុខ", "sok"), ("តា", "ta"), ("ម៉ាលី", "maly"), ("រដ្ឋ", "roth"),
)  # fmt: skip


def names() -> tuple[Name, ...]:
    """Some ten thousand, each in Khmer and Latin; so many people share each as there are more people than names."""
    given = [(a + b, x + y) for a, x in _FIRST for b, y in _SECOND]
    return tuple((f"{km} {mine}", f"{latin} {own}") for km, latin in _FAMILY for mine, own in given)
