"""What Excel is told of the add-in: golden files, and rules that Office.js has for them."""

import json
import re
import xml.etree.ElementTree as ET
from uuid import UUID

import pytest

from excel_addin.manifest import identity, manifest
from excel_addin.metadata import metadata
from excel_addin.pages import OFFICE, pages
from formulas.functions import FUNCTIONS
from templates.words import LANGUAGES, load
from tests.cli.calls import done

URL = "https://localhost:8765"
APP = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
VERSION = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
OFFICE_TYPES = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_metadata(snapshot, language):
    assert metadata(load(language), URL) == snapshot


def test_golden_manifest(snapshot):
    assert manifest(URL) == snapshot
    assert done("addin", "manifest", "--url", f"{URL}/").out == manifest(URL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_metadata_keep_the_rules_of_office(language):
    found = json.loads(metadata(load(language), URL))
    assert found["allowErrorForDataTypeAny"] is True
    assert [each["id"] for each in found["functions"]] == list(FUNCTIONS)
    for each in found["functions"]:
        function = FUNCTIONS[each["id"]]
        assert re.fullmatch(r"[A-Z0-9_]{3,128}", each["id"])
        assert re.fullmatch(r"SMK_[A-Z]+", each["name"])
        assert 0 < len(each["description"]) <= 255
        assert each["options"] == {"cancelable": True, "stream": False}
        assert each["result"]["dimensionality"] == ("matrix" if function.spills else "scalar")
        names = [parameter["name"] for parameter in each["parameters"]]
        assert len(names) == len(set(names)) == len(function.arguments)
        optional = [parameter.get("optional", False) for parameter in each["parameters"]]
        assert optional == sorted(optional), "those that may be left out come last"
        assert {parameter["type"] for parameter in each["parameters"]} == {"any"}


def test_the_manifest_names_pages_that_are_there():
    root = ET.fromstring(manifest(URL))  # noqa: S314 - our own
    assert UUID(root.findtext(f"{APP}Id")) == UUID(identity(URL))
    named = {value for node in root.iter() for value in node.attrib.values() if "://" in value}
    paths = {value.removeprefix(URL) for value in named if value.startswith(URL)}
    assert named - {f"{URL}{path}" for path in paths} == set()
    assert paths <= pages(URL, OFFICE).keys()
    ids = {node.get("id") for node in root.iter() if node.tag.startswith(OFFICE_TYPES)} - {None}
    used = {node.get("resid") for node in root.iter()} - {None}
    assert used == ids, "every text, image and address is used, and there"
    short = root.find(f".//{OFFICE_TYPES}ShortStrings")
    assert all(len(node.get("DefaultValue")) <= 32 for node in short)
    assert root.find(f".//{VERSION}Runtime").get("lifetime") == "long"


def test_nothing_of_office_is_ours():
    """Its licence lets Microsoft alone serve it."""
    for path, page in pages(URL, OFFICE).items():
        if path.endswith(".html"):
            assert page.content.count("<script") == page.content.count('<script src="')
    assert f'<script src="{OFFICE}"></script>' in pages(URL, OFFICE)["/taskpane.html"].content


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_pane_is_there_and_none_is_idle(language):
    made, alone = pages(URL, OFFICE), pages(URL, OFFICE, is_alone=True)
    code = alone["/taskpane.html"].content
    code += "".join(made[path].content for path in ("/taskpane.html", "/taskpane.js"))
    code = code[: code.index("PANE.start(")]
    named = set(re.findall(r'(?:data-word|data-hint)="(\w+)"', code.replace("\n", " ")))
    named |= set(re.findall(r'word\("(\w+)"\)', code))
    named |= {"sync", "syncing"} | {f"status_{each}" for each in STATUSES}
    prefix = "addin.pane."
    held = {id_.removeprefix(prefix) for id_ in load(language).texts if id_.startswith(prefix)}
    assert named <= held
    assert held - named == {"open", "tip", "about", "arguments", "example", "all_functions"}


STATUSES = ("good", "warn", "bad", "too_good", "unknown")
