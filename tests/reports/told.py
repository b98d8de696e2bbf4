"""Runs the code that is given as its first argument, in a process of its own."""

import sys

if __name__ == "__main__":
    code = sys.argv.pop(1)
    exec(code)
