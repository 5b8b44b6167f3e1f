"""The bytes of a plan, from a file or standard input; gzip is unpacked."""

import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from privatelink.review.document import HOW, PlanError

STDIO: Final = Path("-")
LARGEST: Final = 1024**3
"""The largest plan, in bytes, unpacked. One of 100,000 resources has about 300 MB."""
_GZIP = b"\x1f\x8b"
_ZIP = b"PK"
_BLOCK = 16 * 1024**2


def read_content(path: Path) -> bytes | bytearray:
    """Return the JSON of a plan; `-` is standard input.

    Raises:
        PlanError: it cannot be read, is too large, or is a binary plan.
    """
    try:
        if path == STDIO:
            content = _limited(sys.stdin.buffer, path)
        else:
            with path.open("rb") as stream:
                content = _limited(stream, path, path.stat().st_size)
    except OSError as error:
        raise PlanError(f"{path}: cannot be read: {error.strerror or error}") from error
    if content.startswith(_GZIP):
        content = _unpacked(content, path)
    if content.startswith(_ZIP):
        name = "plan.tfplan" if path == STDIO else path.name
        raise PlanError(f"{path}: is a binary plan, not JSON; convert it with `terraform show -json {name}`")
    return content


def _unpacked(content: bytes | bytearray, path: Path) -> bytes | bytearray:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            return _limited(stream, path)
    except (OSError, EOFError, zlib.error) as error:
        raise PlanError(f"{path}: is damaged: gzip: {error}; {HOW}") from error


def _limited(stream: BinaryIO | gzip.GzipFile, path: Path, expected: int = 0) -> bytes | bytearray:
    """The content of a stream, read in blocks: a small file may unpack to any size.

    Arguments:
        expected: the size of a file, which is read at once: joining blocks takes time and memory.
    """
    content: bytes | bytearray = stream.read(max(_BLOCK, min(expected, LARGEST) + 1))
    while len(content) <= LARGEST and (block := stream.read(_BLOCK)):
        if isinstance(content, bytes):
            content = bytearray(content)
        content += block
    if len(content) > LARGEST:
        raise PlanError(f"{path}: too large: a plan may have {LARGEST // 1024**2} MiB, unpacked; {HOW}")
    return content
