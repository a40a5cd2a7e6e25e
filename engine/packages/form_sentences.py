"""What can be wrong with a form as it is written, in both languages."""

from __future__ import annotations

from typing import Final

from engine.khmer import Bilingual

MOST_COMPONENTS: Final = 200
NO_EARLIER: Final = Bilingual(
    "“{source}” មើល “{name}” ដែលមិនមែនជាសំណួរមុននេះទេ។ សំណួរមុននេះ៖ {known}។ សូមសរសេរមួយ។",
    "“{source}” looks at “{name}”, which is no earlier question; there are: {known}. Write one of them.",
)
COMPUTED: Final = Bilingual(
    "ចម្លើយដែលគណនាមិនត្រូវបានវាយដោយនរណាទេ។ សូមដក required, prefill និង readonly ចេញ។",
    "a computed answer is typed by nobody; remove required, prefill and readonly.",
)
KEY_TWICE: Final = Bilingual(
    "ពាក្យគន្លឹះនេះមានពីរដងក្នុងទម្រង់។ សូមប្តូរឈ្មោះមួយ។", "this key stands in the form twice; rename one."
)
TOO_MANY: Final = Bilingual(
    f"ទម្រង់មួយមានសំណួរយ៉ាងច្រើន {MOST_COMPONENTS}។ សូមបំបែកវា។",
    f"A form has at most {MOST_COMPONENTS} components; split it.",
)
NO_TITLE: Final = Bilingual(
    "texts.yaml គ្មានចំណងជើងសម្រាប់ទំព័រនេះទេ (forms: pages: {name})។ សូមបន្ថែមវា។",
    "texts.yaml has no title for this page (forms: pages: {name}); add it.",
)
NO_KEY: Final = Bilingual("សំណួរនេះគ្មានពាក្យគន្លឹះ (key)។ សូមដាក់មួយ។", "the component has no key; give it one.")
NO_LABEL: Final = Bilingual(
    "texts.yaml គ្មានពាក្យសម្រាប់សំណួរនេះទេ (forms: fields: {name})។ សូមបន្ថែមវា។",
    "texts.yaml has no label for this component (forms: fields: {name}); add it.",
)
OTHER_TYPE: Final = Bilingual(
    "លក្ខណៈ kind = {kind} ប្រើជាមួយ {written} មិនមែនជាមួយ {type} ទេ។ សូមប្តូរប្រភេទសំណួរ ឬដក kind ចេញ។",
    "the property kind = {kind} stands on a {written}, not on a {type}; change the type, or remove kind.",
)
PATTERN: Final = Bilingual(
    "លំនាំ “{pattern}” មិនអាចប្រើបានត្រង់ “{at}” ទេ។ សូមប្រើតួអក្សរ ក្រុមដូចជា [0-9] និងចំនួនដូចជា {{9,13}}។",
    "the pattern “{pattern}” is not supported at “{at}”; use characters, classes such as [0-9] and counts as {{9,13}}.",
)
FILE_TYPE: Final = Bilingual(
    "ឯកសារប្រភេទ “{type}” មិនទទួលទេ។ សូមប្រើ {known}។", "files of type “{type}” are not accepted; use {known}."
)
NO_VALUES: Final = Bilingual("គ្មានអ្វីត្រូវជ្រើសរើសទេ។ សូមបន្ថែម values។", "there is nothing to choose from; add values.")
VALUE_TWICE: Final = Bilingual("តម្លៃមួយមានពីរដងក្នុងជម្រើស។ សូមទុកតែមួយ។", "a value stands among the choices twice; keep one.")
NO_CHOICE: Final = Bilingual(
    "“{value}” មិនអាចជាតម្លៃនៃជម្រើសបានទេ។ សូមប្រើអក្សរឡាតាំងតូច លេខ និង “_” ដោយចាប់ផ្តើមដោយអក្សរ។",
    "“{value}” cannot be the value of a choice; use small Latin letters, digits and “_”, a letter first, here and "
    "wherever it is compared.",
)
NO_WORDS: Final = Bilingual(
    "texts.yaml គ្មានពាក្យសម្រាប់ជម្រើស “{value}” ទេ (forms: fields: {name}: options)។ សូមបន្ថែមវា។",
    "texts.yaml has no words for the choice “{value}” (forms: fields: {name}: options); add them.",
)
GROUP_IN_GROUP: Final = Bilingual(
    "ក្រុមជួរមិនអាចនៅក្នុងក្រុមជួរផ្សេងបានទេ។ សូមដាក់វានៅខាងក្រៅ។",
    "a repeating group cannot stand inside another one; put it outside.",
)
EMPTY_GROUP: Final = Bilingual("ក្រុមជួរត្រូវការសំណួរ។ សូមបន្ថែមមួយ។", "a repeating group needs components; add one.")
A_PAGE: Final = Bilingual("ទំព័រ", "page")
A_FIELD: Final = Bilingual("សំណួរ", "field")
FOR_NOTHING: Final = Bilingual(
    "texts.yaml មានពាក្យសម្រាប់{kind} “{key}” ដែលទម្រង់នេះគ្មាន។ ទម្រង់មាន៖ {known}។ សូមកែឈ្មោះ ឬដកពាក្យនោះចេញ។",
    "texts.yaml has words for the {kind} “{key}”, which this form has not; it has: {known}. Correct the "
    "name, or remove "
    "the words.",
)
