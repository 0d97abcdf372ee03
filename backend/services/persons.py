"""The customer records of one person: a record, what it was merged into, and what was merged into that."""

from sqlalchemy import Connection

from backend.services.lookup import customer_by_id
from desk.customers import person_of, records_of
from desk.ids import CustomerId


def records_of_person(conn: Connection, customer_id: CustomerId) -> tuple[CustomerId, ...]:
    """The ids of all records of the person whose record this is, the one that stands for them first."""
    customer = customer_by_id(conn, customer_id)
    if customer is None:
        return (customer_id,)
    person = person_of(customer)
    return records_of(customer if person == customer.id else customer_by_id(conn, person) or customer)
