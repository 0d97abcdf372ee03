"""What the audit tells of a change: which fields moved, from what to what, and never what somebody wrote."""

from msgspec.structs import replace

from desk.audit import Detail, FieldChange, changes_between, digest_of, read_detail, write_detail
from desk.ids import AgentId, ArticleId, CommandId, CustomerId, TeamId, TicketId
from desk.records import Article, Channel, Customer, CustomerNote, Macro, Severity, Status, Ticket
from desk.ticket_parts import FollowUp, Link, LinkKind

TICKET = Ticket(
    id=TicketId("t"), v=3, ref="T-1", subject="Fees", customer_id=CustomerId("c"), customer_name="Wang",
    team_id=TeamId("en"), channel=Channel.EMAIL, created_at=1, updated_at=1, urgency_at=1, tags=("fees",),
)  # fmt: skip


def told(before: Ticket | None, after: Ticket) -> dict[str, tuple[str, str]]:
    return {change.field: (change.old, change.new) for change in changes_between(before, after)}


def test_only_what_moved_is_told() -> None:
    after = replace(TICKET, v=4, status=Status.ON_HOLD, assignee_id=AgentId("mei"), tags=("fees", "vip"), updated_at=9)
    assert told(TICKET, after) == {
        "status": ("new", "on_hold"),
        "assignee_id": ("", "mei"),
        "tags": ("fees", "fees, vip"),
    }


def test_what_follows_by_itself_is_not_told() -> None:
    assert not told(TICKET, replace(TICKET, v=9, last_n=5, due_at=7, urgency_at=8, moved={"status": 9}))


def test_a_part_of_a_ticket_is_told_field_by_field_without_its_text() -> None:
    after = replace(TICKET, follow_up=FollowUp(at=99, what="ask for the passport", by=AgentId("mei")))
    changes = told(TICKET, after)
    assert changes["follow_up.at"] == ("", "99")
    assert changes["follow_up.what"] == ("", digest_of("ask for the passport"))
    assert told(after, TICKET)["follow_up.at"] == ("99", "")
    assert "passport" not in write_detail(Detail(changes=changes_between(TICKET, after)))


def test_of_a_list_of_records_those_gone_and_come_are_told() -> None:
    one, two = (
        Link(kind=LinkKind.RELATED, ticket_id=TicketId("a"), ref="T-2"),
        Link(kind=LinkKind.BLOCKS, ticket_id=TicketId("b"), ref="T-3"),
    )
    assert told(replace(TICKET, links=(one,)), replace(TICKET, links=(one, two))) == {"links": ("", "blocks b T-3")}


def test_free_text_is_told_by_length_and_digest_only() -> None:
    article = Article(id=ArticleId("k"), v=1, lang="en", title="Fees", body_md="They vary.")
    (change,) = changes_between(article, replace(article, body_md="They vary a lot."))
    assert change == FieldChange(field="body_md", old=digest_of("They vary."), new=digest_of("They vary a lot."))
    assert change.new.endswith("(16)")
    note = CustomerNote(id="n", author_id=AgentId("mei"), author_name="Mei", text="has a cat", at=1)
    customer = Customer(id=CustomerId("c"), v=1, name="Wang")
    assert "cat" not in str(changes_between(customer, replace(customer, notes=(note,))))


def test_texts_by_language_are_told_each_on_their_own() -> None:
    macro = Macro(id="m", v=1, shortcut="hi", title={"en": "Hello"}, body={"en": "Hi {customer}"})  # type: ignore[arg-type]
    after = replace(macro, title={"en": "Hello", "zh": "你好"}, body={"en": "Hi"})
    assert [change.field for change in changes_between(macro, after)] == ["title.zh", "body.en"]


def test_a_new_record_tells_what_it_has() -> None:
    changes = told(None, TICKET)
    assert changes["subject"] == ("", "Fees") and "assignee_id" not in changes and "reopened" not in changes


def test_a_detail_comes_back_and_an_older_row_is_its_own_text() -> None:
    detail = Detail(
        kind="ticket", v=4, command_id=CommandId("x"), bulk_id="b",
        changes=changes_between(TICKET, replace(TICKET, severity=Severity.HIGH)),
    )  # fmt: skip
    assert read_detail(write_detail(detail)) == detail
    assert read_detail("admin").text == "admin"
    assert read_detail("{broken").text == "{broken"
