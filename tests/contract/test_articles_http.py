"""Articles, gaps and counted uses over HTTP: what is decided is kept, told to everybody, and audited."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from backend.services.filing import file_macro
from backend.services.housekeeping import keep_house
from backend.services.lookup import article_by_id, gap_by_id, macro_by_id
from backend.services.uses import FOLD_S
from desk.gaps import gap_id_of
from desk.ids import MS_PER_S, ArticleId, MacroId
from desk.records import Article, Gap, Macro, Role

DRAFT = {"kind": "article_save", "article_id": "a-1", "lang": "en", "title": "Fees", "body_md": "They vary."}
GAP = gap_id_of("en", "network fee")


@pytest.fixture
def desk(backend_server: EmbeddedServer) -> EmbeddedServer:
    backend_server.add_agent("sven", role=Role.SENIOR, teams=("en",))
    backend_server.add_agent("lena", role=Role.LEAD, teams=("en",))
    return backend_server


def article(desk: EmbeddedServer, article_id: str = "a-1") -> Article:
    found = desk.write(lambda tx: article_by_id(tx.conn, ArticleId(article_id)))
    assert found is not None
    return found


def applied(reader: Any, command: dict[str, Any], command_id: str, **envelope: int) -> None:
    outcome = reader.command(command, command_id, **envelope)
    assert outcome["outcome"] == "applied", outcome


def test_an_article_is_drafted_reviewed_published_and_revised(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    mei, sven = read("mei"), read("sven")
    applied(mei, DRAFT, "1")
    applied(mei, {"kind": "article_submit", "article_id": "a-1"}, "2")
    applied(sven, {"kind": "article_return", "article_id": "a-1", "remark": "Which fees?"}, "3")
    applied(mei, {**DRAFT, "body_md": "Network fees vary."}, "4")
    applied(mei, {"kind": "article_submit", "article_id": "a-1"}, "5")
    refused = mei.command({"kind": "article_publish", "article_id": "a-1"}, "6")
    assert refused["code"] == "not-allowed"
    applied(sven, {"kind": "article_publish", "article_id": "a-1"}, "7")
    applied(mei, {**DRAFT, "body_md": "Network fees vary by the hour."}, "8")
    now = article(desk)
    assert (now.state, now.body_md, now.text_v) == ("published", "Network fees vary.", 2)
    assert now.revision is not None and now.revision.by == "mei"
    applied(sven, {"kind": "article_publish", "article_id": "a-1"}, "9")
    assert (article(desk).body_md, article(desk).revision) == ("Network fees vary by the hour.", None)


def test_every_step_is_audited_without_the_text(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    applied(read("mei"), {**DRAFT, "body_md": "A line nobody should find in the log."}, "1")
    applied(read("sven"), {"kind": "article_publish", "article_id": "a-1"}, "2")
    rows = read("lena").http.get("/v1/audit", params={"entity": "a-1"}).raise_for_status().json()["items"]
    assert [(row["actor_id"], row["action"]) for row in rows] == [("sven", "article_publish"), ("mei", "article_save")]
    assert {"field": "state", "old": "draft", "new": "published"} in rows[0]["detail"]["changes"]
    assert "nobody should find" not in str(rows)


def test_two_quick_saves_of_one_person_both_stand_and_votes_between_do_not_matter(
    desk: EmbeddedServer, read: Callable[[str], Any]
) -> None:
    mei, both = read("mei"), read("both")
    applied(mei, DRAFT, "1")
    looked_at = article(desk).v
    applied(both, {"kind": "article_feedback", "article_id": "a-1", "ticket_id": None, "helped": True}, "2")
    applied(mei, {**DRAFT, "body_md": "one"}, "3", expected_version=looked_at)
    applied(mei, {**DRAFT, "body_md": "two"}, "4", expected_version=looked_at)
    late = both.command({**DRAFT, "body_md": "three"}, "5", expected_version=looked_at)
    assert (late["outcome"], late["what"]) == ("conflict", "article")
    assert article(desk).body_md == "two"


def test_a_gap_is_everybodys_and_closes_with_its_article(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    mei, both, sven = read("mei"), read("both"), read("sven")
    ticket = desk.customer_writes("en", "What is the network fee?")
    hidden = desk.customer_writes("zh", "手续费", customer="c-2")
    missing = {"kind": "gap_report", "gap_id": GAP, "query": "network fee", "lang": "en"}
    applied(mei, {**missing, "ticket_id": ticket.id}, "1")
    applied(both, {**missing, "query": "Network  FEE", "wanted": True}, "2")
    applied(mei, {**missing, "ticket_id": hidden.id}, "3")

    def gap() -> Gap | None:
        return desk.write(lambda tx: gap_by_id(tx.conn, GAP))

    first = gap()
    assert first is not None and (first.searches, first.wanted, first.ticket_ids) == (2, ("both",), (ticket.id,))
    told = [record for record in mei.changes(f"{mei.session().feed}.0").items if record.k == "gap"]
    assert [record.id for record in told] == [GAP]
    made_up = mei.command({**missing, "gap_id": "gap-1"}, "4")
    assert made_up["code"] == "bad-value"
    applied(mei, {**DRAFT, "gap_id": GAP}, "5")
    applied(sven, {"kind": "article_publish", "article_id": "a-1"}, "6")
    closed = gap()
    assert closed is not None and closed.article_id == "a-1" and closed.closed_at is not None


def test_a_translation_and_its_base_share_a_group(desk: EmbeddedServer, read: Callable[[str], Any]) -> None:
    mei = read("mei")
    applied(mei, DRAFT, "1")
    translated = {**DRAFT, "article_id": "a-2", "lang": "zh", "title": "费用", "body_md": "不同。", "base_id": "a-1"}
    applied(mei, translated, "2")
    assert article(desk, "a-2").group_id == article(desk).group_id == "a-1"
    assert article(desk, "a-2").base_text_v == 1
    unknown = mei.command({**translated, "article_id": "a-3", "base_id": "nowhere"}, "3")
    assert unknown["code"] == "unknown-article"


def test_uses_are_counted_aside_and_folded_every_quarter_of_an_hour(
    desk: EmbeddedServer, read: Callable[[str], Any]
) -> None:
    mei = read("mei")
    desk.write(lambda tx: file_macro(tx, Macro(id=MacroId("m-1"), v=1, shortcut="hi", title={"en": "Hi"})))
    applied(mei, DRAFT, "1")
    for number in range(3):
        ticket = desk.customer_writes("en", "Hello", customer=f"c-{number}")
        reply = {"kind": "reply", "ticket_id": ticket.id, "body": "Hi", "macro_id": "m-1"}
        applied(mei, {**reply, "article_ids": ["a-1", "gone", "a-1"]}, f"r-{number}", seen_n=1)
    before = article(desk)
    assert before.uses == 0
    config = Config(database="", limits=NO_LIMITS)

    def later(minutes: float) -> None:
        def work(tx: Any) -> None:
            tx.now += int(minutes * 60 * MS_PER_S)
            keep_house(tx, config)

        desk.write(work)

    later(FOLD_S / 60)
    folded = article(desk)
    assert (folded.uses, folded.v, folded.edited_v) == (3, before.v + 1, before.edited_v)
    macro = desk.write(lambda tx: macro_by_id(tx.conn, MacroId("m-1")))
    assert macro is not None and (macro.uses, macro.v) == (3, 2)
    later(2 * FOLD_S / 60)
    assert article(desk).v == folded.v
