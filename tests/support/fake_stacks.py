"""Generated stacks, and a stand-in for Terraform that plans and applies them in an instant, or as told."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("fake_stacks_terraform.py")
SHOP: Mapping[str, Sequence[str]] = {
    "shop-provider": (),
    "shop-consumer-a": ("shop-provider",),
    "shop-consumer-b": ("shop-provider",),
    "shop-acceptance": ("shop-provider", "shop-consumer-a", "shop-consumer-b"),
}


class FakeStacks:
    """A folder of generated stacks, and the environment whose Terraform is the stand-in."""

    def __init__(self, folder: Path, stacks: Mapping[str, Sequence[str]] = SHOP) -> None:
        self.out = folder / "cdktf.out"
        self._log = folder / "log"
        self.forget()
        binaries = folder / "bin"
        binaries.mkdir()
        binary = binaries / "terraform"
        binary.write_text(f"#!{sys.executable} -SE\n{SCRIPT.read_text()}")
        binary.chmod(0o755)
        self.environment = {
            "PATH": os.pathsep.join((str(binaries), "/bin", "/usr/bin")),
            "HOME": str(folder),
            "FAKE_LOG": str(self._log),
        }
        for name, needs in stacks.items():
            self.folder(name).mkdir(parents=True)
            self.configure(name, needs)
            self.tell(name)
        manifest = {
            name: {"name": name, "dependencies": list(needs), "workingDirectory": f"stacks/{name}"}
            for name, needs in stacks.items()
        }
        (self.out / "manifest.json").write_text(json.dumps({"stacks": manifest}))

    def folder(self, name: str) -> Path:
        """Where a stack is."""
        return self.out / "stacks" / name

    def configure(self, name: str, needs: Sequence[str] = (), **more: Any) -> None:
        """Generate a stack, or generate it anew with something more in it."""
        kind = "aws_vpc_endpoint"
        if "provider" in name:
            kind = "aws_vpc_endpoint_service"
        elif "acceptance" in name:
            kind = "aws_vpc_endpoint_connection_accepter"
        read = [f"${{data.terraform_remote_state.{need}.outputs.id}}" for need in needs]
        configuration = {
            "terraform": {"backend": {"local": {"path": f"../../../terraform.{name}.tfstate"}}},
            "provider": {"aws": [{"region": "eu-west-1"}]},
            "resource": {kind: {"this": {"read": read, **more}}},
            "output": {"id": {"value": "x"}},
            "data": {
                "terraform_remote_state": {
                    need: {"config": {"path": f"../../../terraform.{need}.tfstate"}} for need in needs
                }
            },
        }
        (self.folder(name) / "cdk.tf.json").write_text(json.dumps(configuration))

    def tell(self, name: str, **told: Any) -> None:
        """Say how the stand-in behaves in a stack; `fake_stacks_terraform.py` says what can be said."""
        (self.folder(name) / "fake.json").write_text(json.dumps(told))

    def remove(self, *names: str) -> None:
        """Take stacks out of the topology, as `privatelink synth` does."""
        (self.out / "removed").mkdir()
        listed = json.loads((self.out / "manifest.json").read_text())["stacks"]
        moved = {name: listed.pop(name) for name in names}
        for name, entry in moved.items():
            self.folder(name).rename(self.out / "removed" / name)
            entry["workingDirectory"] = f"removed/{name}"
        (self.out / "manifest.json").write_text(json.dumps({"stacks": listed}))
        (self.out / "removed/manifest.json").write_text(json.dumps({"stacks": moved}))

    def log(self, *kinds: str) -> list[str]:
        """What happened, in order, as in `plan-begin shop-provider`; only these kinds if any is named."""
        lines = [line.rsplit(" ", 1)[0] for line in self._log.read_text().splitlines()]
        return [line for line in lines if not kinds or line.split(" ")[0] in kinds]

    def forget(self) -> None:
        """Begin a new log."""
        self._log.write_text("")

    @property
    def pids(self) -> set[int]:
        """The processes there were."""
        return {int(line.rsplit(" ", 1)[1]) for line in self._log.read_text().splitlines()}

    def apply_with(self, name: str, outputs: Mapping[str, Any]) -> None:
        """Have a stack be applied, with these outputs."""
        state = {"serial": 1, "outputs": outputs, "made": 1, "digest": None, "resources": []}
        (self.out.parent / f"terraform.{name}.tfstate").write_text(json.dumps(state))

    def applied(self) -> set[str]:
        """The stacks whose state has something in it."""
        return {
            path.name.removeprefix("terraform.").removesuffix(".tfstate")
            for path in self.out.parent.glob("terraform.*.tfstate")
            if json.loads(path.read_text())["made"]
        }

    def saved_plans(self) -> set[str]:
        """The stacks with a saved plan."""
        return {path.parent.name for path in self.out.glob("stacks/*/terraform.tfplan")}
