"""Why a scenario cannot go on, in both languages."""

from __future__ import annotations

from typing import Final

from engine import bpmn
from engine.khmer import Bilingual

MOST_EFFECTS: Final = 100

NOT_ASKED: Final = Bilingual(
    "ទម្រង់ {form} មិនសួរ {names} ទេ; វាសួរ៖ {known}។", "The form {form} does not ask {names}; it asks: {known}."
)
BACKWARDS: Final = Bilingual(
    "ជំហាននៅ {at} មកមុនជំហានខាងលើវា។ សូមកែម៉ោង។", "The step at {at} lies before the one above it; correct the time."
)
NOT_READY: Final = Bilingual(
    "«{task}» មិនទាន់ដល់វេននៅ {at} ទេ; អ្វីដែលដល់វេន៖ {there}។", "“{task}” is not ready at {at}; ready: {there}."
)
ASKS_NOTHING: Final = Bilingual(
    "«{task}» មិនសួរអ្វីទេ ដូច្នេះវាគ្មានចម្លើយ។ សូមដក answers ចេញ។", "“{task}” asks nothing, so it has no answers."
)
WITHOUT_WAIT: Final = Bilingual(
    f"កិច្ចការសេវាលើសពី {MOST_EFFECTS} តគ្នាដោយគ្មានការរង់ចាំ។ សូមដាក់ការរង់ចាំនៅចន្លោះ។",
    f"More than {MOST_EFFECTS} service tasks follow one another without a wait.",
)
NO_CONNECTOR: Final = Bilingual(
    "«{element}» សួរការភ្ជាប់មួយ។ សូមសរសេរក្រោម connectors ថាវាឆ្លើយអ្វី។",
    "“{element}” asks a connector; say under connectors what it answers.",
)
NO_START: Final = Bilingual(
    "គំនូសតាងគ្មានការចាប់ផ្តើម «{start}» ទេ។ សូមជ្រើសរើសមួយទៀត។",
    "The diagram has no start “{start}”; choose another one.",
)
NO_OPERATION: Final = Bilingual("គ្មានប្រតិបត្តិការ “{name}” ទេ។", "There is no operation “{name}”.")


class Impossible(Exception):
    """The scenario cannot go on; ``why`` says it."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why


def from_the_core(refused: bpmn.BpmnRefusal) -> Bilingual:
    """Why the diagram cannot go on."""
    if isinstance(refused, bpmn.StepFailed):
        written = f" ({refused.expression})" if refused.expression else ""
        return Bilingual(f"«{refused.element_id}» បរាជ័យ{written}៖ {refused.reason.km}។", str(refused))
    if isinstance(refused, bpmn.NobodyWaits):
        return Bilingual(f"គ្មានធាតុណារង់ចាំសារ «{refused.name}» ទេ។", str(refused))
    return Bilingual(f"គំនូសតាងមិនអាចបន្តបានទេ៖ {refused}", str(refused))
