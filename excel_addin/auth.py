"""Who may ask what: keys of 256 random bits, kept as hashes, and how often.

A key is shown once, when it is made. What is kept of it is a hash, its scope and its rate; a key
that is given is compared with all of them, in the same time whichever it is.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

KEPT = "addin.keys"
"""Under which name the state of a workspace keeps its keys."""
BYTES = 32
RATE = 100
"""Requests a second; ten times as many may come at once."""
BURST = 10
WRONG_RATE, WRONG_BURST = 0.2, 10
"""Wrong keys of one address: ten at once, then one in five seconds."""
ADDRESSES = 10_000


class Scope(StrEnum):
    """What a key opens."""

    FORMULAS = "formulas"
    DATA = "formulas+data"


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key."""

    hash: str
    scope: Scope
    rate: float = RATE


class Memory(Protocol):
    """Where keys are kept: the state of a workspace."""

    def get(self, name: str, /) -> Any:
        """Return a JSON value by its name, or None."""

    def put(self, name: str, value: Any, /) -> None:
        """Keep a JSON value."""


def hashed(key: str) -> str:
    """Return the hash of a key; 256 random bits need no salt.

    >>> hashed("smk_a") == hashed("smk_a"), len(hashed("smk_a"))
    (True, 64)
    """
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def make(memory: Memory, scope: Scope, rate: float = RATE) -> str:
    """Make a key, keep its hash and return the key itself, which nobody can read again."""
    key = f"smk_{secrets.token_urlsafe(BYTES)}"
    kept = [*keys(memory), Key(hashed(key), scope, rate)]
    memory.put(KEPT, [asdict(each) for each in kept])
    return key


def forget(memory: Memory) -> int:
    """Forget all keys and return how many there were."""
    count = len(keys(memory))
    memory.put(KEPT, None)
    return count


def keys(memory: Memory) -> tuple[Key, ...]:
    """Return what is kept of the keys of a workspace."""
    found = memory.get(KEPT) or ()
    return tuple(Key(each["hash"], Scope(each["scope"]), each["rate"]) for each in found)


def matching(known: Iterable[Key], given: str) -> Key | None:
    """Return the key that is given; all are compared, each in constant time.

    >>> matching([Key(hashed("smk_a"), Scope.DATA)], "smk_a").scope.value
    'formulas+data'
    >>> matching([Key(hashed("smk_a"), Scope.DATA)], "smk_b")
    """
    of_given = hashed(given)
    found = None
    for key in known:
        if hmac.compare_digest(key.hash, of_given):
            found = key
    return found


@dataclass(slots=True)
class Bucket:
    """So many requests at once, and so many a second."""

    rate: float
    size: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one; return the seconds to wait where there is none.

        >>> bucket = Bucket(rate=2, size=1, left=1, at=0)
        >>> bucket.take(10), bucket.take(10), bucket.take(10.5)
        (0.0, 0.5, 0.0)
        """
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


@dataclass(slots=True)
class Turnstile:
    """How often each key, or each address with a wrong one, has come."""

    rate: float
    size: float
    buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def take(self, name: str, now: float, rate: float | None = None) -> float:
        """Let somebody through; return the seconds to wait where it is too often."""
        bucket = self.buckets.get(name)
        if bucket is None:
            size = self.size if rate is None else rate * BURST
            bucket = self.buckets[name] = Bucket(rate or self.rate, size, size, now)
        self.buckets.move_to_end(name)
        if len(self.buckets) > ADDRESSES:
            self.buckets.popitem(last=False)
        return bucket.take(now)
