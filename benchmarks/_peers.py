"""Other tools that write a table into a Google Sheet, each led to a server on this machine."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import gspread
import httplib2
import pandas as pd
import requests
from google.auth.credentials import AnonymousCredentials

Write = Callable[[pd.DataFrame], None]
"""Write a frame as a tool's documentation shows it."""


def _local(url: str, base: str) -> str:
    split = urlsplit(url)
    return base + split._replace(scheme="", netloc="").geturl()


class _Adapter(requests.adapters.HTTPAdapter):
    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request: Any, *rest: Any, **more: Any) -> Any:
        request.url = _local(request.url, self.base)
        return super().send(request, *rest, **more)


class _Http(httplib2.Http):  # type: ignore[misc]
    base = ""

    def request(self, uri: str, *rest: Any, **more: Any) -> Any:
        return super().request(_local(uri, self.base), *rest, **more)


class _Anonymous(AnonymousCredentials):  # type: ignore[misc]
    """Credentials that also pass where tools look for a token."""

    valid, token, expired = True, "t", False


def _session(base: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Adapter(base))
    return session


def spreadsheet(base: str, id_: str) -> gspread.Spreadsheet:
    """Open a spreadsheet of the server with gspread."""
    return gspread.Client(auth=None, session=_session(base)).open_by_key(id_)


def plain_gspread(base: str, id_: str) -> Write:
    sheet = spreadsheet(base, id_).sheet1

    def write(frame: pd.DataFrame) -> None:
        if sheet.row_count <= len(frame):
            sheet.resize(len(frame) + 1)
        sheet.update([list(frame.columns), *frame.to_numpy().tolist()])

    return write


def gspread_dataframe(base: str, id_: str, *, resize: bool = False) -> Write:
    from gspread_dataframe import set_with_dataframe

    sheet = spreadsheet(base, id_).sheet1
    return lambda frame: set_with_dataframe(sheet, frame, resize=resize)


def gspread_pandas(base: str, id_: str, *, replace: bool = False) -> Write:
    from gspread_pandas import Client, Spread

    session = _session(base)
    session.credentials = _Anonymous()  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = Client(session=session, creds=_Anonymous())
        spread = Spread(id_, sheet=0, client=client)
    return lambda frame: spread.df_to_sheet(frame, index=False, sheet=0, replace=replace)


def pygsheets(base: str, id_: str, *, fit: bool = False) -> Write:
    import pygsheets as tool

    http = _Http()
    http.base = base
    sheet = tool.client.Client(_Anonymous(), http=http).open_by_key(id_).sheet1
    return lambda frame: sheet.set_dataframe(frame, (1, 1), extend=not fit, fit=fit)


PEERS: dict[str, Callable[[str, str], Write]] = {
    "gspread update": plain_gspread,
    "gspread-dataframe": gspread_dataframe,
    "gspread-dataframe resize": lambda b, i: gspread_dataframe(b, i, resize=True),
    "gspread-pandas": gspread_pandas,
    "gspread-pandas replace": lambda b, i: gspread_pandas(b, i, replace=True),
    "pygsheets": pygsheets,
    "pygsheets fit": lambda b, i: pygsheets(b, i, fit=True),
}
"""Every tool, and the same with the option that makes the sheet as large as the frame."""
