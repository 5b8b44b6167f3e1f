"""Which topologies the walkthrough can show, and what is said of the others before anything starts."""

import io
import json

import pytest
from rich.console import Console

from privatelink.demo import synthesis
from privatelink.demo.synthesis import NotShownError, SynthError, synthesize, synthesize_shown
from tests.support.project import PROJECT

PROVIDER = {"aws_vpc": {}, "aws_lb": {}, "aws_instance": {}, "aws_vpc_endpoint_service": {}}
CONSUMER = {"aws_vpc": {}, "aws_vpc_endpoint": {"endpoint": {}}}
LOCAL = {"backend": {"local": {"path": "x"}}}


def shown(tmp_path, monkeypatch, stacks, terraform=LOCAL):
    """Show a topology of which these stacks were generated, by the resources of each."""

    def generate(_, out):
        manifest = {name: {"dependencies": [], "workingDirectory": f"stacks/{name}"} for name in stacks}
        for name, resources in stacks.items():
            folder = out / "stacks" / name
            folder.mkdir(parents=True)
            written = {"resource": resources, "terraform": terraform}
            (folder / "cdk.tf.json").write_text(json.dumps(written))
        (out / "manifest.json").write_text(json.dumps({"stacks": manifest}))

    monkeypatch.setattr(synthesis, "synthesize", generate)
    synthesize_shown(tmp_path / "shop.yaml", tmp_path, Console(file=io.StringIO()))


def test_the_walkthrough_is_shown(tmp_path, monkeypatch):
    shown(tmp_path, monkeypatch, {"shop-provider": PROVIDER, "shop-consumer-client": CONSUMER})


@pytest.mark.parametrize(
    ("stacks", "terraform", "words"),
    [
        ({"shop-provider": PROVIDER}, {"cloud": {}}, "has its state in HCP Terraform"),
        ({"shop-provider-a": PROVIDER, "shop-provider-b": PROVIDER}, LOCAL, "several services"),
        ({"shop-consumer-client": CONSUMER}, LOCAL, "has only consumers"),
        (
            {"shop-provider-a": PROVIDER, "shop-consumer-client": {"aws_vpc_endpoint": {"endpoint-a": {}}}},
            LOCAL,
            "shop-consumer-client has only `endpoints`",
        ),
        (
            {"shop-provider": {"aws_vpc_endpoint_service": {}}},
            LOCAL,
            "shop-provider creates no aws_vpc, but the demo needs",
        ),
    ],
)
def test_another_topology_is_refused(tmp_path, monkeypatch, stacks, terraform, words):
    with pytest.raises(NotShownError, match=words):
        shown(tmp_path, monkeypatch, stacks, terraform)


def test_a_wrong_topology_is_told_in_the_generators_words(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text("nme: shop\n")

    with pytest.raises(SynthError, match=r"shop\.yaml:1:1: nme: unknown field"):
        synthesize(path, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_the_topologies_of_the_demo_are_those_of_the_checkout():
    for name, original in {
        "walkthrough": "topology.yaml",
        "automatic": "examples/automatic.yaml",
        "internal": "examples/internal.yaml",
    }.items():
        assert (synthesis.TOPOLOGIES / f"{name}.yaml").read_text() == (PROJECT / original).read_text()
