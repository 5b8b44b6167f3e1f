"""The user data of an instance as one shell script, run at its first boot.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
https://cloudinit.readthedocs.io/en/latest/explanation/format.html

Of `#cloud-config` the keys bootcmd, write_files and runcmd are supported. Packages are not installed: the
sandbox has no access to the internet.
"""

import base64
import binascii
import email
import gzip
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NotRequired, TypeAlias, TypedDict

import yaml

IGNORED = ("packages", "package_update", "package_upgrade", "ssh_authorized_keys", "users", "repo_update")
SCRIPTS = "/var/lib/cloud/instance/scripts"


Command: TypeAlias = str | list[str | int]


class File(TypedDict):
    """A file in `write_files`."""

    path: str
    content: NotRequired[str | bytes | None]
    encoding: NotRequired[str | None]
    permissions: NotRequired[str | None]
    owner: NotRequired[str | None]
    append: NotRequired[bool]


class CloudConfig(TypedDict):
    """The supported keys of `#cloud-config`."""

    bootcmd: NotRequired[list[Command] | None]
    write_files: NotRequired[list[File] | None]
    runcmd: NotRequired[list[Command] | None]


def boot_script(encoded: bytes) -> str:
    """Return the shell script for user data in base64; empty if it has no commands."""
    try:
        data = base64.b64decode(encoded)
    except binascii.Error:
        data = encoded
    commands = list(_commands(data))
    return "\n".join([f"mkdir -p {SCRIPTS}", *commands]) + "\n" if commands else ""


def _commands(data: bytes) -> Iterator[str]:
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if re.match(rb"(content-type|mime-version):", data, re.IGNORECASE):
        for number, part in enumerate(email.message_from_bytes(data).walk()):
            payload = part.get_payload(decode=True)
            if not part.is_multipart() and isinstance(payload, bytes):
                yield from _part(payload, number)
    else:
        yield from _part(data, 1)


def _part(data: bytes, number: int) -> Iterator[str]:
    if data.startswith(b"#cloud-config"):
        yield from _cloud_config(yaml.safe_load(data) or {})
    elif data.startswith((b"#!", b"#cloud-boothook")):
        path = f"{SCRIPTS}/part-{number:03}"
        yield _write(path, data, "0700")
        yield path if data.startswith(b"#!") else f"sh {path}"
    elif data.strip():
        yield "echo 'user data is neither a script nor #cloud-config: ignored' >&2"


def _cloud_config(config: CloudConfig) -> Iterator[str]:
    yield from map(_command, config.get("bootcmd") or [])
    for item in config.get("write_files") or []:
        content = _content(item)
        path, mode = str(item["path"]), str(item.get("permissions") or "0644")
        yield _write(path, content, mode, append=bool(item.get("append")))
        if owner := item.get("owner"):
            yield f"chown {shlex.quote(str(owner))} {shlex.quote(path)}"
    yield from map(_command, config.get("runcmd") or [])
    given: Mapping[str, object] = config
    if ignored := [key for key in IGNORED if given.get(key)]:
        yield f"echo {shlex.quote('ignored in #cloud-config: ' + ', '.join(ignored))} >&2"


def _command(command: Command) -> str:
    if isinstance(command, list):
        return shlex.join(map(str, command))
    return f"sh -c {shlex.quote(command)}"


def _content(item: File) -> bytes:
    content = item.get("content") or ""
    data: bytes = content if isinstance(content, bytes) else str(content).encode()
    encoding = str(item.get("encoding") or "")
    if "b64" in encoding or "base64" in encoding:
        data = base64.b64decode(data)
    if encoding.startswith("gz"):
        data = gzip.decompress(data)
    return data


def _write(path: str, content: bytes, mode: str, *, append: bool = False) -> str:
    quoted, text = shlex.quote(path), base64.b64encode(content).decode()
    into = f"{'>>' if append else '>'}{quoted}"
    return (
        f"mkdir -p \"$(dirname {quoted})\" && base64 -d {into} <<'END'\n{text}\nEND\n"
        f"chmod {shlex.quote(mode)} {quoted}"
    )
