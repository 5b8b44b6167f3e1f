"""Which stacks share the provider, what each gets for it, and why others do not."""

import contextlib
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from privatelink.terraform import shared_provider as module
from privatelink.terraform.mirror import PROVIDER, this_platform
from privatelink.terraform.proxy_process import REATTACH_VARIABLE, ProxyStartError
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.shared_provider import LOCK_FILE, shared_provider
from privatelink.terraform.stacks import Stack

PACKAGE = Path(".terraform/providers", PROVIDER, "5.100.0", this_platform())
# Installs the provider as Terraform does: a link to a mirror, or the files themselves.
TERRAFORM = """#!{python} -SE
import json, os, sys
from pathlib import Path
if sys.argv[1] == "version":
    print(json.dumps({{"terraform_version": "1.11.4"}}))
    sys.exit()
with open(os.environ["LOG"], "a") as log:
    log.write(Path.cwd().name + " " + " ".join(sys.argv[1:]) + "\\n")
if os.environ.get("FAILS"):
    sys.exit(1)
if not os.path.exists("{lock_file}"):
    open("{lock_file}", "w").write(os.environ["LOCK"])
package = Path("{package}")
if not package.exists():
    package.parent.mkdir(parents=True)
    if mirror := os.environ.get("MIRROR"):
        package.symlink_to(mirror)
    else:
        package.mkdir()
        (package / "terraform-provider-aws_v5").touch()
"""
LOCK = f'# by Terraform\n\nprovider "{PROVIDER}" {{\n  version     = "5.100.0"\n  hashes = [\n  ]\n}}\n'


