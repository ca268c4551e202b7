"""The pages that Excel loads: metadata, scripts, the pane, help; made when the server starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from excel_addin import script, wire
from excel_addin.colours import stylesheet
from excel_addin.icon import SIZES, icon
from excel_addin.manifest import NAME, environment, manifest
from excel_addin.metadata import metadata
from formulas.functions import FUNCTIONS, Function
from templates.brand import UNBRANDED, Brand
from templates.functions import argument_text, example, signature, typed_example
from templates.words import LANGUAGES, Words, load

OFFICE = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
"""Where Microsoft serves its library; its licence lets nobody else do so."""
CLIENT = ("away", "sign_in", "no_python")
JSON, SCRIPT, HTML = "application/json", "text/javascript", "text/html"


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and its kind."""

    kind: str
    content: str | bytes


def pages(
    url: str,
    office: str,
    application: str | None = None,
    brand: Brand = UNBRANDED,
    *,
    is_alone: bool = False,
) -> Mapping[str, Page]:
    """Make every page by its path; `url` is where the server is, `office` Microsoft's library.

    `application` is the id of the add-in in Entra, where people sign in with Microsoft; the pages
    bear the brand. Pages that stand alone have no server: they compute, and say themselves what
    they may load.

    >>> sorted(pages("https://localhost:8765", OFFICE))[0]
    '/formulas.js'
    """
    base = urlsplit(url).path
    policy = wire.policy(office, is_alone=True) if is_alone else None
    alone = {"/pyodide.js": Page(SCRIPT, f"{script.source('client', 'pyodide.js')}\n")}
    return {
        "/functions.json": Page(JSON, metadata(load("en"), url)),
        "/functions-ru.json": Page(JSON, metadata(load("ru"), url)),
        "/functions.js": Page(SCRIPT, _client(has_entra=application is not None)),
        "/formulas.js": Page(SCRIPT, script.formulas()),
        "/taskpane.html": Page(HTML, _frame(brand, office=office, policy=policy)),
        "/taskpane.js": Page(SCRIPT, _pane(brand)),
        "/taskpane.css": Page("text/css", stylesheet(brand)),
        "/manifest.xml": Page("application/xml", manifest(url, application, brand)),
        **{f"/icon-{size}.png": Page("image/png", icon(size, brand)) for size in SIZES},
        **{
            f"/help/{words.language}/{function.id}": Page(HTML, _help(function, words, base, brand))
            for words in map(load, LANGUAGES)
            for function in FUNCTIONS.values()
        },
        **(alone if is_alone else {}),
    }


def _render(template: str, /, **given: Any) -> str:
    return environment().get_template(template).render(**given)


def _frame(brand: Brand, **given: Any) -> str:
    """Write the page of the pane; its script fills it in."""
    return _render("taskpane.html.j2", brand=brand, name=brand.name or NAME, **given)


def _worded(make: Callable[[Words], Any]) -> str:
    return script.literal({language: make(load(language)) for language in LANGUAGES})


def _client(*, has_entra: bool) -> str:
    """Write the client, and which functions there are."""
    functions = [
        {"id": function.id, "count": len(function.arguments), "isStored": function.is_stored}
        for function in FUNCTIONS.values()
    ]
    words = _worded(lambda each: {id_: each(f"addin.client.{id_}") for id_ in CLIENT})
    code = script.source("client", "functions.js")
    given = f"{script.literal(functions)}, {words}, {script.literal(has_entra)}"
    return f"{code}\n\nSMK.start({given});\n"


def _pane(brand: Brand) -> str:
    """Write the pane, with its words and the functions that it lists."""
    texts = _worded(lambda words: _texts(words, brand))
    return f"{script.source('client', 'taskpane.js')}\n\nPANE.start({texts});\n"


def _texts(words: Words, brand: Brand) -> Mapping[str, Any]:
    prefix = "addin.pane."
    return {
        "words": {
            **{
                id_.removeprefix(prefix): text
                for id_, text in words.texts.items()
                if id_.startswith(prefix)
            },
            **{f"brand_{id_}": words(f"brand.{id_}") for id_ in brand.addresses},
        },
        "functions": [
            {
                "id": function.id,
                "signature": signature(function.name, function, words),
                "text": words(f"function.text.{function.id}"),
                "example": example(function),
                "typed": typed_example(function, words),
                "isStored": function.is_stored,
            }
            for function in FUNCTIONS.values()
        ],
    }


def _help(function: Function, words: Words, base: str, brand: Brand) -> str:
    arguments = [
        (words(f"function.label.{each.name}"), argument_text(function, each.name, words))
        for each in function.arguments
    ]
    return _render(
        "help.html.j2",
        base=base,
        brand=brand,
        words=words,
        name=function.name,
        text=words(f"function.text.{function.id}"),
        signature=signature(function.name, function, words),
        arguments=arguments,
        example=typed_example(function, words),
        others=FUNCTIONS.values(),
    )
