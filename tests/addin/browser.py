"""Chromium with Microsoft's own library, at the pages of our server."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from starlette.staticfiles import StaticFiles

from excel_addin.server import create_app
from tests.addin.serving import served

MODULES = Path(__file__).parent.parent / "browser" / "node_modules"
OFFICE = MODULES / "@microsoft" / "office-js" / "dist"
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
)


@contextmanager
def chromium(folder, language="en", width=360, height=900):
    """Start a browser with a profile of its own."""
    options = Options()
    options.binary_location = shutil.which("chromium")
    switches = (*SWITCHES, f"--user-data-dir={folder}", f"--lang={language}")
    for switch in (*switches, f"--window-size={width},{height}"):
        options.add_argument(switch)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        driver.set_script_timeout(60)
        yield driver
    finally:
        driver.quit()


@contextmanager
def office(server, wrapped=lambda app: app):
    """Serve the add-in with Microsoft's library from the test's own packages."""
    server.office = "/office/office.js"
    app = create_app(server)
    app.mount("/office", StaticFiles(directory=OFFICE))
    with served(wrapped(app)) as port:
        yield f"http://localhost:{port}"


CALLING = """
const [id, given, done] = arguments;
const run = CustomFunctions._association.mappings[id];
Promise.resolve().then(() => run(...given)).then(
  (value) => done({ value }),
  (error) => done({ code: error.code, message: error.message, name: error.name }));
"""


def call(driver, id_, *given):
    """Call a function as Excel does, through Microsoft's association."""
    return driver.execute_async_script(CALLING, id_, list(given))


RUNTIME = """
const done = arguments[0];
const mappings = CustomFunctions._association.mappings;
const script = document.createElement("script");
script.src = "/office/custom-functions-runtime.js";
script.onload = () => {
  for (const [id, run] of Object.entries(mappings)) CustomFunctions.associate(id, run);
  window.requests = [];
  const send = window.fetch;
  window.fetch = (path, how) => {
    if (path === "/batch") window.requests.push(how.body);
    return send(path, how);
  };
  SMK.ready.then(() => done(Object.keys(mappings)));
};
document.head.append(script);
"""


def open_pane(driver, url, key=None, local=True):
    """Open the pane as Excel does; `window.requests` are the bodies that it sends.

    Outside Excel, errors and entities come from a file of their own.
    """
    driver.get(f"{url}/taskpane.html")
    driver.execute_script("localStorage.clear()")
    functions = driver.execute_async_script(RUNTIME)
    driver.execute_script("SMK.key = arguments[0]; if (!arguments[1]) SMK.local = null", key, local)
    return functions
