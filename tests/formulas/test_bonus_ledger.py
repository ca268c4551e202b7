"""Months are settled so that no money is lost and none is paid twice."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from formulas.bonus_ledger import settle

MONEY = st.integers(0, 10**8).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def stories(draw, *, is_known=True):
    """Worths of each month by each cut-off, and what was approved whatever it was worth."""
    months = draw(st.integers(1, 7))
    worth = st.just(None) | MONEY if not is_known else MONEY
    worths = [draw(st.lists(worth, min_size=m + 1, max_size=m + 1)) for m in range(months)]
    approved = draw(st.lists(st.none() | MONEY, min_size=months - 1, max_size=months - 1))
    return worths, [*approved, None]


@given(stories())
def test_what_is_paid_in_all_is_what_all_is_worth(story):
    worths, approved = story
    assert sum(month.money for month in settle(worths, approved)) == sum(worths[-1])


@given(stories(is_known=False))
def test_an_approved_month_is_paid_as_approved(story):
    worths, approved = story
    for month, fixed in zip(settle(worths, approved), approved, strict=True):
        assert fixed is None or month.money == fixed


@given(stories(is_known=False))
def test_an_open_month_is_its_worth_and_the_adjustment(story):
    worths, approved = story
    for place, month in enumerate(settle(worths, approved)):
        own = worths[place][place]
        assert month.own == own
        if approved[place] is None:
            assert month.money == (None if own is None else own + month.adjustment)


@given(stories(), st.data())
def test_later_months_do_not_reach_back(story, data):
    worths, approved = story
    until = data.draw(st.integers(1, len(worths)))
    assert settle(worths[:until], approved[:until]) == settle(worths, approved)[:until]


def test_a_month_of_unknown_worth_passes_on_what_it_was_owed():
    """Its own worth waits until it is known; the 50 of the month before are paid all the same."""
    worths = [[Decimal(100)], [Decimal(150), None], [Decimal(150), None, Decimal(10)]]
    settled = settle(worths, [Decimal(100), None, None])
    assert [(month.adjustment, month.money) for month in settled] == [
        (0, 100),
        (50, None),
        (50, 60),
    ]


def test_a_month_that_was_approved_without_a_known_worth_owes_nothing():
    worths = [[None], [None, Decimal(10)], [Decimal(80), Decimal(10), Decimal(20)]]
    settled = settle(worths, [Decimal(70), None, None])
    assert [month.money for month in settled] == [70, 10, 30]


def test_what_was_paid_too_much_is_taken_back_from_the_next_open_month():
    worths = [[Decimal(300)], [Decimal(200), Decimal(50)], [Decimal(200), Decimal(50), Decimal(70)]]
    settled = settle(worths, [Decimal(300), Decimal(50), None])
    assert [month.money for month in settled] == [300, 50, -30]
