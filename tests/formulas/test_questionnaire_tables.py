"""The loader takes our questionnaire and another one, and says what is wrong with a broken one."""

import copy
import tomllib
from pathlib import Path

import pytest

from formulas.questionnaire import BrokenQuestionnaire, Wording
from formulas.questionnaire_tables import parse
from formulas.scorecard import Answer, score
from templates.words import LANGUAGES
from templates.words import load as words

SCORECARD = Path(__file__).parents[2] / "templates" / "scorecard.toml"
TREE = tomllib.loads(SCORECARD.read_text("utf-8"))


def test_ours_has_twenty_criteria_in_five_sections():
    card = parse(TREE)
    assert len(card.criterion) == 20
    assert sum(entry.weight for entry in card.criteria) == 42
    assert [section.id for section in card.sections if not section.is_cause] == ["result"]
    assert [band.id for band in card.bands] == ["war", "truce", "allies", "one_team"]
    assert all(entry.auto for entry in card.criteria)
    assert card.criterion["Q3"].auto.min_n == 4
    assert card.criterion["Q3"].auto.window == "28d"


def test_no_text_is_lost():
    card = parse(TREE)
    for entry in TREE["criteria"]:
        for language in LANGUAGES:
            told = entry[language]
            expected = Wording(told["q"], tuple(told["a"]), told["fix"])
            assert card.criterion[entry["id"]].words[language] == expected
    for entry in TREE["sections"]:
        section = card.section[entry["id"]]
        assert section.texts == TREE["section_texts"][entry["id"]]
        assert section.names == {language: entry[language] for language in LANGUAGES}
    for entry in TREE["bands"]:
        band = card.band[entry["id"]]
        assert band.texts == {language: entry[f"{language}_text"] for language in LANGUAGES}
        assert band.names == {language: entry[language] for language in LANGUAGES}


def small():
    """A questionnaire of one's own: two questions, four answers each."""
    told = {"q": "?", "a": ["0", "1", "2", "3"], "fix": "!"}
    both = {"ru": told, "en": told}
    names = {"ru": "имя", "en": "name"}
    texts = {"ru_text": "…", "en_text": "…"}
    return copy.deepcopy(
        {
            "version": 7,
            "scale": {"min": 0, "max": 3, "unknown_points": 0, "na_excluded": True, "na_max": 0},
            "section_levels": {"low": 0, "high": 60},
            "sections": [{"id": "one", "kind": "cause", **names}],
            "section_texts": {"one": {"low": names, "high": names}},
            "criteria": [
                {"id": "a", "section": "one", "weight": 1, "depends_on": ["b"], **both},
                {"id": "b", "section": "one", "weight": 5, "depends_on": [], **both},
            ],
            "bands": [
                {"id": "fine", "min": 60, **names, **texts},
                {"id": "poor", "min": 0, **names, **texts},
            ],
        }
    )


def test_a_questionnaire_of_ones_own():
    card = parse(small())
    assert (card.version, card.caps) == (7, ())
    found = score(card, {"a": Answer(0, 0), "b": Answer(3, 3)})
    assert (float(found.total), found.band) == (pytest.approx(500 / 6), "fine")
    assert found.fix_first == ("a",)
    assert score(card, {"a": Answer(0, 0), "b": Answer(1, 1)}).fix_first == ("b",)


def broken(*path, value=None):
    tree = small()
    place = tree
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return tree


def with_condition(condition):
    auto = {"metric": "x", "g2": condition, "g1": {"op": "=", "value": 1}}
    return broken("criteria", 0, "auto", value=auto)


def speechless(table, place, suffix=""):
    tree = small()
    for language in ("ru", "en"):
        del tree[table][place][language + suffix]
    return tree


CAP = {"band": "fine", "becomes": "poor", "when": {"sections_below": 50, "at_least": 1}}


def test_a_questionnaire_in_one_language_speaks_it_everywhere():
    tree = small()
    for entry in (*tree["sections"], *tree["criteria"]):
        del entry["en"]
    card = parse(tree)
    assert card.sections[0].names["en"] == card.sections[0].names["ru"]
    assert card.criteria[0].words["en"] == card.criteria[0].words["ru"]


