"""The page of the docs that lists the metrics; `make docs` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sheets_sync.metrics.catalogue import MEASURES, METRICS
from sheets_sync.metrics.definition import Definition, explain
from templates.words import LANGUAGES, Words, load


def page(words: Words) -> str:
    """Write the page in the language of the words.

    >>> page(load("en")).splitlines()[0]
    '# Metrics'
    """
    return "\n".join((*_head(words), *_measures(words), *_metrics(words)))


def pages() -> dict[str, str]:
    """Return the pages by their names in the folder of the docs."""
    return {
        f"metrics{'' if language == 'en' else f'.{language}'}.md": page(load(language))
        for language in LANGUAGES
    }


def _head(words: Words) -> Iterator[str]:
    yield f"# {words('handbook.metrics.title')}"
    yield ""
    yield words("handbook.metrics.intro", count=len(METRICS))
    yield ""


def _measures(words: Words) -> Iterator[str]:
    yield f"## {words('handbook.metrics.measures')}"
    yield ""
    yield words("handbook.metrics.summed")
    yield ""
    columns = ("name", "id", "meaning", "unit")
    yield f"| {' | '.join(words(f'handbook.metrics.{column}') for column in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for measure in MEASURES:
        found = explain(measure, words)
        yield f"| {found.name} | `{found.id}` | {found.words} | {found.unit} |"
    yield ""


def _metrics(words: Words) -> Iterator[str]:
    yield f"## {words('handbook.metrics.metrics')}"
    yield ""
    yield words("handbook.metrics.computed")
    yield ""
    for metric in METRICS:
        if metric not in MEASURES:
            yield from _metric(explain(metric, words))


def _metric(found: Definition) -> Iterator[str]:
    yield f"### {found.name} {{ #{found.id} }}"
    yield ""
    yield f"{found.words} `{found.id}`, {found.unit}."
    yield ""
    if found.formula:
        yield f"{found.name} = {found.formula}"
        yield ""
        yield f"`{found.cell}` ({found.source})"
        yield ""


def main(folder: Path) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
