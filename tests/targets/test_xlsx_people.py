"""Whatever people do to the workbook, syncs bring ours up to date and leave theirs alone."""

from __future__ import annotations

from functools import partial

import pytest

from tests.targets import life, people


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return life.first(tmp_path_factory.mktemp("first"))


@pytest.fixture
def space(first, tmp_path):
    return life.again(first, tmp_path)


@pytest.mark.parametrize("name", people.BOOK_EDITS)
def test_people_and_syncs_live_together(space, name):
    life.live_together(space, name, partial(life.edit_book, edit=people.BOOK_EDITS[name]))
