"""``/schema``: OpenAPI 3.1. Paths and parameters come from the handlers, bodies from the structs that decode them."""

from types import GenericAlias
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, Schema, SecurityScheme
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from desk import wire


def _shape(body: type[msgspec.Struct], **types: object) -> type[msgspec.Struct]:
    """A struct with other types for some fields, which then may be left out. An empty ``Raw`` cannot be described."""
    fields: list[tuple[str, Any, Any]] = []
    for field in msgspec.structs.fields(body):
        if field.name in types:
            fields.append((field.name, types[field.name], msgspec.UNSET))
        elif field.default_factory is not msgspec.NODEFAULT:
            fields.append((field.name, field.type, msgspec.field(default_factory=field.default_factory)))
        else:
            fields.append((field.name, field.type, field.default))
    required = [field[:2] if field[2] is msgspec.NODEFAULT else field for field in fields]
    return msgspec.defstruct(body.__name__, required, kw_only=True, namespace={"__doc__": body.__doc__})


_Record = _shape(wire.Record, d=Any)
_BODIES = (
    wire.Session,
    wire.Snapshot,
    _shape(wire.Changes, items=GenericAlias(tuple, (_Record, ...))),
    wire.CommandBatch,
    wire.Outcomes,
    wire.TicketView,
    wire.SearchResult,
    wire.AuditPage,
    wire.BlobStored,
    wire.PresenceUpdate,
    wire.SignIn,
    wire.Refresh,
    wire.Tokens,
    wire.Problem,
)
_REQUESTS: dict[tuple[str, str], type[wire.Wire]] = {
    ("/v1/commands", "post"): wire.CommandBatch,
    ("/v1/presence", "put"): wire.PresenceUpdate,
    ("/v1/auth/login", "post"): wire.SignIn,
    ("/v1/auth/refresh", "post"): wire.Refresh,
    ("/v1/auth/revoke", "post"): wire.Refresh,
}
"""Bodies are read by :class:`backend.api.bodies.Body`, which the framework does not see."""
_REF = "#/components/schemas/{name}"
_DESCRIPTION = (
    "What consoles and automation ask of the backend. The stream at /v1/sync/stream is not listed because its answer "
    "has no end; docs/protocol.md describes it."
)


class StructSchemas(OpenAPISchemaPlugin):
    """Lets handlers refer to structs by name; what they look like is :mod:`msgspec`'s to say."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether this is one of our bodies."""
        return isinstance(value, type) and issubclass(value, msgspec.Struct)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: object) -> Schema:
        """A reference to the body's component."""
        return Schema(all_of=[Reference(ref=_REF.format(name=field_definition.annotation.__name__))])


class SchemaAnswer(JsonRenderPlugin):
    """Serves the document."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document with the bodies put in."""
        return msgspec.json.encode(with_bodies(openapi_schema))


def with_bodies(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the components its paths refer to."""
    _, bodies = msgspec.json.schema_components(_BODIES, ref_template=_REF)
    components = {**document.get("components", {}), "schemas": bodies}
    paths: dict[str, dict[str, Any]] = {path: dict(calls) for path, calls in document["paths"].items()}
    for (path, method), body in _REQUESTS.items():
        content = {"application/json": {"schema": {"$ref": _REF.format(name=body.__name__)}}}
        paths[path][method] = {**paths[path][method], "requestBody": {"required": True, "content": content}}
    return {**document, "paths": paths, "components": components}


def schema_config() -> OpenAPIConfig:
    """How the document is made and where it is found."""
    return OpenAPIConfig(
        title="Agent Console backend",
        version="1",
        description=_DESCRIPTION,
        components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
        render_plugins=[SchemaAnswer(path="/")],
        path="/schema",
    )
