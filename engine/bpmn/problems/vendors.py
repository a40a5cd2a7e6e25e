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
    "vendor-code": (
        "{extension} runs a program in another engine and nothing here. If the case needs what it does, draw a task "
        "for it.",
        "{extension} ដំណើរការកម្មវិធីក្នុងម៉ាស៊ីនផ្សេង ហើយគ្មានអ្វីនៅទីនេះទេ។ បើករណីត្រូវការវា សូមគូរកិច្ចការមួយសម្រាប់វា។",
    ),
}
