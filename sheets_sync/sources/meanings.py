"""What the words of a column mean: won, lost, target, spam."""

from __future__ import annotations

from collections.abc import Iterable

from sheets_sync.sources.mapping import ANY, EMPTY
from sheets_sync.sources.vocabulary import plain, words_of

YES_NO = {"yes", "no", "да", "нет", "true", "false", "1", "0", "y", "n", "+"}


def meaning_of(word: str, meanings: Iterable[str]) -> str | None:
    """Return which of the meanings a word has.

    >>> meaning_of("Closed - Won", ("won", "lost"))
    'won'
    >>> meaning_of("Negotiation", ("won", "lost")) is None
    True
    """
    known = {word.strip().lower(), plain(word)}
    return next((name for name in meanings if known & _known(name)), None)


def _known(meaning: str) -> set[str]:
    return {form for word in words_of(meaning) for form in (word, plain(word))} - {""}


def status_values(words: Iterable[str]) -> dict[str, str] | None:
    """Return what the words of a stage column say about the deal; None when they say nothing.

    >>> status_values(["Won", "Lost", "Prospecting"])
    {'Won': 'won', 'Lost': 'lost', '*': 'open'}
    """
    values = {}
    for word in words:
        meaning = meaning_of(word, ("won", "lost"))
        if meaning:
            values[word] = meaning
    if "won" not in values.values():
        return None
    return values | {ANY: "open"}


def paid_values(words: Iterable[str]) -> dict[str, str] | None:
    """Return what the words of a column "paid?" say about the deal; None when it is no such column.

    >>> paid_values(["да"])
    {'да': 'won', '*': 'open', '': 'open'}
    >>> paid_values(["50 %", "да"]) is None
    True
    """
    said = list(words)
    if not said or any(word.lower() not in YES_NO for word in said):
        return None
    won = {word: "won" for word in said if word.lower() in words_of("yes")}
    return won | {ANY: "open", EMPTY: "open"}


def verdict_values(
    words: Iterable[str], *, is_stage: bool
) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return what words say about `is_target` and `is_spam`; None when they say nothing.

    A word that says neither is a verdict still to come.

    >>> verdict_values(["Целевая", "Спам", "Новая"], is_stage=False)
    ({'Целевая': 'true', 'Спам': 'false', '*': ''}, {'Спам': 'true', 'Целевая': 'false', '*': ''})
    """
    target: dict[str, str] = {}
    spam: dict[str, str] = {}
    for word in words:
        if is_stage and word.lower() in YES_NO:
            continue
        meaning = meaning_of(word, ("spam", "not_target", "target"))
        if meaning:
            target[word] = "true" if meaning == "target" else "false"
            spam[word] = "true" if meaning == "spam" else "false"
    if not target:
        return None
    spams = {word: flag for word, flag in spam.items() if flag == "true"}
    others = {word: flag for word, flag in spam.items() if flag == "false"}
    return target | {ANY: ""}, (spams | others | {ANY: ""}) if spams else {}
