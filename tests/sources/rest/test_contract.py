"""The same story for every connector: whatever happens, a quiet sync makes the store right."""

import re

import pytest

from tests.sources.rest.desk import failure

SECRET = "secret-token-7"


def test_everything_is_read_and_read_again_nothing_changes(desk):
    desk.sync()
    assert len(desk.stored()) == 12
    assert desk.stored() == desk.expected()
    desk.quiet()


def test_a_sync_of_a_crm_at_rest_asks_for_little_and_yields_nothing_new(desk):
    desk.sync()
    desk.crm.now += 3600
    desk.crm.asked.clear()
    counts = desk.sync()
    assert sum(count.new + count.changed for count in counts.values()) == 0
    assert len(desk.crm.asked) < 25


def test_edits_and_new_deals_come(desk):
    desk.sync()
    desk.crm.now += 5000
    desk.crm.edit(3, amount=777, stage=2)
    desk.crm.edit(4, stage=3)
    desk.crm.create(title="Late")
    counts = desk.sync()["deal"]
    assert (counts.new, counts.changed) == (1, 2)
    assert desk.stored() == desk.expected()


def test_a_change_within_the_second_that_was_already_read_comes(desk):
    desk.sync()
    desk.crm.edit(12, title="First")
    desk.sync()
    desk.crm.edit(12, title="Second")
    desk.sync()
    assert desk.stored()["12"][0] == "Second"


def test_a_robot_changes_everything_in_one_second(desk):
    desk.sync()
    desk.crm.now += 100
    for id_ in desk.crm.deals:
        desk.crm.edit(id_, amount=5)
    desk.quiet()


def test_deals_that_are_changed_while_they_are_read_are_not_missed(desk):
    def touch(*ids):
        desk.crm.now += 1
        for id_ in ids:
            desk.crm.edit(id_, title=f"Touched {id_}")

    for id_ in range(1, 13):
        desk.crm.edit(id_, title="Same second")
    desk.crm.meanwhile.extend([None] * 5)
    desk.crm.meanwhile.extend(lambda ids=ids: touch(*ids) for ids in ((1, 2), (3,), (4, 5), (12,)))
    desk.sync()
    assert set(desk.stored()) == set(desk.expected())
    desk.quiet()


def test_deals_that_are_deleted_are_marked_by_the_nightly_look(desk):
    desk.sync()
    desk.crm.delete(5)
    desk.sync()
    assert "5" in desk.stored()
    desk.crm.now += 86_400
    assert desk.sync()["deal"].gone == 1
    assert desk.stored() == desk.expected()


def test_a_look_that_misses_too_many_is_not_believed(desk):
    desk.sync()
    kept = dict(desk.crm.deals)
    desk.crm.deals = {id_: deal for id_, deal in kept.items() if id_ < 4}
    desk.crm.now += 86_400
    assert desk.sync()["deal"].not_believed == 9
    assert len(desk.stored()) == 12
    desk.crm.deals = kept
    desk.quiet()


def test_a_deal_that_was_gone_and_is_there_again_counts_again(desk):
    desk.sync()
    gone = desk.crm.deals.pop(5)
    desk.crm.now += 86_400
    desk.sync()
    desk.crm.deals[5] = gone
    desk.quiet()


def test_who_left_keeps_the_name_and_who_is_renamed_gets_the_new_one(desk):
    desk.crm.edit(3, manager=2)
    desk.sync()
    del desk.crm.users[2]
    desk.crm.users[1] = "Ann Ray"
    desk.crm.now += 5000
    desk.crm.edit(3, amount=1)
    desk.sync()
    assert desk.stored()["3"][5] == "Bob Fox"
    assert desk.stored()["4"][5] == "Ann Ray"


def test_somebody_who_comes_while_deals_are_read_has_a_name_by_the_next_sync(desk):
    desk.crm.meanwhile.extend([None] * 4 + [lambda: desk.crm.edit(12, manager=9)])
    desk.sync()
    assert desk.stored()["12"][5] == "#9"
    desk.crm.users[9] = "Cid"
    desk.quiet()


