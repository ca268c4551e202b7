"""The add-in under the name and in the colour of an agency: readable, nothing of it is markup."""

import re
import subprocess
import time
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from excel_addin.door import Desk
from excel_addin.icon import icon
from excel_addin.manifest import manifest
from excel_addin.pages import OFFICE, pages
from excel_addin.published import Published
from excel_addin.serve import _brand
from sheets_sync.config import WhiteLabel
from sheets_sync.config import load as load_config
from sheets_sync.workspace import Workspace
from templates.brand import TEXT, UNBRANDED, Brand, contrast
from templates.words import LANGUAGES, load
from tests.addin.browser import MODULES, chromium, office
from tests.addin.serving import desk_of, server_of
from tests.addin.test_pane import click, text, until
from tests.cli.calls import done

URL = "https://smk.example.com:8765"
NAME = "<img src=x onerror=alert(1)>\"'&{{7*7}}"
HOSTILE = WhiteLabel(
    name=f"\x00{NAME}\u202e\r\n",
    accent="#7A1FA2",
    site="https://growth.example/?a='onclick='alert(1)&b=1",
    contact="mailto:hi@growth.example",
    help="https://growth.example/help",
).brand
NEON, NIGHT, GREY, VIOLET = "#F5FF00", "#050A30", "#808080", "#7A1FA2"

COLOURS = """
const rgb = (found) => "#" + found.match(/[\\d.]+/g).slice(0, 3).map(
  (part) => Number(part).toString(16).padStart(2, "0")).join("");
const ground = (at) => {
  while (at && /rgba\\(.*, 0\\)|transparent/.test(getComputedStyle(at).backgroundColor)) {
    at = at.parentElement;
  }
  return rgb(getComputedStyle(at || document.body).backgroundColor);
};
for (const each of document.querySelectorAll("[hidden]")) each.hidden = false;
document.querySelector("details").open = true;
return [...document.querySelectorAll("button, a, summary b")].map((at) =>
  [at.id || at.innerText, rgb(getComputedStyle(at).color), ground(at)]);
"""
"""Show all there is, and return each coloured text with its colour and its ground."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("brand"), "ru") as driver:
        yield driver


def shown(driver, url, scheme="light"):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    driver.get(f"{url}/taskpane.html")
    until(driver, "return document.body.dataset.ready === 'true'")


@pytest.mark.chromium
@pytest.mark.office
def test_the_pane_bears_a_name_and_links_that_are_no_markup(browser, synced):
    words = load("ru")
    with office(server_of([desk_of(synced)], time.monotonic, brand=HOSTILE)) as url:
        shown(browser, url)
        assert browser.title == NAME
        assert text(browser, "#company") == NAME
        assert text(browser, "#brand").startswith(NAME)
        links = browser.execute_script(
            "return [...document.querySelectorAll('#brand a')].map((a) => [a.innerText, a.href])"
        )
        assert links == [
            [words("brand.site"), HOSTILE.site.replace("'", "%27")],
            [words("brand.contact"), HOSTILE.contact],
            [words("brand.help"), HOSTILE.help],
        ]
        assert browser.execute_script("return document.querySelectorAll('body img').length") == 1
        narrow = "return document.documentElement.scrollWidth <= window.innerWidth"
        assert browser.execute_script(narrow)
        browser.get(f"{url}/help/ru/CPL")
        assert browser.title == f"SMK_CPL — {NAME}"
        assert NAME in text(browser, "footer")


@pytest.mark.chromium
@pytest.mark.office
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", [NEON, NIGHT, GREY, VIOLET])
def test_every_text_in_the_colour_can_be_read_by_day_and_by_night(browser, synced, accent, scheme):
    brand = Brand(name="Clear Growth", accent=accent, site="https://growth.example")
    with office(server_of([desk_of(synced)], time.monotonic, brand=brand)) as url:
        shown(browser, url, scheme)
        found = browser.execute_script(COLOURS)
        assert len(found) > 6
        for what, colour, ground in found:
            assert contrast(colour.upper(), ground.upper()) >= TEXT, (what, colour, ground)
        assert not any("0f766e" in (colour, ground) for _, colour, ground in found)


@pytest.mark.chromium
@pytest.mark.office
def test_without_a_brand_the_pane_is_ours(browser, synced):
    with office(server_of([desk_of(synced)], time.monotonic)) as url:
        shown(browser, url)
        assert browser.title == text(browser, "#company") == "smarketing"
        assert browser.execute_script("return document.getElementById('brand')") is None
        click(browser, "summary")


def test_pages_without_a_brand_name_no_agency_and_the_icon_follows_the_colour():
    ours, theirs = (pages(URL, OFFICE, brand=brand) for brand in (UNBRANDED, HOSTILE))
    assert ours.keys() == theirs.keys()
    assert ours == pages(URL, OFFICE)
    icons = {icon(32, Brand(accent=each)) for each in (VIOLET, NEON, UNBRANDED.accent)}
    assert len(icons) == 3
    assert icon(32) in icons
    for path, page in theirs.items():
        if isinstance(page.content, str):
            assert "<img src=x" not in page.content, path
            assert "\u202e" not in page.content, path


@pytest.mark.node
@pytest.mark.office
def test_microsoft_reads_a_manifest_with_the_name(tmp_path):
    path = tmp_path / "manifest.xml"
    path.write_text(manifest(URL, brand=HOSTILE), encoding="utf-8")
    program = str(MODULES / ".bin" / "office-addin-manifest")
    told = subprocess.run([program, "info", str(path)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert NAME in told.stdout
    root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own
    said = [value for each in root.iter() for value in each.attrib.values() if value == NAME]
    assert len(said) == 2, "the add-in and its group on the ribbon"
    assert HOSTILE.help in {value for each in root.iter() for value in each.attrib.values()}
    plain = manifest(URL, brand=Brand(name="A", help="mailto:a@growth.example"))
    assert "mailto" not in plain, "Excel refuses help that is no secure page"


def test_the_manifest_of_a_folder_is_the_agencys(tmp_path):
    assert (
        'DisplayName DefaultValue="smarketing"' in done("addin", "manifest", "--dir", tmp_path).out
    )
    (tmp_path / "smarketing-brand.toml").write_text('[brand]\nname = "Clear & Growth"\n')
    written = done("addin", "manifest", "--dir", tmp_path).out
    assert 'DisplayName DefaultValue="Clear &amp; Growth"' in written
    assert "<ProviderName>Clear &amp; Growth<" in written


def test_a_server_for_several_clients_bears_a_brand_that_all_of_them_have(tmp_path):
    def desk(name, own=""):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "smarketing.toml").write_text(own)
        return Desk(Published(Workspace(folder, load_config(folder, load("en"))), time.monotonic))

    (tmp_path / "smarketing-brand.toml").write_text('[brand]\nname = "Clear Growth"\n')
    one, two, other = desk("one"), desk("two"), desk("other", '[brand]\nname = "Boutique"\n')
    assert _brand([one, two]).name == _brand([one]).name == "Clear Growth"
    for first, second in combinations((one, other), 2):
        assert _brand([first, second]) == UNBRANDED


def test_the_names_of_links_are_said_in_every_language():
    script = pages(URL, OFFICE, brand=HOSTILE)["/taskpane.js"].content
    for language in LANGUAGES:
        for id_ in HOSTILE.addresses:
            assert re.search(rf'"brand_{id_}": ?"{load(language)(f"brand.{id_}")}"', script)
