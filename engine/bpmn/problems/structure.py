"""What can be wrong with how elements are joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STRUCTURE: Final[Mapping[str, tuple[str, str]]] = {
    "start-incoming": (
        "A start event cannot have an incoming flow. Remove the flow.",
        "ព្រឹត្តិការណ៍ចាប់ផ្តើមមិនអាចមានព្រួញចូលទេ។ សូមដកព្រួញនោះចេញ។",
    ),
    "start-outgoing": (
        "Nothing follows the start event. Connect it.",
        "គ្មានអ្វីបន្តពីព្រឹត្តិការណ៍ចាប់ផ្តើមទេ។ សូមភ្ជាប់វា។",
    ),
    "end-incoming": (
        "Nothing leads to the end event. Connect it or remove it.",
        "គ្មានអ្វីនាំទៅព្រឹត្តិការណ៍បញ្ចប់ទេ។ សូមភ្ជាប់ ឬដកវាចេញ។",
    ),
    "event-incoming": (
        "Nothing leads to the event. Connect it or begin with a start event (10.5).",
        "គ្មានអ្វីនាំទៅព្រឹត្តិការណ៍នេះទេ។ សូមភ្ជាប់វា ឬចាប់ផ្តើមដោយព្រឹត្តិការណ៍ចាប់ផ្តើម (10.5)។",
    ),
    "condition-alone": (
        "The only flow out of the activity has a condition; when it is false the case stops. Add a default flow.",
        "ព្រួញតែមួយដែលចេញពីកិច្ចការនេះមានលក្ខខណ្ឌ។ បើមិនពិត ករណីនឹងឈប់។ សូមបន្ថែមព្រួញលំនាំដើម។",
    ),
    "gateway-idle": (
        "The gateway has one flow in and one out, so it does nothing. Remove it (10.6).",
        "ច្រកនេះមានព្រួញចូលមួយ និងព្រួញចេញមួយ ដូច្នេះវាមិនធ្វើអ្វីទេ។ សូមដកវាចេញ (10.6)។",
    ),
    "event-gateway-parallel": (
        "An event gateway waits for all its events only where it begins the process. Use a parallel gateway.",
        "ច្រកព្រឹត្តិការណ៍រង់ចាំព្រឹត្តិការណ៍ទាំងអស់តែនៅពេលវាចាប់ផ្តើមដំណើរការ។ សូមប្រើច្រកស្រប។",
    ),
    "end-outgoing": (
        "An end event cannot have an outgoing flow. Remove the flow.",
        "ព្រឹត្តិការណ៍បញ្ចប់មិនអាចមានព្រួញចេញទេ។ សូមដកព្រួញនោះចេញ។",
    ),
    "event-outgoing": (
        "Nothing follows the event. Connect it or end the path with an end event (10.5).",
        "គ្មានអ្វីបន្តពីព្រឹត្តិការណ៍នេះទេ។ សូមភ្ជាប់វា ឬបញ្ចប់ផ្លូវដោយព្រឹត្តិការណ៍បញ្ចប់ (10.5)។",
    ),
    "boundary-incoming": (
        "A boundary event cannot have an incoming flow. Remove the flow.",
        "ព្រឹត្តិការណ៍លើគែមមិនអាចមានព្រួញចូលទេ។ សូមដកព្រួញនោះចេញ។",
    ),
    "boundary-trigger": (
        "The boundary event does not say what it waits for. Choose a type.",
        "ព្រឹត្តិការណ៍លើគែមមិនបានប្រាប់ថារង់ចាំអ្វីទេ។ សូមជ្រើសរើសប្រភេទ។",
    ),
    "boundary-type": (
        "A {kind} event cannot be attached to an activity. Choose another type.",
        "ព្រឹត្តិការណ៍ {kind} មិនអាចភ្ជាប់លើកិច្ចការបានទេ។ សូមជ្រើសរើសប្រភេទផ្សេង។",
    ),
    "boundary-always-interrupts": (
        "An error or cancel event always interrupts. Mark it as interrupting.",
        "ព្រឹត្តិការណ៍កំហុស ឬបោះបង់ តែងតែបញ្ឈប់កិច្ចការ។ សូមកំណត់វាជាប្រភេទបញ្ឈប់។",
    ),
    "caught-twice": (
        "Several events here catch the same {kind} {name}. Keep one.",
        "ព្រឹត្តិការណ៍ច្រើននៅទីនេះចាប់ {kind} {name} ដូចគ្នា។ សូមទុកតែមួយ។",
    ),
    "catch-trigger": (
        "The intermediate event does not say what it waits for. Choose a type.",
        "ព្រឹត្តិការណ៍កណ្តាលមិនបានប្រាប់ថារង់ចាំអ្វីទេ។ សូមជ្រើសរើសប្រភេទ។",
    ),
    "catch-type": (
        "A {kind} event cannot be waited for in the flow. Choose another type.",
        "ព្រឹត្តិការណ៍ {kind} មិនអាចរង់ចាំក្នុងលំហូរបានទេ។ សូមជ្រើសរើសប្រភេទផ្សេង។",
    ),
    "needs-all-type": (
        "An event that needs all of its triggers cannot wait for {kind}. Draw an event of its own for it.",
        "ព្រឹត្តិការណ៍ដែលត្រូវការហេតុទាំងអស់ព្រមគ្នា មិនអាចរង់ចាំ {kind} បានទេ។ សូមគូរព្រឹត្តិការណ៍ដាច់ដោយឡែកសម្រាប់វា។",
    ),
    "throw-type": (
        "A {kind} event cannot be thrown here. Choose another type.",
        "ព្រឹត្តិការណ៍ {kind} មិនអាចបញ្ជូននៅទីនេះបានទេ។ សូមជ្រើសរើសប្រភេទផ្សេង។",
    ),
    "start-type": (
        "A {kind} event cannot begin this. Choose another type.",
        "ព្រឹត្តិការណ៍ {kind} មិនអាចចាប់ផ្តើមផ្នែកនេះបានទេ។ សូមជ្រើសរើសប្រភេទផ្សេង។",
    ),
    "start-several": (
        "There are {number} plain start events; nobody can tell which begins. Keep one.",
        "មានព្រឹត្តិការណ៍ចាប់ផ្តើមធម្មតា {number} ដែលមិនអាចដឹងថាមួយណាចាប់ផ្តើម។ សូមទុកតែមួយ។",
    ),
    "start-none": (
        "Nothing can begin here: there is neither a start event nor an element without incoming flow.",
        "គ្មានអ្វីអាចចាប់ផ្តើមនៅទីនេះទេ៖ គ្មានព្រឹត្តិការណ៍ចាប់ផ្តើម ឬធាតុដែលគ្មានព្រួញចូល។ សូមបន្ថែមមួយ។",
    ),
    "start-and-loose": (
        "It has no incoming flow although there is a start event, so it is never reached. Connect or remove it (10.5).",
        "វាគ្មានព្រួញចូល ទោះបីមានព្រឹត្តិការណ៍ចាប់ផ្តើមក៏ដោយ ដូច្នេះមិនអាចទៅដល់ទេ។ សូមភ្ជាប់ ឬដកវាចេញ (10.5)។",
    ),
    "unreachable": (
        "It can never be reached from a start. Connect it or remove it.",
        "មិនអាចទៅដល់វាពីចំណុចចាប់ផ្តើមបានទេ។ សូមភ្ជាប់ ឬដកវាចេញ។",
    ),
    "never-ends": (
        "From here the process can never end. Draw a way out of the circle.",
        "ចាប់ពីទីនេះ ដំណើរការមិនអាចបញ្ចប់បានទេ។ សូមគូរផ្លូវចេញពីរង្វិលជុំ។",
    ),
    "join-never": ("{reason}.", "{reason}។"),
    "join-may-wait": ("{reason}.", "{reason}។"),
    "soundness-open": (
        "There are too many combinations of paths here to try them all; joins that wait in vain may be overlooked.",
        "បន្សំផ្លូវនៅទីនេះមានច្រើនពេក មិនអាចសាកល្បងទាំងអស់បានទេ។ ច្រកដែលរង់ចាំដោយឥតប្រយោជន៍អាចរកមិនឃើញ។",
    ),
    "soundness-free": (
        "The order of activities is free here, so joins that wait in vain are not looked for.",
        "លំដាប់កិច្ចការនៅទីនេះគឺសេរី ដូច្នេះច្រករង់ចាំដោយឥតប្រយោជន៍មិនត្រូវបានស្វែងរកទេ។",
    ),
    "runs-twice": (
        "Parallel flows meet here without being joined, so it runs more than once. Join them with a parallel gateway.",
        "ព្រួញស្របគ្នាជួបគ្នានៅទីនេះដោយមិនបានបញ្ចូល ដូច្នេះវារត់ច្រើនដង។ សូមបញ្ចូលវាដោយច្រកស្រប។",
    ),
    "multiplies": (
        "The circle makes more and more tokens. Join parallel flows before going back.",
        "រង្វិលជុំនេះបង្កើតលំហូរកាន់តែច្រើនឡើង។ សូមបញ្ចូលព្រួញស្របគ្នាមុនពេលត្រឡប់ក្រោយ។",
    ),
    "nested-too-deep": (
        "Sub-processes are nested deeper than {most} levels. Draw them as processes of their own and call them.",
        "ដំណើរការរងស្ថិតក្នុងគ្នាជ្រៅជាង {most} ថ្នាក់។ សូមគូរជាដំណើរការដាច់ដោយឡែក រួចហៅវា។",
    ),
    "flow-lists": (
        "The lists of flows in and out do not agree with the sequence flow {id}. Export the file again (8.4).",
        "បញ្ជីព្រួញចូល និងព្រួញចេញមិនត្រូវគ្នានឹងព្រួញលំហូរ {id} ទេ។ សូមនាំចេញឯកសារម្តងទៀត (8.4)។",
    ),
    "process-empty": (
        "The pool is empty and has no effect.",
        "អាងនេះទទេ ហើយគ្មានប្រសិទ្ធភាពទេ។",
    ),
    "empty": (
        "It is empty. Draw at least one element in it.",
        "វាទទេ។ សូមគូរយ៉ាងតិចធាតុមួយក្នុងវា។",
    ),
    "empty-passed": (
        "It is empty, so it is passed at once. Draw what is done in it, or remove it.",
        "វាទទេ ដូច្នេះត្រូវឆ្លងកាត់ភ្លាម។ សូមគូរអ្វីដែលត្រូវធ្វើក្នុងវា ឬដកវាចេញ។",
    ),
    "condition-no-truth": (
        "The condition {expression} is never true or false, so it decides nothing. Write a comparison, such as n == 1.",
        "លក្ខខណ្ឌ {expression} មិនដែលពិត ឬមិនពិតទេ ដូច្នេះវាមិនសម្រេចអ្វីឡើយ។ សូមសរសេរការប្រៀបធៀប ដូចជា n == 1។",
    ),
    "timer-word": (
        "The timer {word} is read as the name of a variable, and nothing in the files gives it a value. If a time is "
        "meant, write it in ISO 8601, such as P3D or PT8H.",
        "ការកំណត់ពេល {word} ត្រូវបានអានជាឈ្មោះអថេរ ប៉ុន្តែគ្មានអ្វីក្នុងឯកសារផ្តល់តម្លៃឱ្យវាទេ។ បើចង់បានពេលវេលា "
        "សូមសរសេរតាម ISO 8601 ដូចជា P3D ឬ PT8H។",
    ),
    "timer-moment": (
        "The timer {text} is a day or a moment, and a length of time is asked for here. Make it a date (timeDate).",
        "ការកំណត់ពេល {text} ជាថ្ងៃ ឬពេលវេលាជាក់លាក់ ប៉ុន្តែនៅទីនេះត្រូវការរយៈពេល។ សូមប្តូរវាទៅជាកាលបរិច្ឆេទ (timeDate)។",
    ),
    "condition-place": (
        "Flows out of this element cannot have conditions. Use a gateway.",
        "ព្រួញចេញពីធាតុនេះមិនអាចមានលក្ខខណ្ឌទេ។ សូមប្រើច្រក។",
    ),
    "condition-default": (
        "The default flow has a condition, which would be ignored. Remove the condition.",
        "ព្រួញលំនាំដើមមានលក្ខខណ្ឌ ដែលនឹងមិនត្រូវបានប្រើ។ សូមដកលក្ខខណ្ឌនោះចេញ។",
    ),
    "flow-without-condition": (
        "Nothing says when these flows are taken: {flows}. Write a condition for each; one may be the default flow.",
        "មិនបានប្រាប់ថាព្រួញទាំងនេះត្រូវដើរពេលណា៖ {flows}។ សូមសរសេរលក្ខខណ្ឌសម្រាប់ព្រួញនីមួយៗ។ ព្រួញមួយអាចជាព្រួញលំនាំដើម។",
    ),
    "condition-empty": (
        "The flow is drawn as conditional but its condition is empty. Write one, or draw an ordinary flow.",
        "ព្រួញនេះគូរជាព្រួញមានលក្ខខណ្ឌ ប៉ុន្តែលក្ខខណ្ឌទទេ។ សូមសរសេរមួយ ឬគូរជាព្រួញធម្មតា។",
    ),
    "gateway-outgoing": (
        "The gateway leads nowhere. Connect it (10.6).",
        "ច្រកនេះមិនទៅណាទេ។ សូមភ្ជាប់វា (10.6)។",
    ),
    "gateway-direction": (
        "It is declared as {direction} but has {incoming} incoming and {outgoing} outgoing flows. Correct it (10.6).",
        "ច្រកនេះប្រកាសជា {direction} ប៉ុន្តែមានព្រួញចូល {incoming} និងព្រួញចេញ {outgoing}។ សូមកែវា (10.6)។",
    ),
    "event-gateway-targets": (
        "An event gateway must lead to at least two catching events or receive tasks.",
        "ច្រកព្រឹត្តិការណ៍ត្រូវទៅកាន់ព្រឹត្តិការណ៍រង់ចាំ ឬកិច្ចការទទួលសារយ៉ាងតិចពីរ។",
    ),
    "event-gateway-target": (
        "{id} cannot follow an event gateway: only message, signal, timer and conditional events "
        "and receive tasks with one incoming flow can.",
        "{id} មិនអាចបន្តពីច្រកព្រឹត្តិការណ៍បានទេ៖ មានតែព្រឹត្តិការណ៍សារ សញ្ញា ពេលវេលា លក្ខខណ្ឌ និងកិច្ចការទទួលសារដែលមានព្រួញចូលតែមួយ។",
    ),
    "event-gateway-mixed": (
        "Message events and receive tasks cannot follow the same event gateway. Use one kind.",
        "ព្រឹត្តិការណ៍សារ និងកិច្ចការទទួលសារមិនអាចបន្តពីច្រកព្រឹត្តិការណ៍តែមួយបានទេ។ សូមប្រើតែមួយប្រភេទ។",
    ),
    "instantiate-incoming": (
        "It begins the process, so it cannot have an incoming flow. Remove the flow.",
        "វាចាប់ផ្តើមដំណើរការ ដូច្នេះមិនអាចមានព្រួញចូលទេ។ សូមដកព្រួញនោះចេញ។",
    ),
    "event-sub-process-start": (
        "An event sub-process needs exactly one start event, with one type.",
        "ដំណើរការរងព្រឹត្តិការណ៍ត្រូវការព្រឹត្តិការណ៍ចាប់ផ្តើមតែមួយ ដែលមានប្រភេទ។",
    ),
    "event-sub-process-flow": (
        "An event sub-process cannot have sequence flows. Remove them.",
        "ដំណើរការរងព្រឹត្តិការណ៍មិនអាចមានព្រួញលំហូរទេ។ សូមដកវាចេញ។",
    ),
    "sub-process-start": (
        "A sub-process begins at one plain start event. Remove the others and their types.",
        "ដំណើរការរងចាប់ផ្តើមដោយព្រឹត្តិការណ៍ចាប់ផ្តើមធម្មតាតែមួយ។ សូមដកផ្សេងទៀត និងប្រភេទរបស់វាចេញ។",
    ),
    "link-target": (
        "There is no link event named {name} to go to in this process. Draw it.",
        "គ្មានព្រឹត្តិការណ៍តំណឈ្មោះ {name} ជាគោលដៅក្នុងដំណើរការនេះទេ។ សូមគូរវា។",
    ),
    "link-source": (
        "No link event named {name} leads here. Draw it or remove this one.",
        "គ្មានព្រឹត្តិការណ៍តំណឈ្មោះ {name} មកទីនេះទេ។ សូមគូរវា ឬដកមួយនេះចេញ។",
    ),
    "link-several": (
        "Several link events named {name} wait here. Keep one.",
        "ព្រឹត្តិការណ៍តំណឈ្មោះ {name} ច្រើនកំពុងរង់ចាំនៅទីនេះ។ សូមទុកតែមួយ។",
    ),
    "link-flows": (
        "A link event that throws has no outgoing flow, one that catches has no incoming flow. Remove the flow.",
        "ព្រឹត្តិការណ៍តំណបញ្ជូនគ្មានព្រួញចេញ ហើយព្រឹត្តិការណ៍តំណទទួលគ្មានព្រួញចូល។ សូមដកព្រួញនោះចេញ។",
    ),
    "complex-condition": (
        "A complex gateway that merges needs an activation condition. Write one.",
        "ច្រកស្មុគស្មាញដែលបញ្ចូលព្រួញត្រូវការលក្ខខណ្ឌ។ សូមសរសេរមួយ។",
    ),
    "compensation-handler": (
        "The compensation event has no handler. Join it to one activity by an association.",
        "ព្រឹត្តិការណ៍ធ្វើត្រឡប់វិញគ្មានកិច្ចការធ្វើត្រឡប់ទេ។ សូមភ្ជាប់វាទៅកិច្ចការមួយដោយខ្សែភ្ជាប់។",
    ),
    "compensation-flow": (
        "A compensation handler has no sequence flows. Remove them.",
        "កិច្ចការធ្វើត្រឡប់វិញគ្មានព្រួញលំហូរទេ។ សូមដកវាចេញ។",
    ),
    "compensation-loose": (
        "The activity is for compensation but no compensation event leads to it. Join it by an association.",
        "កិច្ចការនេះសម្រាប់ធ្វើត្រឡប់វិញ ប៉ុន្តែគ្មានព្រឹត្តិការណ៍ណាភ្ជាប់មកវាទេ។ សូមភ្ជាប់ដោយខ្សែភ្ជាប់។",
    ),
    "compensation-event": (
        "An event sub-process is begun by its start event and cannot be a compensation handler. Let a compensation "
        "event begin it, without association or mark (isForCompensation); or draw an ordinary sub-process (10.7).",
        "ដំណើរការរងព្រឹត្តិការណ៍ចាប់ផ្តើមដោយព្រឹត្តិការណ៍របស់វា ហើយមិនអាចជាកិច្ចការធ្វើត្រឡប់វិញបានទេ។ "
        "សូមឱ្យព្រឹត្តិការណ៍ធ្វើត្រឡប់វិញចាប់ផ្តើមវា ដោយគ្មានខ្សែភ្ជាប់ ឬសញ្ញា (isForCompensation) ឬគូរដំណើរការរងធម្មតា (10.7)។",
    ),
    "compensation-reference": (
        "There is no activity {id} that could be compensated. Choose another.",
        "គ្មានកិច្ចការ {id} ដែលអាចធ្វើត្រឡប់វិញបានទេ។ សូមជ្រើសរើសផ្សេង។",
    ),
    "compensation-alone": (
        "A compensation event on a boundary cannot have other types or outgoing flows. Remove them.",
        "ព្រឹត្តិការណ៍ធ្វើត្រឡប់វិញលើគែមមិនអាចមានប្រភេទផ្សេង ឬព្រួញចេញទេ។ សូមដកវាចេញ។",
    ),
    "cancel-place": (
        "A cancel end event must stand in a transaction.",
        "ព្រឹត្តិការណ៍បញ្ចប់ដោយបោះបង់ត្រូវស្ថិតក្នុងប្រតិបត្តិការ (transaction)។",
    ),
    "cancel-boundary": (
        "A cancel event can only be attached to a transaction.",
        "ព្រឹត្តិការណ៍បោះបង់អាចភ្ជាប់តែលើប្រតិបត្តិការ (transaction) ប៉ុណ្ណោះ។",
    ),
    "cancel-missing": (
        "The transaction can be cancelled but has no cancel event on its border. Attach one.",
        "ប្រតិបត្តិការនេះអាចបោះបង់បាន ប៉ុន្តែគ្មានព្រឹត្តិការណ៍បោះបង់លើគែមទេ។ សូមភ្ជាប់មួយ។",
    ),
    "ad-hoc-content": (
        "An ad-hoc sub-process cannot contain start or end events. Remove them.",
        "ដំណើរការរងសេរីមិនអាចមានព្រឹត្តិការណ៍ចាប់ផ្តើម ឬបញ្ចប់ទេ។ សូមដកវាចេញ។",
    ),
    "ad-hoc-empty": (
        "An ad-hoc sub-process needs an activity without incoming flow.",
        "ដំណើរការរងសេរីត្រូវការកិច្ចការមួយដែលគ្មានព្រួញចូល។",
    ),
}
