"""A mapping as a `[[files]]` table of smarketing.toml, with remarks for the person who edits it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from sheets_sync.sources.mapping import FileMapping, NumberFormat
from templates.words import Words

SPEND_KEYS = ("cabinet", "level", "vat")


def value(thing: object) -> str:
    r"""Write a value as TOML.

    >>> value('say "a"\n'), value(True), value(["x"]), value({"a b": 1})
    ('"say \\"a\\"\\n"', 'true', '["x"]', '{"a b" = 1}')
    """
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, str):
        return json.dumps(thing, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(thing, NumberFormat):
        return value(thing.model_dump(exclude_defaults=True) or {"decimal": thing.decimal})
    if isinstance(thing, Mapping):
        return "{" + ", ".join(f"{key(name)} = {value(part)}" for name, part in thing.items()) + "}"
    if isinstance(thing, Sequence):
        return "[" + ", ".join(map(value, thing)) + "]"
    return str(thing)


def key(name: str) -> str:
    """Write a key, quoted where it has to be.

    >>> key("deal_id"), key("Won deals")
    ('deal_id', '"Won deals"')
    """
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value(name)


def render(mapping: FileMapping, words: Words) -> str:
    """Write a mapping as commented TOML that `tomllib` reads back to the same mapping."""
    return "\n".join(_lines(mapping, words)) + "\n"


def _lines(mapping: FileMapping, words: Words) -> Iterator[str]:
    fresh = FileMapping(object=mapping.object, path="", columns={})
    is_sheet = mapping.sheet is not None
    yield "[[files]]"
    yield f"object = {value(mapping.object)}"
    yield f"path = {value(mapping.path)}"
    if is_sheet:
        yield f"sheet = {value(mapping.sheet)}"
    if not is_sheet or mapping.encoding != fresh.encoding:
        yield f"encoding = {value(mapping.encoding)}"
    if not is_sheet or mapping.delimiter != fresh.delimiter:
        yield f"delimiter = {value(mapping.delimiter)}"
    yield _remarked(f"header_row = {mapping.header_row}", words("source.toml_header_row"))
    yield _remarked(f"complete = {value(mapping.complete)}", words("source.toml_complete"))
    if mapping.null_words != fresh.null_words:
        yield f"null_words = {value(mapping.null_words)}"
    for name in SPEND_KEYS:
        stated = getattr(mapping, name)
        if stated is not None and (mapping.object == "spend" or stated != getattr(fresh, name)):
            yield _remarked(f"{name} = {value(stated)}", words(f"source.toml_{name}"))
    if mapping.object == "spend" and mapping.vat is None:
        yield _remarked("# vat = true", words("source.toml_vat"))
    for name in ("columns", "dates", "numbers", "nulls", "defaults"):
        part: Mapping[str, object] = getattr(mapping, name)
        if part or name == "columns":
            yield ""
            yield f"[files.{name}]  # {words(f'source.toml_{name}')}"
            yield from (f"{key(field)} = {value(thing)}" for field, thing in part.items())
    for field, meanings in mapping.values.items():
        yield ""
        yield f"[files.values.{key(field)}]  # {words('source.toml_values')}"
        yield from (f"{key(word)} = {value(meaning)}" for word, meaning in meanings.items())


def _remarked(line: str, remark: str) -> str:
    return f"{line}  # {remark}"
