"""The document of the reference, as far as samples are held against it."""

import re

import jsonschema

METHODS = ("get", "post", "put", "delete", "patch")
ID = r"[0-9A-Za-z]{16}"


class Document:
    def __init__(self, root):
        self.root = root
        found = [
            Operation(self, method.upper(), path, item)
            for path, item in root["paths"].items()
            for method in METHODS
            if method in item
        ]
        # Before one with a parameter in its place, which it fits as well.
        self.operations = sorted(found, key=lambda operation: operation.path.count("{"))
        collections = {path.split("/{")[0].rpartition("/")[2] for path in root["paths"] if "/{id}" in path}
        # Of each id among the examples of requests: of what it is, and the names under which it stands.
        self.kinds, self.names = {}, {}
        for name, value in (named for operation in found for named in operation.ids()):
            # What `contact_id` and `contacts` say.
            kind = name if name in collections else re.sub(r"^(?:\w+_)?(\w+?)_id$", r"\1s", name)
            self.names.setdefault(value, []).append(name)
            if kind in collections and self.kinds.setdefault(value, kind) != kind:
                raise SystemExit(f"{value} is an example for {kind} and for {self.kinds[value]}")

    def resolve(self, node):
        while "$ref" in node:
            keys, node = node["$ref"].removeprefix("#/").split("/"), self.root
            for key in keys:
                node = node[key.replace("~1", "/").replace("~0", "~")]
        return node

    def examples(self, node):
        """The values of `example` and `examples`."""
        values = [self.resolve(example)["value"] for example in node.get("examples", {}).values()]
        return [node["example"], *values] if "example" in node else values

    def operation(self, method, path):
        """The one that such a call is of."""
        fitting = (one for one in self.operations if one.method == method and one.pattern.fullmatch(path))
        return next(fitting, None)

    def by_id(self, name):
        return next(operation for operation in self.operations if operation.id == name)

    def problem(self, value, schema):
        """What is wrong with a value, or None."""
        # What a schema names is looked for in itself.
        whole = {**self.resolve(schema), "components": self.root["components"]}
        wrong = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(whole).iter_errors(value))
        return wrong and f"{wrong.json_path}: {wrong.message}"


class Operation:
    def __init__(self, document, method, path, item):
        self.document, self.method, self.path = document, method, path
        self.node = item[method.lower()]
        self.id = self.node["operationId"]
        parameters = item.get("parameters", []) + self.node.get("parameters", [])
        self.parameters = [document.resolve(parameter) for parameter in parameters]
        self.pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))

    def sources(self):
        """Its samples, each with its language."""
        return [(sample["lang"], sample["source"]) for sample in self.node.get("x-codeSamples", [])]

    def ids(self):
        """The ids among the examples of its requests, each with the name of what it stands in."""
        for parameter in self.parameters:
            before = re.search(rf"(\w+)/{{{parameter['name']}}}", self.path)
            name = before[1] if parameter["in"] == "path" and before else parameter["name"]
            yield from ids_in(self.document.examples(parameter), name)
        body = self.document.resolve(self.node.get("requestBody", {}))
        yield from ids_in(self.document.examples(body.get("content", {}).get("application/json", {})), "")

    def schema(self, status):
        """Of an answer with this status: None if it has no body. It fails if no success has it."""
        if not 200 <= status < 300 or str(status) not in self.node["responses"]:
            raise Wrong(f"{self.id} is answered with {status}")
        answer = self.document.resolve(self.node["responses"][str(status)])
        return answer["content"]["application/json"]["schema"] if "content" in answer else None

    def items(self):
        """The schema of what it lists, or None if it is no list."""
        success = next(int(status) for status in self.node["responses"] if status.startswith("2"))
        properties = self.document.resolve(self.schema(success) or {}).get("properties", {})
        is_list = {"has_more", "data", "next_cursor"} <= properties.keys()
        return properties["data"]["items"] if is_list else None


class Wrong(Exception):
    """What is wrong with a sample."""


def ids_in(value, name):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ids_in(inner, name if key == "id" else key)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner, name)
    elif isinstance(value, str) and re.fullmatch(ID, value):
        yield name, value
