"""Who is who among customers whose records were merged."""

from desk.ids import CustomerId
from desk.records import Customer


def person_of(customer: Customer) -> CustomerId:
    """The record that stands for the person: its own, or the one it was merged into."""
    return customer.merged_into or customer.id


def same_person(one: Customer, other: Customer) -> bool:
    """Whether two records are of one person."""
    return person_of(one) == person_of(other)


def records_of(person: Customer) -> tuple[CustomerId, ...]:
    """The ids of all records of one person, given the one that stands for them, which comes first."""
    return (person.id, *person.alias_ids)
