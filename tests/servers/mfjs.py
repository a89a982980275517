"""Moonshot's flavour of JSON schema, as far as its published rules tell: what is refused, in its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_REFUSED = {
    *("prefixItems", "unevaluatedItems", "unevaluatedProperties", "minContains", "maxContains"),
    *("exclusiveMinimum", "exclusiveMaximum", "title", "$comment", "format"),
}
_TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}


def faults(schema: Any, path: str = "", *, root: bool = True) -> Iterator[str]:
    """Yield what the server would refuse in a schema."""
    where = f"At path '{path}': "
    if not isinstance(schema, dict):
        yield f"{where}schema is not an object"
        return
    if root and schema.get("type") != "object":
        yield f"{where}type must be object"
    for key in sorted(set(schema) & _REFUSED):
        yield f"{where}{key} is not supported"
    if "$defs" in schema and not root:
        yield f"{where}$defs is only allowed at the root"
    if "$ref" in schema and not str(schema["$ref"]).startswith("#/"):
        yield f"{where}external $ref is not supported"
    if not {"$ref", "anyOf"} & set(schema):
        kinds = schema.get("type")
        if kinds is None:
            yield f"{where}type is not defined"
        elif not set([kinds] if isinstance(kinds, str) else kinds) <= _TYPES:
            yield f"{where}type is unknown"
    for name, part in schema.get("properties", {}).items():
        yield from faults(part, f"{path}.properties.{name}".lstrip("."), root=False)
    for name in schema.get("required", ()):
        if name not in schema.get("properties", {}):
            yield f"{where}required property {name} is not defined"
    if schema.get("type") == "array":
        yield from faults(schema.get("items"), f"{path}.items".lstrip("."), root=False)
    for place, part in enumerate(schema.get("anyOf", ())):
        yield from faults(part, f"{path}.anyOf.{place}".lstrip("."), root=False)
    for name, part in schema.get("$defs", {}).items():
        yield from faults(part, f"$defs.{name}", root=False)
