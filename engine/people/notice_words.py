"""What officers are told, in words: a sentence for each kind, the same under the bell and in what leaves the house."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from engine.khmer import Bilingual
from engine.localise import number, plain_day
from storage.notices import Notice, NoticeKind

SENTENCES: Final[Mapping[NoticeKind, Bilingual]] = {
    NoticeKind.TASK_GIVEN: Bilingual(
        "កិច្ចការមួយត្រូវបានប្រគល់ឱ្យអ្នក៖ {what} {reference}", "A task was given to you: {what} {reference}"
    ),
    NoticeKind.TASK_TAKEN: Bilingual(
        "កិច្ចការមួយលែងជារបស់អ្នកហើយ៖ {what} {reference}", "A task is not yours any more: {what} {reference}"
    ),
    NoticeKind.NEARLY_DUE: Bilingual(
        "កិច្ចការរបស់អ្នកជិតផុតកំណត់ ({day})៖ {what} {reference}", "A task of yours is nearly due ({day}): {what} {reference}"
    ),
    NoticeKind.LATE: Bilingual(
        "កិច្ចការរបស់អ្នកយឺតហើយ ({day})៖ {what} {reference}", "A task of yours is late ({day}): {what} {reference}"
    ),
    NoticeKind.OFFICE_NEARLY_DUE: Bilingual(
        "ជិតផុតកំណត់ក្នុងការិយាល័យរបស់អ្នក ({day})៖ {what} {reference}", "Nearly due in your office ({day}): {what} {reference}"
    ),
    NoticeKind.OFFICE_LATE: Bilingual(
        "យឺតហើយក្នុងការិយាល័យរបស់អ្នក ({day})៖ {what} {reference}", "Late in your office ({day}): {what} {reference}"
    ),
    NoticeKind.WILL_BE_LATE: Bilingual(
        "ប្រហែលជានឹងយឺត ដោយត្រូវរួចត្រឹម {day}៖ {what} {reference}", "Will probably be late, due on {day}: {what} {reference}"
    ),
    NoticeKind.RAISED: Bilingual(
        "ឡើងដល់អ្នក ដោយយឺត៖ {what} {reference}", "Raised to you, since it is late: {what} {reference}"
    ),
    NoticeKind.ASKED: Bilingual("{who} សួរអ្នកអំពី {reference}", "{who} asks you about {reference}"),
    NoticeKind.ANSWERED: Bilingual(
        "{who} បានឆ្លើយសំណួររបស់អ្នកអំពី {reference}", "{who} has answered your question about {reference}"
    ),
    NoticeKind.DEPUTY: Bilingual("អ្នកធ្វើការជំនួស {who} ចាប់ពី {day}", "You stand in for {who} from {day}"),
    NoticeKind.DEPUTY_OVER: Bilingual("អ្នកលែងធ្វើការជំនួស {who} ហើយ", "You do not stand in for {who} any more"),
    NoticeKind.DEPUTY_TASK: Bilingual(
        "កិច្ចការមួយមកដល់ {who} ដែលអ្នកធ្វើការជំនួស៖ {what} {reference}",
        "A task came to {who}, for whom you stand in: {what} {reference}",
    ),
    NoticeKind.DISPUTE: Bilingual(
        "វិវាទអត្តសញ្ញាណមួយរង់ចាំការសម្រេចរបស់ប្រធានការិយាល័យ", "An identity dispute waits for the head of the office"
    ),
    NoticeKind.BOOK: Bilingual(
        "បញ្ជីបេឡាករ {day} រង់ចាំមនុស្សទីពីរពិនិត្យ", "A cashier’s book of {day} waits for the second person"
    ),
    NoticeKind.RELEASE_WAITS: Bilingual("ការចេញផ្សាយមួយរង់ចាំការអនុម័ត៖ {what}", "A release waits for approval: {what}"),
    NoticeKind.RELEASE_REPLAYED: Bilingual(
        "ការសាកលើសំណុំរឿងនៃការចេញផ្សាយបានចប់៖ {what}", "The replay of a release is over: {what}"
    ),
    NoticeKind.INCIDENT: Bilingual("ជំហានមួយបរាជ័យក្នុង {reference}", "A step failed in {reference}"),
    NoticeKind.FILE_READY: Bilingual(
        "ឯកសារដែលអ្នកបានស្នើសុំរួចរាល់ហើយ៖ {reference}", "A file that you asked for is ready: {reference}"
    ),
    NoticeKind.FILE_FAILED: Bilingual(
        "ឯកសារដែលអ្នកបានស្នើសុំមិនអាចធ្វើបានទេ៖ {reference}", "A file that you asked for could not be made: {reference}"
    ),
}
TITLE: Final = Bilingual("មានអ្វីថ្មី {count} នៅច្រកចេញចូលតែមួយ", "New at One Window: {count}")
MORE: Final = Bilingual("និង {count} ទៀត", "and {count} more")
ALL: Final = Bilingual("ទាំងអស់៖ {link}", "All of it: {link}")
MOST_NAMED: Final = 10
"""So many notices a message names, each with its address; whoever has more finds them under the bell."""


def sentence(kind: NoticeKind, facts: Mapping[str, Any], language: str) -> str:
    """The sentence about a notice (``News.facts``) in a language, without Latin digits where that is Khmer."""
    said: dict[str, str] = defaultdict(str)
    for name, value in facts.items():
        match name, value:
            case "day", str():
                said[name] = plain_day(date.fromisoformat(value), language)
            case _, [str(km), str(en)]:
                said[name] = Bilingual(km, en)(language)
            case _:
                said[name] = str(value)
    return " ".join(SENTENCES[kind](language).format_map(said).split())


def message_of(notices: Sequence[Notice], language: str, base_url: str) -> tuple[str, str]:
    """Title and body of a message about these notices: the first of them in words, each with an address that opens it
    for whoever may, how many more there are, and where all are."""
    count = number(len(notices), language)
    lines = [
        f"• {sentence(one.kind, one.facts, language)}\n  {base_url}/office/notices/{one.id}"
        for one in notices[:MOST_NAMED]
    ]
    if len(notices) > MOST_NAMED:
        lines.append(MORE(language).format(count=number(len(notices) - MOST_NAMED, language)))
    lines.append(ALL(language).format(link=f"{base_url}/office/notices"))
    return TITLE(language).format(count=count), "\n".join(lines)
