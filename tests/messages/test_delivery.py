"""Delivery over real sockets: what arrives, what is said when nothing does, and no secret in it."""

import socket
from unittest.mock import patch

import pytest

from sheets_sync.config import WhiteLabel
from sheets_sync.messages.delivery import deliver, service
from tests.messages.services import TOKEN
from tests.templates.meeting.made_up import HOSTILE

TEXT = "Тёплый дом, неделя 2026-W46\n1. Темп: 103 %\n2. Pipeline"


def test_a_text_arrives_with_its_first_line_as_title(hook):
    assert deliver(hook.address, TEXT) is None
    assert hook.texts == [TEXT]
    assert deliver(hook.address, "one line") is None
    assert hook.taken[1]["message"] == "one line"


def test_a_mail_arrives_with_the_page(mail, tmp_path):
    address, mails = mail
    page = tmp_path / "meeting.html"
    page.write_text("<p>Оперативка</p>", encoding="utf-8")
    assert deliver(address, TEXT, page) is None
    [taken] = mails
    assert taken["Subject"] == TEXT.partition("\n")[0]
    [attached] = [part for part in taken.walk() if part.get_filename()]
    assert attached.get_filename() == "meeting.html"
    assert "Оперативка" in attached.get_payload(decode=True).decode()
    assert TEXT.partition("\n")[2] in body(taken)


def body(taken):
    [text] = [
        part.get_content().replace("\r\n", "\n").strip() for part in taken.walk()
        if part.get_content_type() == "text/plain" and not part.get_filename()
    ]  # fmt: skip
    return text


LURE = "tasks\n• <b>@all</b> [pay](http://e.example) <!channel> <@U1> ![x](http://e.example/p.png)"


@pytest.mark.parametrize("shape", ["text", "html", "markdown"])
def test_what_others_wrote_is_no_markup(hook, shape):
    assert deliver(f"{hook.address}?format={shape}", f"{LURE} {HOSTILE}") is None
    text = hook.texts[0]
    for sign in ("<b>", "<script", "@all", "](http", "<!channel", "<@U1"):
        assert sign not in text, sign
    seen = text.replace("\u2060", "")
    if shape == "text":
        assert seen.startswith(LURE), "people see what was written"


def test_a_mail_of_what_others_wrote_is_plain(mail):
    address, mails = mail
    assert deliver(address, LURE) is None
    assert {part.get_content_type() for part in mails[0].walk()} <= {
        "text/plain", "multipart/mixed", "multipart/alternative",
    }  # fmt: skip


HEADERS = "A\r\nBcc: them@e.example\r\n\r\n"


@pytest.mark.parametrize(
    ("name", "seen"),
    [("Ясный рост", "Ясный рост"), (HEADERS, "A Bcc: them@e.example"), ('"x" <a@b>', '"x" <a@b>')],
)
@pytest.mark.parametrize("own", ["", "&name=Heads"])
def test_a_mail_comes_from_the_agency_and_its_name_is_no_header(mail, name, seen, own):
    address, mails = mail
    sender = WhiteLabel(name=name).name
    assert deliver(f"{address}{own}", TEXT, sender=sender) is None
    [of] = mails[0]["From"].addresses
    assert (of.display_name, of.addr_spec) == ("Heads" if own else seen.strip(), "us@firm.example")
    assert mails[0]["Bcc"] is None
    assert TEXT.partition("\n")[2] in body(mails[0])


def test_other_services_take_a_message_of_an_agency_as_well(hook):
    assert deliver(hook.address, TEXT, sender="Ясный рост") is None
    assert hook.texts == [TEXT]


@pytest.mark.parametrize(("code", "problem"), [(401, "401"), (500, "500"), (429, "429")])
def test_a_refusal_is_said_with_its_code(hook, code, problem):
    hook.answers = [code] * 9
    assert deliver(hook.address, TEXT) == ("refused", problem)


def test_nobody_there_and_no_address():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert deliver(f"json://127.0.0.1:{port}/{TOKEN}", TEXT) == ("silent", "")
    assert deliver(f"nothing-known://{TOKEN}", TEXT) == ("address", "")
    assert deliver("", TEXT) == ("address", "")


def test_a_service_that_hangs_is_given_up(hook):
    hook.answers = [0]
    assert deliver(hook.address, TEXT, seconds=2.5) == ("unknown", "")


def test_the_name_of_a_service_tells_no_secret():
    assert service(f"tgram://123456789:{TOKEN}_abcdefg/123/") == "Telegram"
    assert service("mailto://a:b@gmail.com") == "E-Mail"
    assert service(f"foo://{TOKEN}") is None


def test_the_secret_is_on_no_command_line(hook):
    seen = []
    with patch("sheets_sync.messages.delivery.subprocess.run") as run:
        run.side_effect = lambda *call, **_: seen.append(call) or (_ for _ in ()).throw(OSError)
        assert deliver(hook.address, TEXT) == ("silent", "")
    assert TOKEN not in str(seen)
