"""A zip file whose untouched members are copied byte for byte, headers included."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from types import MappingProxyType

from sheets_sync.errors import TargetNotWritten

LARGEST_PART = 1 << 30
LARGEST_FILE = 2 << 30
MOST_MEMBERS = 20_000
DENSEST = 400  # XML of sheets packs to a twentieth; a bomb to a thousandth
_DENSE_FROM = 32 << 20
_STORED, _DEFLATED = 0, 8
_LEVEL = 3  # half the time of the usual 6, and a tenth more bytes

_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED, _UTF8 = 1, 0x800
_WIDE = 0xFFFFFFFF
_NEW_TIME, _NEW_DATE = 0, 0x21  # midnight of 1980-01-01: a file's bytes tell no time


@dataclass(frozen=True, slots=True)
class Member:
    """A member as it lies in the file."""

    name: str
    entry: bytes  # in the central directory
    start: int  # of its local header
    end: int  # of its data and what follows them
    flags: int
    method: int
    time: tuple[int, int]
    crc: int
    packed: int
    size: int


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file in memory."""

    data: bytes
    members: Mapping[str, Member]
    comment: bytes

    def read(self, name: str) -> bytes:
        """Unpack a member, and prove it whole."""
        member, packed = self.members[name], self.packed(name)
        content = packed if member.method == _STORED else _inflated(packed, member.size)
        if len(content) != member.size or zlib.crc32(content) != member.crc:
            raise TargetNotWritten("workbook_damaged", part=name)
        return content

    def packed(self, name: str) -> bytes:
        """Return the data of a member as they lie in the file."""
        member = self.members[name]
        name_length, extra_length = _LOCAL.unpack_from(self.data, member.start)[-2:]
        start = member.start + _LOCAL.size + name_length + extra_length
        return self.data[start : start + member.packed]

    def proof(self, name: str) -> bytes:
        """Return the hash of a member with its header, as it lies in the file."""
        member = self.members[name]
        return sha256(memoryview(self.data)[member.start : member.end]).digest()


def open_archive(data: bytes) -> Archive:
    """Read the directory of a zip file; refuse what is damaged, or grows when unpacked."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        raise TargetNotWritten("workbook_damaged", part="zip")
    _, disk, _, _, count, length, offset, comment_length = _END.unpack_from(data, at)
    if disk or offset + length > at or count > MOST_MEMBERS:
        raise TargetNotWritten("workbook_damaged", part="zip")
    entries = _entries(data, offset, count)
    starts = sorted({start for _, start in entries} | {offset})
    following = dict(pairwise(starts))
    members: dict[str, Member] = {}
    for entry, start in entries:
        member = _member(data, entry, start, following.get(start, offset))
        if member.name in members:
            raise TargetNotWritten("workbook_damaged", part=member.name)
        members[member.name] = member
    if sum(member.size for member in members.values()) > LARGEST_FILE:
        raise TargetNotWritten("workbook_too_large", part="zip")
    return Archive(data, members, data[at + _END.size : at + _END.size + comment_length])


def deflated(content: bytes) -> bytes:
    """Pack the content of a member."""
    machine = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    return machine.compress(content) + machine.flush()


def proved(content: bytes) -> bytes:
    """Pack the content of a member, and prove that it unpacks to the same."""
    packed = deflated(content)
    if _inflated(packed, len(content)) != content:
        raise TargetNotWritten("workbook_proof", part="zip")
    return packed


def assemble(
    archive: Archive,
    changed: Mapping[str, bytes | None],
    packed: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Write the archive with some members changed, added at the end, or left out (None).

    `packed` holds new contents that are packed already.
    """
    body: list[bytes] = []
    directory: list[bytes] = []
    position = 0
    for name, member in archive.members.items():
        content = changed.get(name, b"") if name in changed else b""
        if name in changed and content is None:
            continue
        if name in changed and content is not None:
            local, entry = _packed(name, content, packed.get(name), member, position)
        else:
            local = archive.data[member.start : member.end]
            entry = member.entry[:42] + struct.pack("<I", position) + member.entry[46:]
        body.append(local)
        directory.append(entry)
        position += len(local)
    for name, content in changed.items():
        if name not in archive.members and content is not None:
            local, entry = _packed(name, content, packed.get(name), None, position)
            body.append(local)
            directory.append(entry)
            position += len(local)
    length = sum(map(len, directory))
    count = len(directory)
    tail = (b"PK\5\6", 0, 0, count, count, length, position, len(archive.comment))
    return b"".join((*body, *directory, _END.pack(*tail), archive.comment))


