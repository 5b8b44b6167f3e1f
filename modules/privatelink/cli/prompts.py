"""Questions on a terminal."""

import sys


def at_a_terminal() -> bool:
    """Return whether a question can be asked and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Ask on standard error, and return the answer.

    Raises:
        KeyboardInterrupt: the input has ended.
    """
    # input() would print the question to standard output, which may be a pipe.
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def confirmed(question: str) -> bool:
    """Ask a question, and return whether the answer is yes; the default is no."""
    return ask(f"{question} [y/N] ").lower() in ("y", "yes")
