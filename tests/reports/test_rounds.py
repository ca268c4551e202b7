"""Each week keeps what the assessment came to; when its name changes, that round is for ever."""

from datetime import timedelta

import pytest

from formulas.scorecard import score
from sheets_sync.reports.rounds import SCORE
from sheets_sync.state import open_state
from templates.answers import answer
from templates.scorecard import load
from templates.tabs.history import TAB, spoken
from templates.words import LANGUAGES
from templates.words import load as words_of
from tests.reports.conftest import AS_OF, NOW

IDS = [criterion.id for criterion in load().criteria]


def said(**changed):
    rows = {id_: {"sales": "1", "marketing": "unknown"} for id_ in IDS} | changed
    return {"scorecard": [{"criterion": id_, **row} for id_, row in rows.items()]}


@pytest.fixture
def weeks(full, tmp_path):
    """Sync week after week, keeping what each has frozen."""
    state = open_state(tmp_path)

    def sync(weeks_later: int, name: str | None = None, **changed):
        at = NOW.replace(tzinfo=None) + timedelta(weeks=weeks_later)
        tables = full.tables(
            synced_at=at,
            as_of=AS_OF + timedelta(weeks=weeks_later),
            typed=said(**changed),
            history=state.frozen(),
            scorecard_round=name,
        )
        new = [row for row in tables["history"] if row["frozen_at"] == at]
        state.freeze(new, at)
        return tables, [row for row in new if str(row["metric"]).startswith(SCORE)]

    return sync


def test_a_week_keeps_answers_sections_and_total(weeks):
    tables, kept = weeks(0, "2026-Q4")
    rows = {row["metric"]: row for row in kept if row["week"] == "2026-W47"}
    assert rows["score:M1:sales"]["value"] == 1
    assert (rows["score:M1:marketing"]["value"], rows["score:M1:marketing"]["reason"]) == (
        None, "unknown",
    )  # fmt: skip
    measured = {row["criterion"]: row["measured"] for row in tables["measured"]}
    assert rows["score:S3:measured"]["value"] == measured["S3"]
    answers = {
        row["criterion"]: answer({**row, "measured": measured[row["criterion"]]})
        for row in said()["scorecard"]
    }
    wanted = score(load(), answers)
    assert rows["score:total"]["value"] == float(wanted.total)
    assert rows["score:total"]["status"] == wanted.band
    assert rows["score:quality"]["value"] == float(wanted.sections["quality"])
    assert {row["scope"] for row in kept} == {"2026-Q4"}


def test_answers_that_stand_are_kept_once_and_totals_every_week(weeks):
    weeks(0, "2026-Q4")
    _, kept = weeks(1, "2026-Q4", M1={"sales": "2", "marketing": "unknown"})
    opinions = {row["metric"] for row in kept if row["metric"].endswith(("sales", "marketing"))}
    assert opinions == {"score:M1:sales"}
    assert "score:total" in {row["metric"] for row in kept}


def test_a_round_whose_name_is_left_stays_as_it_was_last(weeks):
    weeks(0, "2026-Q3")
    weeks(1, "2026-Q3", M1={"sales": "0", "marketing": "0"})
    tables, _ = weeks(2, "2026-Q4", M1={"sales": "2", "marketing": "2"})
    [before] = tables["rounds"]
    assert (before["round"], before["week"]) == ("2026-Q3", "2026-W48")
    again, _ = weeks(3, "2026-Q4")
    assert again["rounds"] == [before]


def test_nobody_answered_and_nothing_is_kept(full):
    kept = [row for row in full.tables()["history"] if str(row["metric"]).startswith(SCORE)]
    assert kept == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_history_speaks_of_answers_in_words(weeks, language):
    words = words_of(language)
    _, kept = weeks(0)
    for row in kept:
        assert "_" not in spoken(row["metric"], words)
    assert TAB.key == "history_id"
