"""A release of a package in which a name is called otherwise.

`python -m tests.support.renamed PACKAGE NAME PROGRAM` runs a file of Python with it. The name, a regular
expression, is another one wherever the package itself has it, so that the package works as ever.
"""

import re
import runpy
import sys
from importlib.machinery import PathFinder, SourceFileLoader


class _Loader(SourceFileLoader):
    def get_code(self, fullname):
        source = self.get_data(self.path).decode()
        return compile(NAME.sub(r"\g<0>_renamed", source), self.path, "exec", dont_inherit=True)


class _Finder:
    def find_spec(self, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target) if name.partition(".")[0] == PACKAGE else None
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


if __name__ == "__main__":
    PACKAGE, name, program = sys.argv[1:]
    NAME = re.compile(rf"\b{name}\b")
    sys.meta_path.insert(0, _Finder())
    runpy.run_path(program, run_name="__main__")
