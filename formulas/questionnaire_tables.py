"""Reading a questionnaire from the tables of its file, checking it before anybody is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from formulas.questionnaire import (
    All,
    Auto,
    Band,
    Between,
    BrokenQuestionnaire,
    Cap,
    Compare,
    Condition,
    Criterion,
    Questionnaire,
    Scale,
    Section,
    Some,
    Wording,
)

Tree = Mapping[str, Any]
T = TypeVar("T")

OPERATORS = ("=", "!=", ">=", ">", "<=", "<")
LANGUAGES = ("ru", "en")
KINDS = ("cause", "outcome")
NUMBER = (int, float)


def parse(tree: Tree) -> Questionnaire:
    """Read a questionnaire, or raise BrokenQuestionnaire with the first thing wrong."""
    scale = _scale(_take(tree, "scale", dict, "file"))
    levels = {
        level: _number(edge, f"section_levels.{level}")
        for level, edge in _take(tree, "section_levels", dict, "file").items()
    }
    sections = _each(tree, "sections", lambda entry: _section(entry, tree, levels))
    criteria = _each(tree, "criteria", lambda entry: _criterion(entry, scale))
    bands = tuple(sorted(_each(tree, "bands", _band), key=lambda band: band.min))
    caps = _each(tree, "caps", _cap) if tree.get("caps") else ()
    _check_unique("section", [section.id for section in sections])
    _check_unique("criterion", [criterion.id for criterion in criteria])
    _check_unique("band", [band.id for band in bands])
    _check_edges("bands", [band.min for band in bands])
    _check_edges("section_levels", levels.values())
    _check_references(sections, criteria, bands, caps)
    _check_cycles({criterion.id: criterion.depends_on for criterion in criteria})
    version = _take(tree, "version", int, "file")
    return Questionnaire(version, scale, sections, criteria, bands, caps, levels)


def _take(entry: Tree, key: str, kind: type | tuple[type, ...], where: str) -> Any:
    """Return a value that must be there and of its kind; a claim is no number."""
    if key not in entry:
        raise BrokenQuestionnaire("missing_key", where=where, key=key)
    value = entry[key]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BrokenQuestionnaire("wrong_kind", where=where, key=key, value=value)
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, NUMBER):
        raise BrokenQuestionnaire("wrong_kind", where=where, key="value", value=value)
    return value


def _each(tree: Tree, key: str, read: Callable[[Tree], T]) -> tuple[T, ...]:
    """Read the tables of a list that must not be empty."""
    entries = _take(tree, key, list, "file")
    if not entries:
        raise BrokenQuestionnaire("missing_key", where="file", key=key)
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise BrokenQuestionnaire("wrong_kind", where="file", key=key, value=entry)
    return tuple(read(entry) for entry in entries)


def _words(entry: Tree, where: str, suffix: str = "") -> dict[str, str]:
    """Return texts by language; a language that is left out speaks as the other."""
    told = [language for language in LANGUAGES if language + suffix in entry] or LANGUAGES
    found = {language: _take(entry, language + suffix, str, where) for language in told}
    return {language: found.get(language, found[told[0]]) for language in LANGUAGES}


def _scale(entry: Tree) -> Scale:
    low, high = (_take(entry, key, int, "scale") for key in ("min", "max"))
    if low >= high:
        raise BrokenQuestionnaire("empty_scale", low=low, high=high)
    if not _take(entry, "na_excluded", bool, "scale"):
        raise BrokenQuestionnaire("na_counted")
    unknown = _take(entry, "unknown_points", NUMBER, "scale")
    return Scale(low, high, unknown, _take(entry, "na_max", int, "scale"))


def _section(entry: Tree, tree: Tree, levels: Iterable[str]) -> Section:
    id_ = _take(entry, "id", str, "sections")
    kind = _take(entry, "kind", str, id_)
    if kind not in KINDS:
        raise BrokenQuestionnaire("wrong_kind", where=id_, key="kind", value=kind)
    told = _take(_take(tree, "section_texts", dict, "file"), id_, dict, "section_texts")
    texts = {
        level: _words(_take(told, level, dict, f"section_texts.{id_}"), f"{id_}.{level}")
        for level in levels
    }
    return Section(id_, kind == "cause", _words(entry, id_), texts)


def _criterion(entry: Tree, scale: Scale) -> Criterion:
    id_ = _take(entry, "id", str, "criteria")
    weight = _take(entry, "weight", int, id_)
    if weight < 1:
        raise BrokenQuestionnaire("light_weight", where=id_, value=weight)
    told = [language for language in LANGUAGES if language in entry] or LANGUAGES
    found = {
        language: _wording(_take(entry, language, dict, id_), scale, f"{id_}.{language}")
        for language in told
    }
    words = {language: found.get(language, found[told[0]]) for language in LANGUAGES}
    auto = _auto(_take(entry, "auto", dict, id_), id_) if "auto" in entry else None
    depends_on = tuple(_take(entry, "depends_on", list, id_))
    return Criterion(id_, _take(entry, "section", str, id_), weight, depends_on, words, auto)


def _wording(entry: Tree, scale: Scale, where: str) -> Wording:
    answers = _take(entry, "a", list, where)
    expected = scale.max - scale.min + 1
    if len(answers) != expected:
        raise BrokenQuestionnaire(
            "answers_count", where=where, expected=expected, found=len(answers)
        )
    for answer in answers:
        if not isinstance(answer, str):
            raise BrokenQuestionnaire("wrong_kind", where=where, key="a", value=answer)
    return Wording(_take(entry, "q", str, where), tuple(answers), _take(entry, "fix", str, where))


def _auto(entry: Tree, where: str) -> Auto:
    best, second = (condition(_take(entry, key, dict, where), where) for key in ("g2", "g1"))
    window = _take(entry, "window", str, where) if "window" in entry else None
    min_n = _take(entry, "min_n", int, where) if "min_n" in entry else None
    return Auto(_take(entry, "metric", str, where), best, second, window, min_n)


def condition(entry: Tree, where: str) -> Condition:
    """Read a condition of one of the four shapes.

    >>> condition({"op": ">=", "value": 0.9}, "M4")
    Compare(op='>=', value=0.9, field='value')
    >>> condition({"about": 3}, "M4")
    Traceback (most recent call last):
    formulas.questionnaire.BrokenQuestionnaire: unknown_condition (where: M4, value: {'about': 3})
    """
    match dict(entry):
        case {"op": str(op), "value": bool() | int() | float() | str() as value, **rest}:
            if op not in OPERATORS:
                raise BrokenQuestionnaire("unknown_operator", where=where, value=op)
            return Compare(op, value, _field(rest, entry, where))
        case {"between": [low, high], **rest}:
            return Between(_number(low, where), _number(high, where), _field(rest, entry, where))
        case {"all": [_, *_] as parts, **rest} if not rest:
            return All(_conditions(parts, where))
        case {"any": [_, *_] as parts, **rest} if not rest:
            return Some(_conditions(parts, where))
    raise BrokenQuestionnaire("unknown_condition", where=where, value=entry)


def _conditions(parts: Sequence[Any], where: str) -> tuple[Condition, ...]:
    for part in parts:
        if not isinstance(part, Mapping):
            raise BrokenQuestionnaire("unknown_condition", where=where, value=part)
    return tuple(condition(part, where) for part in parts)


def _field(rest: Tree, entry: Tree, where: str) -> str:
    """Return the field that a condition names, if that is all it says besides."""
    match rest:
        case {"field": str(field), **more} if not more:
            return field
        case _ if not rest:
            return "value"
    raise BrokenQuestionnaire("unknown_condition", where=where, value=entry)


def _band(entry: Tree) -> Band:
    id_ = _take(entry, "id", str, "bands")
    edge = _take(entry, "min", NUMBER, id_)
    return Band(id_, edge, _words(entry, id_), _words(entry, id_, "_text"))


def _cap(entry: Tree) -> Cap:
    when = _take(entry, "when", dict, "caps")
    return Cap(
        _take(entry, "band", str, "caps"),
        _take(entry, "becomes", str, "caps"),
        _take(when, "sections_below", NUMBER, "caps"),
        _take(when, "at_least", int, "caps"),
    )


def _check_unique(kind: str, ids: Sequence[str]) -> None:
    for id_, times in Counter(ids).items():
        if times > 1:
            raise BrokenQuestionnaire("duplicate_id", kind=kind, value=id_)


def _check_edges(where: str, edges: Iterable[float]) -> None:
    """Make sure that every score lies somewhere: lower edges differ and begin at 0."""
    ordered = sorted(edges)
    if not ordered or ordered[0] != 0 or len(set(ordered)) < len(ordered):
        raise BrokenQuestionnaire("wrong_edges", where=where, value=ordered)


def _check_references(
    sections: Iterable[Section],
    criteria: Iterable[Criterion],
    bands: Iterable[Band],
    caps: Iterable[Cap],
) -> None:
    known_sections = {section.id for section in sections}
    known = {criterion.id for criterion in criteria}
    known_bands = {band.id for band in bands}
    for criterion in criteria:
        if criterion.section not in known_sections:
            raise BrokenQuestionnaire(
                "unknown_section", where=criterion.id, value=criterion.section
            )
        for other in criterion.depends_on:
            if other not in known:
                raise BrokenQuestionnaire("unknown_dependency", where=criterion.id, value=other)
    for cap in caps:
        for band in (cap.band, cap.becomes):
            if band not in known_bands:
                raise BrokenQuestionnaire("unknown_band", where="caps", value=band)


def _check_cycles(depends_on: Mapping[str, Sequence[str]]) -> None:
    """Make sure that following dependencies ends somewhere."""
    done: set[str] = set()

    def visit(id_: str, path: tuple[str, ...]) -> None:
        if id_ in path:
            circle = " → ".join((*path[path.index(id_) :], id_))
            raise BrokenQuestionnaire("dependency_cycle", value=circle)
        if id_ not in done:
            for other in depends_on[id_]:
                visit(other, (*path, id_))
            done.add(id_)

    for id_ in depends_on:
        visit(id_, ())
