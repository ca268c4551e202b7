"""The manifest: what Excel is told of the add-in, and where its server is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from templates.brand import UNBRANDED, Brand
from templates.words import load

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "smarketing"
"""What the add-in is called without a brand."""


def manifest(url: str, application: str | None = None, brand: Brand = UNBRANDED) -> str:
    """Write the manifest of the add-in whose server is at an address, in the name of a brand.

    `application` is the id that Entra knows it by, where people sign in with Microsoft. Excel takes
    help from a secure address alone.

    >>> "https://localhost:8765/functions-ru.json" in manifest("https://localhost:8765")
    True
    """
    template = environment().get_template("manifest.xml.j2")
    place = urlsplit(url).netloc
    sign_in = application and {"id": application, "resource": f"api://{place}/{application}"}
    given = {"id": identity(url), "url": url, "en": load("en"), "ru": load("ru")}
    told = {"name": brand.name or NAME, "help": brand.help.startswith("https://") and brand.help}
    return template.render(given, **told, sign_in=sign_in) + "\n"


@cache
def environment() -> Environment:
    """Return what fills in the templates of the add-in; everything is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("excel_addin", "client")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


def identity(url: str) -> str:
    """Return the id of the add-in: copies for other servers are other add-ins.

    >>> identity("https://localhost:8765") == identity("https://smk.example.com")
    False
    """
    return str(uuid5(NAMESPACE_URL, url))
