"""What can be wrong with a fee table as it is written, in both languages."""

from __future__ import annotations

from typing import Final

from engine.khmer import Bilingual

MOST_RULES: Final = 1000

UNREADABLE: Final = Bilingual(
    "មិនអាចអានជា XML បានទេ៖ {reason}។ សូមនាំចេញឯកសារម្តងទៀត។",
    "Not readable as XML: {reason}. Export the file again.",
)
NOT_USED: Final = Bilingual("“{name}” មិនប្រើក្នុងតារាងថ្លៃទេ។ សូមដកវាចេញ។", "“{name}” is not used in fee tables; remove it.")
ONE_TABLE: Final = Bilingual(
    "ឯកសារថ្លៃមានតារាងសេចក្តីសម្រេចតែមួយ នៅទីនេះមាន {number}។ សូមទុកតែមួយ។",
    "A fee file holds one decision table, here are {number}; keep one.",
)
OUTPUTS: Final = Bilingual(
    "លទ្ធផលត្រូវមានឈ្មោះ {wanted} មិនមែន {here} ទេ។ សូមប្តូរឈ្មោះ។",
    "The outputs must be named {wanted}, not {here}; rename them.",
)
RULES: Final = Bilingual(
    f"តារាងថ្លៃមានវិធានពី 1 ដល់ {MOST_RULES}។ សូមកែវា។", f"A fee table has between 1 and {MOST_RULES} rules; change it."
)
POLICY: Final = Bilingual(
    "គោលការណ៍ {policy} មិនអាចប្រើបានទេ។ សូមប្រើ {known}។", "The hit policy {policy} is not supported; use {known}."
)
AGGREGATION: Final = Bilingual(
    "ការបូកសរុប {name} មិនអាចប្រើបានទេ។ សូមប្រើ SUM ឬគ្មាន។", "The aggregation {name} is not supported; use SUM or none."
)
ONE_NAME: Final = Bilingual(
    "កន្សោមធាតុចូល “{name}” ត្រូវជាឈ្មោះតែមួយ៖ អថេរ ការពិតនៃសំណុំរឿង ឬសំណួរក្នុងជួរ។ សូមកែវា។",
    "The input expression “{name}” must be one name: a variable, a fact, a field of the row.",
)
ONE_TEXT: Final = Bilingual(
    "ច្បាប់ទី {number}៖ ក្រឡាមួយមានអត្ថបទតែមួយ។ សូមទុកតែមួយ។", "Rule {number}: a cell holds one text; keep one."
)
