"""smarketing meeting: the brief of a synced workspace, as a page and as a text."""

import shutil

import pytest

from templates.words import load
from tests.cli.calls import cli, done


@pytest.fixture
def folder(demo, tmp_path):
    """A copy of the demo's workspace."""
    return shutil.copytree(demo[0], tmp_path / "demo", ignore=shutil.ignore_patterns("versions"))


def test_the_brief_is_a_page_beside_the_workbook(folder, language):
    call = done("meeting", folder, language="en" if language == "ru" else "ru")
    words = load(language)
    path = folder / "meeting.html"
    assert call.out.strip() == words("cli.meeting.done", path=path)
    text = path.read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in text
    assert text.count('<article class="card') == 5
    assert text.count("<svg") >= 4 + 5


def test_the_brief_is_a_text_where_it_is_wanted(folder, language, tmp_path):
    words = load(language)
    printed = done("meeting", folder, "--format", "md", "--output", "-").out
    assert printed.startswith(f"# {words('tab.meeting')} · ")
    assert words("meeting.tasks") in printed
    done("meeting", folder, "--format", "md", "--output", tmp_path / "brief.md")
    assert (tmp_path / "brief.md").read_text(encoding="utf-8").splitlines() == printed.splitlines()


def test_a_workspace_that_was_never_synced_has_no_brief(tmp_path):
    (tmp_path / "smarketing.toml").write_text('[company]\nname = "Firm"\n', encoding="utf-8")
    call = cli("meeting", tmp_path)
    assert call.code == 2
    assert "smarketing sync" in call.err
