"""Yandex Direct, by its Reports API: what campaigns cost by the day; the last days come again.

A report is ordered by its name. While it is built, the answer is 201 or 202 and says when to ask
again; then it comes as text with tabs, and its last line counts its rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from sheets_sync.errors import FixConfig, LookAtSource
from sheets_sync.model import Page
from sheets_sync.sources.casting import Circumstances
from sheets_sync.sources.desk import desk
from sheets_sync.sources.mapping import FileMapping
from sheets_sync.sources.raw import load_rows, name_headers
from sheets_sync.sources.rest.connector import (
    Answer,
    Connector,
    Door,
    Json,
    Limit,
    Request,
    Trouble,
    post,
    trouble_of,
)
from sheets_sync.sources.rest.secret import read_secret
from sheets_sync.sources.rest.web import Api, Clock, Limiter, limiter_of
from sheets_sync.sources.typed import typed_pages

SITE = "https://api.direct.yandex.com/json/v5"
CORRECTED = timedelta(days=7)  # so long the platform goes on correcting a day
HISTORY = timedelta(days=365)
PATIENCE = 600.0  # seconds that a sync waits for a report
BUILDING = {201, 202}
HOUR = 3600
READER = 1  # changes when reports are to be read again because reading has changed

COLUMNS = {
    "day": "Date",
    "campaign_id": "CampaignId",
    "campaign": "CampaignName",
    "impressions": "Impressions",
    "clicks": "Clicks",
    "cost": "Cost",
}
TROUBLES = {
    53: Trouble.TOKEN,
    54: Trouble.DENIED,
    58: Trouble.DENIED,
    152: Trouble.AGAIN,  # points are spent
    506: Trouble.AGAIN,  # connections
    9000: Trouble.AGAIN,  # reports in the queue
}
"""What the numbers of its errors mean; others go by the status."""


def read(answer: Answer) -> Json:
    """Return a report, or when to ask for it again, or what else is told, or the error.

    Raises:
        ValueError: the report was cut off.
    """
    if answer.status in BUILDING:
        return {"wait": float(answer.headers.get("retryin") or 1)}
    if answer.status != 200 or answer.text.startswith("{"):  # noqa: PLR2004
        told = json.loads(answer.text)
        return told if "result" in told else _refusal(told["error"])
    rows = [line.split("\t") for line in answer.text.splitlines()]
    if len(rows) < 2 or rows[-1] != [f"Total rows: {len(rows) - 2}"]:  # noqa: PLR2004
        raise ValueError
    return {"rows": rows}


def _refusal(found: Mapping[str, Json]) -> Json:
    names = ("error_string", "error_detail")
    said = ": ".join(str(found[name]) for name in names if found.get(name))
    return {"code": int(found.get("error_code", 0)), "error": said}


def _trouble(_request: Request, status: int, body: Json) -> Trouble | None:
    """Tell what went wrong by the number of the error, which may come with status 200."""
    is_refusal = isinstance(body, dict) and "code" in body
    known = TROUBLES.get(body["code"]) if is_refusal else None
    return known or trouble_of(status) or (Trouble.REFUSED if is_refusal else None)


def door_of(login: str, token: str, site: str = SITE) -> Door:
    """Go to the API with a token; an agency names the client by the login.

    Raises:
        ValueError: this is no token, or no address.
    """
    parts = urlsplit(site)
    if not parts.netloc or not token.isascii() or not token or any(map(str.isspace, token)):
        raise ValueError
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept-Language": "en",
        "processingMode": "auto",
        "returnMoneyInMicros": "false",
        "skipReportHeader": "true",
        **({"Client-Login": login} if login else {}),
    }
    return Door(f"{parts.scheme}://{parts.netloc}", f"{parts.path}/", headers)


DIRECT = Connector(
    name="yandex_direct",
    limits=(Limit(15, 10.0),),  # 20 in 10 seconds
    wire=post,
    door=door_of,
    misfit="direct_token",
    trouble=_trouble,
    owner=(
        Request("clients", {"method": "get", "params": {"FieldNames": ["Login"]}}),
        lambda body: (str(body["result"]["Clients"][0]["Login"]), None),
    ),
    rights=(),
    dictionaries=(),
    listings=(),
    sweeps=(),
    reads=read,
)


@dataclass(frozen=True, slots=True)
class DirectSource:
    """The spend of a cabinet of Yandex Direct, by campaign and day."""

    name: str
    door: Callable[[], Door]
    around: Circumstances
    vat: bool = True
    clock: Clock = field(default_factory=Clock)
    limiter: Limiter | None = None

    @property
    def mapping(self) -> FileMapping:
        """Return how a report is read."""
        return FileMapping(
            object="spend", path=self.name, columns=COLUMNS, cabinet=self.name, vat=self.vat
        )

    def read(self, since: str | None, /) -> Iterator[Page]:
        """Yield the spend of the days since the cursor, and of those that are still corrected."""
        today = self.around.today
        if today is None:
            return
        kept = json.loads(since) if since else {}
        first = today - HISTORY
        if kept.get("reading") == self._reading():
            first = date.fromisoformat(kept["day"]) - CORRECTED
        with self.api() as api:
            headers, *rows = self.report(api, first, today)
        cursor = json.dumps({"reading": self._reading(), "day": str(today)})
        with desk() as connection:
            raw = load_rows(connection, name_headers(headers), enumerate(rows, 2))
            yield from typed_pages(connection, self.mapping, raw, self.around, cursor)

    def api(self) -> Api:
        """Return how Direct is called."""
        return Api(DIRECT, self.door(), self.limiter or limiter_of(DIRECT), self.clock)

    def count(self) -> int:
        """Return how many rows there are of the last days.

        Raises:
            LookAtSource: Direct cannot be reached, or does not take the token.
        """
        today = self.around.today or datetime.fromtimestamp(self.clock.wall(), UTC).date()
        with self.api() as api:
            return len(self.report(api, today - CORRECTED, today)) - 2

    def report(self, api: Api, first: date, last: date) -> list[list[str]]:
        """Order a report and wait for it; return its rows, the headers first.

        Raises:
            LookAtSource: it takes too long; the next sync finds it built.
        """
        request = _order(first, last, self.vat, int(self.clock.wall() // HOUR))
        end = self.clock.now() + PATIENCE
        while "rows" not in (body := api.ask(request)):
            if self.clock.now() + body["wait"] > end:
                raise LookAtSource("direct_building", site=api.door.site, first=first, last=last)
            self.clock.sleep(body["wait"])
        rows: list[list[str]] = body["rows"]
        return rows

    def _reading(self) -> str:
        how = (READER, self.vat, self.around.currency)
        return sha256(repr(how).encode()).hexdigest()[:16]


def open_direct(
    login: str, secret: str, address: str, folder: Path, around: Circumstances, *, vat: bool
) -> DirectSource:
    """Return an account; `secret` is the place where the token is kept."""

    def door() -> Door:
        try:
            return door_of(login, read_secret(secret, folder), address or SITE)
        except ValueError:
            raise FixConfig(DIRECT.misfit, place=secret) from None

    return DirectSource(f"{DIRECT.name} {login}".strip(), door, around, vat)


def _order(first: date, last: date, vat: bool, hour: int) -> Request:
    """Order a report; one of another hour is another, as the platform corrects the days."""
    params: Mapping[str, Json] = {
        "SelectionCriteria": {"DateFrom": str(first), "DateTo": str(last)},
        "FieldNames": list(COLUMNS.values()),
        "ReportName": f"smarketing {first} {last} {vat} {hour}",
        "ReportType": "CAMPAIGN_PERFORMANCE_REPORT",
        "DateRangeType": "CUSTOM_DATE",
        "Format": "TSV",
        "IncludeVAT": "YES" if vat else "NO",
    }
    return Request("reports", {"params": params})
