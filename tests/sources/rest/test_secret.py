"""The secret is seen by the CRM alone; contacts are hashed by one rule."""

import logging

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.errors import FixConfig
from sheets_sync.sources.contact import contact_key, contact_sql
from sheets_sync.sources.rest.secret import keep_secret, read_secret
from tests.sources.rest.desk import failure

SECRET = "secret-token-7"


def test_neither_logs_nor_errors_nor_reprs_nor_cursors_show_the_secret(desk, caplog):
    caplog.set_level(logging.DEBUG)
    desk.crm.mishaps.extend([None, 503, None, None, 503])
    desk.sync()
    desk.crm.token = "another"
    error = failure(desk.sync)
    seen = [repr(error), str(error.parts), repr(desk.source), repr(desk.source.door)]
    seen += [repr(desk.source.api()), desk.cursor(), desk.source.name, caplog.text]
    assert "HTTP Request" in caplog.text, "calls are logged"
    assert SECRET not in "".join(seen)
    assert any(SECRET in path + str(headers) for path, _, headers in desk.crm.asked)


def test_a_secret_is_kept_where_nobody_else_reads_it(tmp_path):
    place = keep_secret(SECRET, "bitrix24", tmp_path)
    assert read_secret(place, tmp_path) == SECRET
    path = tmp_path / place.removeprefix("file:")
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o644)
    with pytest.raises(FixConfig, match="secret_readable"):
        read_secret(place, tmp_path)


@pytest.mark.parametrize("place", ["env:NO_SUCH_SECRET", "file:none.txt"])
def test_a_secret_that_is_not_there_is_said(tmp_path, place):
    with pytest.raises(FixConfig, match="secret_missing"):
        read_secret(place, tmp_path)


phones = st.text("0123456789+-() a", max_size=16)


@given(
    phones, st.sampled_from(["", "Ann@x.ru", "анна@почта.рф", "nobody"]), st.text("ab", max_size=2)
)
def test_a_contact_has_one_key_from_a_file_and_from_a_crm(phone, email, key):
    sql = contact_sql(("phone", "email", "contact_key"), "'salt:'")
    given_ = [text or None for text in (phone, email, key)]
    [(expected,)] = CONNECTION.execute(
        f"select {sql} from (select ?::varchar v_phone, ?::varchar v_email,"
        " ?::varchar v_contact_key)",
        given_,
    ).fetchall()
    assert contact_key("salt", phone=phone, email=email, key=key) == expected


CONNECTION = duckdb.connect()
