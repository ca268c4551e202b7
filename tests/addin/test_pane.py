"""The pane in Chromium, and the manifest as Microsoft's own program reads it."""

import subprocess
import time
from datetime import date

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from excel_addin import auth
from excel_addin.auth import Scope
from excel_addin.door import Desk
from excel_addin.entra import Entra
from excel_addin.manifest import identity, manifest
from formulas.functions import FUNCTIONS
from templates.words import LANGUAGES, load
from tests.addin.browser import MODULES, call, chromium, office, open_pane
from tests.addin.directory import APPLICATION, TENANT, token_of
from tests.addin.serving import desk_of, server_of

AS_OF = date(2026, 11, 22)
EXCEL = """
window.cells = { formulas: [[arguments[0]]], load() {} };
window.calculated = [];
window.Excel = { run: (work) => work({
  sync: async () => {},
  workbook: {
    getActiveCell: () => window.cells,
    application: { calculate: (how) => window.calculated.push(how) },
  },
}) };
"""


@pytest.fixture(scope="module")
def key(synced):
    return auth.make(desk_of(synced).numbers.workspace.state, Scope.DATA)


@pytest.fixture(scope="module")
def url(synced, key):  # noqa: ARG001 - the key is made first
    with office(server_of([desk_of(synced)], time.monotonic)) as found:
        yield found


@pytest.fixture(scope="module", params=LANGUAGES)
def pane(request, url, tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("pane"), request.param) as driver:
        driver.get(f"{url}/taskpane.html")
        until(driver, "return document.body.dataset.ready === 'true'")
        yield driver, load(request.param)


def until(driver, script):
    WebDriverWait(driver, 20).until(lambda found: found.execute_script(script))


def text(driver, selector):
    return driver.execute_script(
        "return document.querySelector(arguments[0]).innerText", selector
    ).strip()


def click(driver, selector):
    driver.execute_script("document.querySelector(arguments[0]).click()", selector)


@pytest.mark.chromium
@pytest.mark.office
def test_the_pane_from_signing_in_to_signing_out(pane, key):
    driver, words = pane

    def said(id_):
        return words(f"addin.pane.{id_}")

    assert text(driver, "#sign-in h2") == said("sign_in")
    assert driver.execute_script("return document.documentElement.lang") == words.language
    assert not driver.find_element("id", "numbers").is_displayed()

    driver.find_element("id", "key").send_keys("smk_wrong")
    click(driver, "#sign-in button")
    until(driver, "return !document.getElementById('notice').hidden")
    assert text(driver, "#notice") == words("addin.problem.wrong_key")

    driver.find_element("id", "key").clear()
    driver.find_element("id", "key").send_keys(key)
    click(driver, "#sign-in button")
    until(driver, "return !document.getElementById('numbers').hidden")
    assert not driver.find_element("id", "sign-in").is_displayed()
    assert text(driver, "#company") == "Roofs"
    assert words.day(AS_OF) in text(driver, "#as-of")
    five = driver.find_elements("css selector", "#five li")
    assert five[0].find_element("tag name", "b").text == words("metric.run_rate")
    assert len(five) == 5
    assert driver.execute_script("return SMK.key") == key

    click(driver, "#sign-out")
    until(driver, "return !document.getElementById('sign-in').hidden")
    assert driver.execute_script("return localStorage.length") == 0


@pytest.mark.chromium
@pytest.mark.office
def test_functions_are_listed_found_and_inserted(pane):
    driver, words = pane
    listed = driver.find_elements("css selector", "#functions li")
    assert len(listed) == len(FUNCTIONS)
    driver.find_element("id", "search").send_keys(words("function.label.win_rate"))
    shown = [each for each in listed if each.is_displayed()]
    assert [each.find_element("tag name", "b").text for each in shown] == ["SMK_PIPELINEGAP"]

    driver.execute_script(EXCEL, "")
    click(driver, "[data-insert=BONUS]")
    until(driver, "return window.cells.formulas[0][0] !== ''")
    written = driver.execute_script("return window.cells.formulas[0][0]")
    assert written == "=SMK_BONUS(160,100,500,,1.3,1.5)"
    click(driver, "[data-insert=CPL]")
    until(driver, "return !document.getElementById('notice').hidden")
    assert text(driver, "#notice") == words("addin.pane.cell_is_filled")
    assert driver.execute_script("return window.cells.formulas[0][0]") == written


