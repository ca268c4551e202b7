"""A broken smarketing.toml: the file, the key, what is wrong, what would be right."""

import pytest

from tests.cli.calls import cli, done

WHOLE = """
[company]
name = "Roofs"
language = "LANGUAGE"
currency = "USD"
timezone = "UTC"
country = "US"

[workbook]
path = "smarketing.xlsx"

[stages]
"Step 4" = "contacted"

[[files]]
object = "deals"
path = "deals.csv"
encoding = "utf-8"
delimiter = ","
header_row = 1
complete = true

[files.columns]
deal_id = "id"
created_at = "made"

[files.dates]
created_at = "ymd"
"""

BROKEN = [
    # what stands there, what is put in its place, the key that is named, what would be right
    ('currency = "USD"', 'currency = "dollars"', "company.currency", '"USD"|"RUB"'),
    ('country = "US"', "country = 7", "company.country", "quotes|кавычках"),
    ('timezone = "UTC"', 'timezone = "Moscow"', "company.timezone", "Europe/"),
    ('language = "LANGUAGE"', 'language = "de"', "company.language", '"ru"'),
    ('name = "Roofs"', 'nam = "Roofs"', "company.nam", "name"),
    ('name = "Roofs"', 'qwerty = "Roofs"', "company.qwerty", "timezone"),
    ('path = "smarketing.xlsx"', 'path = "smarketing.csv"', "workbook.path", ".xlsx"),
    ('"Step 4" = "contacted"', '"Step 4" = "talked"', "stages.Step 4", "contacted"),
    ('object = "deals"', 'object = "orders"', "files[1].object", "deals"),
    ('object = "deals"\n', "", "files[1].object", "object = "),
    ("header_row = 1", "header_row = 0", "files[1].header_row", "1"),
    ("header_row = 1", 'header_row = "one"', "files[1].header_row", "number|число"),
    ("complete = true", 'complete = "maybe"', "files[1].complete", "true"),
    ('deal_id = "id"', 'dealid = "id"', "files[1]: ", "deal_id"),
    ('created_at = "ymd"', 'created_at = "d/m"', "files[1].dates.created_at", "dmy"),
    ("[[files]]", "[files]", "files", "[[files]]"),
    ('[company]\nname = "Roofs"', 'company = "Roofs"\n[x]', "company", "[company]"),
    ("[stages]", '[schedule]\nsync = "daily"\n[stages]', "schedule.sync", "0 7-20 * * mon-fri"),
    ("[stages]", '[schedule]\nsync = "0 25 * * *"\n[stages]', "schedule.sync", "0–23"),
    ("[stages]", '[schedule]\nsync = "0 7 1 * mon"\n[stages]', "schedule.sync", "*"),
    ("[stages]", '[brand]\naccent = "red"\n[stages]', "brand.accent", "#0F766E"),
    ("[stages]", '[brand]\nsite = "javascript:x"\n[stages]', "brand.site", "https://"),
    ("[stages]", '[brand]\nacent = "#0F766E"\n[stages]', "brand.acent", "accent"),
    ("[stages]", '[schedule]\nsnyc = "0 7 * * *"\n[stages]', "schedule.snyc", "sync"),
]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("was", "becomes", "key", "right"), BROKEN)
def test_a_mistake_is_named(tmp_path, was, becomes, key, right, language):
    assert was in WHOLE
    text = WHOLE.replace(was, becomes).replace("LANGUAGE", language)
    (tmp_path / "smarketing.toml").write_text(text, encoding="utf-8")
    call = cli("sync", tmp_path, language=language)
    assert call.code == 2
    assert str(tmp_path / "smarketing.toml") in call.err
    assert key in call.err
    assert any(each in call.err for each in right.split("|"))
    is_russian = any("а" <= letter <= "я" for letter in call.err)
    assert is_russian == (language == "ru")
    assert "Input should" not in call.err


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"[company]\nname = Roofs\n", '2|"'),
        (b"[company\n", "1"),
        (b"[company]\nname = 'Roofs", "2"),
        ("name = 'Крыши'".encode("cp1251"), "UTF-8"),
    ],
)
def test_what_is_no_toml(tmp_path, content, named, language):
    (tmp_path / "smarketing.toml").write_bytes(content)
    call = cli("check", tmp_path, language=language)
    assert call.code == 2
    assert "smarketing.toml" in call.err
    assert all(each in call.err for each in named.split("|"))
    assert "Expected" not in call.err


def test_several_mistakes_are_told_at_once(tmp_path):
    text = WHOLE.replace("LANGUAGE", "en").replace('"US"', '"u"').replace("header_row = 1", "a = 1")
    (tmp_path / "smarketing.toml").write_text(text, encoding="utf-8")
    call = cli("sync", tmp_path)
    assert "company.country" in call.err
    assert "files[1].a" in call.err


def test_the_whole_one_is_right(tmp_path):
    text = WHOLE.replace("LANGUAGE", "en")
    (tmp_path / "smarketing.toml").write_text(text, encoding="utf-8")
    (tmp_path / "deals.csv").write_text("id,made\n1,2026-11-01\n", encoding="utf-8")
    assert "✓" in done("check", tmp_path).out
