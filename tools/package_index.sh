#!/bin/sh
# Print the package index of this machine's pip: Pipfile names none, so that a mirror works without changes.
set -eu
python=$1
if [ -n "${PIP_INDEX_URL:-}" ]; then
  echo "$PIP_INDEX_URL"
elif index=$("$python" -m pip config get global.index-url 2>/dev/null); then
  echo "$index"
else
  "$python" -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)'
fi
