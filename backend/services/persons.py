"""The customer records of one person, which were merged: the one that stands for them and those merged into it.

Few persons have more than one record, so only what was merged lies in ``customer_alias``.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, text

from backend.prepared import Prepared
from desk.ids import CustomerId
from desk.records import Customer

_ALIASES_OF = Prepared(
    text(
        "WITH asked AS (SELECT value AS id FROM json_each(:ids)), person AS ("
        " SELECT a.person_id AS id FROM customer_alias a JOIN asked ON asked.id IN (a.customer_id, a.person_id))"
        " SELECT DISTINCT a.customer_id, a.person_id FROM customer_alias a JOIN person ON person.id = a.person_id"
    )
)
_PUT = Prepared(
    text("INSERT OR REPLACE INTO customer_alias (customer_id, person_id) VALUES (:customer_id, :person_id)")
)
_DROP = Prepared(text("DELETE FROM customer_alias WHERE customer_id = :customer_id"))
_ANY = Prepared(text("SELECT 1 FROM customer_alias LIMIT 1"))


def persons_of(conn: Connection, ids: Iterable[str]) -> dict[str, tuple[CustomerId, ...]]:
    """All records of the person, the one that stands for them first, by each of these ids whose person has several."""
    if _ANY.row(conn, {}) is None:
        return {}
    aliases: dict[str, list[str]] = {}
    for customer_id, person_id in _ALIASES_OF.rows(conn, {"ids": json.dumps(list(ids))}):
        aliases.setdefault(person_id, []).append(customer_id)
    return {
        record: tuple(CustomerId(one) for one in (person, *sorted(merged)))
        for person, merged in aliases.items()
        for record in (person, *merged)
    }


def records_of_person(conn: Connection, customer_id: CustomerId) -> tuple[CustomerId, ...]:
    """The ids of all records of the person whose record this is."""
    return persons_of(conn, (customer_id,)).get(customer_id, (customer_id,))


def keep_alias(conn: Connection, customer: Customer) -> None:
    """Keep what a record was merged into, as it says."""
    if customer.merged_into is None:
        _DROP.run(conn, {"customer_id": customer.id})
    else:
        _PUT.run(conn, {"customer_id": customer.id, "person_id": customer.merged_into})
