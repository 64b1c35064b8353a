"""Runs a program whose `print` prints each value as a line of JSON, and refuses what JSON does not show as it is."""

import builtins
import json
import runpy
import sys


def print_json(*values):
    for value in values:
        sys.stdout.write(json.dumps(value, default=attributes, allow_nan=False) + "\n")


def attributes(value):
    """Of what has keys as JSON's objects have. Anything else, such as what was not awaited, is refused."""
    if callable(getattr(value, "keys", None)):
        return {key: value[key] for key in value.keys()}
    raise TypeError(f"this is printed and is no JSON: {type(value).__name__}")


builtins.print = print_json
sys.path[0] = ""
runpy.run_path(sys.argv[1], run_name="__main__")
