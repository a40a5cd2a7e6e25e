"""What can be wrong with what a file says beside its flow: data, messages, operations, resources, pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MODEL: Final[Mapping[str, tuple[str, str]]] = {
    "type-import": (
        "{attribute} refers to {id}, whose namespace no import names. Import it (8.2).",
        "{attribute} សំដៅទៅ {id} ដែល namespace របស់វាមិនត្រូវបាននាំចូលទេ។ សូមនាំចូលវា (8.2)។",
    ),
    "diagram-element": (
        "The diagram shows {id}, which the model does not have. Export the file again (12.2).",
        "ដ្យាក្រាមបង្ហាញ {id} ដែលគំរូមិនមាន។ សូមនាំចេញឯកសារម្តងទៀត (12.2)។",
    ),
    "event-definition-place": (
        "The event definition {id} belongs to one event. Refer to one at the root of the file (10.5).",
        "និយមន័យព្រឹត្តិការណ៍ {id} ជារបស់ព្រឹត្តិការណ៍មួយ។ សូមសំដៅទៅនិយមន័យនៅឫសឯកសារ (10.5)។",
    ),
    "parameter-resource": (
        "{id} is no parameter of the resource {resource}. Choose one of its parameters (10.3).",
        "{id} មិនមែនជាប៉ារ៉ាម៉ែត្ររបស់ធនធាន {resource} ទេ។ សូមជ្រើសរើសប៉ារ៉ាម៉ែត្ររបស់វា (10.3)។",
    ),
    "flow-immediate": (
        "isImmediate must not be false in an executable process. Remove it (8.4).",
        "isImmediate មិនអាចជា false ក្នុងដំណើរការដែលអាចប្រតិបត្តិបានទេ។ សូមដកវាចេញ (8.4)។",
    ),
    "data-sub-process": (
        "A sub-process declares no data inputs or outputs. Use data objects, or call a process (10.4).",
        "ដំណើរការរងមិនប្រកាសទិន្នន័យចូល ឬចេញទេ។ សូមប្រើវត្ថុទិន្នន័យ ឬហៅដំណើរការមួយ (10.4)។",
    ),
    "data-set-member": (
        "{attribute} refers to {id}, which is no data of this kind declared here. Choose one that is (10.4).",
        "{attribute} សំដៅទៅ {id} ដែលមិនមែនជាទិន្នន័យប្រភេទនេះដែលបានប្រកាសនៅទីនេះទេ។ សូមជ្រើសរើសផ្សេង (10.4)។",
    ),
    "data-set-pair": (
        "The set refers to {id}, which does not refer back. Let both name each other (10.4).",
        "សំណុំនេះសំដៅទៅ {id} ដែលមិនសំដៅត្រឡប់មកវិញទេ។ សូមឱ្យទាំងពីរសំដៅគ្នា (10.4)។",
    ),
    "data-state": (
        "A data object has no state; its references have. Move the state to a reference (10.4).",
        "វត្ថុទិន្នន័យគ្មានស្ថានភាពទេ មានតែឯកសារយោងរបស់វា។ សូមដាក់ស្ថានភាពលើឯកសារយោង (10.4)។",
    ),
    "data-collection": (
        "isCollection differs from that of the item definition {id}. Give both the same value (10.4).",
        "isCollection ខុសពីនិយមន័យធាតុ {id}។ សូមឱ្យទាំងពីរមានតម្លៃដូចគ្នា (10.4)។",
    ),
    "data-reference-type": (
        "A data object reference has the type of its data object. Remove itemSubjectRef (10.4).",
        "ឯកសារយោងវត្ថុទិន្នន័យមានប្រភេទតាមវត្ថុទិន្នន័យរបស់វា។ សូមដក itemSubjectRef ចេញ (10.4)។",
    ),
    "data-scope": (
        "{id} cannot be read or written from here. Use data of this element or of what it lies in (10.4).",
        "{id} មិនអាចអាន ឬសរសេរពីទីនេះបានទេ។ សូមប្រើទិន្នន័យរបស់ធាតុនេះ ឬរបស់ដំណើរការដែលវាស្ថិតនៅ (10.4)។",
    ),
    "data-association-side": (
        "{attribute} refers to {id}, which is no data of this element itself. Choose its own input or output (10.4).",
        "{attribute} សំដៅទៅ {id} ដែលមិនមែនជាទិន្នន័យរបស់ធាតុនេះផ្ទាល់ទេ។ សូមជ្រើសរើសទិន្នន័យចូល ឬចេញរបស់វា (10.4)។",
    ),
    "data-association-type": (
        "Both sides of the data association have different types. Write a transformation (10.4).",
        "ប្រភព និងគោលដៅនៃខ្សែទិន្នន័យមានប្រភេទខុសគ្នា។ សូមសរសេរការបម្លែង (10.4)។",
    ),
    "loop-item-type": (
        "{attribute} must be a single entry of {id}, of the type that the list holds. Correct its type (10.3).",
        "{attribute} ត្រូវតែជាធាតុតែមួយនៃ {id} ដែលមានប្រភេទដូចអ្វីដែលបញ្ជីផ្ទុក។ សូមកែនិយមន័យរបស់វា (10.3)។",
    ),
    "loop-data-variable": (
        "{attribute} refers to {id}, which is not declared; it is read as the name of a variable. Declare it (10.3).",
        "{attribute} សំដៅទៅ {id} ដែលមិនទាន់ប្រកាស។ វាត្រូវបានអានជាឈ្មោះអថេរ។ សូមប្រកាសវា (10.3)។",
    ),
    "loop-data-collection": (
        "{attribute} refers to {id}, which is no collection. Mark it as a collection (10.3).",
        "{attribute} សំដៅទៅ {id} ដែលមិនមែនជាបណ្តុំទេ។ សូមកំណត់វាជាបណ្តុំ (10.3)។",
    ),
    "operation-message": (
        "The operation {id} has no message {message}. Choose a message of the operation (10.3).",
        "ប្រតិបត្តិការ {id} គ្មានសារ {message} ទេ។ សូមជ្រើសរើសសាររបស់ប្រតិបត្តិការនេះ (10.3)។",
    ),
    "service-data": (
        "The task needs exactly the {kind} that its operation {id} has a message for. Declare just that (10.3).",
        "កិច្ចការត្រូវការ {kind} តាមសាររបស់ប្រតិបត្តិការ {id} ប៉ុណ្ណោះ។ សូមប្រកាសតែប៉ុណ្ណឹង (10.3)។",
    ),
    "message-data-several": (
        "A task that sends or receives has at most one {kind}, in one set. Remove the others (10.3).",
        "កិច្ចការផ្ញើ ឬទទួលសារមាន {kind} យ៉ាងច្រើនមួយ ក្នុងសំណុំមួយ។ សូមដកផ្សេងទៀតចេញ (10.3)។",
    ),
    "message-data-type": (
        "{id} has the type {other}, but what is sent or received has {item}. Give both the same type (10.3, 10.5).",
        "{id} មានប្រភេទ {other} ប៉ុន្តែអ្វីដែលផ្ញើ ឬទទួលមានប្រភេទ {item}។ សូមឱ្យមានប្រភេទដូចគ្នា (10.3, 10.5)។",
    ),
    "start-without-end": (
        "There is a start event but no end event. Draw where each path ends (10.5).",
        "មានព្រឹត្តិការណ៍ចាប់ផ្តើម ប៉ុន្តែគ្មានព្រឹត្តិការណ៍បញ្ចប់ទេ។ សូមគូរចំណុចបញ្ចប់នៃផ្លូវនីមួយៗ (10.5)។",
    ),
    "end-without-start": (
        "There is an end event but no start event. Draw where it begins (10.5).",
        "មានព្រឹត្តិការណ៍បញ្ចប់ ប៉ុន្តែគ្មានព្រឹត្តិការណ៍ចាប់ផ្តើមទេ។ សូមគូរចំណុចចាប់ផ្តើម (10.5)។",
    ),
    "end-and-loose": (
        "Nothing follows it although there are end events. Lead it to one (10.5).",
        "គ្មានអ្វីបន្តពីវាទេ ទោះបីមានព្រឹត្តិការណ៍បញ្ចប់ក៏ដោយ។ សូមនាំវាទៅព្រឹត្តិការណ៍បញ្ចប់មួយ (10.5)។",
    ),
    "instantiate-inside": (
        "Only a process can be begun by a message here; remove instantiate from what lies in a sub-process (10.3).",
        "មានតែដំណើរការប៉ុណ្ណោះដែលអាចចាប់ផ្តើមដោយសារ។ សូមដក instantiate ចេញពីអ្វីដែលនៅក្នុងដំណើរការរង (10.3)។",
    ),
    "instantiate-beside-start": (
        "A receive task begins the process only where there is no start event. Use a message start event (10.3).",
        "កិច្ចការទទួលសារចាប់ផ្តើមដំណើរការបានតែពេលគ្មានព្រឹត្តិការណ៍ចាប់ផ្តើម។ សូមប្រើព្រឹត្តិការណ៍ចាប់ផ្តើមដោយសារ (10.3)។",
    ),
    "compensation-kind": (
        "It undoes another activity but is not marked as being for compensation. Mark it (10.7).",
        "វាធ្វើត្រឡប់កិច្ចការមួយទៀត ប៉ុន្តែមិនបានកំណត់ថាសម្រាប់ធ្វើត្រឡប់វិញទេ។ សូមកំណត់ (10.7)។",
    ),
    "compensation-several": (
        "A compensation event has one handler. Remove the other association (10.7).",
        "ព្រឹត្តិការណ៍ធ្វើត្រឡប់វិញមានកិច្ចការធ្វើត្រឡប់តែមួយ។ សូមដកខ្សែភ្ជាប់ផ្សេងចេញ (10.7)។",
    ),
    "compensation-place": (
        "A handler stands in the same process or sub-process as what it undoes. Move it there (10.7).",
        "កិច្ចការធ្វើត្រឡប់វិញត្រូវនៅក្នុងដំណើរការ ឬដំណើរការរងតែមួយជាមួយអ្វីដែលវាធ្វើត្រឡប់។ សូមផ្លាស់វា (10.7)។",
    ),
    "event-data": (
        "The event has {number} {kind} for {triggers} triggers that carry data. Declare one for each (10.5).",
        "ព្រឹត្តិការណ៍មាន {kind} ចំនួន {number} សម្រាប់មូលហេតុ {triggers} ដែលមានទិន្នន័យ។ សូមប្រកាសមួយសម្រាប់នីមួយៗ (10.5)។",
    ),
    "code-empty": (
        "The {kind} {id} has no code, so nobody can tell which one is thrown. Give it a code (8.4).",
        "{kind} {id} គ្មានលេខកូដទេ ដូច្នេះមិនអាចដឹងថាមួយណាត្រូវបានបញ្ជូន។ សូមដាក់លេខកូដ (8.4)។",
    ),
    "script-format": (
        "The script has no scriptFormat; it is read in the language of this house. Write scriptFormat (10.3).",
        "ស្គ្រីបគ្មាន scriptFormat ទេ។ វាត្រូវបានអានជាភាសារបស់ប្រព័ន្ធនេះ។ សូមសរសេរ scriptFormat (10.3)។",
    ),
    "link-reference": (
        "The link event refers to {id}, which has not the same name. Let both have one name (10.5).",
        "ព្រឹត្តិការណ៍តំណសំដៅទៅ {id} ដែលមានឈ្មោះខុសគ្នា។ សូមដាក់ឈ្មោះដូចគ្នា (10.5)។",
    ),
    "process-public": (
        "A public process is not executable. Make it private, or not executable (10.2).",
        "ដំណើរការសាធារណៈមិនអាចប្រតិបត្តិបានទេ។ សូមប្តូរវាជាឯកជន ឬមិនអាចប្រតិបត្តិ (10.2)។",
    ),
    "participants-number": (
        "At least {least} participants are more than the maximum, {most}. Correct the numbers (9.3).",
        "ចំនួនអ្នកចូលរួមអប្បបរមា {least} លើសចំនួនអតិបរមា {most}។ សូមកែចំនួនទាំងនេះ (9.3)។",
    ),
    "conversation-participants": (
        "A conversation needs at least two participants. Add them (9.5).",
        "ការសន្ទនាត្រូវការអ្នកចូលរួមយ៉ាងតិចពីរ។ សូមបន្ថែម (9.5)។",
    ),
    "conversation-link": (
        "A conversation link joins a conversation with a participant. Connect it again (9.5).",
        "ខ្សែសន្ទនាភ្ជាប់ការសន្ទនាមួយជាមួយអ្នកចូលរួមម្នាក់។ សូមភ្ជាប់ម្តងទៀត (9.5)។",
    ),
    "choreography": (
        "Choreographies are neither checked nor run. Draw processes and pools.",
        "Choreography មិនត្រូវបានពិនិត្យ ឬប្រតិបត្តិទេ។ សូមគូរដំណើរការ និងអាង។",
    ),
    "call-data": (
        "The call has not the same {kind} as {id}, which it calls. Declare the same number and types (10.3).",
        "ការហៅមាន {kind} មិនដូច {id} ដែលវាហៅទេ។ សូមប្រកាសចំនួន និងប្រភេទដូចគ្នា (10.3)។",
    ),
}
