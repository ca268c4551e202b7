"""Every report has its columns on every store, and no cell is a number that is none."""

from datetime import date, datetime
from math import isfinite

from sheets_sync.reports import REPORTS

COLUMNS = {
    "pace": "metric scope name plan fact elapsed total largest",
    "pace_daily": "metric day fact plan forecast",
    "funnel": "stage side count source age_days",
    "channels": "channel is_paid spend leads qualified unqualified spam pending customers won"
    " revenue share_low share_high conversion_low conversion_high limit maturity diagnosis"
    " spend_matched",
    "full_cost": "spend agency tools salary customers has_agency has_tools has_salary",
    "bonus": "bonus_id month person leads q_paid pending disputed plan attainment base computed"
    " threshold_factor accelerator brake_factor team_factor adjust_auto old_rule awaits",
    "guards": "id cases",
    "guard_won": "lead_id created_on manager reason won_on amount link",
    "guard_sellers": "manager n rejected share p_value is_different",
    "guard_cutoffs": "cutoff_on verdicts usual is_mass",
    "guard_recheck": "lead_id created_on manager reason link",
    "guard_stepless": "lead_id created_on manager stage amount",
    "managers": "manager n won low high shrunk expected closed_won closed_lost close_low close_high"
    " is_ranked is_different response_median_hours breaches is_active spread_cost basis",
    "slowness": "in_time in_time_won in_time_low in_time_high late late_won late_low late_high"
    " difference difference_low difference_high is_enough is_proven average_deal sla_hours"
    " cost_low cost_high",
    "weeks": "week start leads qualified unqualified spam pending band_low band_high",
    "months": "month leads qualified spend customers revenue won limit conversion_max"
    " conversion_median conversion_min",
    "trend_weeks": "week start is_frozen rule_version n week_share band_low band_high run_rate"
    " coverage_raw manager_conversion qualified_share customer_cost",
    "results": "metric kind before before_n now now_n is_comparable",
    "trend_months": "month is_frozen customers customer_cost reason limit",
    "pipeline": "stage sort count amount probability origin n",
    "cover": "month plan fact open_amount weighted win_rate win_rate_n open_count without_amount"
    " overdue stuck cycle_median cycle_p75 cycle_n days_left average_deal",
    "stuck": "deal_id title manager stage amount days_in_stage expected_close why in_all",
    "lead_plan": "month amount average_deal conversion qualified_share planned_qualified"
    " planned_leads qualified leads expected_total",
    "lead_plan_channels": "month channel mix qualified_share is_own_share planned_qualified"
    " qualified",
    "levers": "lever now n norm best best_n best_kind best_name in_time effect_step effect_norm"
    " effect_best",
    "lever_month": "month days days_left month_spend month_revenue",
    "quality_floors": "id value floor n affects",
    "quality_counts": "id count example",
    "unmapped": "kind tab name n",
    "quality_weeks": "start n source owner verdict",
    "adjustments": "week metric was now by",
    "sources": "source object file rows_read loaded quarantined totals_dropped last_good error"
    " first_day last_day",
    "rejections": "object file line column value reason",
    "log": "started finished source read new changed rejected gone message",
    "leads": "lead_id created_at channel source campaign utm owner stage first_response sla_ok"
    " crm_verdict crm_reason deal_sum link row_state",
    "deals": "deal_id title owner stage amount row_state",
    "measured": "criterion measured value n",
    "history": "week metric scope value reason rule_version fact_basis frozen_at",
    "one": "leads qualified unqualified spam pending deals won lost open revenue spend customers"
    " first_day last_day data_ends_early known_stage_share unknown_index",
}
FIVE = "id value kind reason low high n previous previous_period status basis"
OWN = {
    "run_rate": "fact plan forecast need_per_day pace_per_day elapsed total metric",
    "coverage_raw": "open_amount weighted remaining win_rate win_rate_n required short_open",
    "manager_conversion": "best best_name best_won best_n worst worst_name worst_won worst_n median"
    " is_proven",
    "qualified_share": "qualified judged pending ci_low ci_high window",
    "customer_cost": "spend customers limit period",
}


