"""The sample desk in a database: consistent, reproducible, in every state."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.database import Database
from backend.demo.build import build
from backend.demo.cache import FRESH_FOR_MS, sample_desk
from backend.files import folder_beside, path_of
from backend.integrity import counts, findings
from backend.rows import read_article, read_message, read_ticket
from desk.records import ArticleState, Author, Channel, Severity, Status, Ticket
from desk.ticket_parts import EscalationState, ReviewState
from desk.urgency import rederive

NOW = 1_790_000_000_000


def quiet(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total and what


def built(path: Path, *, tickets: int = 400, seed: int = 7, now: int = NOW) -> Database:
    database = Database(f"sqlite:///{path}")
    build(database, tickets=tickets, seed=seed, now=now, progress=quiet)
    return database


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = built(tmp_path_factory.mktemp("desk") / "desk.db")
    yield database
    database.close()


def docs(database: Database, table: str) -> list[str]:
    with database.read() as conn:
        return [str(row[0]) for row in conn.exec_driver_sql(f"SELECT doc FROM {table} ORDER BY 1")]


def tickets_of(database: Database) -> list[Ticket]:
    return [read_ticket(doc) for doc in docs(database, "ticket")]


def test_nothing_is_inconsistent(desk: Database) -> None:
    with desk.read() as conn:
        assert list(findings(conn)) == []
        counted = counts(conn)
    assert counted["ticket"] == 400
    assert counted["customer"] == 300
    assert counted["article"] >= 120


def test_every_state_is_there(desk: Database) -> None:
    tickets = tickets_of(desk)
    assert {ticket.status for ticket in tickets} == set(Status)
    assert {ticket.channel for ticket in tickets} == set(Channel)
    assert {ticket.severity for ticket in tickets} == set(Severity)
    active = [t for t in tickets if t.status not in (Status.SOLVED, Status.CLOSED)]
    assert 150 < len(active) < 300
    for found in (
        [t for t in active if t.assignee_id is None],
        [t for t in active if t.assignee_id == "agent-mei"],
        [t for t in active if t.escalation and t.escalation.state is EscalationState.ASKED],
        [t for t in active if t.escalation and t.escalation.state is EscalationState.ACCEPTED],
        [t for t in active if t.escalation and t.escalation.state is EscalationState.RETURNED],
        [t for t in active if t.review and t.review.state is ReviewState.ASKED],
        [t for t in active if t.follow_up],
        [t for t in active if t.networks],
        [t for t in active if t.snoozed_until],
        [t for t in active if t.mentioned],
        [t for t in active if t.reopened],
        [t for t in active if t.severity is Severity.EMERGENCY],
        [t for t in active if t.due_at and t.due_at <= NOW + 15 * 60_000],
        [t for t in active if t.lang == "zh"],
        [t for t in active if t.lang == "en"],
    ):
        assert 0 < len(found) < len(active)


def test_articles_are_at_every_stage_of_their_life(desk: Database) -> None:
    articles = [read_article(doc) for doc in docs(desk, "article")]
    texts = {article.id: article.text_v for article in articles}
    assert {article.state for article in articles} >= {
        ArticleState.DRAFT,
        ArticleState.REVIEW,
        ArticleState.PUBLISHED,
    }
    assert {article.revision.submitted for article in articles if article.revision} == {True, False}
    assert any(article.base_id and article.base_text_v < texts[article.base_id] for article in articles)
    assert docs(desk, "gap")


def test_most_of_what_is_due_is_not_late(desk: Database) -> None:
    due = [ticket.due_at for ticket in tickets_of(desk) if ticket.due_at]
    assert sum(at < NOW for at in due) < len(due) / 10


def test_what_is_derived_is_what_the_rules_derive(desk: Database) -> None:
    from backend.services.lookup import policy_now, team_by_id

    with desk.read() as conn:
        policy = policy_now(conn)
        for ticket in tickets_of(desk):
            team = team_by_id(conn, ticket.team_id)
            assert team is not None
            assert rederive(ticket, policy, team.calendar) == ticket


def test_nobody_writes_in_the_future_or_backwards(desk: Database) -> None:
    last: dict[str, int] = {}
    with desk.read() as conn:
        for (doc,) in conn.exec_driver_sql("SELECT doc FROM message ORDER BY ticket_id, n"):
            message = read_message(doc)
            assert last.get(message.ticket_id, 0) <= message.at <= NOW
            last[message.ticket_id] = message.at
            assert message.kind == "event" or message.body


def test_few_openings_are_alike(desk: Database) -> None:
    messages = [read_message(doc) for doc in docs(desk, "message")]
    openings = [m.body for m in messages if m.n == 1 and m.author is Author.CUSTOMER]
    assert len(set(openings)) > len(openings) * 0.9


def test_customers_send_files_that_are_there(desk: Database) -> None:
    sent = [file for doc in docs(desk, "message") for file in read_message(doc).attachments]
    assert 10 <= len(sent) <= 40
    assert {file.media_type for file in sent} == {"image/png", "text/plain"}
    for file in sent:
        kept = path_of(folder_beside(desk.path), file.sha256).read_bytes()
        assert (hashlib.sha256(kept).hexdigest(), len(kept)) == (file.sha256, file.size_bytes)


def test_the_same_seed_builds_the_same_desk_and_another_another(tmp_path: Path, desk: Database) -> None:
    again = built(tmp_path / "again.db")
    other = built(tmp_path / "other.db", seed=8, tickets=20)
    try:
        for table in ("ticket", "customer", "transfer", "message", "article"):
            assert docs(again, table) == docs(desk, table)
        assert not set(docs(other, "customer")) & set(docs(desk, "customer"))
    finally:
        again.close()
        other.close()


def test_a_history_of_many_tickets_is_mostly_settled(tmp_path: Path) -> None:
    database = built(tmp_path / "many.db", tickets=3_000)
    try:
        settled = [t for t in tickets_of(database) if t.status in (Status.SOLVED, Status.CLOSED)]
        assert len(settled) > 2_000
        with database.read() as conn:
            assert list(findings(conn)) == []
    finally:
        database.close()


def test_a_built_desk_is_used_again_until_it_is_old(tmp_path: Path) -> None:
    def desk_at(now: int) -> tuple[str, str]:
        built_desk, path = sample_desk(tmp_path, tickets=10, seed=1, lang="both", now=now, progress=quiet)
        assert path.exists()
        assert built_desk.logins["agent"].user == "mei"
        return path.name, built_desk.logins["agent"].password

    first = desk_at(NOW)
    assert desk_at(NOW + FRESH_FOR_MS - 1) == first
    later = desk_at(NOW + FRESH_FOR_MS)
    assert later != first
    assert not (tmp_path / first[0]).exists()
    assert desk_at(NOW + FRESH_FOR_MS + 1) == later


def test_only_the_owner_reads_who_may_sign_in(tmp_path: Path) -> None:
    sample_desk(tmp_path / "desks", tickets=5, seed=1, lang="zh", now=NOW, progress=quiet)
    (description,) = (tmp_path / "desks").glob("*.json")
    assert description.stat().st_mode & 0o077 == 0
