"""People act between any two requests and requests go wrong: nothing of theirs is lost."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.gsheets.storm import HARM, Storm
from tests.sheets_emulator.faults import FAULTS, at
from tests.sheets_emulator.server import running


def harms(counts):
    return {name: counts[name] for name in HARM if counts[name]}


def test_storms_lose_nothing_and_quiet_makes_it_exact(world):
    for seed in range(12):
        assert harms(Storm(world, seed, syncs=4).run()) == {}, seed


def test_harder_storms_lose_nothing(world):
    for seed in range(6):
        assert harms(Storm(world, 1000 + seed, syncs=4, is_harder=True).run()) == {}, seed


def test_a_header_is_given_back_though_rows_move_between_two_readings(world):
    assert harms(Storm(world, 41636, syncs=5).run()) == {}


class Life(RuleBasedStateMachine):
    """A spreadsheet to which anything may happen in any order."""

    world = None
    number = 0

    def __init__(self):
        super().__init__()
        Life.number += 1
        self.storm = Storm(Life.world, -Life.number, often=0.0, harm=0.0)
        self.world.watch = self.storm.watch
        self.storm.sync()
        self.storm.people.begin()

    @rule(name=st.sampled_from(sorted(name for name, fault in FAULTS.items() if not fault.hang)),
          number=st.integers(1, 8))  # fmt: skip
    def sync_while_something_goes_wrong(self, name, number):
        self.world.script = at(len(self.world.log) + number, FAULTS[name])
        self.storm.step += 1
        self.storm.sync()
        self.world.script = lambda _n, _m: None

    @rule(act=st.integers(0, 11), seed=st.integers(0, 999), between=st.booleans())
    def somebody_acts(self, act, seed, between):
        people = self.storm.people
        people.chance.seed(seed)
        if between:  # two requests of a sync
            once = iter([people.acts[act]])
            self.world.before = lambda _n, _m: next(once, lambda: None)()
            self.storm.sync()
            self.world.before = lambda _n, _m: None
        else:
            people.acts[act]()

    @rule()
    def deals_come(self):
        self.storm.keys.append(f"D{len(self.storm.keys)}")

    @invariant()
    def nothing_of_people_is_harmed(self):
        assert harms(self.storm.counts) == {}

    def teardown(self):
        self.world.settle()
        self.storm.sync()
        self.storm.counts.update(self.storm.people.wrong(self.storm.rows()))
        assert harms(self.storm.counts) == {}
        self.world.log.clear()
        del self.world.books[self.storm.name]


def test_any_life_of_a_sheet_ends_well():
    with running() as world:
        Life.world = world
        checks = [HealthCheck.too_slow]
        asked = settings(max_examples=12, stateful_step_count=12, deadline=None,
                         suppress_health_check=checks)  # fmt: skip
        run_state_machine_as_test(Life, settings=asked)
        assert world.violations == []