def test_every_table_has_its_columns(case):
    tables = case.tables()
    assert tables.keys() == REPORTS.keys()
    for name, columns in COLUMNS.items():
        for row in tables[name]:
            assert set(columns.split()) <= row.keys(), name
    assert [row["id"] for row in tables["five"]] == list(OWN)
    for row in tables["five"]:
        assert set(f"{FIVE} {OWN[row['id']]}".split()) <= row.keys()


def test_cells_are_values(case):
    for name, rows in case.tables().items():
        for row in rows:
            for column, value in row.items():
                assert value is None or isinstance(value, str | int | float | date | datetime), (
                    name,
                    column,
                )
                assert not isinstance(value, float) or isfinite(value), (name, column)


def test_unknown_is_said_with_a_reason(case):
    for row in case.tables()["five"]:
        assert (row["value"] is None) <= (row["reason"] is not None)
        assert row["status"] == "unknown" or row["value"] is not None or row["basis"] == "plan_met"


def test_full_and_one_agree(full):
    tables = full.tables()
    one = tables["one"][0]
    assert sum(row["qualified"] for row in tables["months"]) == one["qualified"]
    assert sum(row["won"] for row in tables["months"]) == one["won"]
    assert one["leads"] == one["qualified"] + one["unqualified"] + one["spam"] + one["pending"]
    assert one["known_stage_share"] == 8 / 9


def test_an_empty_store_knows_nothing(empty):
    tables = empty.tables()
    assert [row["reason"] for row in tables["five"]] == [
        "no_data",
        "no_plan",
        "no_data",
        "no_data",
        "no_data",
    ]
    assert all(row["count"] is None for row in tables["funnel"])
    assert all(row["value"] is None for row in tables["quality_floors"])
    assert all(row["count"] == 0 for row in tables["quality_counts"])
    for name in ("pace", "channels", "managers", "weeks", "months", "pipeline", "leads", "deals"):
        assert tables[name] == []
    measured = {row["criterion"]: row["measured"] for row in tables["measured"]}
    assert measured.pop("M2") == 0
    assert measured.pop("S1") == 0
    assert measured.pop("S2") == 0
    assert measured.pop("Q1") == 0  # no rule is an answer too
    assert set(measured.values()) == {None}


def test_without_verdicts_sellers_are_told_by_closed_deals(no_verdicts):
    tables = no_verdicts.tables()
    _, _, conversion, share, cost = tables["five"]
    assert conversion["basis"] == "close_rate"
    assert conversion["value"] is not None
    assert (share["value"], share["reason"], share["judged"]) == (None, "no_data", None)
    assert share["pending"] == tables["one"][0]["leads"]
    assert (cost["spend"], cost["reason"]) == (None, "no_data")
    assert all(row["qualified"] is None and row["spend"] is None for row in tables["channels"])
    assert {row["basis"] for row in tables["managers"]} == {"closed"}
    assert all(row["count"] is None for row in tables["funnel"] if row["stage"] == "impression")
    assert {row["stage"]: row["source"] for row in tables["funnel"]}["proposal"] == "inferred"


def test_deals_alone_leave_the_marketing_side_unknown(deals_only):
    tables = deals_only.tables()
    known = {row["stage"] for row in tables["funnel"] if row["count"] is not None}
    assert known == {"qualified", "proposal", "invoice", "won"}
    assert [row["channel"] for row in tables["channels"]] == [None]
    assert tables["channels"][0]["leads"] is None
    assert tables["weeks"] == []
    assert all(row["leads"] is None for row in tables["months"])


def test_two_sellers_and_five_leads(small):
    tables = small.tables()
    share = tables["five"][3]
    assert (share["value"], share["n"], share["reason"]) == (0.8, 5, "too_few")
    assert share["status"] == "unknown"
    assert [row["is_ranked"] for row in tables["managers"]] == [False, False]
    conversion = tables["five"][2]
    assert (conversion["n"], conversion["reason"], conversion["best"]) == (4, "too_few", None)
    assert tables["five"][0]["reason"] == "no_plan"
    assert tables["five"][0]["forecast"] == 100_000 / 14 * 20
