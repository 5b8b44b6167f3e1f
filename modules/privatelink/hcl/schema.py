"""Reads from the providers' schemas which keys of a configuration are blocks.

Terraform takes about ten seconds to print the schema of the AWS provider's 1,500 types, so the result is
cached.

https://developer.hashicorp.com/terraform/cli/commands/providers/schema
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from privatelink.hcl.blocks import Blocks
from privatelink.terraform import documents
from privatelink.terraform.root import TerraformRoot

Requirements = Mapping[str, Mapping[str, str]]
"""`required_providers`: source and version of each provider, by its name in the configuration."""
# Terraform's built-in types, terraform_data and terraform_remote_state, have no blocks.
BUILT_IN = "terraform_"


@dataclass(frozen=True)
class Schema:
    """The blocks of each provider (by its name in the configuration), resource type and data source."""

    provider: dict[str, Blocks]
    resource: dict[str, Blocks]
    data: dict[str, Blocks]

    def blocks_of(self, kind: str, name: str) -> Blocks:
        """Return the blocks of a provider, resource type or data source; ValueError: it is unknown."""
        known: dict[str, Blocks] = getattr(self, kind)
        if name.startswith(BUILT_IN):
            return {}
        if name not in known:
            msg = f"unknown {kind}: {name}; no provider in required_providers has it"
            raise ValueError(msg)
        return known[name]


def read(required: Requirements, environment: Mapping[str, str], cache: Path) -> Schema:
    """Read the schemas of `required_providers` with Terraform, or from the folder `cache`."""
    asked = json.dumps(required, sort_keys=True)
    kept = cache / f"{hashlib.sha256(asked.encode()).hexdigest()[:16]}.json"
    if kept.is_file():
        return Schema(**json.loads(kept.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf.json").write_text(f'{{"terraform": {{"required_providers": {asked}}}}}')
        root = TerraformRoot(Path(folder), environment)
        root.init()
        schema = _pruned(required, root.provider_schemas())
    cache.mkdir(parents=True, exist_ok=True)
    new = kept.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(asdict(schema)), encoding="utf-8")
    new.replace(kept)
    return schema


def _pruned(required: Requirements, schemas: Mapping[str, documents.ProviderSchema]) -> Schema:
    schema = Schema({}, {}, {})
    for address, told in schemas.items():
        for name, requirement in required.items():
            if address.endswith("/" + requirement.get("source", f"hashicorp/{name}").lower()):
                schema.provider[name] = _blocks(told["provider"])
        schema.resource.update(
            {name: _blocks(each) for name, each in told.get("resource_schemas", {}).items()}
        )
        schema.data.update(
            {name: _blocks(each) for name, each in told.get("data_source_schemas", {}).items()}
        )
    return schema


def _blocks(schema: documents.Schema) -> Blocks:
    return {name: _blocks(nested) for name, nested in schema["block"].get("block_types", {}).items()}
