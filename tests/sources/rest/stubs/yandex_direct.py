"""Yandex Direct's Reports API, by its documentation: a report is ordered, built, fetched."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.utils import formatdate

FIELDS = ["Date", "CampaignId", "CampaignName", "Impressions", "Clicks", "Cost"]
QUEUE = 5
NO_VAT = 1.2


@dataclass
class Direct:
    """An account: what each campaign cost by the day, with VAT, in kopecks."""

    token: str = "y0_secret_token"
    login: str | None = None
    is_agency: bool = False
    now: int = 1_795_000_000
    names: dict = field(default_factory=lambda: {17: "Поиск", 18: 'РСЯ "шкафы"'})
    spend: dict = field(default_factory=dict)  # (day, campaign) → impressions, clicks, kopecks
    polls: int = 2  # answers until a report is built
    retry: int = 5
    queue: dict = field(default_factory=dict)  # by name: the order, and the polls left
    orders: list = field(default_factory=list)  # names, as ordered
    mishaps: deque = field(default_factory=deque)
    asked: int = 0

    def spent(self, day, campaign, impressions, clicks, kopecks):
        self.spend[day, campaign] = (impressions, clicks, kopecks)

    def money(self, kopecks, with_vat):
        return kopecks if with_vat else round(kopecks / NO_VAT)

    def rows(self, params):
        first, last = (date.fromisoformat(params["SelectionCriteria"][key])
                       for key in ("DateFrom", "DateTo"))  # fmt: skip
        for (day, campaign), (impressions, clicks, kopecks) in sorted(self.spend.items()):
            if first <= day <= last:
                money = self.money(kopecks, params["IncludeVAT"] == "YES")
                cost = f"{money / 100:.2f}" if kopecks else "--"
                name = self.names[campaign]
                yield [str(day), str(campaign), name, str(impressions), str(clicks), cost]


def error(code, text, detail=""):
    said = {"error_code": str(code), "error_string": text, "error_detail": detail}
    return 400, {}, json.dumps({"error": {"request_id": "1", **said}}).encode()


def respond(direct, request):
    path, body, headers = request
    if path not in {"/json/v5/reports", "/json/v5/clients"}:
        return 404, {}, b"{}"
    if headers["Authorization"] != f"Bearer {direct.token}":
        return error(53, "Authorization error")
    if direct.login and headers["Client-Login"] != direct.login:
        return error(54, "No rights", "Client-Login")
    if path == "/json/v5/clients":
        return clients(direct, body)
    wanted = ("processingMode", "returnMoneyInMicros", "skipReportHeader")
    assert [headers[name] for name in wanted] == ["auto", "false", "true"]
    params = body["params"]
    assert params["FieldNames"] == FIELDS
    assert params["ReportType"] == "CAMPAIGN_PERFORMANCE_REPORT"
    first, last = params["SelectionCriteria"]["DateFrom"], params["SelectionCriteria"]["DateTo"]
    assert date.fromisoformat(last) - date.fromisoformat(first) < timedelta(days=1096)
    return report(direct, params)


def clients(direct, body):
    """Tell whose account it is; an agency that names no client is refused, with status 200."""
    assert (body["method"], body["params"]) == ("get", {"FieldNames": ["Login"]})
    if direct.is_agency and not direct.login:
        return 200, {}, error(8000, "Bad request", "Client-Login is not set")[-1]
    told = {"result": {"Clients": [{"Login": direct.login or "kitchens"}]}}
    return 200, {}, json.dumps(told).encode()


def report(direct, params):
    name = params["ReportName"]
    if name not in direct.queue:
        building = sum(left > 0 for _, left in direct.queue.values())
        if building >= QUEUE:
            return error(9000, "Report queue limit exceeded")
        direct.queue[name] = [params, direct.polls]
        direct.orders.append(name)
        if direct.polls:
            return 201, {"retryIn": str(direct.retry), "reportsInQueue": "1"}, b""
    order = direct.queue[name]
    if order[0] != params:
        return error(4000, "Report name is taken by a report with other parameters")
    if order[1] > 0:
        order[1] -= 1
        return 202, {"retryIn": str(direct.retry), "reportsInQueue": "1"}, b""
    found = list(direct.rows(params))
    lines = ["\t".join(row) for row in [FIELDS, *found]] + [f"Total rows: {len(found)}"]
    return 200, {}, ("\n".join(lines) + "\n").encode()


def answer(direct, respond, request):
    """Return status, headers and bytes: what Direct says, or a mishap."""
    direct.asked += 1
    mishap = direct.mishaps.popleft() if direct.mishaps else None
    date_ = {"Date": formatdate(direct.now, usegmt=True)}
    if isinstance(mishap, int):
        return mishap, date_, b"<html>busy</html>"
    status, headers, content = respond(direct, request)
    if mishap == "cut" and status == 200:
        content = content[: len(content) // 2]
    return status, {**date_, **headers}, content
