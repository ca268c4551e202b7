"""The server that plays Google: strict about requests, all or nothing about batches."""

import gspread
import pytest
import requests
from google.auth.credentials import AnonymousCredentials

from sheets_sync.google.failures import Refused
from sheets_sync.google.transport import HEADERS
from tests.gsheets.desk import Desk
from tests.gsheets.state import different
from tests.sheets_emulator import discovery
from tests.sheets_emulator.book import EMPTY
from tests.sheets_emulator.discovery import InvalidError, check, found, parsed
from tests.sheets_emulator.parsing import typed


def test_the_document_is_the_one_that_is_named():
    assert discovery.document()["revision"] == "20261019"
    assert len(discovery.document()["schemas"]) == 273


BATCH = found("POST", "/v4/spreadsheets/x:batchUpdate")[0]
WRONG = {
    "a field that is none": {"requests": [{"addShet": {}}]},
    "a field of a field that is none": {"requests": [{"addSheet": {"titel": "x"}}]},
    "two requests in one": {"requests": [{"addSheet": {}, "deleteSheet": {"sheetId": 1}}]},
    "no request": {"requests": [{}]},
    "a text where a number belongs": {"requests": [{"deleteSheet": {"sheetId": "1"}}]},
    "a number that is too large": {"requests": [{"deleteSheet": {"sheetId": 2**31}}]},
    "no choice": {"requests": [{"insertDimension": {"range": {"dimension": "ROW"}}}]},
    "two kinds of value": {"requests": [{"repeatCell": {"fields": "*", "cell": {
        "userEnteredValue": {"stringValue": "a", "numberValue": 1}}}}]},
    "a mask that names nothing": {"requests": [{"repeatCell": {"fields": "userEnteredValu"}}]},
    "no mask": {"requests": [{"repeatCell": {"fields": ""}}]},
    "what is no list": {"requests": {"addSheet": {}}},
}  # fmt: skip


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_a_wrong_request_is_refused(body):
    with pytest.raises(InvalidError):
        check(BATCH, {}, body)


def test_a_mask_is_read_into_a_tree():
    assert parsed("a,b(c,d.e)") == {"a": {}, "b": {"c": {}, "d": {"e": {}}}}
    with pytest.raises(InvalidError):
        check(found("GET", "/v4/spreadsheets/x")[0], {"fields": ["sheets.titel"]}, None)


def test_a_refused_request_fails_the_test_that_sent_it(world):
    world.add("demo")
    with pytest.raises(Refused):
        Desk(world).spreadsheet().batch([{"addSheet": {"titel": "x"}}])
    assert len(world.violations) == 1
    world.violations.clear()


def test_a_batch_has_its_effect_whole_or_not_at_all(world):
    book = world.add("demo")
    before = book.snapshot()
    with pytest.raises(Refused):
        Desk(world).spreadsheet().batch(
            [{"addSheet": {"properties": {"title": "x"}}}, {"deleteSheet": {"sheetId": 77}}]
        )
    assert different(book, before) == ""


def test_answers_are_compressed_for_a_client_that_asks_as_google_wants(desk):
    desk.sync()
    address = f"{desk.world.url}/v4/spreadsheets/demo?includeGridData=true"
    ask = lambda **headers: requests.get(address, headers=headers, timeout=9).headers  # noqa: E731
    assert "Content-Encoding" not in ask()
    assert ask(**{"User-Agent": HEADERS["User-Agent"]})["Content-Encoding"] == "gzip"


TYPED = [
    ("ru_RU", "1,5", 1.5), ("ru_RU", "1.5.2026", 46143), ("en_US", "1.5", 1.5),
    ("en_US", "1/5/2026", 46027),
    ("ru_RU", "1.5", 46143), ("en_US", "007", 7), ("en_US", "'007", "007"), ("en_US", "+7", 7),
    ("de_DE", "50%", 0.5), ("en_US", "TRUE", True), ("en_US", "text", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "text", "value"), TYPED)
def test_typing_means_what_it_means_in_a_locale(locale, text, value):
    assert typed(text, locale, EMPTY).value == value


def test_a_spreadsheet_can_be_looked_at(world):
    assert "No such spreadsheet" in requests.get(world.address("none"), timeout=9).text
    world.add("demo")
    Desk(world).sync()
    text = requests.get(world.address(), timeout=9).text
    assert "Дом &amp; сад 2" in text
    assert "03.11.2026" in text


def test_plain_gspread_talks_to_it(world):
    world.add("demo", "en_US")

    class Local(gspread.HTTPClient):
        def request(self, method, endpoint, *rest, **more):
            local = endpoint.replace("https://sheets.googleapis.com", world.url)
            return super().request(method, local, *rest, **more)

    sheet = gspread.authorize(AnonymousCredentials(), http_client=Local).open_by_key("demo").sheet1
    sheet.update([["a", "007", None], [1, 2.5, "=1/2"]])
    assert sheet.get_all_values() == [["a", "007", ""], ["1", "2.5", "=1/2"]]
    sheet.append_row(["next"])
    sheet.insert_row(["first"], 1)
    assert [row[0] for row in sheet.get_all_values()] == ["first", "a", "1", "next"]
    assert sheet.find("next").row == 4
