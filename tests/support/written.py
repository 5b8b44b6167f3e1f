"""A topology as the text of a file."""

import yaml


def written(topology):
    return yaml.safe_dump(topology, allow_unicode=True, sort_keys=False)
