"""A questionnaire as data: what is asked, what it weighs, and what a total means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class BrokenQuestionnaire(ValueError):
    """A questionnaire that cannot be asked; `problem` and `parts` say why.

    >>> BrokenQuestionnaire("unknown_section", where="M1", value="money").problem
    'unknown_section'
    """

    def __init__(self, problem: str, **parts: object) -> None:
        """Name the problem (a text `questionnaire.<problem>`) and what it speaks of."""
        told = ", ".join(f"{name}: {value}" for name, value in parts.items())
        super().__init__(f"{problem} ({told})")
        self.problem = problem
        self.parts = parts


@dataclass(frozen=True, slots=True)
class Compare:
    """A number, word or claim of the metric's record compared with a fixed one."""

    op: str
    value: float | str | bool
    field: str = "value"


@dataclass(frozen=True, slots=True)
class Between:
    """A number of the metric's record between two others, both ends inclusive."""

    low: float
    high: float
    field: str = "value"


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


Condition = Compare | Between | All | Some


@dataclass(frozen=True, slots=True)
class Auto:
    """How facts answer a criterion: g2 is tried first, then g1."""

    metric: str
    g2: Condition
    g1: Condition
    window: str | None = None
    min_n: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What one language says of a criterion: question, answers from worst to best, advice."""

    question: str
    answers: tuple[str, ...]
    fix: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question."""

    id: str
    section: str
    weight: int
    depends_on: tuple[str, ...]
    words: Mapping[str, Wording]  # by language
    auto: Auto | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A group of criteria: a cause, or the outcome that causes bring about."""

    id: str
    is_cause: bool
    names: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]  # level, language


@dataclass(frozen=True, slots=True)
class Band:
    """What a total means, from its lower edge on."""

    id: str
    min: float
    names: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cap:
    """A band becomes another when enough sections lie low."""

    band: str
    becomes: str
    below: float
    at_least: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The points of an answer, from worst to best, and what the other two answers are worth."""

    min: int
    max: int
    unknown_points: float
    na_max: int


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Everything needed to ask, score and advise."""

    version: int
    scale: Scale
    sections: tuple[Section, ...]
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]  # by lower edge
    caps: tuple[Cap, ...]
    levels: Mapping[str, float]  # section level to its lower edge

    @property
    def criterion(self) -> Mapping[str, Criterion]:
        """The criteria by id."""
        return {criterion.id: criterion for criterion in self.criteria}

    @property
    def section(self) -> Mapping[str, Section]:
        """The sections by id."""
        return {section.id: section for section in self.sections}

    @property
    def band(self) -> Mapping[str, Band]:
        """The bands by id."""
        return {band.id: band for band in self.bands}
