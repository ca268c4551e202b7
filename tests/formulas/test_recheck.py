"""The sample is a tenth, the same for everybody, and another one each month."""

from hypothesis import given
from hypothesis import strategies as st

from formulas.recheck import lot, sample

MANY = [f"L{number}" for number in range(20_000)]
LEADS = st.sets(st.text(max_size=8), max_size=40)


def test_it_is_a_tenth():
    assert 0.09 < len(sample(MANY, "2026-11")) / len(MANY) < 0.11


def test_lots_are_spread_evenly():
    tenths = [0] * 10
    for lead in MANY:
        tenths[int(lot(lead, "2026-11") * 10)] += 1
    assert min(tenths) > 1_800
    assert max(tenths) < 2_200


def test_months_draw_apart():
    both = set(sample(MANY, "2026-10")) & set(sample(MANY, "2026-11"))
    assert len(both) < 300


@given(LEADS)
def test_order_and_repeats_do_not_matter_and_somebody_is_always_looked_at(leads):
    drawn = sample(leads, "2026-11")
    assert drawn == sample([*sorted(leads, reverse=True), *leads], "2026-11")
    assert bool(drawn) is bool(leads)


@given(LEADS, st.text(max_size=8))
def test_who_was_drawn_by_a_low_lot_stays_drawn(leads, newcomer):
    low = {lead for lead in sample(leads, "2026-11") if lot(lead, "2026-11") < 0.1}
    assert low <= set(sample({*leads, newcomer}, "2026-11"))
