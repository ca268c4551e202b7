"""The add-in without a server: Python in a worker of the page, with Microsoft's runtime."""

import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from excel_addin import alone, wire
from excel_addin.pages import OFFICE as MICROSOFT
from excel_addin.pages import pages
from excel_addin.selftest import server
from excel_addin.static import LOADED, PYODIDE, packed, site
from formulas.functions import FUNCTIONS
from templates.words import LANGUAGES, load
from tests.addin.browser import MODULES, call, chromium, open_pane
from tests.addin.hosting import hosted
from tests.addin.test_hosts_agree import PURE, calls, differing
from tests.cli.calls import cli, done

DOCS = MODULES.parent.parent.parent / "docs"
REPORTED = "https://telemetryservice.firstpartyapps.oaspapps.com/"
"""Where Microsoft's library reports that it runs outside Excel; the policy refuses it."""
ASK = """
const [body, language, done] = arguments;
SMK.python(body, language).then((answer) => done(answer), (failed) => done(failed.message));
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def excel(place, tmp_path_factory):
    with hosted(place) as (url, host), chromium(tmp_path_factory.mktemp("alone")) as driver:
        assert open_pane(driver, url) == list(FUNCTIONS)
        driver.host, driver.url = host, url
        yield driver


def in_page(driver, body, language):
    return driver.execute_async_script(ASK, json.dumps(body), language)


@pytest.mark.chromium
@pytest.mark.office
@pytest.mark.pyodide
class TestInChromium:
    def test_python_starts_when_a_function_needs_it_and_answers_cells(self, excel):
        assert call(excel, "CPL", 10, 5, {}) == {"value": 2}
        assert not [path for _, path in excel.host.asked if "pyodide/" in path], "not needed so far"
        [[low, high]] = call(excel, "CONVCI", 18, 90, None, {})["value"]
        assert (round(low, 4), round(high, 4)) == (0.1304, 0.2941)
        assert call(excel, "BONUS", 160, 100, 500, None, 1.3, 1.5, {}) == {"value": 72_500}
        wrong = call(excel, "BONUS", "ten", 100, 500, None, None, None, {})
        assert (wrong["code"], wrong["message"][:22]) == ("#VALUE!", "qualified: number expe")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_answers_as_python_does(self, excel, language):
        body = {"v": 1, "lang": language, "calls": calls(PURE, is_sent=True)}
        found = in_page(excel, body, language)
        assert differing(PURE, found["results"], language) == []

    def test_what_needs_the_server_says_so(self, excel):
        for asked in (("METRIC", "leads", "2026-11", None, None), ("TABLE", "channels", "2026-11")):
            found = call(excel, *asked, {})
            assert found["code"] == "#N/A"
            assert found["message"] == load("en")("addin.problem.alone")

    def test_a_batch_that_is_too_large_is_refused_in_words(self, excel):
        body = {"v": 1, "calls": [{"id": "CPL", "args": [1, 1]}] * 5_001}
        expected = load("ru")("addin.problem.too_many_calls", count=5_000)
        assert in_page(excel, body, "ru") == expected

    def test_nothing_is_asked_but_the_files_of_the_site(self, excel, place):
        call(excel, "CONVCI", 17, 90, None, {})
        assert {method for method, _ in excel.host.asked} == {"GET"}
        ours = {path for _, path in excel.host.asked if not path.startswith("/office/")}
        assert all((place / path[1:]).is_file() for path in ours), ours
        python = {f"/pyodide/{name}" for name in LOADED}
        assert {path for path in ours if path.startswith("/pyodide/")} == python
        loaded = excel.execute_script(
            'return performance.getEntriesByType("resource").map((each) => each.name)'
        )
        elsewhere = [name for name in loaded if not name.startswith(f"{excel.url}/")]
        assert [name for name in elsewhere if not name.startswith(REPORTED)] == []

    def test_the_selftest_finds_it(self, excel):
        assert server(excel.url) is None

    def test_the_pane_says_that_nothing_is_sent_and_asks_for_no_key(self, excel):
        shown = excel.execute_script("return document.body.innerText")
        assert load("en")("addin.pane.privacy_alone") in shown
        assert not excel.find_element("id", "sign-in").is_displayed()

    def test_without_its_files_the_cell_says_what_to_do_and_tries_again(self, excel, place):
        (place / "python.zip").rename(place / "away.zip")
        open_pane(excel, excel.url)
        found = call(excel, "CONVCI", 16, 90, None, {})
        assert (found["code"], found["message"]) == ("#N/A", load("en")("addin.client.no_python"))
        (place / "away.zip").rename(place / "python.zip")
        assert "value" in call(excel, "CONVCI", 16, 90, None, {})


@pytest.fixture
def package(tmp_path):
    """A folder that looks like the npm package."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"version": PYODIDE}))
    for name in LOADED:
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_the_whole_site(tmp_path, package, language):
    folder, url = tmp_path / "new" / "site", "https://firm.example/addin"
    given = ("--pyodide", package, "--url", f"{url}/", "--output", folder)
    assert url in done("addin", "static", *given, language=language).out
    written = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert written == dict(site(url, package))
    assert f"{url}/taskpane.html".encode() in written["manifest.xml"]
    assert b'href="/addin/taskpane.css"' in written["help/en/CPL/index.html"]
    assert b"wasm-unsafe-eval" in written["taskpane.html"]


