"""Questions on a terminal."""

import sys


def at_a_terminal() -> bool:
    """Return whether a question can be asked and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Ask on standard error and return the answer; raises KeyboardInterrupt at the end of the input."""
    # Not input()'s own prompt: it would go to standard output, among what may be piped.
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def confirmed(question: str) -> bool:
    """Ask a question whose answer is no unless it is yes."""
    return ask(f"{question} [y/N] ").lower() in ("y", "yes")
