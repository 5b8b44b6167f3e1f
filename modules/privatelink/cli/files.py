"""Files that commands write: complete, or as they were before."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from privatelink.errors import UserError


def check_writable(paths: Iterable[Path]) -> None:
    """Check that files can be written, before the work whose result they are for.

    Raises:
        UserError: a file is a folder or cannot be written, its folder is missing, or two files are the same.
    """
    seen: set[Path] = set()
    for path in paths:
        with _readable(path):
            target = path.resolve()
            if target in seen:
                raise UserError(f"{path}: two outputs cannot be written to one file; choose another name")
            seen.add(target)
            if target.is_dir():
                raise IsADirectoryError(None, "is a folder; name a file")
            if not target.parent.is_dir():
                raise NotADirectoryError(None, f"there is no folder {target.parent}; create it")
            needed = target if target.exists() and not target.is_file() else target.parent
            if not os.access(needed, os.W_OK):
                raise PermissionError(None, f"no permission to write {needed}")


def write_files(texts: Mapping[Path, str]) -> None:
    """Write files: all of them beside their places, then each is swapped with the former one in one step.

    A file that is no regular one, such as a pipe or /dev/stdout, is written to directly.

    Arguments:
        texts: the text of each file.

    Raises:
        UserError: a file cannot be written; it is as it was before.
    """
    with contextlib.ExitStack() as kept:
        written: list[tuple[Path, Path, Path]] = []
        for number, (path, text) in enumerate(texts.items()):
            with _readable(path):
                target = path.resolve()
                if target.exists() and not target.is_file():
                    target.write_text(text, encoding="utf-8")
                    continue
                # Not a part of the name: it may be as long as the file system allows.
                beside = target.with_name(f".privatelink-{os.getpid()}-{number}")
                kept.callback(beside.unlink, missing_ok=True)
                with beside.open("x", encoding="utf-8") as file:
                    file.write(text)
                if target.exists():
                    beside.chmod(stat.S_IMODE(target.stat().st_mode))
                written.append((path, beside, target))
        for path, beside, target in written:
            with _readable(path):
                beside.replace(target)


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UserError(f"cannot write {str(path)!r}: {why}") from error
