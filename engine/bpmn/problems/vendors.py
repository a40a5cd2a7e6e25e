"""What can be wrong with extensions of other engines, and how to say the same in BPMN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VENDOR_EXTENSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "vendor-service": (
        "{extension} says for another engine what the task does. Choose the operation of this system: "
        "spiffworkflow:serviceTaskOperator, or the property operator.",
        "{extension} ប្រាប់ម៉ាស៊ីនផ្សេងនូវអ្វីដែលកិច្ចការនេះធ្វើ។ សូមជ្រើសរើសប្រតិបត្តិការរបស់ប្រព័ន្ធនេះ៖ "
        "spiffworkflow:serviceTaskOperator ឬលក្ខណៈ operator។",
    ),
    "vendor-call": (
        "{extension} says for another engine what is called. Write the id of the process in calledElement.",
        "{extension} ប្រាប់ម៉ាស៊ីនផ្សេងនូវអ្វីដែលត្រូវហៅ។ សូមសរសេរ id របស់ដំណើរការក្នុង calledElement។",
    ),
    "vendor-decision": (
        "{extension} says for another engine what is decided. Name the decision as spiffworkflow:calledDecisionId.",
        "{extension} ប្រាប់ម៉ាស៊ីនផ្សេងនូវអ្វីដែលត្រូវសម្រេច។ សូមប្រាប់សេចក្តីសម្រេចជា spiffworkflow:calledDecisionId។",
    ),
    "vendor-script": (
        "{extension} holds the script for another engine. Write it into the script element, as lines of the form "
        "name = expression.",
        "{extension} ផ្ទុកស្គ្រីបសម្រាប់ម៉ាស៊ីនផ្សេង។ សូមសរសេរវាក្នុងធាតុ script ជាបន្ទាត់ ឈ្មោះ = កន្សោម។",
    ),
    "vendor-list": (
        "{extension} names the list of the instances for another engine. Name it in BPMN: the list in loopDataInputRef "
        "and its entry in inputDataItem.",
        "{extension} ប្រាប់ម៉ាស៊ីនផ្សេងនូវបញ្ជីនៃករណី។ សូមប្រាប់វាតាម BPMN៖ បញ្ជីក្នុង loopDataInputRef និងធាតុនីមួយៗក្នុង inputDataItem។",
    ),
    "vendor-values": (
        "{extension} moves values in another engine and is not carried out here. Draw data associations, or assign "
        "the values in a script task; what is called says in its ioSpecification what it takes and gives.",
        "{extension} ផ្លាស់ទីតម្លៃក្នុងម៉ាស៊ីនផ្សេង ហើយមិនត្រូវបានអនុវត្តនៅទីនេះទេ។ សូមគូរខ្សែទិន្នន័យ "
        "ឬកំណត់តម្លៃក្នុងកិច្ចការស្គ្រីប។ អ្វីដែលត្រូវហៅ ប្រាប់ក្នុង ioSpecification របស់វានូវអ្វីដែលវាទទួល និងផ្តល់។",
    ),
    "vendor-skip": (
        "{extension} skips the element in another engine. Draw a gateway before it instead.",
        "{extension} រំលងធាតុនេះក្នុងម៉ាស៊ីនផ្សេង។ សូមគូរច្រកមួយនៅពីមុខវាជំនួស។",
    ),
    "vendor-correlation": (
        "{extension} says for another engine which message is meant. Write the expression as the property correlation "
        "of the event or task that waits.",
        "{extension} ប្រាប់ម៉ាស៊ីនផ្សេងនូវសារណាដែលចង់បាន។ សូមសរសេរកន្សោមនោះជាលក្ខណៈ correlation នៃព្រឹត្តិការណ៍ ឬកិច្ចការដែលរង់ចាំ។",
    ),
    "vendor-terminate": (
        "{extension} lets another engine end more than the scope of this event. Draw an error end event here, and "
        "catch it where the rest should end too.",
        "{extension} ឱ្យម៉ាស៊ីនផ្សេងបញ្ចប់លើសពីវិសាលភាពនៃព្រឹត្តិការណ៍នេះ។ សូមគូរព្រឹត្តិការណ៍បញ្ចប់ដោយកំហុសនៅទីនេះ "
        "ហើយចាប់វានៅកន្លែងដែលអ្វីៗផ្សេងត្រូវបញ្ចប់ដែរ។",
    ),
    "vendor-initial": (
        "{extension} gives the data a value at the beginning in another engine. Assign it in a script task behind the "
        "start event.",
        "{extension} ផ្តល់តម្លៃដំបូងដល់ទិន្នន័យក្នុងម៉ាស៊ីនផ្សេង។ សូមកំណត់វាក្នុងកិច្ចការស្គ្រីបក្រោយព្រឹត្តិការណ៍ចាប់ផ្តើម។",
    ),
    "vendor-event": (
        "{extension} names an event, its content or its key in the registry of another engine. Draw a message event"
        " with that message, and write what tells messages apart as its property correlation.",
        "{extension} ប្រាប់ព្រឹត្តិការណ៍ ខ្លឹមសារ ឬកូនសោរបស់វាក្នុងបញ្ជីនៃម៉ាស៊ីនផ្សេង។ "
        "សូមគូរព្រឹត្តិការណ៍សារជាមួយសារនោះ ហើយសរសេរអ្វីដែលសម្គាល់សារជាលក្ខណៈ correlation របស់វា។",
    ),
    "vendor-results": (
        "{extension} collects the results of the instances in another engine. Name them in BPMN: the list in "
        "loopDataOutputRef and the result of one instance in outputDataItem.",
        "{extension} ប្រមូលលទ្ធផលនៃករណីក្នុងម៉ាស៊ីនផ្សេង។ សូមប្រាប់វាតាម BPMN៖ បញ្ជីក្នុង loopDataOutputRef "
        "និងលទ្ធផលនៃករណីមួយក្នុង outputDataItem។",
    ),
    "vendor-index": (
        "{extension} counts the instances from 0 in a variable of another engine. Write loopCounter, which counts "
        "from 1.",
        "{extension} រាប់ករណីពី 0 ក្នុងអថេរនៃម៉ាស៊ីនផ្សេង។ សូមសរសេរ loopCounter ដែលរាប់ពី 1។",
    ),
    "vendor-ad-hoc": (
        "{extension} lets another engine choose what is begun. Draw an ad-hoc sub-process that holds the "
        "activities, or a gateway that chooses.",
        "{extension} ឱ្យម៉ាស៊ីនផ្សេងជ្រើសរើសអ្វីដែលចាប់ផ្តើម។ សូមគូរដំណើរការរងសេរីដែលផ្ទុកកិច្ចការ ឬច្រកដែលជ្រើសរើស។",
    ),
    "vendor-message": (
        "{extension} runs a program in another engine in the place of this event. Here the message or signal itself"
        " goes out. Remove it, and draw a service task before the event if the case needs what it does.",
        "{extension} ដំណើរការកម្មវិធីក្នុងម៉ាស៊ីនផ្សេងជំនួសព្រឹត្តិការណ៍នេះ។ នៅទីនេះសារ ឬសញ្ញាផ្ទាល់ត្រូវបានបញ្ជូន។ "
        "សូមដកវាចេញ ហើយគូរកិច្ចការសេវាមុនព្រឹត្តិការណ៍ បើករណីត្រូវការអ្វីដែលវាធ្វើ។",
    ),
    "vendor-scope": (
        "{extension} keeps the signal within one case in another engine; here every case hears it. Draw an "
        "escalation or a conditional event for what concerns one case.",
        "{extension} រក្សាសញ្ញាក្នុងករណីតែមួយក្នុងម៉ាស៊ីនផ្សេង ប៉ុន្តែនៅទីនេះគ្រប់ករណីឮវា។ "
        "សូមគូរព្រឹត្តិការណ៍ escalation ឬព្រឹត្តិការណ៍លក្ខខណ្ឌសម្រាប់អ្វីដែលទាក់ទងករណីមួយ។",
    ),
    "vendor-timer": (
        "{extension} changes when the timer comes in another engine. Write the time as an expression: working_days(3) "
        "counts working days; a number of repetitions (R5/P1D) ends a cycle.",
        "{extension} ប្តូរពេលដែលកម្មវិធីកំណត់ពេលមកដល់ក្នុងម៉ាស៊ីនផ្សេង។ សូមសរសេរពេលជាកន្សោម៖ working_days(3) "
        "រាប់ថ្ងៃធ្វើការ ហើយចំនួនដង (R5/P1D) បញ្ចប់ការធ្វើឡើងវិញ។",
    ),
    "vendor-condition": (
        "{extension} says for another engine when or where the condition is looked at. Here it is looked at whenever a "
        "variable changes. Write all of it into the condition.",
        "{extension} ប្រាប់ម៉ាស៊ីនផ្សេងនូវពេល ឬកន្លែងដែលលក្ខខណ្ឌត្រូវបានមើល។ នៅទីនេះវាត្រូវបានមើលរាល់ពេលដែលអថេរប្តូរ។ "
        "សូមសរសេរទាំងអស់ក្នុងលក្ខខណ្ឌ។",
    ),
    "vendor-error": (
        "{extension} turns failures of a program into errors in another engine. Here an operation says its own "
        "error codes. Draw an error event on the border of the task with that code.",
        "{extension} ប្តូរការបរាជ័យនៃកម្មវិធីទៅជាកំហុសក្នុងម៉ាស៊ីនផ្សេង។ "
        "នៅទីនេះប្រតិបត្តិការប្រាប់កូដកំហុសផ្ទាល់ខ្លួន។ សូមគូរព្រឹត្តិការណ៍កំហុសលើគែមកិច្ចការជាមួយកូដនោះ។",
    ),
    "vendor-alone": (
        "{extension} lets the called process run on its own in another engine; here the case waits for it. Draw a "
        "message event that throws, and a process that begins with that message.",
        "{extension} ឱ្យដំណើរការដែលត្រូវបានហៅរត់ដោយខ្លួនឯងក្នុងម៉ាស៊ីនផ្សេង ប៉ុន្តែនៅទីនេះករណីរង់ចាំវា។ "
        "សូមគូរព្រឹត្តិការណ៍បញ្ជូនសារ និងដំណើរការមួយដែលចាប់ផ្តើមដោយសារនោះ។",
    ),
    "vendor-code": (
        "{extension} runs a program in another engine and nothing here. If the case needs what it does, draw a task "
        "for it.",
        "{extension} ដំណើរការកម្មវិធីក្នុងម៉ាស៊ីនផ្សេង ហើយគ្មានអ្វីនៅទីនេះទេ។ បើករណីត្រូវការវា សូមគូរកិច្ចការមួយសម្រាប់វា។",
    ),
    "property-twice": (
        "The property {name} is written twice, with different values: {values}. Keep one.",
        "លក្ខណៈ {name} សរសេរពីរដងដោយតម្លៃខុសគ្នា៖ {values}។ សូមទុកតែមួយ។",
    ),
}
