"""When `terraform init` is run, and when not."""

import threading
from pathlib import Path

import pytest

from privatelink.errors import UserError
from privatelink.terraform.initialization import check_data_folders, initialize, is_initialized
from privatelink.terraform.stacks import Stack, read_stacks
from tests.support.fake_stacks import FakeStacks


@pytest.fixture
def fake(tmp_path: Path) -> FakeStacks:
    return FakeStacks(tmp_path, {"shop-provider": (), "shop-consumer": ("shop-provider",)})


def stacks(fake: FakeStacks, **environment: str) -> list[Stack]:
    return read_stacks(fake.out, {**fake.environment, **environment})


def test_what_is_initialized_stays_so(fake: FakeStacks) -> None:
    stack = stacks(fake)[0]
    assert not is_initialized(stack)
    initialize(stack)
    assert is_initialized(stack)
    assert is_initialized(stacks(fake)[0])
    assert fake.log("init-begin") == ["init-begin shop-provider"]


def test_new_resources_need_no_init_and_another_backend_does(fake: FakeStacks) -> None:
    initialize(stacks(fake)[0])
    fake.configure("shop-provider", tags={"a": "b"})
    assert is_initialized(stacks(fake)[0])
    path = fake.folder("shop-provider") / "cdk.tf.json"
    path.write_text(path.read_text().replace("terraform.shop-provider", "terraform.elsewhere"))
    assert not is_initialized(stacks(fake)[0])


def test_another_lock_file_needs_init(fake: FakeStacks) -> None:
    initialize(stacks(fake)[0])
    (fake.folder("shop-provider") / ".terraform.lock.hcl").write_text("# another version")
    assert not is_initialized(stacks(fake)[0])


def test_another_binary_needs_init(fake: FakeStacks, tmp_path: Path) -> None:
    initialize(stacks(fake)[0])
    (tmp_path / "bin/tofu").symlink_to(tmp_path / "bin/terraform")
    assert not is_initialized(stacks(fake, PRIVATELINK_TERRAFORM="tofu")[0])


def test_a_provider_whose_mirror_is_gone_needs_init(fake: FakeStacks, tmp_path: Path) -> None:
    stack = stacks(fake)[0]
    initialize(stack)
    package = (
        stack.root.directory / ".terraform/providers/registry.terraform.io/hashicorp/aws/6.0.0/linux_amd64"
    )
    package.parent.mkdir(parents=True)
    (tmp_path / "mirror").mkdir()
    package.symlink_to(tmp_path / "mirror")
    assert is_initialized(stack)
    (tmp_path / "mirror").rmdir()
    assert not is_initialized(stack)


def test_a_failed_init_is_not_taken_for_one(fake: FakeStacks) -> None:
    fake.tell("shop-provider", init={"fail": "no registry"})
    stack = stacks(fake)[0]
    with pytest.raises(UserError, match="no registry"):
        initialize(stack)
    assert not is_initialized(stack)


@pytest.mark.parametrize("how", ["variable", "configuration"])
def test_a_plugin_cache_is_written_by_one_at_a_time(fake: FakeStacks, tmp_path: Path, how: str) -> None:
    given = {"TF_PLUGIN_CACHE_DIR": str(tmp_path / "cache")}
    if how == "configuration":
        (tmp_path / "rc").write_text('plugin_cache_dir = "cache"\n')
        given = {"TF_CLI_CONFIG_FILE": str(tmp_path / "rc")}
    both = stacks(fake, **given)
    for stack in both:
        fake.tell(stack.name, init={"seconds": 0.2})
    threads = [threading.Thread(target=initialize, args=(stack,)) for stack in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [line.split()[0] for line in fake.log()] == ["init-begin", "init-end"] * 2


def test_a_data_folder_that_stacks_would_share_is_refused(fake: FakeStacks, tmp_path: Path) -> None:
    check_data_folders(stacks(fake))
    check_data_folders(stacks(fake, TF_DATA_DIR=".data"))
    with pytest.raises(UserError, match=r'^TF_DATA_DIR is "/.*data".* set a relative path'):
        check_data_folders(stacks(fake, TF_DATA_DIR=str(tmp_path / "data")))
