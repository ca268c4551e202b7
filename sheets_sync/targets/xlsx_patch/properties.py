"""The properties of the file that tell whose it is: ours follow the brand, those of people stay."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_sync.targets.xlsx_patch.markup import Edit, content, element, unescape
from sheets_sync.targets.xlsx_patch.package import Package

_CORE, _APP = "docProps/core.xml", "docProps/app.xml"
_DUBLIN = b'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_OFFICE = b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"'
_PLACES = {
    "title": (_CORE, b"dc:title", _DUBLIN),
    "author": (_CORE, b"dc:creator", _DUBLIN),
    "company": (_APP, b"Company", _OFFICE),
}
"""In which part each is, as which element, and the namespace of that, which it states itself."""


def update(package: Package, wanted: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Write the properties that are as they were written last."""
    for name, (part, tag, namespace) in _PLACES.items():
        xml = package.read(part) if package.has(part) else b""
        found = element(xml, tag)
        present = unescape(found.content(xml)) if found else ""
        if b"</" in xml and present == before[name] != wanted[name]:
            end = xml.rindex(b"</")
            new = b"<%b %b>%b</%b>" % (tag, namespace, content(wanted[name]), tag)
            start, end = (found.start, found.end) if found else (end, end)
            package.edit(part, [Edit(start, end, new)])
