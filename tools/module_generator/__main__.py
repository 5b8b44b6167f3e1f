"""`python -m tools.module_generator` writes what is generated in `terraform/`."""

import subprocess
from pathlib import Path

from tools.module_generator.files import validations_test, variables_file
from tools.module_generator.messages import with_messages
from tools.module_generator.modules import MODULES
from tools.module_generator.readme import with_tables

FOLDER = Path(__file__).resolve().parents[2] / "terraform"


def write(folder: Path) -> None:
    """Write the generated files of the modules in a folder, and the generated parts of the others.

    Raises LookupError for a message that refers to something that is no input of its module, and RuntimeError
    for a module that Terraform cannot read.
    """
    for module in MODULES:
        at = folder / module.name
        main, page, outputs = (
            (at / name).read_text(encoding="utf-8") for name in ("main.tf", "README.md", "outputs.tf")
        )
        for name, text in {
            "main.tf": with_messages(module, main),
            "README.md": with_tables(module, page, outputs),
            "variables.tf": variables_file(module),
            "tests/validations.tftest.hcl": validations_test(module),
        }.items():
            if text:
                (at / name).write_text(text, encoding="utf-8")
    formatted = subprocess.run(
        ["terraform", "fmt", "-recursive", "-list=false", str(folder)], capture_output=True, text=True
    )
    if formatted.returncode:
        raise RuntimeError(formatted.stderr)


if __name__ == "__main__":
    write(FOLDER)
