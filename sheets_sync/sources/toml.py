"""A mapping as a table of smarketing.toml, with remarks for the person who edits it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from sheets_sync.sources.mapping import Columns, FileMapping, NumberFormat, TableMapping
from templates.words import Words

SPEND_KEYS = ("cabinet", "level", "vat")
KEYS = (
    *("object", "path", "sheet", "encoding", "delimiter", "header_row"),
    *("url", "secret", "table", "query", "changed", "timezone", "complete", "null_words"),
    *SPEND_KEYS,
)
TELLING = {"object", "path", "url", "table", "complete"}


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


def render(mapping: Columns, words: Words) -> str:
    """Write a mapping as commented TOML that `tomllib` reads back to the same mapping."""
    return "\n".join(_lines(mapping, words)) + "\n"


def _lines(mapping: Columns, words: Words) -> Iterator[str]:
    section = "files" if isinstance(mapping, FileMapping) else "tables"
    yield f"[[{section}]]"
    yield from _keys(mapping, words)
    for name in ("columns", "dates", "numbers", "nulls", "defaults"):
        part: Mapping[str, object] = getattr(mapping, name)
        if part or name == "columns":
            yield ""
            yield f"[{section}.{name}]  # {words(f'source.toml_{name}')}"
            yield from (f"{key(field)} = {value(thing)}" for field, thing in part.items())
    for field, meanings in mapping.values.items():
        yield ""
        yield f"[{section}.values.{key(field)}]  # {words('source.toml_values')}"
        yield from (f"{key(word)} = {value(meaning)}" for word, meaning in meanings.items())


def _keys(mapping: Columns, words: Words) -> Iterator[str]:
    """Write the plain keys: always the telling ones, the others where they are not the default."""
    telling = TELLING | _telling(mapping)
    for name in KEYS:
        if name not in type(mapping).model_fields:
            continue
        stated, usual = getattr(mapping, name), type(mapping).model_fields[name].default
        if stated == usual and name not in telling:
            continue
        # A key without a value is shown, so that it can be given one.
        is_blank = stated == usual and stated in {None, ""}
        line = f"# {name} =" if is_blank else f"{name} = {value(stated)}"
        remark = f"source.toml_{name}"
        yield f"{line}  # {words(remark)}" if words.has(remark) else line


def _telling(mapping: Columns) -> set[str]:
    """Return which keys tell much of such a mapping."""
    spend = {*SPEND_KEYS} if mapping.object == "spend" else set()
    if isinstance(mapping, FileMapping):
        text = {"encoding", "delimiter"} if mapping.sheet is None else {"sheet"}
        return spend | text | {"header_row"}
    is_sheet = isinstance(mapping, TableMapping) and mapping.is_sheet
    return spend | ({"header_row"} if is_sheet else {"changed", "timezone"})
