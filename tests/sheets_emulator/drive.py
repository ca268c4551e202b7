"""The few Drive calls that clients of Sheets make; no schema is vendored for them."""

from __future__ import annotations

import itertools
from typing import Any

from tests.sheets_emulator.api import NotFoundError
from tests.sheets_emulator.book import Book, Tab

MADE = "2026-01-01T00:00:00.000Z"
KIND = "application/vnd.google-apps.spreadsheet"


def call(
    books: dict[str, Book], http: str, path: str, query: dict[str, list[str]], body: Any
) -> Any:
    """Answer a call of Drive v3."""
    parts = path.split("/")[3:]  # after /drive/v3
    if parts == ["files"] and http == "GET":
        asked = query.get("q", [""])[0]
        named = [b for b in books.values() if f'"{b.title}"' in asked or repr(b.title) in asked]
        return {"files": [_file(b) for b in (named if "name = " in asked else books.values())]}
    if parts == ["files"] and http == "POST":
        return _file(_made(books, body.get("name", "Untitled spreadsheet")))
    if parts == ["files", "root"]:
        return {"id": "root", "name": "My Drive"}
    book = books.get(parts[1])
    if book is None:
        raise NotFoundError
    if parts[2:] == ["copy"]:
        new = book.snapshot()
        new.id, new.title = f"copy-{len(books)}-of-{book.id}", (body or {}).get("name", book.title)
        books[new.id] = new
        return _file(new)
    if parts[2:] in (["permissions"], ["comments"]):
        return {parts[2]: []} if http == "GET" else {"id": "1"}
    if http == "DELETE":
        del books[book.id]
        return {}
    if http == "PATCH":
        book.title = (body or {}).get("name", book.title)
    return _file(book)


def _made(books: dict[str, Book], title: str) -> Book:
    for number in itertools.count(1):
        if f"book-{number}" not in books:
            break
    book = Book(f"book-{number}", title, "en_US", tabs=[Tab(0, "Sheet1")])
    books[book.id] = book
    return book


def _file(book: Book) -> dict[str, Any]:
    return {"id": book.id, "name": book.title, "mimeType": KIND, "version": "1",
            "createdTime": MADE, "modifiedTime": MADE}  # fmt: skip
