"""The warehouses count as DuckDB does, to the cell; Spark is a master and two workers."""

import pytest

from tests.warehouse.agree import FEW, agree

ENGINES = [
    pytest.param("postgres", marks=pytest.mark.postgresql),
    "chdb",
    pytest.param(
        "spark",
        marks=[
            pytest.mark.java,
            pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning"),
        ],
    ),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_measure_and_report_agrees(engine):
    count = agree(engine, 1_000, FEW[:1] if engine == "spark" else FEW)
    assert count.cells > 8_000
    assert count.shown == []
    assert count.differing == 0
