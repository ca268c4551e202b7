"""Facts taken back to a moment are those that a source would have told at that moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.model import OBJECTS
from sheets_sync.store import open_store
from sheets_sync.store_past import FACTS, take_back
from tests.store.pages import Pages, page

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATEST = 40
STAGES = ("Переговоры", "Предложение", "Счёт")
hours = st.integers(0, LATEST)


def at(hour: int | None) -> datetime | None:
    return None if hour is None else START + timedelta(hours=hour)


@st.composite
def lives(draw):
    """Draw a lead and its deal with all that will ever happen to them, in hours."""
    came = draw(hours)
    judged = draw(st.none() | st.integers(came, LATEST))
    won = draw(st.booleans())
    moves = sorted(draw(st.lists(st.integers(came, LATEST), max_size=3, unique=True)))
    after = max([came, judged or 0, *moves])
    return {
        "came": came,
        "judged": judged,
        "touched": draw(st.none() | st.integers(came, LATEST)),
        "is_target": draw(st.booleans()),
        "moves": [(hour, STAGES[place], [*STAGES[1:], "Архив"][place])
                  for place, hour in enumerate(moves)],
        "ended": draw(st.none() | st.integers(after, LATEST)),
        "won": won,
    }  # fmt: skip


def told(all_, spend, moment: int):
    """Return the pages of a source that is asked just before a moment."""
    leads, deals, events = [], [], []
    for place, life in enumerate(all_):
        if life["came"] >= moment:
            continue
        judged = life["judged"] if life["judged"] is not None and life["judged"] < moment else None
        touched = life["touched"]
        leads.append({
            "lead_id": f"L{place}", "created_at": at(life["came"]), "manager": "Анна",
            "is_target": life["is_target"] if judged is not None else None,
            "target_reason": "не наш регион" if judged is not None else None,
            "verdict_at": at(judged),
            "first_touch_at": at(touched) if touched is not None and touched < moment else None,
        })  # fmt: skip
        moves = [move for move in life["moves"] if move[0] < moment]
        ended = life["ended"] if life["ended"] is not None and life["ended"] < moment else None
        outcome = "won" if life["won"] else "lost"
        deals.append({
            "deal_id": f"D{place}", "lead_id": f"L{place}", "created_at": at(life["came"]),
            "stage": outcome if ended is not None else moves[-1][2] if moves else STAGES[0],
            "status": outcome if ended is not None else "open", "closed_at": at(ended),
            "lost_reason": "дорого" if ended is not None and not life["won"] else None,
            "amount": 100,
        })  # fmt: skip
        moves += [] if ended is None else [(ended, moves[-1][2] if moves else STAGES[0], outcome)]
        events += [
            {"event_id": f"{place}-{n}", "entity": "deal", "entity_id": f"D{place}",
             "at": at(hour), "from_stage": before, "to_stage": after}
            for n, (hour, before, after) in enumerate(moves)
        ]  # fmt: skip
    touches = [
        {"touch_id": f"T{place}", "entity": "lead", "entity_id": f"L{place}",
         "at": at(life["touched"])}
        for place, life in enumerate(all_)
        if life["touched"] is not None and life["touched"] < moment
    ]  # fmt: skip
    days = [day for day in spend if START.date() + timedelta(days=day) < at(moment).date()]
    spent = [
        {"row_id": str(day), "day": START.date() + timedelta(days=day), "channel": "ВК", "cost": 9}
        for day in days
    ]
    given_ = {"lead": leads, "deal": deals, "stage_event": events, "touch": touches,
              "ad_spend": spent}  # fmt: skip
    return [page(name, rows, is_complete=True) for name, rows in given_.items()]


def facts(connection):
    found = {}
    for name, made in OBJECTS.items():
        fields = ", ".join(f'cast("{field}" as varchar)' for field in made.fields)
        rows = connection.execute(f"select {fields} from {name} where not is_deleted").fetchall()
        found[name] = sorted(rows, key=repr)
    return found


def store(tmp_path_factory, pages):
    made = open_store(tmp_path_factory.mktemp("store"), timezone="UTC", currency="RUB")
    assert made.take(Pages(*pages), now=START).error is None
    return made


@settings(max_examples=15, deadline=None)
@given(st.lists(lives(), max_size=5), st.sets(st.integers(0, 4)), st.integers(0, LATEST))
def test_what_comes_later_is_taken_back(tmp_path_factory, all_, spend, moment):
    then = store(tmp_path_factory, told(all_, spend, moment))
    now = store(tmp_path_factory, told(all_, spend, LATEST + 24))
    take_back(now.raw, at(moment))
    assert facts(now.raw) == facts(then.raw)


def test_every_object_of_the_model_is_taken_back():
    assert FACTS.keys() == OBJECTS.keys()


def test_what_was_deleted_later_was_still_there(tmp_path_factory):
    leads = [{"lead_id": f"L{n}", "created_at": START} for n in range(9)]
    made = store(tmp_path_factory, [page("lead", leads, is_complete=True)])
    gone = START + timedelta(days=5)
    made.take(Pages(page("lead", leads[1:], is_complete=True)), now=gone)
    assert len(facts(made.raw)["lead"]) == 8
    take_back(made.raw, START + timedelta(days=4))
    assert len(facts(made.raw)["lead"]) == 9


def test_a_deal_that_nobody_saw_moving_stood_nobody_knows_where(tmp_path_factory):
    closed = START + timedelta(days=3)
    deal = {"deal_id": "D1", "created_at": START, "closed_at": closed, "status": "won",
            "stage": "Выиграна", "amount": 100}  # fmt: skip
    made = store(tmp_path_factory, [page("deal", [deal])])
    take_back(made.raw, START + timedelta(days=2))
    [row] = made.raw.execute("select status, stage, closed_at, closed_on from deal").fetchall()
    assert row == ("open", None, None, None)