def test_the_firms_own_questions_go_along(package):
    own = "# ours\n[scale]\n"
    files = dict(site("https://firm.example", package, own))
    with ZipFile(BytesIO(files["python.zip"])) as archive:
        assert archive.read("templates/scorecard.toml").decode() == own


def test_another_version_and_what_is_missing_are_told(tmp_path, package):
    output = ("--output", tmp_path / "site")
    assert "--pyodide" in cli("addin", "static", *output).err
    (package / "pyodide.js").unlink()
    for folder in (package, tmp_path / "nowhere"):
        found = cli("addin", "static", "--pyodide", folder, *output)
        assert (found.code, f"pyodide@{PYODIDE}" in found.err) == (2, True)
    (package / "pyodide.js").touch()
    (package / "package.json").write_text('{"version": "0.1.0"}')
    assert cli("addin", "static", "--pyodide", package, *output).code == 2


def test_the_version_is_the_one_that_is_tested():
    wanted = json.loads((MODULES.parent / "package.json").read_text())["devDependencies"]
    assert wanted["pyodide"] == PYODIDE
    for name in ("excel.md", "excel.ru.md"):
        told = (DOCS / name).read_text(encoding="utf-8")
        assert f"npm install pyodide@{PYODIDE}`" in told


def test_python_in_the_page_has_no_more_than_it_needs_and_all_of_it(tmp_path):
    (tmp_path / "python.zip").write_bytes(packed())
    asked = [{"id": each.id, "args": list(each.example)} for each in PURE]
    program = (
        "import sys; sys.path[:] = [each for each in sys.path if 'site-packages' not in each];"
        "sys.path.insert(0, 'python.zip'); from excel_addin.alone import answer;"
        "print(answer(sys.stdin.read(), 'en'))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        input=json.dumps({"v": 1, "calls": asked}),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(found.stdout)["results"]
    assert len(results) == len(PURE)
    assert all("value" in each for each in results)


def test_only_a_page_without_a_server_may_run_webassembly():
    with_server = pages("https://localhost:8765", MICROSOFT)
    assert "wasm-unsafe-eval" not in with_server["/taskpane.html"].content
    assert "/pyodide.js" not in with_server
    assert "wasm-unsafe-eval" not in wire.policy(MICROSOFT)


def test_a_mistake_of_ours_costs_one_cell_and_shows_nothing_that_was_given(monkeypatch, capsys):
    client = "Roofs Ltd"

    def broken(_known, _setting):
        raise ValueError(client)

    functions = {**FUNCTIONS, "BONUS": replace(FUNCTIONS["BONUS"], compute=broken)}
    monkeypatch.setattr(alone, "FUNCTIONS", functions)
    asked = [{"id": id_, "args": list(FUNCTIONS[id_].example)} for id_ in ("BONUS", "CPL")]
    wrong, right = json.loads(alone.answer(json.dumps({"v": 1, "calls": asked}), "en"))["results"]
    assert wrong == {"error": "value", "message": load("en")("addin.problem.fault_alone")}
    assert right == {"value": FUNCTIONS["CPL"].answer(FUNCTIONS["CPL"].example)}
    traced = capsys.readouterr().err
    assert "broken" in traced
    assert client not in traced
