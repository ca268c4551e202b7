"""Settings: what may be changed, what it is now, and what is wrong with what was typed."""

from __future__ import annotations

from templates.settings import SETTINGS, Setting, SettingKind, read_settings
from templates.tab import (
    Facts,
    Group,
    Kind,
    Origin,
    Row,
    Status,
    Table,
    Value,
    human,
    live,
    machine,
)
from templates.words import Words


def spoken(setting: Setting, value: Value, words: Words) -> Value:
    """Write a value of a setting as people read and type it."""
    if isinstance(value, bool):
        return words("choice.yes" if value else "choice.no")
    if isinstance(value, str) and setting.kind in {SettingKind.CHOICE, SettingKind.RECIPIENTS}:
        return words(f"choice.{value}")
    if setting.kind is SettingKind.SHARE and isinstance(value, float):
        return words.share(value, 0)
    return value


def allowed(setting: Setting, words: Words) -> str:
    """Say what may be typed."""
    if setting.allowed:
        return " / ".join(words(f"choice.{id_}") for id_ in setting.allowed)
    if setting.low is not None and setting.high is not None:
        low, high = (_bound(setting, bound, words) for bound in (setting.low, setting.high))
        return words("setting.allowed.between", low=low, high=high)
    return words(f"setting.allowed.{setting.kind}")


def _bound(setting: Setting, bound: float, words: Words) -> str:
    if setting.kind is SettingKind.SHARE:
        return words.share(bound, 0)
    return words.number(bound, 0 if float(bound).is_integer() else 2)


def rows(facts: Facts, words: Words) -> list[Row]:
    """Return the settings with what is wrong with the typed ones."""
    typed = {
        str(row["setting"]): row.get("value") for row in facts.tables.get("typed.settings", ())
    }
    known = facts.tables.get("recipients")
    names = None if known is None else [str(row["recipient"]) for row in known]
    _, problems = read_settings(typed, words=words, recipients=names)
    return [
        {
            "setting": setting.id,
            "name": words(f"setting.name.{setting.id}"),
            "meaning": words(f"setting.{setting.id}"),
            "allowed": allowed(setting, words),
            "default": spoken(setting, setting.default, words),
            "problem": _problem(problems.get(setting.id), words),
        }
        for setting in SETTINGS.values()
    ]


def _problem(problem: object, words: Words) -> str | None:
    if problem is None:
        return None
    return words(f"setting.problem.{problem.id}", **problem.parts)  # type: ignore[attr-defined]


def _used(row: Row) -> Value:
    value, default = row.get("value"), row.get("default")
    if value not in {None, ""} and not row.get("problem"):
        return value
    return "" if default is None else default


TAB = Table(
    name="settings",
    rows=rows,
    group=Group.SETUP,
    is_hidden=True,
    key="setting",
    origin=Origin.FIXED,
    columns=(
        machine("name", width=30),
        machine("setting", width=4, is_hidden=True),
        machine("meaning", Kind.LONG_TEXT, width=74),
        human("value", Kind.ANY, width=22),
        live(
            "value_used",
            'IF(AND({value}<>"",{problem}=""),{value},IF({default}="","",{default}))',
            _used,
            width=22,
        ),
        machine("default", width=18),
        machine("allowed", Kind.LONG_TEXT, width=40),
        machine("problem", Kind.LONG_TEXT, width=40),
    ),
    row_rules=(("problem", '{problem}<>""', Status.BAD),),
)
