"""A store that an older version computed is computed anew, without reading a source again."""

from sheets_sync.store import open_store
from tests.store.pages import NOW, Pages, page


def test_other_statements_make_the_tables_anew(tmp_path):
    store = open_store(tmp_path, timezone="UTC", currency="RUB")
    store.take(Pages(page("deal", [{"deal_id": "1", "status": "won"}], cursor="1")), now=NOW)
    assert store.connection.execute("select count(*) from deals_now").fetchall() == [(1,)]
    store.connection.execute("delete from deals_now")
    assert store.connection.execute("select count(*) from deals_now").fetchall() == [(0,)]
    store.connection.execute("update computed set stamp = 'older'")
    assert store.connection.execute("select count(*) from deals_now").fetchall() == [(1,)]
    store.close()
