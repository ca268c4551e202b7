"""Work that people wrote down: whole, half filled in, and wrong; with what the sync knows of it."""

from __future__ import annotations

from datetime import date

AS_OF, TODAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 23)

TASK = {"first_seen": date(2026, 11, 2), "meeting": "2026-W45", "today": TODAY,
        "next_meeting": MONDAY}  # fmt: skip
TASKS = {
    "T-0001": ({**TASK, "carried": 3, "first_due": date(2026, 11, 6)},
               {"text": "Call", "owner": "Ann", "due": date(2026, 11, 27), "status": "doing"}),
    "T-0002": ({**TASK, "carried": 3, "first_due": date(2026, 11, 6)},
               {"text": "Call", "due": date(2026, 11, 6), "status": "done",
                "done_on": date(2026, 11, 9)}),
    "T-0003": ({**TASK, "carried": 0, "first_due": date(2026, 11, 30)},
               {"text": "Call", "due": date(2026, 11, 30)}),
    "T-0004": ({**TASK, "carried": 4, "first_due": None},
               {"text": "Call", "due": "soon", "status": "dropped", "done_on": "then"}),
    "T-0005": ({}, {"text": "Call", "due": date(2026, 11, 6)}),
    "T-0006": ({**TASK, "carried": 0, "first_due": date(2026, 11, 6)},
               {"due": date(2026, 11, 6), "status": "begun"}),
}  # fmt: skip

HYPOTHESIS = {"first_seen": date(2026, 11, 2), "today": TODAY}
FACT = {"because": "Too dear", "because_k": 14, "because_n": 40, "because_definition": "Avito"}
HYPOTHESES = {
    "H-0001": ({**HYPOTHESIS, "baseline": "69 %", "needed_n": 323, "n_now": 40},
               {**FACT, "change": "Quiz", "decide_on": date(2026, 11, 30), "impact": 8,
                "confidence": 5, "ease": 7.5, "status": "in_work"}),
    "H-0002": ({**HYPOTHESIS},
               {**FACT, "because_k": "many", "change": "Quiz", "decide_on": date(2026, 11, 16),
                "impact": 8, "confidence": 5, "status": "idea"}),
    "H-0003": ({**HYPOTHESIS, "money_effect": -12_000.0},
               {"change": "Quiz", "decide_on": date(2026, 11, 16), "status": "confirmed"}),
    "H-0004": ({}, {"decide_on": "soon", "impact": "high", "confidence": 5, "ease": 3}),
}  # fmt: skip

EXPERIMENT = {"first_seen": date(2026, 10, 5), "today": TODAY, "spent": 41_000.0, "leads": 30}
EXPERIMENTS = {
    "E-0001": ({**EXPERIMENT, "qualified_share": 0.5, "ci_low": 0.3, "ci_high": 0.7},
               {"name": "Telegram", "budget_cap": 40_000, "leads_needed": 80, "goal_share": 0.55,
                "decide_on": date(2026, 12, 7)}),
    "E-0002": ({**EXPERIMENT},
               {"budget_cap": 60_000, "leads_needed": 20, "decide_on": date(2026, 11, 20)}),
    "E-0003": ({**EXPERIMENT, "spent": None, "leads": None},
               {"budget_cap": 60_000, "leads_needed": 20, "decide_on": date(2026, 11, 20),
                "decision": "keep"}),
    "E-0004": ({}, {"budget_cap": "a lot", "leads_needed": 20, "decide_on": "soon"}),
}  # fmt: skip

OCCASION = {"first_seen": date(2026, 11, 2), "today": TODAY}
PROMOS = {
    "P-0001": ({**OCCASION}, {"name": "Winter", "starts_on": date(2026, 11, 25)}),
    "P-0002": ({**OCCASION}, {"name": "Autumn", "starts_on": date(2026, 11, 2),
                              "ends_on": date(2026, 11, 20),
                              "sales_notified_on": date(2026, 11, 2)}),
    "P-0003": ({**OCCASION}, {"name": "Late", "starts_on": date(2026, 11, 2),
                              "sales_notified_on": date(2026, 11, 3)}),
    "P-0004": ({**OCCASION}, {"name": "Untold", "starts_on": date(2026, 11, 22)}),
    "P-0005": ({}, {"name": "Soon", "starts_on": "soon"}),
    "P-0006": ({}, {"name": "New", "starts_on": date(2026, 11, 2)}),
}  # fmt: skip
EVENTS = {
    "V-0001": ({**OCCASION, "list_due": date(2026, 11, 23)}, {"name": "Fair"}),
    "V-0002": ({**OCCASION, "list_due": date(2026, 11, 20)}, {"name": "Fair"}),
    "V-0003": ({**OCCASION, "list_due": date(2026, 11, 20)},
               {"name": "Fair", "list_uploaded_on": date(2026, 11, 20), "guests": 40}),
    "V-0004": ({**OCCASION, "list_due": date(2026, 11, 20)},
               {"name": "Fair", "list_uploaded_on": date(2026, 11, 23)}),
    "V-0005": ({}, {"name": "Fair", "list_uploaded_on": "yesterday"}),
}  # fmt: skip

WORK = {
    "tasks": TASKS,
    "hypotheses": HYPOTHESES,
    "experiments": EXPERIMENTS,
    "promos": PROMOS,
    "events": EVENTS,
}
"""By tab and key: the machine's cells, and what people typed."""
