"""Large parts packed beside the work on those that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sheets_sync.beside import Beside
from sheets_sync.targets.xlsx_patch.container import proved

_LARGE = 1 << 20  # bytes


class Packing(Beside):
    """Hands that pack."""

    def __init__(self) -> None:
        """Have nothing packed yet."""
        super().__init__()
        self._begun: dict[str, tuple[bytes, Callable[[], bytes]]] = {}

    def pack(self, part: str, content: bytes) -> None:
        """Begin to pack a part, if that takes long enough to be worth it."""
        if len(content) >= _LARGE:
            self._begun[part] = content, self.begin(partial(proved, content))

    def packed(self, changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """Return what is packed of the parts that have not changed once more."""
        return {
            part: outcome()
            for part, (content, outcome) in self._begun.items()
            if changed.get(part) is content
        }