class Stacks:
    """Generated stacks, in folders of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        binaries = folder / "bin"
        binaries.mkdir()
        terraform = binaries / "terraform"
        terraform.write_text(TERRAFORM.format(python=sys.executable, lock_file=LOCK_FILE, package=PACKAGE))
        terraform.chmod(0o755)
        self.environment = {
            "PATH": str(binaries),
            "HOME": str(folder),
            "LOG": str(folder / "log"),
            "LOCK": LOCK,
            "AWS_REGION": "eu-west-1",
        }
        (folder / "log").touch()
        for name in ("provider", "consumer-a", "consumer-b"):
            (folder / name).mkdir()
            self.generate(name)

    def generate(self, name: str, **changed) -> None:
        """Generate a stack, with blocks that differ."""
        configuration = {
            "terraform": {
                "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0"}},
                "backend": {"local": {"path": f"../{name}.tfstate"}},
            },
            "provider": {"aws": [{"region": "eu-west-1"}]},
            "resource": {"aws_vpc": {"this": {"cidr_block": "10.0.0.0/16"}}},
            "data": {"terraform_remote_state": {"provider": {"config": {"path": "../provider.tfstate"}}}},
            "output": {"zones": {"value": "${data.aws_availability_zones.all}"}},
        }
        configuration["terraform"] |= changed.pop("terraform", {})
        (self.folder / name / "cdk.tf.json").write_text(json.dumps(configuration | changed))

    def read(self) -> list[Stack]:
        return [
            Stack(name, TerraformRoot(self.folder / name, self.environment))
            for name in ("provider", "consumer-a", "consumer-b")
        ]

    def note(self) -> str:
        """Why they do not share."""
        stacks = self.read()
        with shared_provider(stacks, self.folder / "work") as sharing:
            assert sharing.environment_of(stacks[0]) == stacks[0].root.environment or not sharing.note
            return sharing.note

    @property
    def log(self) -> list[str]:
        return (self.folder / "log").read_text().splitlines()


@pytest.fixture
def stacks(tmp_path, monkeypatch):
    made = Stacks(tmp_path)
    made.proxies = []

    @contextlib.contextmanager
    def running_proxy(binary, cache_dir, clients):
        made.proxies.append(SimpleNamespace(binary=binary, cache_dir=cache_dir, clients=clients, ended=False))
        try:
            yield [f"attach-{number}" for number in range(len(clients))]
        finally:
            made.proxies[-1].ended = True

    monkeypatch.setattr(module, "running_proxy", running_proxy)
    return made


def test_each_stack_has_a_socket_of_its_own_for_the_time_of_the_block(stacks):
    read = stacks.read()

    with shared_provider(read, stacks.folder / "work") as sharing:
        assert sharing.note == ""
        for number, stack in enumerate(read):
            attached = {REATTACH_VARIABLE: f"attach-{number}"}
            assert sharing.environment_of(stack) == {**stack.root.environment, **attached}
        assert not stacks.proxies[0].ended
    assert stacks.proxies[0].ended


def test_one_terraform_init_installs_the_provider_for_all(stacks):
    assert stacks.note() == ""

    assert [line.split()[:2] for line in stacks.log] == [["provider", "init"]]
    (proxy,) = stacks.proxies
    assert proxy.binary == stacks.folder / "provider" / PACKAGE / "terraform-provider-aws_v5"
    assert proxy.cache_dir == stacks.folder / "work"
    for stack in stacks.read():
        assert (stack.root.directory / LOCK_FILE).read_text() == LOCK
        assert [path.name for path in (stack.root.directory / ".terraform").iterdir()] == ["providers"]


def test_a_downloaded_provider_is_on_the_disk_once(stacks):
    stacks.note()

    first, second = (stacks.folder / name / PACKAGE for name in ("provider", "consumer-a"))
    assert not second.is_symlink()
    assert (first / "terraform-provider-aws_v5").samefile(second / "terraform-provider-aws_v5")


def test_a_downloaded_provider_is_copied_where_there_are_no_hard_links(stacks, monkeypatch):
    def link(source, target):
        raise OSError

    monkeypatch.setattr(module.os, "link", link)
    stacks.note()

    assert (stacks.folder / "consumer-a" / PACKAGE / "terraform-provider-aws_v5").is_file()


def test_a_provider_of_a_mirror_is_linked_to(stacks):
    mirror = stacks.folder / "mirror"
    mirror.mkdir()
    (mirror / "terraform-provider-aws_v5").touch()
    stacks.environment["MIRROR"] = str(mirror)
    dangling = stacks.folder / "consumer-b" / PACKAGE
    dangling.parent.mkdir(parents=True)
    dangling.symlink_to(stacks.folder / "gone")

    assert stacks.note() == ""

    for name in ("consumer-a", "consumer-b"):
        assert (stacks.folder / name / PACKAGE).readlink() == mirror


def test_the_lock_file_that_is_there_is_everyones(stacks):
    kept = LOCK.replace("# by Terraform", "# by a colleague")
    (stacks.folder / "consumer-a" / LOCK_FILE).write_text(kept)

    assert stacks.note() == ""

    assert [line.split()[0] for line in stacks.log] == ["consumer-a"]
    assert {(stack.root.directory / LOCK_FILE).read_text() for stack in stacks.read()} == {kept}


def test_types_are_those_of_the_configuration_and_the_state_tells_others(stacks):
    stacks.note()

    (provider, *_) = stacks.proxies[0].clients
    assert provider.types == ["aws_availability_zones", "aws_vpc"]
    assert provider.state_command[1:] == ["state", "pull"]
    assert Path(provider.state_command[0]) == stacks.folder / "bin/terraform"
    assert provider.directory == str(stacks.folder / "provider")
    assert provider.environment["AWS_REGION"] == "eu-west-1"


@pytest.mark.parametrize(
    ("blocks", "reads"),
    [
        ({}, False),
        ({"resource": {"aws_s3_object": {"page": {"source": "page.html"}}}}, True),
        ({"resource": {"aws_s3_object": {"page": {"source": ["missing.html", "/", "", "x" * 5000]}}}}, False),
        ({"data": {"aws_ami": {"x": {"filter": [{"values": ["page.html"]}]}}}}, True),
        ({"provider": {"aws": [{"shared_config_files": ["page.html"]}]}}, True),
        ({"resource": {"aws_s3_object": {"page": {"source": "${path.module}/page.html"}}}}, True),
    ],
)
def test_a_provider_that_reads_files_is_started_where_they_are(blocks, reads, stacks):
    stacks.generate("consumer-a", **blocks)
    (stacks.folder / "consumer-a/page.html").touch()
    (stacks.folder / "provider.tfstate").touch()  # Terraform reads it, not the provider

    assert stacks.note() == ""

    assert [client.reads_files for client in stacks.proxies[0].clients] == [False, reads, False]


def test_an_environment_may_name_a_file_too(stacks):
    stacks.environment["AWS_CONFIG_FILE"] = "config"
    (stacks.folder / "consumer-b/config").touch()

    stacks.note()

    assert [client.reads_files for client in stacks.proxies[0].clients] == [False, False, True]


@pytest.mark.parametrize(
    ("variables", "note"),
    [
        ({REATTACH_VARIABLE: "{}"}, f"{REATTACH_VARIABLE} is set"),
        ({"TF_DATA_DIR": "data"}, "TF_DATA_DIR is set"),
        ({"TF_LOG": "debug"}, "TF_LOG is set"),
        ({"TF_CLI_ARGS_init": "-lockfile=readonly"}, "TF_CLI_ARGS_init has -lockfile"),
        ({"TF_CLI_ARGS": "-plugin-dir=x"}, "TF_CLI_ARGS has -plugin-dir"),
    ],
)
def test_an_environment_that_says_otherwise_is_obeyed(variables, note, stacks):
    stacks.environment |= variables

    assert stacks.note() == note
    assert stacks.log == []


@pytest.mark.parametrize("name", [".terraformrc", ".terraform.d/more.tfrc"])
def test_a_provider_under_development_is_not_shared(name, stacks):
    path = stacks.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("provider_installation {\n  dev_overrides {\n  }\n}\n")

    assert stacks.note() == f"{path} has dev_overrides"


AWS = {"source": "hashicorp/aws", "version": ">= 5.100.0"}


@pytest.mark.parametrize(
    ("blocks", "note"),
    [
        ({"module": {"x": {}}}, "consumer-b calls a module"),
        ({"terraform": {"backend": {"remote": {}}}}, "consumer-b is planned by HCP Terraform"),
        ({"terraform": {"cloud": {}, "backend": {}}}, "consumer-b is planned by HCP Terraform"),
        (
            {"terraform": {"required_providers": {"aws": AWS, "tls": {}}}},
            "consumer-b needs other providers than hashicorp/aws",
        ),
        (
            {"terraform": {"required_providers": {"aws": {"source": "acme/aws"}}}},
            "consumer-b needs other providers than hashicorp/aws",
        ),
        ({"terraform": {"required_providers": {}}}, "consumer-b needs other providers than hashicorp/aws"),
        (
            {"terraform": {"required_providers": {"aws": AWS | {"version": ">= 6"}}}},
            "consumer-b and provider require different versions of hashicorp/aws",
        ),
        (
            {"ephemeral": {"random_password": {}}},
            "consumer-b has random_password, which is not a type of hashicorp/aws",
        ),
    ],
)
def test_a_configuration_with_something_else_is_not_shared(blocks, note, stacks):
    stacks.generate("consumer-b", **blocks)

    assert stacks.note() == note
    assert stacks.log == []


def test_the_generated_file_of_versions_has_no_types(stacks):
    (stacks.folder / "provider" / "cdk.versions.tf").touch()

    assert stacks.note() == ""


@pytest.mark.parametrize("name", ["more.tf", "override.tf.json"])
def test_a_file_beside_the_generated_one_is_not_read_for_types(name, stacks):
    (stacks.folder / "provider" / name).touch()

    assert stacks.note() == f"{stacks.folder / 'provider'} has {name} in addition to cdk.tf.json"


def test_lock_files_that_differ_are_left_alone(stacks):
    for name, version in (("provider", "5.100.0"), ("consumer-b", "6.0.0")):
        (stacks.folder / name / LOCK_FILE).write_text(LOCK.replace("5.100.0", version))

    assert stacks.note() == f"provider and consumer-b have different {LOCK_FILE} files"
    assert stacks.log == []
    assert not (stacks.folder / "consumer-a" / LOCK_FILE).exists()


def test_opentofu_has_a_provider_of_its_own(stacks):
    stacks.environment["LOCK"] = LOCK.replace("terraform.io", "opentofu.org")

    assert stacks.note() == (
        f"{LOCK_FILE} of provider names registry.opentofu.org/hashicorp/aws, not {PROVIDER}"
    )
    assert not (stacks.folder / "consumer-a" / LOCK_FILE).exists()


def test_where_init_fails_each_stack_says_so_itself(stacks):
    stacks.environment["FAILS"] = "yes"

    assert stacks.note() == f"`terraform init` failed in {stacks.folder / 'provider'}"


def test_a_folder_that_cannot_be_written_is_said(stacks, monkeypatch):
    def copytree(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.shutil, "copytree", copytree)

    assert stacks.note() == f"cannot write to {stacks.folder / 'consumer-a'}: Permission denied"


def test_a_proxy_that_does_not_start_is_said(stacks, monkeypatch):
    def running_proxy(*_):
        raise ProxyStartError("no room")

    monkeypatch.setattr(module, "running_proxy", running_proxy)

    assert stacks.note() == "the shared AWS provider did not start: no room"


def test_without_grpcio_nothing_is_shared(stacks, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "grpc" else found(name))

    assert "pip install 'privatelink[synth]'" in stacks.note()


def test_on_windows_nothing_is_shared(stacks, monkeypatch):
    monkeypatch.setattr(module, "os", SimpleNamespace(name="nt"))

    assert "Windows" in stacks.note()


def test_what_fails_in_the_block_is_raised_and_the_proxy_ends(stacks):
    with (
        pytest.raises(OSError, match="of the block"),
        shared_provider(stacks.read(), stacks.folder / "work"),
    ):
        raise OSError("of the block")

    assert stacks.proxies[0].ended
