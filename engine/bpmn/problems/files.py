"""What can be wrong with a file, and with what its elements refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FILES: Final[Mapping[str, tuple[str, str]]] = {
    "file-too-large": (
        "The file is larger than what is read here: {reason}.",
        "ឯកសារធំជាងអ្វីដែលអានបាននៅទីនេះ៖ {reason}។",
    ),
    "document-type": (
        "The file has a DOCTYPE or entities, which are not accepted. Export it again as plain BPMN.",
        "ឯកសារមាន DOCTYPE ឬ entity ដែលមិនអនុញ្ញាត។ សូមនាំចេញម្តងទៀតជា BPMN ធម្មតា។",
    ),
    "not-xml": (
        "The file cannot be read as XML ({reason}). Export it again from the editor.",
        "មិនអាចអានឯកសារជា XML បានទេ ({reason})។ សូមនាំចេញម្តងទៀតពីកម្មវិធីគូរ។",
    ),
    "file-empty": (
        "The file is empty. Export the process again.",
        "ឯកសារទទេ។ សូមនាំចេញដំណើរការម្តងទៀត។",
    ),
    "not-bpmn": (
        "The root element is {tag} ({space}), not definitions of BPMN 2.0. Export the process as BPMN 2.0 XML.",
        "ធាតុឫសគឺ {tag} ({space}) មិនមែន definitions របស់ BPMN 2.0 ទេ។ សូមនាំចេញជា BPMN 2.0 XML។",
    ),
    "not-bpmn-but": (
        "The file is {kind}, not BPMN 2.0. Open it in the tool it was drawn with and export it as BPMN 2.0 XML.",
        "ឯកសារនេះជា {kind} មិនមែន BPMN 2.0 ទេ។ សូមបើកវាក្នុងកម្មវិធីដែលបានគូរ រួចនាំចេញជា BPMN 2.0 XML។",
    ),
    "schema": (
        "The file breaks the BPMN 2.0 schema: {reason}. Correct it or export it again.",
        "ឯកសារមិនគោរពតាមគ្រោង BPMN 2.0 ទេ៖ {reason}។ សូមកែ ឬនាំចេញម្តងទៀត។",
    ),
    "target-namespace": (
        "The file names no target namespace (targetNamespace). It runs all the same; other tools may refuse it (8.1).",
        "ឯកសារមិនបានសរសេរ targetNamespace ទេ។ វានៅតែរត់បាន ប៉ុន្តែកម្មវិធីផ្សេងអាចបដិសេធឯកសារនេះ (8.1)។",
    ),
    "id-form": (
        "Ids that are no XML names, such as {id}, are used as written ({number} in all); other tools may refuse it.",
        "id ដូចជា {id} មិនមែនជាឈ្មោះតាម XML ទេ (សរុប {number})។ វាត្រូវបានប្រើដូចដែលបានសរសេរ ប៉ុន្តែកម្មវិធីផ្សេងអាចបដិសេធឯកសារនេះ។",
    ),
    "schema-order": (
        "Parts of the file are not in the order of the BPMN 2.0 schema. This changes nothing; other tools may refuse.",
        "ផ្នែកខ្លះនៃឯកសារមិនស្ថិតតាមលំដាប់នៃគ្រោង BPMN 2.0 ទេ។ វាគ្មានន័យនៅទីនេះទេ ប៉ុន្តែកម្មវិធីផ្សេងអាចបដិសេធឯកសារនេះ។",
    ),
    "no-process": (
        "The files contain no process. Draw at least one.",
        "ឯកសារគ្មានដំណើរការទេ។ សូមគូរយ៉ាងតិចមួយ។",
    ),
    "process-unknown": (
        "There is no process {id} in the files. Use one of: {known}.",
        "គ្មានដំណើរការ {id} ក្នុងឯកសារទេ។ សូមប្រើមួយក្នុងចំណោម៖ {known}។",
    ),
    "process-ambiguous": (
        "Several processes could be meant: {known}. Mark only one of them as executable (isExecutable).",
        "មានដំណើរការច្រើនដែលអាចរត់បាន៖ {known}។ សូមកំណត់តែមួយថាអាចប្រតិបត្តិ (isExecutable)។",
    ),
    "process-twice": (
        "The process {id} is defined twice. Give one of them another id.",
        "ដំណើរការ {id} ត្រូវបានកំណត់ពីរដង។ សូមដាក់ id ផ្សេងឱ្យមួយ។",
    ),
    "import-ignored": (
        "The import of {location} has no effect; only BPMN files are followed.",
        "ការនាំចូល {location} គ្មានប្រសិទ្ធភាពទេ។ មានតែឯកសារ BPMN ប៉ុណ្ណោះដែលត្រូវបានអាន។",
    ),
    "import-missing": (
        "The imported file {location} is missing. Put it beside this file, or remove the import (8.2).",
        "ឯកសារដែលនាំចូល {location} មិនមានទេ។ សូមដាក់វាជាមួយឯកសារនេះ ឬដកការនាំចូលចេញ (8.2)។",
    ),
    "import-type": (
        "importType does not say what {location} is. Write the namespace of BPMN 2.0 for BPMN files only (8.2).",
        "importType មិនត្រូវនឹងប្រភេទឯកសារ {location} ទេ។ សូមសរសេរ namespace របស់ BPMN 2.0 តែសម្រាប់ឯកសារ BPMN (8.2)។",
    ),
    "import-namespace": (
        "The import of {location} must name its target namespace, {space}. Correct the import (8.2).",
        "ការនាំចូល {location} ត្រូវសរសេរ targetNamespace របស់វា គឺ {space}។ សូមកែការនាំចូល (8.2)។",
    ),
    "id-in-two-files": (
        "The id {id} is also used in {other}. Give one of the elements another id (8.3).",
        "id {id} ត្រូវបានប្រើក្នុង {other} ផងដែរ។ សូមដាក់ id ផ្សេងឱ្យធាតុមួយ (8.3)។",
    ),
    "duplicate-id": (
        "The id {id} is used twice. Give one of the elements another id.",
        "id {id} ត្រូវបានប្រើពីរដង។ សូមដាក់ id ផ្សេងឱ្យធាតុមួយ។",
    ),
    "foreign-extension": (
        "What {extension} adds belongs to another product and has no effect here.",
        "អ្វីដែល {extension} បន្ថែម ជារបស់កម្មវិធីផ្សេង ហើយគ្មានប្រសិទ្ធភាពនៅទីនេះទេ។",
    ),
    "elsewhere": (
        "The same elsewhere: {number}.",
        "នៅកន្លែងផ្សេងក៏ដូចគ្នា៖ {number}។",
    ),
    "people-ignored": (
        "{type} has no effect; the lane says who does the task.",
        "{type} គ្មានប្រសិទ្ធភាពទេ។ គន្លងជាអ្នកប្រាប់ថាអ្នកណាធ្វើកិច្ចការ។",
    ),
    "element-unknown": (
        "{type} is not an element that can be run. Remove it or draw it differently.",
        "{type} មិនមែនជាធាតុដែលអាចរត់បានទេ។ សូមដកវាចេញ ឬគូរតាមរបៀបផ្សេង។",
    ),
    "not-run": (
        "{what} cannot be run. Draw it differently.",
        "{what} មិនអាចរត់បានទេ។ សូមគូរតាមរបៀបផ្សេង។",
    ),
    "script-beside": (
        "{what} is a script beside the task and is not run. Draw a script task in front of it or behind it.",
        "{what} ជាស្គ្រីបនៅក្បែរកិច្ចការ ហើយមិនរត់ទេ។ សូមគូរកិច្ចការស្គ្រីបនៅមុខ ឬនៅក្រោយវា។",
    ),
    "reference-missing": (
        "{what} needs {attribute}. Choose what it refers to.",
        "{what} ត្រូវការ {attribute}។ សូមជ្រើសរើសធាតុដែលវាសំដៅ។",
    ),
    "reference-unknown": (
        "{attribute} refers to {id}, which does not exist. Choose an existing element.",
        "{attribute} សំដៅទៅ {id} ដែលមិនមាន។ សូមជ្រើសរើសធាតុដែលមាន។",
    ),
    "reference-type": (
        "{attribute} refers to {id}, which is a {type}. Choose an element of the right type.",
        "{attribute} សំដៅទៅ {id} ដែលជា {type}។ សូមជ្រើសរើសធាតុដែលមានប្រភេទត្រឹមត្រូវ។",
    ),
    "flow-crosses": (
        "The sequence flow leads out of its process or sub-process ({id}). End it at the border.",
        "ព្រួញលំហូរឆ្លងចេញពីដំណើរការ ឬដំណើរការរងរបស់វា ({id})។ សូមបញ្ចប់វានៅត្រឹមគែម។",
    ),
    "flow-end-unknown": (
        "{attribute} of the sequence flow refers to {id}, which is not a flow node here. Connect it again.",
        "{attribute} របស់ព្រួញលំហូរសំដៅទៅ {id} ដែលមិនមែនជាធាតុក្នុងលំហូរនេះទេ។ សូមភ្ជាប់ម្តងទៀត។",
    ),
    "flow-loose": (
        "The sequence flow is not connected at one end. Connect it or remove it.",
        "ព្រួញលំហូរនេះមិនបានភ្ជាប់នៅចុងម្ខាង។ សូមភ្ជាប់ ឬដកវាចេញ។",
    ),
    "default-flow": (
        "The default flow {id} does not leave this element. Choose one of its outgoing flows.",
        "ព្រួញលំនាំដើម {id} មិនចេញពីធាតុនេះទេ។ សូមជ្រើសរើសព្រួញមួយដែលចេញពីវា។",
    ),
    "boundary-host": (
        "The boundary event is attached to {id}, which is not an activity beside it. Attach it again.",
        "ព្រឹត្តិការណ៍លើគែមភ្ជាប់ទៅ {id} ដែលមិនមែនជាកិច្ចការនៅជាប់វាទេ។ សូមភ្ជាប់ម្តងទៀត។",
    ),
    "lane-reference": (
        "The lane refers to {id}, which is not a flow node of the process. Remove the reference.",
        "គន្លងសំដៅទៅ {id} ដែលមិនមែនជាធាតុក្នុងលំហូរនៃដំណើរការទេ។ សូមដកការសំដៅនោះចេញ។",
    ),
    "lane-drawn-elsewhere": (
        "{id} is listed in the lane {listed}, which counts, and drawn in {drawn}. Draw it where it belongs.",
        "{id} មានក្នុងបញ្ជីរបស់គន្លង {listed} ដែលត្រូវរាប់ តែគូរក្នុងគន្លង {drawn}។ សូមគូរវានៅកន្លែងត្រឹមត្រូវ។",
    ),
    "lane-lists": (
        "The lane also lists what is no flow node, such as {id}; that has no effect.",
        "គន្លងរាប់បញ្ចូលអ្វីដែលមិនមែនជាធាតុក្នុងលំហូរ ដូចជា {id} ដែរ។ វាគ្មានប្រសិទ្ធភាពទេ។",
    ),
    "lane-twice": (
        "It stands in the lanes {one} and {other}; nobody can tell who does it. Keep one.",
        "វាស្ថិតក្នុងគន្លង {one} និង {other}។ មិនអាចដឹងថាអ្នកណាធ្វើទេ។ សូមទុកតែមួយ។",
    ),
    "message-missing": (
        "No message is chosen (messageRef). Choose or create, among its properties, the message it sends or waits for.",
        "មិនទាន់បានជ្រើសរើសសារទេ (messageRef)។ សូមជ្រើសរើស ឬបង្កើតសារដែលវាផ្ញើ ឬរង់ចាំ ក្នុងលក្ខណៈរបស់វា។",
    ),
    "signal-missing": (
        "No signal is chosen (signalRef). Choose or create, among its properties, the signal it throws or waits for.",
        "មិនទាន់បានជ្រើសរើសសញ្ញាទេ (signalRef)។ សូមជ្រើសរើស ឬបង្កើតសញ្ញាដែលវាបញ្ជូន ឬរង់ចាំ ក្នុងលក្ខណៈរបស់វា។",
    ),
    "code-missing": (
        "No {kind} is chosen ({attribute}). Choose which {kind} this event throws.",
        "មិនទាន់បានជ្រើសរើស {kind} ទេ ({attribute})។ សូមជ្រើសរើស {kind} ដែលព្រឹត្តិការណ៍នេះបញ្ជូន។",
    ),
    "call-missing": (
        "The call activity does not say which process it calls. Choose one.",
        "ការហៅមិនបានប្រាប់ថាហៅដំណើរការណាទេ។ សូមជ្រើសរើសមួយ។",
    ),
    "call-unknown": (
        "The called process {id} is not in the files. Add its file or choose another.",
        "ដំណើរការដែលហៅ {id} មិនមានក្នុងឯកសារទេ។ សូមបន្ថែមឯកសាររបស់វា ឬជ្រើសរើសផ្សេង។",
    ),
    "call-start": (
        "The called process {id} has no plain start. Give it one.",
        "ដំណើរការដែលហៅ {id} គ្មានព្រឹត្តិការណ៍ចាប់ផ្តើមធម្មតាទេ។ សូមបន្ថែមមួយ។",
    ),
    "message-flow-ends": (
        "The message flow must lead from one pool to another. Connect it again.",
        "ព្រួញសារត្រូវទៅពីអាងមួយទៅអាងមួយទៀត។ សូមភ្ជាប់ម្តងទៀត។",
    ),
    "message-flow-type": (
        "{id} can neither send nor receive a message. Connect the message flow to a message event, a task or a pool.",
        "{id} មិនអាចផ្ញើ ឬទទួលសារបានទេ។ សូមភ្ជាប់ព្រួញសារទៅព្រឹត្តិការណ៍សារ កិច្ចការ ឬអាង។",
    ),
}
