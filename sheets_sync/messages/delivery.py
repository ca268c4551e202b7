"""Delivery through apprise, in a process of its own.

So a service that hangs is given up, and nothing that a library writes about an address, which
holds a secret, is seen by anybody. The address goes through a pipe, never on a command line.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from templates.meeting.plaintext import harmless

PROGRAM = (sys.executable, "-P", "-m", "sheets_sync.messages.delivery")
SECONDS = 30
LONGEST = SECONDS + 15
"""Seconds until the process is ended, which gives up by itself before."""
CODE = re.compile(r"error=(\d{3})\b")
NAME = "smarketing"

ADDRESS, REFUSED, SILENT, UNKNOWN = "address", "refused", "silent", "unknown"
"""Why something was not delivered: the text `message.problem.<id>`. Unknown: it may have been."""

Json = dict[str, Any]

Problem = tuple[str, str]
"""Such an id, and the code with which the service answered, if it did."""


def deliver(
    address: str,
    text: str,
    page: Path | None = None,
    sender: str = "",
    seconds: float = LONGEST,
) -> Problem | None:
    """Send a text, whose first line is its title; return why it was not delivered.

    `page` is attached where the service takes attachments; a mail comes from `sender`, unless its
    address names somebody.
    """
    shown = str(page.resolve()) if page else None
    asked = {"address": address, "text": text, "page": shown, "sender": sender}
    found = _ask(asked, seconds)
    return (found["problem"], found["code"]) if found["problem"] else None


def service(address: str) -> str | None:
    """Return the name of the service behind an address; None if nobody knows such an address."""
    name: str | None = _ask({"address": address}, LONGEST).get("service")
    return name


def _ask(question: Json, seconds: float) -> Json:
    """Ask the process, which is ended if it does not answer in time."""
    try:
        done = subprocess.run(  # noqa: S603  (our own program)
            PROGRAM,
            input=json.dumps(question),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
        found: Json = json.loads(done.stdout)
    except OSError:
        return _problem(SILENT)
    except (subprocess.TimeoutExpired, ValueError):
        return _problem(UNKNOWN)
    return found


def _problem(id_: str | None, code: str = "") -> Json:
    return {"problem": id_, "code": code}


def _answer(
    address: str, text: str | None = None, page: str | None = None, sender: str = ""
) -> Json:
    """Send a text, or without one name the service."""
    import apprise

    asset = apprise.AppriseAsset(
        app_id=NAME, app_desc=NAME, app_url="", image_url_mask="", image_url_logo="",
        service_timeout=SECONDS,
    )  # fmt: skip
    post = apprise.Apprise(asset=asset)
    if not post.add(address):
        return _problem(ADDRESS)
    if text is None:
        return {"service": str(post[0].service_name)}
    for service in post if sender else ():
        _sign(service, sender)
    return _send(post, text, page)


def _sign(service: Any, sender: str) -> None:
    """Name the sender of a mail; in other services the bot has its own name."""
    name, *address = getattr(service, "from_addr", (None,))
    if address and name in {False, NAME}:
        service.from_addr = [sender, *address]


def _send(post: Any, text: str, page: str | None) -> Json:
    import apprise
    from apprise.attachment.file import AttachFile

    first, _, rest = harmless(text).partition("\n")
    sent = post.notify(
        title=first if rest else "",
        body=rest or first,
        body_format=apprise.NotifyFormat.TEXT,
        attach=AttachFile(page, name=Path(page).name) if page else None,  # type: ignore[no-untyped-call]
    )
    if sent:
        return _problem(None)
    if sent.status is apprise.AppriseResultStatus.TIMEOUT:
        return _problem(UNKNOWN)
    codes = CODE.findall(" ".join(entry.message for entry in sent.logs()))
    return _problem(REFUSED, codes[-1]) if codes else _problem(SILENT)


if __name__ == "__main__":
    print(json.dumps(_answer(**json.load(sys.stdin))))  # noqa: T201  (what `_ask` reads)