@pytest.mark.chromium
@pytest.mark.office
def test_new_data_are_told_and_recalculated(pane):
    driver, words = pane
    driver.execute_script(EXCEL, "")
    driver.execute_script("SMK.onStore('another')")
    assert text(driver, "#fresh span") == words("addin.pane.new_data")
    click(driver, "#recalculate")
    until(driver, "return document.getElementById('fresh').hidden")
    assert driver.execute_script("return window.calculated") == ["Full"]


@pytest.mark.chromium
@pytest.mark.office
def test_nothing_is_wider_than_the_pane_and_nothing_of_ours_is_refused(pane):
    driver, _ = pane
    script = "return document.documentElement.scrollWidth <= window.innerWidth"
    assert driver.execute_script(script)
    ours = [
        entry["message"]
        for entry in driver.get_log("browser")
        if entry["level"] == "SEVERE" and "/office/" not in entry["message"]
    ]
    assert [each for each in ours if "401" not in each and "ERR_" not in each] == []


@pytest.mark.node
@pytest.mark.office
@pytest.mark.parametrize("application", [None, APPLICATION])
def test_microsoft_reads_the_manifest(tmp_path, application):
    path = tmp_path / "manifest.xml"
    url = "https://smk.example.com:8765"
    path.write_text(manifest(url, application), encoding="utf-8")
    program = str(MODULES / ".bin" / "office-addin-manifest")
    done = subprocess.run([program, "info", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for expected in (identity(url), "smarketing", "TaskPaneApp", f"{url}/taskpane.html"):
        assert expected in done.stdout


MICROSOFT = """
window.asked = [];
window.OfficeRuntime = window.OfficeRuntime || {};
const [token] = arguments;
OfficeRuntime.auth = { getAccessToken: async (how) => {
  window.asked.push(how.allowSignInPrompt);
  window.isIn = window.isIn || how.allowSignInPrompt;
  if (!window.isIn) throw new Error("13003");
  return token;
} };
"""


@pytest.mark.chromium
@pytest.mark.office
def test_microsoft_signs_people_in_where_the_server_says_so(synced, tmp_path, directory):
    entra = Entra(TENANT, APPLICATION, time.monotonic, directory.url)
    server = server_of([Desk(desk_of(synced).numbers, entra)], time.monotonic)
    token = token_of(directory, roles=["smarketing.data"])
    with office(server) as url, chromium(tmp_path) as driver:
        open_pane(driver, url)
        until(driver, "return document.body.dataset.ready === 'true'")
        driver.execute_script(MICROSOFT, token)
        assert driver.find_element("id", "microsoft").is_displayed()
        assert "value" not in call(driver, "METRIC", "leads", "2026-11")
        assert driver.execute_script("return window.asked") == [False], "a cell asks nobody"
        click(driver, "#microsoft")
        until(driver, "return !document.getElementById('numbers').hidden")
        assert not driver.find_element("id", "sign-in").is_displayed()
        assert driver.find_element("id", "sync").is_displayed()
        assert call(driver, "METRIC", "leads", "2026-11") == {"value": 130}
        assert driver.execute_script("return SMK.key") is None
        assert driver.execute_script("return JSON.stringify({...localStorage})") == "{}"


@pytest.mark.chromium
@pytest.mark.office
def test_elsewhere_nobody_asks_microsoft(pane):
    driver, _ = pane
    assert not driver.find_element("id", "microsoft").is_displayed()
    script = "return SMK.pass(true).then((found) => found === SMK.key)"
    assert driver.execute_script(script)