BROKEN = [
    ("missing_key", broken("version")),
    ("missing_key", broken("scale")),
    ("missing_key", broken("scale", "na_max")),
    ("missing_key", broken("criteria", value=[])),
    ("missing_key", broken("criteria", 0, "weight")),
    ("missing_key", speechless("criteria", 1)),
    ("missing_key", broken("criteria", 1, "en", "fix")),
    ("missing_key", broken("section_texts", "one")),
    ("missing_key", broken("section_texts", "one", "high")),
    ("missing_key", speechless("bands", 0, "_text")),
    ("missing_key", broken("caps", value=[{"band": "fine", "becomes": "poor"}])),
    ("wrong_kind", broken("sections", value="one")),
    ("wrong_kind", broken("sections", value=["one"])),
    ("wrong_kind", broken("sections", 0, "kind", value="reason")),
    ("wrong_kind", broken("section_levels", "high", value="60")),
    ("wrong_kind", broken("section_levels", "high", value=True)),
    ("wrong_kind", broken("criteria", 0, "weight", value=1.5)),
    ("wrong_kind", broken("criteria", 0, "weight", value=True)),
    ("wrong_kind", broken("criteria", 0, "en", "a", 0, value=False)),
    ("wrong_kind", broken("criteria", 0, "auto", value="metric")),
    ("empty_scale", broken("scale", "min", value=3)),
    ("na_counted", broken("scale", "na_excluded", value=False)),
    ("duplicate_id", broken("criteria", 0, "id", value="b")),
    ("duplicate_id", broken("bands", 0, "id", value="poor")),
    ("duplicate_id", broken("sections", value=[*small()["sections"], *small()["sections"]])),
    ("wrong_edges", broken("bands", 1, "min", value=10)),
    ("wrong_edges", broken("bands", 0, "min", value=0)),
    ("wrong_edges", broken("section_levels", "high", value=0)),
    ("wrong_edges", broken("section_levels", "low", value=60)),
    ("wrong_edges", broken("section_levels", value={})),
    ("unknown_section", broken("criteria", 0, "section", value="two")),
    ("unknown_dependency", broken("criteria", 0, "depends_on", value=["z"])),
    ("unknown_band", broken("caps", value=[{**CAP, "band": "great"}])),
    ("unknown_band", broken("caps", value=[{**CAP, "becomes": "great"}])),
    ("dependency_cycle", broken("criteria", 1, "depends_on", value=["a"])),
    ("dependency_cycle", broken("criteria", 1, "depends_on", value=["b"])),
    ("light_weight", broken("criteria", 0, "weight", value=0)),
    ("answers_count", broken("criteria", 0, "ru", "a", value=["0", "1", "2"])),
    ("unknown_operator", with_condition({"op": "~", "value": 1})),
    ("unknown_condition", with_condition({})),
    ("unknown_condition", with_condition({"op": ">="})),
    ("unknown_condition", with_condition({"op": ">=", "value": [1]})),
    ("unknown_condition", with_condition({"op": ">=", "value": 1, "unit": "days"})),
    ("unknown_condition", with_condition({"op": ">=", "value": 1, "field": 3})),
    ("unknown_condition", with_condition({"between": [1]})),
    ("wrong_kind", with_condition({"between": [1, "two"]})),
    ("unknown_condition", with_condition({"all": []})),
    ("unknown_condition", with_condition({"all": [">= 1"]})),
    ("unknown_condition", with_condition({"any": [{"op": ">=", "value": 1}], "field": "x"})),
    ("unknown_condition", with_condition({"any": [{"all": [{"about": 1}]}]})),
]


@pytest.mark.parametrize(("problem", "tree"), BROKEN)
def test_a_broken_questionnaire_is_refused_in_words(problem, tree):
    with pytest.raises(BrokenQuestionnaire) as caught:
        parse(tree)
    assert caught.value.problem == problem
    for language in LANGUAGES:
        assert words(language)(f"questionnaire.{problem}", **caught.value.parts)


def test_the_fixture_itself_is_sound():
    parse(small())
    parse(broken("caps", value=[CAP]))
    parse(with_condition({"any": [{"all": [{"between": [1, 2], "field": "x"}]}]}))


def test_a_circle_is_named():
    with pytest.raises(BrokenQuestionnaire, match="a → b → a"):
        parse(broken("criteria", 1, "depends_on", value=["a"]))
