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


# Made-up values, where a schema says no examples of its own.
VALUES = {
    "date": "2016-02-01",
    "date-time": "2016-02-01T09:00:00+03:00",
    "uri": "https://example.org/",
    "uuid": "3f1d2c84-6a0e-4b0b-9a53-5d0f6f7a1c22",
    "string": "as it was typed",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
}


def example_of(schema):
    """A value that is as described, and not null where it need not be."""
    if "oneOf" in schema:
        return example_of(schema["oneOf"][0])
    for word in ("examples", "enum"):
        if word in schema:
            return schema[word][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type", "string")
    kind = kind if isinstance(kind, str) else kind[0]
    return VALUES[schema.get("format", kind)]


def object_of(required, **properties):
    # Never closed: keys may be added (docs/api.md), and `allOf` would refuse those of the other.
    return {"type": "object", "properties": properties, "required": required}
