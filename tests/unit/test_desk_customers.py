"""What is known of a customer, how they were verified, and which records are one person's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.commands import (
    AnyCommand,
    Envelope,
    MergeCustomers,
    SaveCustomer,
    UnmergeCustomers,
    VerifyCustomer,
)
from desk.customers import person_of, records_of, same_person
from desk.decide import decide
from desk.ids import AgentId, CommandId, CustomerId
from desk.outcome import Outcome, Refusal, View
from desk.records import Agent, Channel, Contact, Customer, Policy, Role, Tier

NOW = 1_780_000_000_000
LI = Agent(id=AgentId("li"), v=1, handle="li", name="Li", role=Role.SENIOR)
MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei")
WANG = CustomerId("wang")
MAIL = Contact(channel=Channel.EMAIL, address="wang@example.org")
PHONE = Contact(channel=Channel.WHATSAPP, address="+86 100", verified_how="code", verified_at=1)


def customer(name: str = "wang", **fields: Any) -> Customer:
    return replace(Customer(id=CustomerId(name), v=3, name=name.title(), contacts=(MAIL, PHONE)), **fields)


def ask(
    command: AnyCommand, about: Customer | None, other: Customer | None = None, actor: Agent = LI
) -> Outcome | Refusal:
    view = View(policy=Policy(), customer=about, other_customer=other)
    return decide(Envelope(id=CommandId("c1"), command=command, composed_at=NOW), view, actor, NOW)


def changed(verdict: Outcome | Refusal) -> Customer:
    assert isinstance(verdict, Outcome), verdict
    after = verdict.changes[0]
    assert isinstance(after, Customer)
    return after


def code(verdict: Outcome | Refusal) -> str:
    assert isinstance(verdict, Refusal), verdict
    return verdict.code


def test_what_is_known_is_changed_and_the_rest_is_left() -> None:
    after = changed(ask(SaveCustomer(customer_id=WANG, tier=Tier.VIP), customer()))
    assert (after.v, after.tier, after.language, after.do_not_contact) == (4, Tier.VIP, "en", False)
    after = changed(ask(SaveCustomer(customer_id=WANG, language="zh-TW", do_not_contact=True), customer()))
    assert (after.tier, after.language, after.do_not_contact) == (Tier.STANDARD, "zh-TW", True)


def test_a_language_is_anybodys_to_note_and_the_rest_a_seniors() -> None:
    assert changed(ask(SaveCustomer(customer_id=WANG, language="zh"), customer(), actor=MEI)).language == "zh"
    assert code(ask(SaveCustomer(customer_id=WANG, tier=Tier.VIP), customer(), actor=MEI)) == "not-allowed"
    assert code(ask(SaveCustomer(customer_id=WANG, do_not_contact=True), customer(), actor=MEI)) == "not-allowed"
    assert (
        code(ask(MergeCustomers(customer_id=WANG, source_id=CustomerId("w")), customer(), actor=MEI)) == "not-allowed"
    )


@pytest.mark.parametrize("language", ["", "e", "english please", "zh_CN", "\x1b[2J", "中文", "a" * 30])
def test_a_language_is_a_code(language: str) -> None:
    assert code(ask(SaveCustomer(customer_id=WANG, language=language), customer())) == "bad-value"


def test_nothing_new_is_refused() -> None:
    assert code(ask(SaveCustomer(customer_id=WANG), customer())) == "no-change"
    assert code(ask(SaveCustomer(customer_id=WANG, tier=Tier.STANDARD), customer())) == "no-change"
    assert code(ask(VerifyCustomer(customer_id=WANG, how=""), customer())) == "no-change"
    assert code(ask(SaveCustomer(customer_id=WANG, tier=Tier.VIP), None)) == "unknown-customer"


def test_a_customer_or_one_address_is_verified_with_how_and_when() -> None:
    whole = changed(ask(VerifyCustomer(customer_id=WANG, how="passport\x1b[1m and video"), customer(), actor=MEI))
    assert (whole.verified_how, whole.verified_at) == ("passport and video", NOW)
    assert whole.contacts == (MAIL, PHONE)
    one = changed(ask(VerifyCustomer(customer_id=WANG, how="mail code", address=MAIL.address), customer()))
    assert (one.contacts[0].verified_how, one.contacts[0].verified_at) == ("mail code", NOW)
    assert (one.verified_at, one.contacts[1]) == (None, PHONE)
    none = changed(ask(VerifyCustomer(customer_id=WANG, how="", address=PHONE.address), customer()))
    assert (none.contacts[1].verified_how, none.contacts[1].verified_at) == ("", None)
    assert code(ask(VerifyCustomer(customer_id=WANG, how="x", address="other@x"), customer())) == "not-found"
    assert code(ask(VerifyCustomer(customer_id=WANG, how="x" * 300), customer())) == "too-long"


def test_merged_records_are_one_person_until_that_is_taken_back() -> None:
    wang, lei = customer(), customer("lei", tier=Tier.VIP, do_not_contact=True)
    both = ask(MergeCustomers(customer_id=WANG, source_id=lei.id), wang, lei)
    assert isinstance(both, Outcome)
    target, source = both.changes
    assert isinstance(target, Customer) and isinstance(source, Customer)
    assert same_person(target, source) and not same_person(wang, lei)
    assert (person_of(source), records_of(target)) == (WANG, (WANG, lei.id))
    apart = ask(UnmergeCustomers(customer_id=WANG, source_id=lei.id), target, source)
    assert isinstance(apart, Outcome)
    assert [replace(one, v=3) for one in apart.changes if isinstance(one, Customer)] == [wang, lei]


MERGE = MergeCustomers(customer_id=WANG, source_id=CustomerId("lei"))


@pytest.mark.parametrize(
    ("target", "source", "refusal"),
    [
        (customer(), None, "unknown-customer"),
        (customer(merged_into=CustomerId("x")), customer("lei"), "merged"),
        (customer(), customer("lei", merged_into=CustomerId("x")), "merged"),
        (customer(), customer("lei", alias_ids=(CustomerId("x"),)), "merged"),
        (customer(alias_ids=(CustomerId("lei"),)), customer("lei", merged_into=WANG), "no-change"),
        (customer(merged_into=CustomerId("lei")), customer("lei", alias_ids=(WANG,)), "merged"),
    ],
)
def test_there_is_never_a_chain_nor_a_circle(target: Customer, source: Customer | None, refusal: str) -> None:
    assert code(ask(MERGE, target, source)) == refusal


def test_a_record_is_not_merged_with_itself_nor_taken_back_from_where_it_is_not() -> None:
    assert code(ask(MergeCustomers(customer_id=WANG, source_id=WANG), customer(), customer())) == "merged"
    back = UnmergeCustomers(customer_id=WANG, source_id=CustomerId("lei"))
    assert code(ask(back, customer(), customer("lei"))) == "no-change"


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=30))
def test_whoever_is_merged_and_taken_back_one_record_stands_for_each_person(asked: list[tuple[int, int, bool]]) -> None:
    people = {f"c{number}": customer(f"c{number}") for number in range(5)}
    for first, second, together in asked:
        one, other = people[f"c{first}"], people[f"c{second}"]
        kind = MergeCustomers if together else UnmergeCustomers
        verdict = ask(kind(customer_id=one.id, source_id=other.id), one, other)
        for after in verdict.changes if isinstance(verdict, Outcome) else ():
            assert isinstance(after, Customer)
            people[after.id] = after
    for one in people.values():
        stands_for = people[person_of(one)]
        assert stands_for.merged_into is None
        assert one.id == stands_for.id or one.id in stands_for.alias_ids
        assert all(people[alias].merged_into == one.id for alias in one.alias_ids)