@pytest.mark.parametrize("mishap", [429, 502, "cut", (429, 7), (503, 3)])
@pytest.mark.parametrize("place", [0, 6])
def test_an_answer_that_fails_is_asked_for_again(desk, mishap, place):
    desk.crm.mishaps.extend([None] * place + [mishap, mishap])
    desk.sync()
    assert desk.stored() == desk.expected()
    if isinstance(mishap, tuple):
        assert sum(desk.time.slept) >= 2 * mishap[1]


def test_a_crm_that_stays_busy_says_so_and_the_next_sync_goes_on(desk):
    desk.crm.mishaps.extend([None] * 5 + [503] * 4)
    error = failure(desk.sync)
    assert (error.id, error.exit_code) == ("crm_busy", 3)
    desk.quiet()


def test_a_pause_that_is_too_long_is_not_waited_for(desk):
    desk.crm.mishaps.append((429, 86_400))
    assert failure(desk.sync).id == "crm_busy"
    assert sum(desk.time.slept) == 0


def test_a_listing_that_repeats_itself_is_an_error(desk):
    desk.crm.mishaps.extend([None] * 5 + ["repeat"] * 50)
    error = failure(desk.sync)
    assert error.id == "crm_repeats"
    assert any(name in error.parts["what"] for name in ("lead", "deal"))
    desk.quiet()


def test_a_secret_that_expires_on_the_way_ends_the_sync(desk):
    def expire():
        desk.crm.token = "another"

    desk.crm.meanwhile.extend([None] * 5 + [expire])
    assert failure(desk.sync).id == "crm_token"
    desk.crm.token = SECRET
    desk.quiet()


@pytest.mark.parametrize("pages", range(1, 7))
def test_killed_at_any_page_the_next_sync_ends_right(desk, pages):
    desk.sync(pages)
    desk.crm.now += 7200
    desk.crm.edit(1, amount=5)
    desk.sync(pages)
    desk.crm.edit(2, stage=3)
    desk.quiet()


def test_a_read_that_goes_on_does_not_begin_anew(desk):
    for id_ in desk.crm.deals:
        desk.crm.now += 1000
        desk.crm.edit(id_, amount=1)
    desk.sync(4)
    desk.crm.asked.clear()
    desk.sync()
    rest = len(desk.crm.asked)
    desk.connection.execute("delete from cursor")
    desk.crm.asked.clear()
    desk.sync()
    assert rest < len(desk.crm.asked)


def test_a_deal_that_does_not_validate_is_set_aside_until_it_is_put_right(desk):
    desk.crm.edit(6, amount="a lot")
    counts = desk.sync()["deal"]
    assert counts.quarantined == 1
    [(file, column, value, reason)] = desk.connection.execute(
        "select file, \"column\", value, reason from quarantine where object = 'deal'"
    ).fetchall()
    assert (column, value, reason) == ("amount", "a lot", "not_a_number")
    assert re.search(r"^https?://.*/6/?$", file)
    assert "6" not in desk.stored()
    desk.crm.now += 60
    desk.crm.edit(6, amount=9)
    desk.quiet()
    [(left,)] = desk.connection.execute("select count(*) from quarantine").fetchall()
    assert left == 0


def test_too_many_deals_that_do_not_validate_fail_the_source_until_they_are_put_right(desk):
    for id_ in range(1, 13):
        desk.crm.edit(id_, amount="a lot")
    assert failure(desk.sync).id == "crm_unreadable"
    assert failure(desk.sync).id == "crm_unreadable"
    for id_ in range(1, 13):
        desk.crm.edit(id_, amount=id_)
    desk.quiet()


def test_ids_are_texts(desk):
    desk.sync()
    assert all(isinstance(id_, str) for id_ in desk.stored())


def test_half_a_character_and_a_formula_are_texts(desk):
    desk.crm.edit(1, title="a\ud83d")
    desk.crm.edit(2, title="=1+1")
    desk.sync()
    assert (desk.stored()["1"][0], desk.stored()["2"][0]) == ("a?", "=1+1")
