"""`python -m tools.module_generator` writes `terraform/`."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.module_generator.consumer import INTERFACE_ENDPOINT, SERVICE_CONSUMER
from tools.module_generator.module import Generated
from tools.module_generator.provider import ENDPOINT_SERVICE, SERVICE_PROVIDER
from tools.module_generator.readme import readme

FOLDER = Path(__file__).resolve().parents[2] / "terraform"
MODULES = (ENDPOINT_SERVICE, INTERFACE_ENDPOINT, SERVICE_PROVIDER, SERVICE_CONSUMER)


def write(folder: Path) -> None:
    """Write every module, formatted; what is there of modules that are gone goes."""
    shutil.rmtree(folder, ignore_errors=True)
    for module in MODULES:
        generated = Generated(module)
        for name, text in {**generated.files, "README.md": readme(module, generated)}.items():
            path = folder / module.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    formatted = subprocess.run(
        ["terraform", "fmt", "-recursive", "-list=false", str(folder)], capture_output=True, text=True
    )
    if formatted.returncode:
        raise RuntimeError(formatted.stderr)


def main() -> None:
    """Write the modules beside, and put them in the place of what is there."""
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as beside:
        written = Path(beside) / FOLDER.name
        write(written)
        shutil.rmtree(FOLDER, ignore_errors=True)
        written.rename(FOLDER)


if __name__ == "__main__":
    main()
