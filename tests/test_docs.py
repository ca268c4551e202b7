"""The docs tell what there is, in both languages, and every block of them is run."""

import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from excel_addin import handbook as functions
from formulas.functions import FUNCTIONS
from sheets_sync import handbook as metrics
from sheets_sync.config import Config
from sheets_sync.metrics.catalogue import METRICS
from sheets_sync.sources.rest import hubspot, yandex_direct
from tests.addin.test_serve import free_port
from tests.cli.calls import DAY, cli, done
from tests.cli.test_crm import STUBS
from tests.sources.rest.stubs import yandex_direct as yandex
from tests.sources.rest.stubs.server import Crm, served
from tests.sources.rest.stubs.yandex_direct import Direct
from tests.test_readme import check_call, make_targets

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
MADE = {**functions.pages(), **metrics.pages()}
PAGES = sorted(path.name for path in DOCS.glob("*.md"))
FIRST = [name for name in PAGES if ".ru." not in name and name != "excel-checklist.md"]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`(smarketing [^`]+)`")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENGLISH = {**os.environ, "LC_ALL": "en_US.UTF-8"}
STAYS = {
    "serve": "startup complete",
    "schedule run": "Workspaces",
    "scheduler": "Scheduler at",
    "worker": "Registered to",
}
"""Commands that go on until they are stopped, and what they say once they are ready."""

SECRETS = {
    "bitrix24": "BITRIX24_WEBHOOK",
    "amocrm": "AMOCRM_TOKEN",
    "hubspot": "HUBSPOT_TOKEN",
    "pipedrive": "PIPEDRIVE_TOKEN",
}
ADDRESSES = {
    "amocrm": "https://company.amocrm.ru",
    "pipedrive": "https://company.pipedrive.com",
}
PLAYED = {}
"""Where a company's address is played, by the address that a page names."""

ENDS = {("addin", "selftest"): 2, ("writeback", "my-company"): 2}
"""Commands that find something wrong: nobody has trusted the certificate of the tests, and the
company has no CRM to write to."""


def text(name):
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name):
    """Yield each block's language and body."""
    for indent, language, body in BLOCK.findall(text(name)):
        yield language, re.sub(f"^{indent}", "", body, flags=re.MULTILINE)


def lines(body):
    """Yield the commands of a block, without what they print and what is said beside them."""
    joined = body.replace("\\\n", " ")
    for line in joined.splitlines():
        if command := line.removeprefix("$ ").partition(" #")[0].strip():
            yield command


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_is_as_the_program_says(name):
    """`make docs` writes the page."""
    assert text(name) == MADE[name]


def test_every_function_and_metric_is_there():
    for ending in ("", ".ru"):
        assert all(
            f"\n## {each.name}\n" in text(f"functions{ending}.md") for each in FUNCTIONS.values()
        )
        assert all(f"`{each}`" in text(f"metrics{ending}.md") for each in METRICS)


@pytest.mark.parametrize("name", PAGES)
def test_commands_in_the_text_exist_with_their_options(name):
    for code in CODE.findall(BLOCK.sub("", text(name))):
        check_call([word for word in shlex.split(code)[1:] if not word.startswith("[")])


@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures_are_there(name):
    links = re.findall(r"\]\(([^)#]+)\)", text(name))
    assert [link for link in links if "://" not in link and not (DOCS / link).exists()] == []


@pytest.mark.parametrize("name", FIRST)
def test_both_languages_tell_the_same(name):
    first, second = name, name.replace(".md", ".ru.md")
    assert list(blocks(first)) == list(blocks(second))
    for sign in ("\n## ", "\n| ", "\n1. ", "\n- "):
        assert text(first).count(sign) == text(second).count(sign), sign


def test_the_site_is_built(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", tmp_path / "site"],
        cwd=ROOT,
        check=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    for folder, title in (("", "The method"), ("ru", "Метод")):
        page = (tmp_path / "site" / folder / "method" / "index.html").read_text(encoding="utf-8")
        assert title in page
        assert "fonts.googleapis" not in page


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with what the pages speak of: exports, and a company that was synced."""
    folder = tmp_path_factory.mktemp("docs")
    done("demo", folder / "my-company", "--as-of", DAY)
    exports = folder / "my-company" / "exports"
    for name in ("deals", "leads", "spend_direct"):
        shutil.copy(exports / f"{name}.csv", folder / f"{name.removeprefix('spend_')}.csv")
    link = folder / "my-company" / "node_modules"
    link.symlink_to(ROOT / "tests" / "browser" / "node_modules")
    return folder


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.pyodide if n == "excel.md" else ()) for n in FIRST]
)
def test_every_block_runs(name, desk, tmp_path, monkeypatch):
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder, symlinks=True)
    if " init my-company" in text(name):
        shutil.rmtree(folder / "my-company")
    monkeypatch.chdir(folder if "my-company" in text(name) else folder / "my-company")
    with ExitStack() as running:
        if name == "sources.md":
            running.enter_context(services(monkeypatch))
            company_database(folder / "crm.db")
        for language, body in blocks(name):
            if language == "toml":
                Config.model_validate(tomllib.loads(body))
            elif language == "yaml":
                assert yaml.safe_load(body)
            elif language == "python":
                exec(compile(body, name, "exec"), {})  # noqa: S102  (our own docs)
            else:
                for line in lines(body):
                    run(shlex.split(line), running)


@contextmanager
def services(monkeypatch):
    """Play the CRMs and the advertising account that the page names, on this computer."""
    with ExitStack() as served_ones:
        for kind, stub in STUBS.items():
            made = Crm(page=50)
            for place in range(20):
                made.create(title=f"Deal {place}", amount=1000)
            address = served_ones.enter_context(served(made, stub.respond))
            monkeypatch.setenv(SECRETS[kind], stub.secret(address))
            if kind in ADDRESSES:
                monkeypatch.setitem(PLAYED, ADDRESSES[kind], address)
            if kind == "hubspot":
                monkeypatch.setattr(hubspot, "API", address)
        account = Direct(polls=0)
        address = served_ones.enter_context(served(account, yandex.respond, yandex.answer))
        monkeypatch.setenv("DIRECT_TOKEN", account.token)
        monkeypatch.setattr(yandex_direct, "SITE", f"{address}/json/v5")
        yield


def company_database(path):
    """Make the database that the page reads."""
    with closing(sqlite3.connect(path)) as made:
        made.execute("create table orders (id text, created_at text, amount int, stage text)")
        rows = [(f"D{n}", f"2026-11-{n:02}", 100 * n, "Won") for n in range(1, 21)]
        made.executemany("insert into orders values (?, ?, ?, ?)", rows)
        made.commit()


def run(line, running):
    program, *words = line
    if ready := STAYS.get(words[0]) or STAYS.get(" ".join(words[:2])):
        running.enter_context(staying(program, words, ready))
    elif program == "smarketing":
        words = [PLAYED.get(word, word) for word in words]
        done_so = cli(*words, typed="\n" * 99)
        assert done_so.code == ENDS.get(tuple(words), 0), (line, done_so.out, done_so.err)
    elif program == "make":
        assert set(words) <= make_targets()
    else:
        assert program == "uv"
        check_uv(words)


@contextmanager
def staying(program, words, ready):
    """Run a command that goes on, until the page has ended."""
    port = ["--port", str(free_port())] if words[0] == "serve" else []
    command = [Path(sys.executable).with_name(program), *words, *port]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENGLISH
    ) as begun:
        told = []
        while not (told and ready in told[-1]):
            told.append(begun.stdout.readline())
            assert told[-1], told
        try:
            yield
        finally:
            begun.send_signal(signal.SIGTERM)


def check_uv(words):
    """What uv is asked for is in pyproject.toml."""
    for flag, name in pairwise(words):
        if flag == "--extra":
            assert name in PROJECT["project"]["optional-dependencies"]
        if flag == "--group":
            assert name in PROJECT["dependency-groups"]
