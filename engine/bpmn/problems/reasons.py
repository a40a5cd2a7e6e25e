"""The words of reasons: why an expression cannot be used, or why a step could not be carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn.problems.dialects import DIALECTS

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "nothing": ("nothing", "ទទេ"),
    "truth value": ("true or false", "ពិត ឬមិនពិត"),
    "number": ("a number", "លេខ"),
    "whole number": ("a whole number", "ចំនួនគត់"),
    "text": ("a text", "អត្ថបទ"),
    "point in time": ("a moment", "ពេលវេលា"),
    "calendar day": ("a day", "ថ្ងៃ"),
    "duration": ("a duration", "រយៈពេល"),
    "list": ("a list", "បញ្ជី"),
    "record": ("a record", "កំណត់ត្រា"),
    "numbers": ("a list of numbers", "បញ្ជីលេខ"),
    "text or list": ("a text or a list", "អត្ថបទ ឬបញ្ជី"),
    "measurable": ("a text, a list or a record", "អត្ថបទ បញ្ជី ឬកំណត់ត្រា"),
    "number or text": ("a number or a text", "លេខ ឬអត្ថបទ"),
    "plain value": ("a number, a text or a truth value", "លេខ អត្ថបទ ឬតម្លៃពិត/មិនពិត"),
    "comparable": ("numbers only or texts only", "លេខទាំងអស់ ឬអត្ថបទទាំងអស់"),
    "day": ("a day such as 2026-03-02", "កាលបរិច្ឆេទដូចជា 2026-03-02"),
    "moment": ("a moment such as 2026-03-02T08:00:00+07:00", "ពេលវេលាដូចជា 2026-03-02T08:00:00+07:00"),
    "span": ("a whole number of at most 100000", "ចំនួនគត់មិនលើសពី 100000"),
    "term": ("a whole number from 0 to 2000", "ចំនួនគត់ពី 0 ដល់ 2000"),
    "digits": ("a whole number from -15 to 15 as its second value", "ចំនួនគត់ពី -15 ដល់ 15 ជាតម្លៃទីពីរ"),
    "code": ("a text of at most 255 characters", "អត្ថបទមិនលើសពី 255 តួអក្សរ"),
}
"""Kinds of values: what is there, and what is wanted."""

READING: Final[Mapping[str, tuple[str, str]]] = {
    "empty": ("it is empty", "វាទទេ"),
    "long": ("it is longer than {most} characters", "វាវែងជាង {most} តួអក្សរ"),
    "unreadable": ("it cannot be read", "មិនអាចអានវាបានទេ"),
    "unreadable-near": ("it cannot be read near {near}", "មិនអាចអានវាបាននៅជិត {near}"),
    "deep": ("it is nested deeper than {most} levels", "វាត្រួតគ្នាជ្រៅជាង {most} ជាន់"),
    "direction": (
        "it holds invisible characters that change the direction of writing",
        "វាមានតួអក្សរមើលមិនឃើញដែលប្តូរទិសដៅនៃការសរសេរ",
    ),
    "part": ("{part} is not part of the expression language", "{part} មិនមែនជាផ្នែកនៃភាសាកន្សោមទេ"),
    "function-unknown": ("there is no function named {name}", "គ្មានអនុគមន៍ឈ្មោះ {name} ទេ"),
    "function-values": (
        "{name}() takes {number} values, not {given}",
        "{name}() ត្រូវការតម្លៃ {number} មិនមែន {given} ទេ",
    ),
    "call-name": ("only functions can be called, by their name", "អាចហៅបានតែអនុគមន៍តាមឈ្មោះប៉ុណ្ណោះ"),
    "call-order": (
        "functions take their values in order, without names",
        "អនុគមន៍ទទួលតម្លៃតាមលំដាប់ ដោយគ្មានឈ្មោះ",
    ),
    "underscore": ("the name {name} begins with an underscore", "ឈ្មោះ {name} ចាប់ផ្តើមដោយសញ្ញា _"),
    "reserved": (
        "{name} is a word of the language and cannot be the name of a variable",
        "{name} ជាពាក្យរបស់ភាសា មិនអាចជាឈ្មោះអថេរបានទេ",
    ),
    "is": (
        "is compares with null, true and false only; write == instead",
        "is ប្រៀបធៀបតែជាមួយ null, true និង false ប៉ុណ្ណោះ សូមសរសេរ ==",
    ),
    "error-outside": ("bpmn_error() can be called in scripts only", "bpmn_error() អាចហៅបានតែក្នុងស្គ្រីបប៉ុណ្ណោះ"),
    "script-line": (
        "line {line} is not of the form name = expression",
        "បន្ទាត់ទី {line} មិនមែនជាទម្រង់ ឈ្មោះ = កន្សោម ទេ",
    ),
    "script-target": (
        "line {line}: only a plain name can stand left of =",
        "បន្ទាត់ទី {line}៖ នៅខាងឆ្វេងសញ្ញា = អាចមានតែឈ្មោះធម្មតាមួយប៉ុណ្ណោះ",
    ),
}
"""Why an expression or script cannot be used at all."""

COMPUTING: Final[Mapping[str, tuple[str, str]]] = {
    "variable-missing": ("there is no variable named {name}", "គ្មានអថេរឈ្មោះ {name} ទេ"),
    "function-missing": ("the function {name} was not supplied", "អនុគមន៍ {name} មិនត្រូវបានផ្តល់ទេ"),
    "function-failed": ("{name}() could not be computed: {detail}", "មិនអាចគណនា {name}() បានទេ៖ {detail}"),
    "argument": ("{name}() needs {wanted}", "{name}() ត្រូវការ{wanted}"),
    "entry-named": ("there is no entry {name} in the record", "គ្មានធាតុ {name} ក្នុងកំណត់ត្រាទេ"),
    "entry-none": ("there is no entry of that name in the record", "គ្មានធាតុឈ្មោះនោះក្នុងកំណត់ត្រាទេ"),
    "entry-of": (
        "the entry {name} is asked of {kind}, which has no entries",
        "បានសួររកធាតុ {name} ពី{kind} ដែលគ្មានធាតុ",
    ),
    "place-range": (
        "the list or text has no entry at that place: it is out of range",
        "បញ្ជី ឬអត្ថបទគ្មានធាតុនៅលំដាប់នោះទេ",
    ),
    "place-kind": ("{kind} cannot be taken apart by {place}", "មិនអាចយកធាតុពី{kind} ដោយ{place} បានទេ"),
    "operator": ("{left} {sign} {right} cannot be computed", "មិនអាចគណនា {left} {sign} {right} បានទេ"),
    "sign": ("{sign} cannot stand before {right}", "សញ្ញា {sign} មិនអាចនៅមុខ{right} បានទេ"),
    "zero": ("division by zero", "ចែកនឹងសូន្យ"),
    "work": (
        "it takes too long: too many entries or characters are looked at",
        "វាចំណាយពេលយូរពេក៖ ត្រូវមើលធាតុ ឬតួអក្សរច្រើនពេក",
    ),
    "nested": ("it is nested too deeply", "វាត្រួតគ្នាជ្រៅពេក"),
    "value-large": ("the value is too large", "តម្លៃធំពេក"),
    "text-long": ("the text is too long", "អត្ថបទវែងពេក"),
    "number-large": ("the number is too large", "លេខធំពេក"),
    "number-finite": ("the number is not finite", "លេខនោះមិនកំណត់ទេ"),
    "number-text": ("the text is not a number", "អត្ថបទនោះមិនមែនជាលេខទេ"),
    "half-character": ("the text holds half a character", "អត្ថបទមានតួអក្សរមិនពេញ"),
    "null-character": ("the text holds a null character", "អត្ថបទមានតួអក្សរទទេ (NUL)"),
    "value-kind": ("{kind} is not a value a diagram can hold", "{kind} មិនមែនជាតម្លៃដែលដំណើរការអាចរក្សាបានទេ"),
    "key-kind": ("a record has a key that is not a text", "កំណត់ត្រាមានឈ្មោះធាតុដែលមិនមែនជាអត្ថបទ"),
    "name-kind": ("it cannot be the name of a variable", "វាមិនអាចជាឈ្មោះអថេរបានទេ"),
    "calendar": ("the day lies beyond the calendar", "ថ្ងៃនោះលើសពីប្រតិទិន"),
}
"""Why an expression that can be read could not be computed with the values of the case."""

STEPPING: Final[Mapping[str, tuple[str, str]]] = {
    "not-kept": ("the variable {name} cannot be kept: {reason}", "មិនអាចរក្សាអថេរ {name} បានទេ៖ {reason}"),
    "payload": ("the payload cannot be kept: {reason}", "មិនអាចរក្សាខ្លឹមសារដែលបានទទួលបានទេ៖ {reason}"),
    "store": ("the data store {name} cannot be read: {detail}", "មិនអាចអានឃ្លាំងទិន្នន័យ {name} បានទេ៖ {detail}"),
    "tokens": (
        "more than {most} tokens: the drawing multiplies them",
        "លើសពី {most} សញ្ញាលំហូរ៖ គំនូរនេះបង្កើនវាជានិច្ច",
    ),
    "circle": (
        "more than {most} moves without waiting: the drawing runs in a circle",
        "ផ្លាស់ទីលើសពី {most} ដងដោយមិនរង់ចាំ៖ គំនូរនេះវិលជុំ",
    ),
    "nesting": ("scopes are nested deeper than {most}", "ដំណើរការត្រួតគ្នាជ្រៅជាង {most} ជាន់"),
    "torn": (
        "what this step leaves behind could not be read again, so nothing of it was kept; tell those who maintain this "
        "system which element it was",
        "អ្វីដែលជំហាននេះបន្សល់ទុកមិនអាចអានឡើងវិញបានទេ ដូច្នេះគ្មានអ្វីត្រូវបានរក្សាទុកឡើយ។ សូមប្រាប់អ្នកថែទាំប្រព័ន្ធនេះថាធាតុណា",
    ),
    "state": ("the state of the instance exceeds {most} bytes", "ទិន្នន័យនៃករណីធំជាង {most} បៃ"),
    "error-answered": (
        "it ended in the error {code}, which nothing catches",
        "វាបញ្ចប់ដោយកំហុស {code} ដែលគ្មានអ្វីចាប់",
    ),
    "error-raised": ("it raised the error {code}, which nothing catches", "វាបង្កកំហុស {code} ដែលគ្មានអ្វីចាប់"),
    "no-way": ("no condition is true and there is no default flow", "គ្មានលក្ខខណ្ឌណាពិត ហើយគ្មានព្រួញលំនាំដើម"),
    "timer-kind": ("a timer is written as a text, not as {kind}", "ការកំណត់ពេលត្រូវសរសេរជាអត្ថបទ មិនមែន{kind} ទេ"),
    "timer-moment": (
        "it is not a moment such as 2026-03-02T08:00:00+07:00",
        "វាមិនមែនជាពេលវេលាដូចជា 2026-03-02T08:00:00+07:00 ទេ",
    ),
    "timer-duration": ("it is not a duration such as P3D or PT8H", "វាមិនមែនជារយៈពេលដូចជា P3D ឬ PT8H ទេ"),
    "timer-cycle": ("it is not a cycle such as R3/PT1H", "វាមិនមែនជាវដ្តដូចជា R3/PT1H ទេ"),
    "timer-gap": ("it repeats without any time between", "វាធ្វើឡើងវិញដោយគ្មានពេលចន្លោះ"),
    "timer-beyond": ("the duration reaches beyond the calendar", "រយៈពេលនោះលើសពីប្រតិទិន"),
    "instances": (
        "the number of instances is not a whole number from 0 to {most}",
        "ចំនួនករណីមិនមែនជាចំនួនគត់ពី 0 ដល់ {most} ទេ",
    ),
    "instances-list": (
        "the variable {name} is not a list of at most {most} entries",
        "អថេរ {name} មិនមែនជាបញ្ជីដែលមានមិនលើសពី {most} ធាតុទេ",
    ),
    "rules-several": (
        "several rules match ({rules}), but the hit policy is {policy}",
        "វិធានច្រើនត្រូវគ្នា ({rules}) ប៉ុន្តែគោលការណ៍គឺ {policy}",
    ),
    "rules-disagree": (
        "several rules match ({rules}) and disagree, but the hit policy is {policy}",
        "វិធានច្រើនត្រូវគ្នា ({rules}) តែផ្តល់លទ្ធផលផ្សេងគ្នា ប៉ុន្តែគោលការណ៍គឺ {policy}",
    ),
    "input-sets": (
        "none of its input sets is complete: some of their data have no value",
        "គ្មានសំណុំធាតុចូលណាពេញលេញទេ៖ ទិន្នន័យខ្លះគ្មានតម្លៃ",
    ),
    "output-sets": (
        "none of its output sets was produced: some of their data have no value",
        "គ្មានសំណុំលទ្ធផលណាត្រូវបានផលិតពេញលេញទេ៖ ទិន្នន័យខ្លះគ្មានតម្លៃ",
    ),
    "not-listed": (
        "a result is not among the values listed for the output {name}",
        "លទ្ធផលមួយមិនមានក្នុងតម្លៃដែលបានរាយសម្រាប់លទ្ធផល {name} ទេ",
    ),
    "in-decision": ("in the decision {decision}: {reason}", "ក្នុងតារាងសម្រេច {decision}៖ {reason}"),
    "in-rule": (
        "in rule {rule} of the decision {decision}: {reason}",
        "ក្នុងវិធានទី {rule} នៃតារាងសម្រេច {decision}៖ {reason}",
    ),
    "aggregation": ("{name} needs numbers", "{name} ត្រូវការលេខ"),
}
"""Why a step could not be carried out."""

XML: Final[Mapping[str, tuple[str, str]]] = {
    "join-never-gateway": (
        "The gateway waits for flows that can never all come. Merge alternatives with an exclusive gateway",
        "ច្រកនេះរង់ចាំព្រួញដែលមិនអាចមកគ្រប់បានទេ។ សូមប្រើច្រកជម្រើសមួយដើម្បីបញ្ចូលផ្លូវជំនួស",
    ),
    "join-may-wait-gateway": (
        "The gateway can wait forever for a flow that is not taken. Check the choices before it",
        "ច្រកនេះអាចរង់ចាំរហូតនូវព្រួញដែលមិនត្រូវបានជ្រើសរើស។ សូមពិនិត្យជម្រើសមុនវា",
    ),
    "join-never-activity": (
        "The activity begins when {number} tokens have come (startQuantity), and so many can never come. Lower the "
        "number, or lead more flows to it",
        "កិច្ចការនេះចាប់ផ្តើមពេលមានលំហូរ {number} មកដល់ (startQuantity) ប៉ុន្តែមិនអាចមកច្រើនដូច្នេះបានទេ។ សូមបន្ថយចំនួន ឬនាំព្រួញមកវាបន្ថែម",
    ),
    "join-may-wait-activity": (
        "The activity begins when {number} tokens have come (startQuantity), and some may be left waiting forever. "
        "Check the number and the choices before it",
        "កិច្ចការនេះចាប់ផ្តើមពេលមានលំហូរ {number} មកដល់ (startQuantity) ហើយខ្លះអាចរង់ចាំរហូត។ សូមពិនិត្យចំនួន និងជម្រើសមុនវា",
    ),
    "bytes": (
        "it has more than {number} MB; remove embedded images or split the process",
        "វាធំជាង {number} MB។ សូមដករូបភាពចេញ ឬបំបែកដំណើរការ",
    ),
    "elements": ("it has more than {most} elements; split the process", "វាមានលើសពី {most} ធាតុ។ សូមបំបែកដំណើរការ"),
    "attributes": (
        "the element {element} in line {line} has more than {most} attributes; remove those that say nothing",
        "ធាតុ {element} នៅបន្ទាត់ទី {line} មានលក្ខណៈលើសពី {most}។ សូមដកលក្ខណៈដែលគ្មានន័យចេញ",
    ),
    "xml-place": ("at line {line}, column {column}", "នៅបន្ទាត់ទី {line} ជួរឈរទី {column}"),
    "xml-encoding": ("its encoding is not known", "មិនស្គាល់ការអ៊ិនកូដរបស់វា"),
    "at-line": ("{reason} (line {line})", "{reason} (បន្ទាត់ទី {line})"),
    "xsd-element": ("the element {element} must not stand here", "ធាតុ {element} មិនអាចស្ថិតនៅទីនេះទេ"),
    "xsd-child": ("the element {element} lacks one of: {expected}", "ធាតុ {element} ខ្វះមួយក្នុងចំណោម៖ {expected}"),
    "xsd-attribute": (
        "the element {element} cannot have the attribute {attribute}",
        "ធាតុ {element} មិនអាចមានលក្ខណៈ {attribute} ទេ",
    ),
    "xsd-missing": ("the element {element} lacks the attribute {attribute}", "ធាតុ {element} ខ្វះលក្ខណៈ {attribute}"),
    "xsd-value": (
        "the attribute {attribute} of the element {element} cannot be '{value}'",
        "លក្ខណៈ {attribute} របស់ធាតុ {element} មិនអាចជា '{value}' ទេ",
    ),
    "xsd-content": (
        "the content of the element {element} cannot be '{value}'",
        "ខ្លឹមសារនៃធាតុ {element} មិនអាចជា '{value}' ទេ",
    ),
    "xsd-choice": (
        "the attribute {attribute} of the element {element} is '{value}'; it must be one of {known}",
        "លក្ខណៈ {attribute} របស់ធាតុ {element} គឺ '{value}' ប៉ុន្តែត្រូវជាមួយក្នុងចំណោម {known}",
    ),
    "xsd-text": (
        "the element {element} holds text, but only elements may stand in it",
        "ធាតុ {element} មានអត្ថបទ ប៉ុន្តែអាចមានតែធាតុប៉ុណ្ណោះ",
    ),
    "xsd-inside": (
        "the element {element} holds elements, but only text may stand in it",
        "ធាតុ {element} មានធាតុនៅខាងក្នុង ប៉ុន្តែអាចមានតែអត្ថបទប៉ុណ្ណោះ",
    ),
    "xsd-type": (
        "the element {element} has a type (xsi:type) that it cannot have",
        "ធាតុ {element} មានប្រភេទ (xsi:type) ដែលវាមិនអាចមាន",
    ),
    "xsd-other": ("{message}", "{message}"),
    "xsd-many": (
        "it does so in more than {most} places, so they are not listed",
        "កំហុសមានលើសពី {most} កន្លែង ដូច្នេះមិនត្រូវបានរាយទេ",
    ),
}
"""What is wrong with a file as XML, or by the schema of BPMN."""

REASONS: Final[Mapping[str, tuple[str, str]]] = {**READING, **DIALECTS, **COMPUTING, **STEPPING, **XML}
