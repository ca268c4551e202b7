"""The warehouses count as DuckDB does, to the cell.

A Spark cluster, a master and two workers, takes two minutes and wants Java, so it is asked by hand:
`python -m tests.warehouse.agree --rows 1000 --engine spark`.
"""

import pytest

from tests.warehouse.agree import FEW, agree


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgresql), "chdb"])
def test_every_measure_and_report_agrees(engine):
    count = agree(engine, 1_000, FEW)
    assert count.cells > 8_000
    assert count.shown == []
    assert count.differing == 0
