"""The add-in on this computer: put where Excel looks for it, taken away, and looked at."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from zipfile import ZipFile

import pytest

from excel_addin import install
from excel_addin.manifest import identity, manifest
from excel_addin.selftest import Finding, selftest, server
from templates.words import LANGUAGES, load
from tests.cli.calls import cli, done
from tests.targets import life, small_book

URL = "https://localhost:8765"


class Registry(ModuleType):
    """A registry of one key, as Python on Windows speaks with it."""

    HKEY_CURRENT_USER, REG_SZ = "user", 1

    def __init__(self):
        super().__init__("winreg")
        self.values, self.opened = {}, []

    def CreateKey(self, root, path):  # noqa: N802
        self.opened.append((root, path))
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def SetValueEx(self, _key, name, _reserved, kind, value):  # noqa: N802
        self.values[name] = (kind, value)

    def DeleteValue(self, _key, name):  # noqa: N802
        if name not in self.values:
            raise FileNotFoundError(name)
        del self.values[name]


@pytest.fixture
def registry(monkeypatch):
    made = Registry()
    monkeypatch.setitem(sys.modules, "winreg", made)
    return made


def test_windows_finds_it_by_the_registry(tmp_path, registry):
    path = install.place(URL, "win32", tmp_path, {"LOCALAPPDATA": str(tmp_path / "Local")})
    assert path.parent == tmp_path / "Local" / "smarketing"
    install.install(URL, path, "win32")
    assert path.read_text(encoding="utf-8") == manifest(URL)
    assert registry.values == {identity(URL): (1, str(path))}
    assert registry.opened == [("user", r"Software\Microsoft\Office\16.0\WEF\Developer")]
    assert install.remove(URL, path, "win32")
    assert registry.values == {}
    assert not install.remove(URL, path, "win32")


def test_a_mac_finds_it_in_its_folder(tmp_path):
    path = install.place(URL, "darwin", tmp_path)
    assert path.parent.name == "wef"
    install.install(URL, path, "darwin")
    assert path.read_text(encoding="utf-8") == manifest(URL)
    assert install.remove(URL, path, "darwin")
    assert list(path.parent.iterdir()) == []


def test_each_server_has_its_own(tmp_path):
    other = "https://smk.example.com"
    places = {install.place(url, "darwin", tmp_path) for url in (URL, other)}
    assert len(places) == 2
    assert install.place(URL, "linux", tmp_path) is None
    assert install.place(URL, "win32", Path("/home"), {}).parts[2:4] == ("AppData", "Local")


def found(folder, place=None, ask=lambda _: None):
    return {each.id: each for each in selftest(folder, URL, place, ask)}


def test_all_is_well(tmp_path):
    small_book.Workspace(tmp_path).sync(0)
    place = tmp_path / "manifest.xml"
    place.write_text("<OfficeApp/>", encoding="utf-8")
    findings = found(tmp_path, place)
    assert findings.keys() == {"formulas", "xlwings", "manifest", "server"}
    assert all(each.is_fine for each in findings.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_well_is_said(tmp_path, language):
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    spoiled(tmp_path / "both.xlsm", b"<f>_xldudf_SMK_CPL(1,2)</f>", b'<sheets><sheet name="a.py"/>')
    findings = found(tmp_path, tmp_path / "none.xml", lambda _: "untrusted")
    wrong = {each.id for each in findings.values() if not each.is_fine}
    assert wrong == {"unreadable", "clash", "py_tab", "no_manifest", "untrusted"}
    for each in findings.values():
        assert "{" not in load(language)(f"addin.check.{each.id}", **each.parts)


def spoiled(path, cells, sheets):
    with ZipFile(path, "w") as file:
        file.writestr("xl/vbaProject.bin", b"\0" + "smk_udfs".encode("utf-16-le"))
        file.writestr("xl/worksheets/sheet1.xml", cells)
        file.writestr("xl/workbook.xml", sheets)


def test_one_of_the_two_is_no_clash(tmp_path):
    with ZipFile(tmp_path / "addin.xlsx", "w") as file:
        file.writestr("xl/worksheets/sheet1.xml", b"<f>_xldudf_SMK_CPL(1,2)</f>")
    with ZipFile(tmp_path / "udfs.xlsm", "w") as file:
        file.writestr("xl/vbaProject.bin", "smk_udfs".encode("utf-16-le"))
    assert all(each.is_fine for each in selftest(tmp_path, URL, None, lambda _: None))
    assert life.parts_of(tmp_path / "addin.xlsx")


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_installs_removes_and_looks(tmp_path, monkeypatch, language):
    path = tmp_path / "manifest.xml"
    monkeypatch.setattr(install, "place", lambda _: path)
    monkeypatch.setattr(install, "sys", SimpleNamespace(platform="win32"))
    assert str(path) in done("addin", "install", language=language).out
    assert path.exists()
    looked = cli("addin", "selftest", "--dir", tmp_path, "--url", "http://127.0.0.1:9")
    assert looked.code == 2
    assert str(path) in looked.out
    assert looked.out.count("✗") == 1
    assert done("addin", "install", "--forget", language=language).out
    assert not path.exists()
    assert done("addin", "install", "--forget", language=language).out
    monkeypatch.setattr(install, "place", lambda _: None)
    assert "manifest" in done("addin", "install", language=language).out


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_):
        return


@pytest.fixture
def health():
    made = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_server_is_asked(health):
    assert server(health) is None
    assert server(f"{health}/elsewhere") == "away"
    assert server(health.replace("http:", "https:")) == "away"
    assert server("ftp://localhost") == "away"
    assert server("http://127.0.0.1:9") == "away"


def test_a_finding_is_fine_or_not():
    assert Finding("server", is_fine=True).parts == {}
