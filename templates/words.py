"""Words of one language, and numbers and dates as that language writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files

UNKNOWN = "—"
BLUNT = "ХЗ"
"""What Russian texts say of a stage that nobody knows; some are too shy for it."""

LARGE = ((999_500, 1e6, "millions"), (100_000, 1e3, "thousands"))
"""From which amount on people speak of which unit."""
FIGURES = 3


@dataclass(frozen=True, slots=True)
class Words:
    r"""The texts of one language, by dotted id.

    >>> english = load("en")
    >>> english.share(0.6923)
    '69.2%'
    >>> load("ru").money(1234567.5, "RUB")
    '1\xa0234\xa0568\xa0₽'
    """

    language: str
    texts: Mapping[str, str]

    def __call__(self, id: str, **parts: object) -> str:  # noqa: A002
        """Return the text `id` with its `{parts}` filled in; a KeyError names a missing text."""
        text = self.texts[id]
        return text.format(**parts) if parts else text

    def has(self, id: str) -> bool:  # noqa: A002
        """Tell whether there is a text `id`."""
        return id in self.texts

    def softened(self, unknown: str) -> Words:
        """Return the same texts with a word for the unknown that hurts nobody.

        >>> load("ru").softened("н/д")("metric.unknown_index")
        'Индекс н/д'
        """
        told = {
            id_: text if id_.startswith("setting.") else text.replace(BLUNT, unknown)
            for id_, text in self.texts.items()
        }
        return Words(self.language, {**told, "page.unknown_stage": unknown})

    def number(self, value: float | Decimal | None, digits: int = 0) -> str:
        """Write a number with the language's separators, rounded half up."""
        if value is None:
            return UNKNOWN
        step = Decimal(1).scaleb(-digits)
        rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
        text = f"{rounded:,.{digits}f}".replace("-", "−")
        return text.translate(str.maketrans(",.", self.texts["format.separators"]))

    def share(self, value: float | None, digits: int = 1) -> str:
        """Write a fraction of 1 as a percentage."""
        if value is None:
            return UNKNOWN
        return self.texts["format.share"].format(self.number(Decimal(str(value)) * 100, digits))

    def money(self, value: float | Decimal | None, currency: str) -> str:
        """Write an amount without cents, with the sign of its currency."""
        if value is None:
            return UNKNOWN
        return self._signed(self.number(value), currency)

    def _signed(self, amount: str, currency: str) -> str:
        sign = self.texts.get(f"currency.{currency}", currency)
        return self.texts["format.money"].format(amount=amount, sign=sign)

    def about(self, value: float | None, currency: str) -> str:
        r"""Write an amount in three figures, as people say it.

        >>> [load("en").about(value, "USD") for value in (4_193_754, 5e6, 999_600, 11_186)]
        ['$4.19m', '$5m', '$1m', '$11,186']
        >>> load("ru").about(237_300, "RUB")
        '237\xa0тыс.\xa0₽'
        """
        large = next((each for each in LARGE if value is not None and value >= each[0]), None)
        if value is None or large is None:
            return self.money(value, currency)
        _, size, unit = large
        scaled = value / size
        most = max(0, FIGURES - len(str(int(scaled))))
        digits = next(n for n in range(most + 1) if round(scaled, n) == round(scaled, most))
        return self._signed(self(f"format.{unit}", n=self.number(scaled, digits)), currency)

    def day(self, value: date | None) -> str:
        """Write a date."""
        return UNKNOWN if value is None else value.strftime(self.texts["format.date"])

    def moment(self, value: datetime | None) -> str:
        """Write a date and a time of day."""
        return UNKNOWN if value is None else value.strftime(self.texts["format.datetime"])


def flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Turn nested tables into dotted ids.

    >>> flatten({"tab": {"plan": "Plan"}})
    {'tab.plan': 'Plan'}
    """
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat


LANGUAGES = ("ru", "en")


@cache
def load(language: str) -> Words:
    """Load the words of a language, `ru` or `en`."""
    source = files("templates").joinpath("texts", f"{language}.toml")
    return Words(language, flatten(tomllib.loads(source.read_text(encoding="utf-8"))))