def prove(
    before: Archive,
    after: Archive,
    changed: Mapping[str, bytes | None],
    packed: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Raise unless the new file holds what changed, and every other member as it was.

    `packed` holds what was proved to unpack to the new contents.
    """
    kept = [name for name in before.members if name not in changed]
    expected = {*kept, *(name for name, content in changed.items() if content is not None)}
    if set(after.members) != expected:
        raise TargetNotWritten("workbook_proof", part="zip")
    for name in kept:
        if before.proof(name) != after.proof(name):
            raise TargetNotWritten("workbook_proof", part=name)
    for name, content in changed.items():
        if content is not None and not _holds(after, name, content, packed.get(name)):
            raise TargetNotWritten("workbook_proof", part=name)


def _holds(archive: Archive, name: str, content: bytes, packed: bytes | None) -> bool:
    if packed is None:
        return archive.read(name) == content
    member = archive.members[name]
    told = member.method, member.size, member.crc
    is_told = told == (_DEFLATED, len(content), zlib.crc32(content))
    return is_told and archive.packed(name) == packed


def _entries(data: bytes, offset: int, count: int) -> list[tuple[bytes, int]]:
    """Read the entries of the central directory, with where their members start."""
    entries = []
    for _ in range(count):
        if data[offset : offset + 4] != b"PK\1\2" or offset + _ENTRY.size > len(data):
            raise TargetNotWritten("workbook_damaged", part="zip")
        fields = _ENTRY.unpack_from(data, offset)
        end = offset + _ENTRY.size + sum(fields[10:13])
        entries.append((data[offset:end], fields[16]))
        offset = end
    return entries


def _member(data: bytes, entry: bytes, start: int, end: int) -> Member:
    """Read one entry, and check it against the limits."""
    fields = _ENTRY.unpack_from(entry)
    _, _, _, flags, method, time, date, crc, packed, size, name_length = fields[:11]
    raw = entry[_ENTRY.size : _ENTRY.size + name_length]
    name = raw.decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
    if flags & _ENCRYPTED:
        raise TargetNotWritten("workbook_encrypted")
    broken = (
        method not in (_STORED, _DEFLATED)
        or data[start : start + 4] != b"PK\3\4"
        or _WIDE in (packed, size, start)
        or start + _LOCAL.size + packed > end
    )
    if broken:
        raise TargetNotWritten("workbook_damaged", part=name)
    if size > LARGEST_PART or size > max(_DENSE_FROM, packed * DENSEST):
        raise TargetNotWritten("workbook_too_large", part=name)
    return Member(name, entry, start, end, flags, method, (time, date), crc, packed, size)


def _inflated(packed: bytes, size: int) -> bytes:
    """Unpack, and never more than was declared."""
    machine = zlib.decompressobj(-15)
    try:
        return machine.decompress(packed, size + 1)
    except zlib.error:
        return b""


def _packed(
    name: str, content: bytes, packed: bytes | None, old: Member | None, position: int
) -> tuple[bytes, bytes]:
    """Return a member's local part and its entry in the directory."""
    raw = name.encode()
    packed = deflated(content) if packed is None else packed
    time, date = old.time if old else (_NEW_TIME, _NEW_DATE)
    flags = 0 if raw.isascii() else _UTF8
    common = (flags, _DEFLATED, time, date, zlib.crc32(content), len(packed), len(content))
    local = _LOCAL.pack(b"PK\3\4", 20, *common, len(raw), 0) + raw + packed
    outside = struct.unpack_from("<I", old.entry, 38)[0] if old else 0
    entry = _ENTRY.pack(b"PK\1\2", 20, 20, *common, len(raw), 0, 0, 0, 0, outside, position)
    return local, entry + raw
