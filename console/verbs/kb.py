"""``console kb``: search and suggest knowledge from the replica, import and export it, measure the search.

The way of ``kb search`` imports as little as it can: it has 2.5 times a bare query to do its work in.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import CommandError, ExitCode, UsageError
from console.i18n import gettext as _
from console.i18n import ngettext
from console.store.glance import glance

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.kb.importing import BadLine
    from console.store import Store
    from desk.records import Article
    from desk.rows import ArticleHit

_MOST_HITS = 10_000
_WIDTHS = (5, 6, 0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb and of its actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON with stable keys")
    as_json.add_argument("--db", type=Path, metavar="PATH", default=argparse.SUPPRESS, help="where the replica lives")

    search = actions.add_parser("search", parents=[as_json], help="find articles by words, in both languages")
    search.add_argument("query", nargs="+", metavar="QUERY")
    search.add_argument("--limit", type=int, default=10, metavar="N", help="at most N articles (default 10)")
    search.add_argument("--first", metavar="LANG", help="articles in this language first (zh, zh-TW, en)")

    suggest = actions.add_parser("suggest", parents=[as_json], help="articles for a ticket, from its text alone")
    source = suggest.add_mutually_exclusive_group(required=True)
    source.add_argument("--ticket", metavar="REF", help="a ticket's reference or id")
    source.add_argument("--text", metavar="TEXT", help="the text itself, or - for standard input")
    suggest.add_argument("--limit", type=int, default=5, metavar="N", help="at most N articles (default 5)")

    imported = actions.add_parser("import", parents=[as_json], help="read articles from files into this replica")
    imported.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="JSON lines, or folders of Markdown/HTML")

    exported = actions.add_parser("export", parents=[as_json], help="write the articles into a folder of Markdown")
    exported.add_argument("folder", type=Path, metavar="DIR", help="made when it is missing")
    exported.add_argument("--only", metavar="LANG", help="only articles in this language (zh, zh-TW, en)")

    measured = actions.add_parser("evaluate", parents=[as_json], help="hit@1, hit@5 and MRR@10 on judged queries")
    measured.add_argument("queries", type=Path, metavar="QUERIES.jsonl")


def run(args: argparse.Namespace) -> int:
    """Do the action."""
    actions = {"search": _search, "suggest": _suggest, "import": _import, "export": _export, "evaluate": _evaluate}
    if not 1 <= getattr(args, "limit", 1) <= _MOST_HITS:
        raise UsageError(_("--limit must be between 1 and {most}.").format(most=_MOST_HITS))
    return actions[args.action](args)


def _search(args: argparse.Namespace) -> int:
    from console.kb.search import search

    query = " ".join(args.query)
    if opened := glance(_replica_path(args)):
        hits = search(opened, query, lang=args.first, limit=args.limit)
        opened.close()
    else:
        from console.verbs.replica import replica  # 40 ms; creates, mends and migrates, or says why not

        with replica(args) as (_profile, store):
            hits = search(store, query, lang=args.first, limit=args.limit)
    _print_hits(args, hits)
    return ExitCode.OK


def _replica_path(args: argparse.Namespace) -> Path:
    if args.db is not None:
        return Path(args.db).expanduser()
    from console.profile import Profile  # 5 ms

    return Profile.find().db


def _suggest(args: argparse.Namespace) -> int:
    from console.kb.suggest import suggest, ticket_text
    from console.verbs.replica import replica

    with replica(args) as (_profile, store):
        if args.ticket is None:
            text, lang = sys.stdin.read() if args.text == "-" else args.text, None
        else:
            from console.verbs.show import ticket_named

            ticket = ticket_named(store, args.ticket)
            thread = store.thread(ticket.id)
            lines = thread.window(0, thread.count())
            text, lang = ticket_text(ticket, [line.message for line in lines]), ticket.lang
        _print_hits(args, suggest(store, text, lang=lang, limit=args.limit))
    return ExitCode.OK


def _print_hits(args: argparse.Namespace, hits: list["ArticleHit"]) -> None:
    if args.json:
        import msgspec  # and not our printing, which brings what only text for people needs

        sys.stdout.write(msgspec.json.encode([_plain(hit) for hit in hits]).decode() + "\n")
        return
    from console.verbs.printing import print_columns, print_line

    if not hits:
        print_line(_("No article found."))
    print_columns(((f"{hit.score:.0f}", hit.lang, hit.title) for hit in hits), _WIDTHS)


def _plain(hit: "ArticleHit") -> dict[str, object]:
    return {
        "id": hit.id,
        "source_id": hit.source_id,
        "lang": hit.lang,
        "title": hit.title,
        "score": hit.score,
        "snippet": hit.snippet,
    }


def _import(args: argparse.Namespace) -> int:
    from console.kb.importing import BadLine, import_articles
    from console.verbs.printing import print_json, print_line
    from console.verbs.replica import replica

    with replica(args, fresh=True) as (_profile, store):
        bad: list[BadLine] = []
        read, changed = import_articles(store, args.paths, bad.append, _to_desk(store, bad.append))
    if args.json:
        print_json({"read": read, "changed": changed, "bad": bad})
    else:
        for line in bad:
            where = f"{line.path}:{line.line}" if line.line else line.path
            sys.stderr.write(f"{where}: {line.why}\n")
        said = ngettext(
            "{n} article read, {changed} new or changed.", "{n} articles read, {changed} new or changed.", read
        )
        print_line(said.format(n=read, changed=changed))
    return ExitCode.FAILED if bad else ExitCode.OK


def _to_desk(store: "Store", report: "Callable[[BadLine], None]") -> "Callable[[Article], bool] | None":
    """What brings exported articles back to the desk this replica belongs to: drafts, and revisions of what is public.
    None when it belongs to none."""
    from console.clock import system_clock
    from console.envelopes import envelope
    from console.kb.importing import BadLine
    from desk.articles import working_text
    from desk.commands import SaveArticle
    from desk.decide import decide
    from desk.ids import ArticleId
    from desk.outcome import Refusal, View

    me = store.me()
    if me is None:
        return None

    def send(article: "Article") -> bool:
        text, known = working_text(article), store.article(article.id)
        if known is not None and (text, article.lang) == (working_text(known), known.lang):
            return False  # saving it as it is would say that a translation is up to date
        command = SaveArticle(
            article_id=article.id, lang=article.lang, title=text.title, body_md=text.body_md, tags=text.tags,
            summary=text.summary, group_id=article.group_id, base_id=article.base_id,
        )  # fmt: skip
        base = store.article(ArticleId(article.base_id)) if article.base_id else None
        view = View(policy=store.policy(), article=known, base_article=base)
        wanted = envelope(command, system_clock())
        verdict = decide(wanted, view, me, wanted.composed_at)
        if not isinstance(verdict, Refusal):
            store.enqueue(wanted)
            return True
        if verdict.code != "no-change":
            report(BadLine(str(article.id), 0, verdict.why))
        return False

    return send


def _export(args: argparse.Namespace) -> int:
    from console.kb.exporting import export_articles
    from console.verbs.printing import print_json, print_line
    from console.verbs.replica import replica

    with replica(args) as (_profile, store):
        wanted = [article for article in store.articles() if args.only in (None, article.lang)]
        try:
            count, written = export_articles(wanted, args.folder)
        except OSError as error:
            sentence = _("{path} cannot be written: {reason}.")
            reason = error.strerror or type(error).__name__
            raise CommandError(sentence.format(path=error.filename or args.folder, reason=reason), "export") from None
    if args.json:
        print_json({"articles": count, "written": written})
    else:
        said = ngettext("{n} article, {written} files written.", "{n} articles, {written} files written.", count)
        print_line(said.format(n=count, written=written))
    return ExitCode.OK


def _evaluate(args: argparse.Namespace) -> int:
    from console.kb.evaluation import EvaluationError, evaluate
    from console.verbs.printing import print_json, print_line

    try:
        results = evaluate(args.queries)
    except EvaluationError as error:
        raise CommandError(error.sentence, "bad-queries") from None
    if args.json:
        print_json(results)
        return ExitCode.OK
    print_line(f"{'type':26}{'lang':6}{'queries':>8}{'hit@1':>8}{'hit@5':>8}{'MRR@10':>8}")
    for row in results:
        figures = f"{row.hit_at_1:8.3f}{row.hit_at_5:8.3f}{row.mrr_at_10:8.3f}"
        print_line(f"{row.type:26}{row.lang:6}{row.queries:8d}{figures}")
    return ExitCode.OK
