"""Ids of imported records: made from the source's id, so that the same thing gets the same id every time."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("4b1f7a52-9d55-5b0c-8a39-3d6b2f0f7c11")


def id_for(kind: str, source_id: str) -> str:
    """The id of the record that a source calls ``source_id``."""
    return str(uuid5(_NAMESPACE, f"{kind}\x1f{source_id}"))
