"""Why an expression written for another product cannot be used, and how to write it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DIALECTS: Final[Mapping[str, tuple[str, str]]] = {
    "condition-form": (
        "a choice with ? and : is written here as: this if condition else that",
        "ការជ្រើសរើសដោយ ? និង : ត្រូវសរសេរនៅទីនេះជា៖ នេះ if លក្ខខណ្ឌ else នោះ",
    ),
    "empty-form": (
        "instead of empty x write x == null or len(x) == 0",
        "ជំនួស empty x សូមសរសេរ x == null or len(x) == 0",
    ),
    "remainder": (
        "the remainder of negative numbers differs between languages; write x % y without ${{…}}",
        "សំណល់នៃលេខអវិជ្ជមានខុសគ្នារវាងភាសា។ សូមសរសេរ x % y ដោយគ្មាន ${{…}}",
    ),
    "one-part": (
        "${{…}} must hold one whole expression; write everything inside one pair of braces, and join texts with +",
        "${{…}} ត្រូវមានកន្សោមពេញលេញតែមួយ។ សូមសរសេរទាំងអស់ក្នុងសញ្ញា {{ }} តែមួយគូ ហើយភ្ជាប់អត្ថបទដោយ +",
    ),
    "other-engine": (
        "{word} belongs to another product; write the name of a variable instead",
        "{word} ជារបស់កម្មវិធីផ្សេង។ សូមសរសេរឈ្មោះអថេរជំនួស",
    ),
    "counter-from-zero": (
        "{word} counts from 0 in other products and from 1 here; write it without ${{…}}",
        "{word} រាប់ពី 0 ក្នុងកម្មវិធីផ្សេង ប៉ុន្តែរាប់ពី 1 នៅទីនេះ។ សូមសរសេរវាដោយគ្មាន ${{…}}",
    ),
    "records": (
        "records are written without a leading =, with quoted names: {{'a': 1}}",
        "កំណត់ត្រាត្រូវសរសេរដោយគ្មានសញ្ញា = នៅខាងមុខ ដោយដាក់ឈ្មោះក្នុងសញ្ញា '…'៖ {{'a': 1}}",
    ),
    "range": (
        "instead of {word} write x >= low and x <= high",
        "ជំនួស {word} សូមសរសេរ x >= តូច and x <= ធំ",
    ),
    "other-sign": ("instead of {sign} write {instead}", "ជំនួស {sign} សូមសរសេរ {instead}"),
    "cell-condition": (
        "a condition in a cell must say what it asks: write ? for the value, and not(…) around the whole cell only",
        "លក្ខខណ្ឌក្នុងក្រឡាត្រូវប្រាប់ថាវាសួរអំពីអ្វី៖ សូមសរសេរ ? ជំនួសតម្លៃ ហើយដាក់ not(…) គ្របក្រឡាទាំងមូលប៉ុណ្ណោះ",
    ),
    "whole-division": (
        "// begins a remark in FEEL and divides here; write it without a leading =, or leave it out",
        "// ចាប់ផ្តើមកំណត់សម្គាល់ក្នុង FEEL ប៉ុន្តែជាការចែកនៅទីនេះ។ សូមសរសេរវាដោយគ្មានសញ្ញា = នៅខាងមុខ ឬលុបវាចេញ",
    ),
    "place-from-one": (
        "places in a list count from 1 in FEEL and from 0 here; write first(list) or last(list)",
        "លំដាប់ក្នុងបញ្ជីរាប់ពី 1 ក្នុង FEEL ប៉ុន្តែរាប់ពី 0 នៅទីនេះ។ សូមសរសេរ first(បញ្ជី) ឬ last(បញ្ជី)",
    ),
    "compared-twice": (
        "two comparisons in a row mean different things in different languages; join them with and",
        "ការប្រៀបធៀបពីរជាប់គ្នាមានន័យខុសគ្នារវាងភាសា។ សូមភ្ជាប់ដោយ and",
    ),
    "text-as-value": (
        "'{text}' is a text here and never equal to a number or truth value: where a number or true and "
        "false is compared, "
        "write {text} without quotes; where a text is, such as a code, keep the quotes and write the whole expression "
        "without ${{…}}",
        "'{text}' ជាអត្ថបទនៅទីនេះ ហើយមិនស្មើនឹងលេខ ឬតម្លៃពិត/មិនពិតឡើយ។ បើប្រៀបធៀបនឹងលេខ ឬ true/false សូមសរសេរ {text} "
        "ដោយគ្មានសញ្ញា '…'; បើប្រៀបធៀបនឹងអត្ថបទដូចជាលេខកូដ សូមទុកសញ្ញា '…' ហើយសរសេរកន្សោមទាំងមូលដោយគ្មាន ${{…}}",
    ),
    "method": (
        "values have no operations such as .{name}(); write the name of a variable or call a function, such as len(x)",
        "តម្លៃគ្មានប្រតិបត្តិការដូចជា .{name}() ទេ។ សូមសរសេរឈ្មោះអថេរ ឬហៅអនុគមន៍ ដូចជា len(x)",
    ),
}
