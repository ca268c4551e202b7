"""A setting that people type changes the numbers that it speaks of."""

from templates.settings import read_settings


def told(case, name, typed=()):
    values, problems = read_settings(dict(typed))
    assert not problems
    return case.tables(**values)[name]


def test_fewest_leads_of_a_ranked_seller(full):
    assert any(row["is_ranked"] for row in told(full, "managers"))
    assert not any(row["is_ranked"] for row in told(full, "managers", {"n_min": "1000"}))


def test_whether_spam_counts(full):
    counted, left_out = (told(full, "five", {"spam_counts": typed})[3] for typed in ("да", "нет"))
    assert counted["judged"] > left_out["judged"]


def test_margin_its_allowed_share_and_the_average_deal(full):
    typed = {"margin_share": "40 %", "allowed_share": "0,5", "average_deal": "100 000"}
    assert told(full, "five")[4]["limit"] is None
    assert told(full, "five", typed)[4]["limit"] == 20_000
    assert told(full, "cover", typed)[0]["average_deal"] == 100_000


def test_the_norm_of_the_first_answer(full):
    one, nine = (
        sum(row["breaches"] or 0 for row in told(full, "managers", {"sla_hours": typed}))
        for typed in ("1", "9")
    )
    assert one > nine


def test_the_deadline_of_a_verdict(full):
    none, long = (
        next(
            row["n"]
            for row in told(full, "quality_floors", {"verdict_deadline_wd": typed})
            if row["id"] == "verdict"
        )
        for typed in ("0", "30")
    )
    assert none > long


def test_names_and_the_way_of_pace(full):
    named = told(full, "managers", {"names": "full"})
    assert "Анна Королёва" in {row["manager"] for row in named}
    assert told(full, "five", {"pace_mode": "calendar"})[0]["total"] == 30
