"""The words of JSON Schema in which shapes and replies are described."""

STRING = {"type": "string"}
INTEGER = {"type": "integer"}
STRING_OR_NULL = {"type": ["string", "null"]}
INTEGER_OR_NULL = {"type": ["integer", "null"]}
DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
UUID = {"type": "string", "format": "uuid"}


def reference_to(component):
    return {"$ref": f"#/components/schemas/{component}"}


TEXT = reference_to("Text")


def or_null(schema):
    # A list of types cannot hold a reference, so null stands beside it.
    return {"oneOf": [schema, {"type": "null"}]}


def list_of(schema):
    return {"type": "array", "items": schema}


def object_of(required, **properties):
    # Never closed: keys may be added (docs/api.md), and `allOf` would refuse those of the other.
    return {"type": "object", "properties": properties, "required": required}
