"""Holds YAML files to a JSON Schema (draft 2020-12), by a validator that is not ours.

usage: validate.py SCHEMA FILE...      (needs the packages jsonschema, 4.0 or later, and yaml)

Prints a line for each file that is right, `FILE: right`, and for each fault of another, `FILE: POINTER: KEYWORD`, the
place in the file and the schema's keyword that it breaks. Ends with 1 when a file is wrong.
"""

import json
import re
import sys

import yaml
from jsonschema import Draft202012Validator


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: `off` and `05:30` are texts, and so is `2026-11-27`."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def faults(validator, path):
    with open(path, encoding="utf-8") as file:
        job = yaml.load(file, CoreLoader)
    return sorted(
        "/" + "/".join(map(str, error.absolute_path)) + ": " + error.validator
        for error in validator.iter_errors(job)
    )


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    wrong = False
    for path in paths:
        found = faults(validator, path)
        wrong = wrong or bool(found)
        for line in found or ["right"]:
            print(f"{path}: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
