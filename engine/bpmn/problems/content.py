"""What can be wrong with what is written inside elements: expressions, scripts, timers, loops, decisions, data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CONTENT: Final[Mapping[str, tuple[str, str]]] = {
    "expression-elsewhere": (
        "The expression is empty and {attribute} says for another product where to find it. Write it here.",
        "កន្សោមនេះទទេ ហើយ {attribute} ប្រាប់កម្មវិធីផ្សេងនូវកន្លែងរកវា។ សូមសរសេរវានៅទីនេះ។",
    ),
    "expression-language": (
        "Expressions in {language} are not run. Write it in the expression language of this house, and remove the "
        "attribute language.",
        "កន្សោមជាភាសា {language} មិនត្រូវបានប្រតិបត្តិទេ។ សូមសរសេរជាភាសាកន្សោមរបស់ប្រព័ន្ធនេះ ហើយលុប language ចេញ។",
    ),
    "expression-default": (
        "The file declares expressions in {language}; they are read in the expression language of this house.",
        "ឯកសារប្រកាសកន្សោមជា {language} ប៉ុន្តែកន្សោមត្រូវបានអានជាភាសាកន្សោមរបស់ប្រព័ន្ធនេះ។",
    ),
    "expression-invalid": (
        "The expression {expression} cannot be used: {reason}. Correct it.",
        "កន្សោម {expression} មិនអាចប្រើបានទេ៖ {reason}។ សូមកែវា។",
    ),
    "number-attribute": (
        "{attribute} is {value}; it must be a whole number of at least {least}.",
        "{attribute} គឺ {value} ប៉ុន្តែត្រូវតែជាចំនួនគត់យ៉ាងតិច {least}។",
    ),
    "condition-missing": (
        "The conditional event has no condition. Write one.",
        "ព្រឹត្តិការណ៍តាមលក្ខខណ្ឌគ្មានលក្ខខណ្ឌទេ។ សូមសរសេរមួយ។",
    ),
    "script-language": (
        "Scripts in {language} are not run. Write lines of the form name = expression.",
        "ស្គ្រីបជាភាសា {language} មិនត្រូវបានប្រតិបត្តិទេ។ សូមសរសេរជាបន្ទាត់ ឈ្មោះ = កន្សោម។",
    ),
    "script-missing": (
        "The script task has no script. Write one or make it another task.",
        "កិច្ចការស្គ្រីបគ្មានស្គ្រីបទេ។ សូមសរសេរមួយ ឬប្តូរទៅកិច្ចការប្រភេទផ្សេង។",
    ),
    "script-invalid": (
        "The script cannot be used: {reason}. Correct it.",
        "ស្គ្រីបមិនអាចប្រើបានទេ៖ {reason}។ សូមកែវា។",
    ),
    "name-computed": (
        "The name {name} would have to be computed, but names and codes are taken as they are written. Write a fixed "
        "name, and tell instances apart by a correlation.",
        "ឈ្មោះ {name} ត្រូវគណនា ប៉ុន្តែឈ្មោះ និងលេខកូដត្រូវបានយកតាមដែលសរសេរ។ សូមសរសេរឈ្មោះថេរ ហើយញែកករណីដោយគន្លឹះភ្ជាប់សារ។",
    ),
    "timer-parts": (
        "A timer needs exactly one of: date, duration, cycle. Write it, such as P3D for three days.",
        "ការកំណត់ពេលត្រូវការតែមួយក្នុងចំណោម៖ កាលបរិច្ឆេទ រយៈពេល ឬវដ្ត។ សូមសរសេរវា ឧទាហរណ៍ P3D សម្រាប់បីថ្ងៃ។",
    ),
    "timer-text": (
        "The timer {text} cannot be read as a {kind}. Write it in ISO 8601 with whole numbers, such as "
        "2026-03-02T08:00:00+07:00, P3D or R3/PT1H.",
        "ការកំណត់ពេល {text} មិនអាចអានជា {kind} បានទេ។ សូមសរសេរវាតាម ISO 8601 ដោយលេខគត់ ឧទាហរណ៍ "
        "2026-03-02T08:00:00+07:00, P3D ឬ R3/PT1H។",
    ),
    "link-name": (
        "The link event has no name. Give both link events the same name.",
        "ព្រឹត្តិការណ៍តំណគ្មានឈ្មោះទេ។ សូមដាក់ឈ្មោះដូចគ្នាឱ្យព្រឹត្តិការណ៍តំណទាំងពីរ។",
    ),
    "loop-endless": (
        "The loop has neither a condition nor a maximum. Write one of them.",
        "រង្វិលជុំគ្មានលក្ខខណ្ឌ និងគ្មានចំនួនអតិបរមាទេ។ សូមសរសេរមួយ។",
    ),
    "loop-number": (
        "Say how many instances there are, or over which list they run: one of the two.",
        "សូមប្រាប់ចំនួនករណី ឬបញ្ជីដែលត្រូវអនុវត្ត៖ យកតែមួយក្នុងចំណោមពីរ។",
    ),
    "loop-output": (
        "The results of the instances are collected, but no output item is named. Name it.",
        "លទ្ធផលនៃករណីត្រូវបានប្រមូល ប៉ុន្តែគ្មានឈ្មោះលទ្ធផលនីមួយៗទេ។ សូមដាក់ឈ្មោះ។",
    ),
    "loop-behavior": (
        "The behaviour {value} is not known. Use None, One, All or Complex.",
        "របៀប {value} មិនស្គាល់ទេ។ សូមប្រើ None, One, All ឬ Complex។",
    ),
    "loop-complex": (
        "Complex behaviour needs a condition and exactly one event each.",
        "របៀប Complex ត្រូវការលក្ខខណ្ឌមួយ និងព្រឹត្តិការណ៍តែមួយសម្រាប់នីមួយៗ។",
    ),
    "operator-missing": (
        "The service task names no operator. Choose the operation it performs.",
        "កិច្ចការសេវាមិនបានប្រាប់ប្រតិបត្តិការទេ។ សូមជ្រើសរើសប្រតិបត្តិការដែលវាត្រូវធ្វើ។",
    ),
    "decision-missing": (
        "The business rule task names no decision. Choose a decision table.",
        "កិច្ចការវិធានមិនបានប្រាប់សេចក្តីសម្រេចទេ។ សូមជ្រើសរើសតារាងសេចក្តីសម្រេច។",
    ),
    "decision-unknown": (
        "There is no decision {id} in the files. Add the DMN file or choose another.",
        "គ្មានសេចក្តីសម្រេច {id} ក្នុងឯកសារទេ។ សូមបន្ថែមឯកសារ DMN ឬជ្រើសរើសផ្សេង។",
    ),
    "decision-form": (
        "The decision is neither one decision table with outputs nor one literal expression, or it uses a business "
        "knowledge model. Only tables and literal expressions are evaluated.",
        "សេចក្តីសម្រេចនេះមិនមែនជាតារាងដែលមានលទ្ធផល ឬកន្សោមតែមួយទេ ឬវាប្រើគំរូចំណេះដឹង។ មានតែតារាង និងកន្សោមប៉ុណ្ណោះដែលត្រូវបានគណនា។",
    ),
    "decision-policy": (
        "The hit policy {policy} is not evaluated. Use UNIQUE, FIRST, ANY, PRIORITY, COLLECT (with SUM, COUNT, MIN, "
        "MAX or without), RULE ORDER or OUTPUT ORDER.",
        "គោលការណ៍ {policy} មិនត្រូវបានគណនាទេ។ សូមប្រើ UNIQUE, FIRST, ANY, PRIORITY, COLLECT (ជាមួយ SUM, COUNT, MIN, "
        "MAX ឬគ្មាន), RULE ORDER ឬ OUTPUT ORDER។",
    ),
    "decision-required": (
        "The decision needs the decision {id}, which is not in the files. Add its DMN file, or remove the arrow.",
        "សេចក្តីសម្រេចនេះត្រូវការសេចក្តីសម្រេច {id} ដែលមិនមានក្នុងឯកសារទេ។ សូមបន្ថែមឯកសារ DMN នោះ ឬលុបព្រួញចេញ។",
    ),
    "decision-circle": (
        "The decision needs itself through others, or more than {most} decisions. Draw the arrows in one direction, "
        "and fewer.",
        "សេចក្តីសម្រេចនេះត្រូវការខ្លួនវាតាមរយៈសេចក្តីសម្រេចផ្សេង ឬត្រូវការលើសពី {most} សេចក្តីសម្រេច។ សូមគូរឱ្យតិច ក្នុងទិសដៅតែមួយ។",
    ),
    "decision-twice": (
        "The decision {id} is defined twice. Give one of them another id.",
        "សេចក្តីសម្រេច {id} ត្រូវបានកំណត់ពីរដង។ សូមដាក់ id ផ្សេងឱ្យមួយ។",
    ),
    "decision-ranks": (
        "The hit policy {policy} needs the values of an output in order of priority. List them as its output values.",
        "គោលការណ៍ {policy} ត្រូវការតម្លៃលទ្ធផលតាមលំដាប់អាទិភាព។ សូមរាយវាជាតម្លៃនៃលទ្ធផល។",
    ),
    "decision-values": (
        "The allowed values of the inputs are not checked; a value that is not among them is looked up like any other.",
        "តម្លៃអនុញ្ញាតនៃធាតុចូលមិនត្រូវបានពិនិត្យទេ។ តម្លៃក្រៅពីនោះត្រូវបានរកក្នុងតារាងដូចតម្លៃផ្សេងទៀត។",
    ),
    "decision-output": (
        "The output {name} cannot be the name of a variable. Use letters, digits and underscores.",
        "លទ្ធផល {name} មិនអាចជាឈ្មោះអថេរបានទេ។ សូមប្រើអក្សរឡាតាំង លេខ និងសញ្ញា _។",
    ),
    "decision-cells": (
        "A rule has not one cell with one text for each input and output. Add what is missing, or remove what is too "
        "many.",
        "វិធានមួយមិនមានក្រឡាមួយដែលមានអត្ថបទតែមួយសម្រាប់ធាតុចូល និងលទ្ធផលនីមួយៗទេ។ សូមបន្ថែមអ្វីដែលខ្វះ ឬដកអ្វីដែលលើសចេញ។",
    ),
    "cell-empty": (
        "No value passes the cell {cell} of rule {rule}: its range ends before it begins. Write the smaller end first, "
        "and a single value as [5..5] or 5.",
        "គ្មានតម្លៃណាអាចឆ្លងកាត់ក្រឡា {cell} នៃវិធានទី {rule} បានទេ៖ ចន្លោះរបស់វាចប់មុនពេលចាប់ផ្តើម។ "
        "សូមសរសេរតម្លៃតូចមុន ហើយសរសេរតម្លៃតែមួយជា [5..5] ឬ 5។",
    ),
    "cell-order": (
        "The cell {cell} of rule {rule} compares with what has no order. Compare with numbers, texts, days, moments or "
        "durations, both ends of a range of one kind.",
        "ក្រឡា {cell} នៃវិធានទី {rule} ប្រៀបធៀបនឹងអ្វីដែលគ្មានលំដាប់។ សូមប្រៀបធៀបនឹងលេខ អត្ថបទ ថ្ងៃ ពេលវេលា ឬរយៈពេល "
        "ហើយចុងទាំងពីរនៃចន្លោះត្រូវជាប្រភេទតែមួយ។",
    ),
    "cell-twice": (
        "The cell {cell} of rule {rule} lists a value twice. Remove one of them, or correct it.",
        "ក្រឡា {cell} នៃវិធានទី {rule} រាយតម្លៃមួយពីរដង។ សូមលុបមួយចេញ ឬកែវា។",
    ),
    "correlation-empty": (
        "The correlation key has no property. Add one, or remove the key.",
        "គន្លឹះភ្ជាប់សារគ្មានលក្ខណៈទេ។ សូមបន្ថែមមួយ ឬដកគន្លឹះនេះចេញ។",
    ),
    "correlation-unbound": (
        "The subscription does not compute every property of its correlation key. Bind each of them once.",
        "ការជាវនេះមិនគណនាគ្រប់លក្ខណៈនៃគន្លឹះភ្ជាប់សារទេ។ សូមភ្ជាប់លក្ខណៈនីមួយៗម្តង។",
    ),
    "data-sets": (
        "{id} is in no input or output set of the activity. Add it to one (10.4).",
        "{id} មិនមានក្នុងសំណុំធាតុចូល ឬលទ្ធផលនៃកិច្ចការទេ។ សូមបន្ថែមវាទៅក្នុងសំណុំមួយ (10.4)។",
    ),
    "data-store-list": (
        "A list of instances cannot be a data store itself. Draw an association from the store to a data input.",
        "បញ្ជីនៃករណីមិនអាចជាឃ្លាំងទិន្នន័យដោយផ្ទាល់ទេ។ សូមគូរខ្សែទិន្នន័យពីឃ្លាំងទៅធាតុចូលនៃកិច្ចការ។",
    ),
    "data-store-capacity": (
        "The capacity of the data store is not counted; what is written replaces what it held.",
        "ចំណុះរបស់ឃ្លាំងទិន្នន័យមិនត្រូវបានរាប់ទេ។ អ្វីដែលសរសេរថ្មី ជំនួសអ្វីដែលវាមានពីមុន។",
    ),
    "data-drawn": (
        "The line to the data does not say which value is kept, so it copies nothing.",
        "ខ្សែទៅទិន្នន័យមិនបានប្រាប់ថាតម្លៃណាត្រូវរក្សាទុកទេ ដូច្នេះវាមិនចម្លងអ្វីឡើយ។",
    ),
    "data-sources": (
        "A data association needs one source and one target, or a transformation.",
        "ខ្សែទិន្នន័យត្រូវការប្រភពមួយ និងគោលដៅមួយ ឬការបម្លែង។",
    ),
}
