"""White label: one file above the clients, and all that people see is the agency's."""

import re
import warnings
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill

from sheets_sync.targets.xlsx_styles import STATUS_COLOURS
from templates.tab import Status
from tests.cli.calls import DAY, cli, done

NAME = "Clear <b>Growth</b>"
ACCENT = "7A1FA2"
BRAND = f"""
[brand]
name = "{NAME}"
accent = "#{ACCENT.lower()}"
site = "https://growth.example"
contact = "mailto:hi@growth.example"
"""
BLUE = "2F6DB5"
TITLE = "Marketing and sales: shared numbers"


@pytest.fixture
def branded(company):
    """A company whose agency has put its name to it since the last sync; people were there, too."""
    path = company / "smarketing.xlsx"
    book = load_workbook(path)
    book["Funnel"]["Z3"].value = "mine"
    book["Funnel"]["Z3"].font = Font(color=f"FF{BLUE}", italic=True)
    book["Plan"]["A4"].fill = PatternFill("solid", fgColor="FF123456")
    book.save(path)
    done("sync", company, "--as-of", DAY)
    (company.parent / "smarketing-brand.toml").write_text(BRAND)
    done("sync", company, "--as-of", DAY)
    return company


def read(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl speaks of extensions that it drops
        return load_workbook(folder / "smarketing.xlsx")


def charts(folder):
    with ZipFile(folder / "smarketing.xlsx") as file:
        parts = [name for name in file.namelist() if name.startswith("xl/charts/chart")]
        return b"".join(map(file.read, parts)).decode()


def company_of(folder):
    """Return the company that the properties of the file name."""
    with ZipFile(folder / "smarketing.xlsx") as file:
        found = ET.fromstring(file.read("docProps/app.xml"))  # noqa: S314  (ours)
    return found.findtext("{*}Company")


def looks(folder):
    """Return how every cell of the pages looks."""
    book = read(folder)
    return {
        (title, cell.coordinate): (cell.font.color.rgb, cell.fill.fgColor.rgb)
        for title in ("Five numbers", "Funnel", "Channels", "Help")
        for row in book[title].iter_rows()
        for cell in row
        if cell.value is not None and cell.font.color
    }


def test_a_workbook_gets_the_brand_at_the_next_sync_and_loses_it_again(branded):
    book, shown = read(branded), looks(branded)
    overview = book["Five numbers"]
    texts = [cell.value for row in overview.iter_rows(max_row=8) for cell in row if cell.value]
    assert NAME in texts
    links = {cell.hyperlink.target for row in overview.iter_rows() for cell in row
             if cell.hyperlink and cell.hyperlink.target}  # fmt: skip
    assert links == {"https://growth.example", "mailto:hi@growth.example"}
    inks, fills = ({look[at][-6:] for look in shown.values()} for at in (0, 1))
    mine = shown.pop(("Funnel", "Z3"))
    assert ACCENT in inks & fills
    assert BLUE not in {ink[-6:] for ink, _ in shown.values()}
    assert {fill for fill, _ in STATUS_COLOURS.values()} & {f"#{fill}" for fill in fills}
    assert ACCENT in charts(branded)
    assert BLUE not in charts(branded)

    properties = book.properties
    assert (properties.creator, properties.title) == (NAME, f"{TITLE} · {NAME}")
    assert company_of(branded) == NAME

    assert mine[0] == f"FF{BLUE}", "what is a person's stays"
    assert book["Funnel"]["Z3"].font.italic
    assert book["Plan"]["A4"].fill.fgColor.rgb == "FF123456"

    (branded.parent / "smarketing-brand.toml").unlink()
    done("sync", branded, "--as-of", DAY)
    assert ACCENT not in {part[-6:] for look in looks(branded).values() for part in look}
    assert ACCENT not in charts(branded)
    properties = read(branded).properties
    assert (properties.creator, properties.title) == ("smarketing", TITLE)
    assert not company_of(branded)


def test_properties_that_people_changed_stay(branded):
    book = load_workbook(branded / "smarketing.xlsx")
    book.properties.title = "Ours"
    book.save(branded / "smarketing.xlsx")
    (branded.parent / "smarketing-brand.toml").unlink()
    done("sync", branded, "--as-of", DAY)
    properties = read(branded).properties
    assert (properties.creator, properties.title) == ("smarketing", "Ours")


FORMULA = '=HYPERLINK("http://e.example","pay")'


def test_a_name_that_looks_like_a_formula_is_a_text(company):
    (company / "smarketing.xlsx").unlink()
    (company.parent / "smarketing-brand.toml").write_text(f"[brand]\nname = '{FORMULA}'\n")
    done("sync", company, "--as-of", DAY)
    book = read(company)
    cells = [cell for title in ("Five numbers", "Help") for row in book[title] for cell in row]
    assert [cell.data_type for cell in cells if cell.value == FORMULA] == ["s", "s"]
    assert book.properties.creator == FORMULA
    assert company_of(company) == FORMULA


def test_a_page_and_a_digest_are_signed(company):
    def page(shape):
        return done("meeting", company, "--format", shape, "--output", "-").out

    plain = {shape: page(shape) for shape in ("html", "md")}
    (company.parent / "smarketing-brand.toml").write_text(BRAND)
    html, markdown = page("html"), page("md")
    assert "Clear &lt;b&gt;Growth&lt;/b&gt;" in html
    assert '<a href="mailto:hi@growth.example" rel="noopener">Write to us</a>' in html
    assert f"background: #{ACCENT.lower()}; color: #FFFFFF" in html
    assert r"Clear \<b\>Growth\</b\> · Website: https://growth.example" in markdown
    for text in plain.values():
        assert not re.search(r"growth|svg \[", text, re.IGNORECASE)
    for status in Status:
        assert html.count(f"--{status}-fill:") == 1, "defined once, by the page itself"


def test_a_client_has_a_brand_of_its_own(company):
    (company.parent / "smarketing-brand.toml").write_text(BRAND)
    with (company / "smarketing.toml").open("a") as config:
        config.write('\n[brand]\nname = "Boutique"\n')
    page = done("meeting", company, "--output", "-").out
    assert "Boutique" in page
    assert "Growth" not in page
    assert f"#{ACCENT.lower()}" not in page


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a colour is expected"), ("ru", "нужен цвет")]
)
def test_a_mistake_in_the_shared_file_names_it(company, language, said):
    path = company.parent / "smarketing-brand.toml"
    path.write_text(
        '[brand]\naccent = "red"\ncolour = "#112233"\nsite = "javascript:alert(1)"\n'
        f'name = "{"x" * 61}"\n'
    )
    call = cli("sync", company, "--lang", language)
    assert call.code == 2
    assert str(path) in call.err
    assert f"brand.accent = 'red': {said}" in call.err
    assert "name, accent, site, contact, help" in call.err
    assert "brand.site = 'javascript:alert(1)'" in call.err
    assert re.search(r"brand\.name: .*60", call.err)


def test_the_portfolio_is_the_agencys(company):
    (company.parent / "smarketing-brand.toml").write_text(BRAND)
    path = company.parent / "portfolio.xlsx"
    done("clients", company.parent, "--output", path)
    book = load_workbook(path)
    page = book["Portfolio"]
    heads = {cell.fill.fgColor.rgb[-6:] for row in page.iter_rows() for cell in row}
    assert ACCENT in heads
    assert book.properties.creator == NAME
    assert any(cell.value == NAME for row in page.iter_rows() for cell in row)
