"""The Terraform that every example generates, committed, so that a change shows what it changes.

`python -m tests.support.generated` writes it anew.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.project import PROJECT
from tests.support.synth import TOPOLOGIES, synth

FOLDER = PROJECT / "tests" / "data" / "generated"


def committed(topology: Path) -> Path:
    """Where an example's Terraform is kept: all of its stacks, by name."""
    return FOLDER / f"{topology.stem}.json"


def as_kept(stacks: Mapping[str, Any]) -> str:
    """Synthesized stacks as text, without cdktf's notes on where each part comes from."""
    return json.dumps(_plain(stacks), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(found) for key, found in value.items() if key != "//"}
    return [_plain(found) for found in value] if isinstance(value, list) else value


def main() -> None:
    """Write the Terraform of every example, and remove that of examples that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for gone in set(FOLDER.iterdir()) - {committed(topology) for topology in TOPOLOGIES}:
        gone.unlink()
    for topology in TOPOLOGIES:
        committed(topology).write_text(as_kept(synth(topology)), encoding="utf-8")


if __name__ == "__main__":
    main()
