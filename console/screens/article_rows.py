"""Which articles and gaps stand under which heading, and how each is worded. Reads the replica; call in a thread."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from console.i18n import gettext as _
from console.i18n import mark, ngettext
from console.store import Store
from console.widgets.article_list import ArticleRow
from console.widgets.when import day
from console.wording import ARTICLE_STATE, word
from desk.articles import is_behind, waits_for_review, working_text
from desk.ids import AgentId, ArticleId
from desk.records import Article, ArticleState, Gap
from desk.text import clean_name


class Shelf(StrEnum):
    """The headings, in order."""

    PUBLISHED = "published"
    DRAFTS = "drafts"
    REVIEW = "review"
    BEHIND = "behind"
    GAPS = "gaps"
    RETIRED = "retired"


SHELF: Mapping[str, str] = {
    "published": mark("Published"),
    "drafts": mark("Drafts"),
    "review": mark("To review"),
    "behind": mark("Out of date"),
    "gaps": mark("Gaps"),
    "retired": mark("Retired"),
}
NOTHING: Mapping[str, str] = {
    "published": mark("Nothing is published yet: n writes an article."),
    "drafts": mark("No drafts: n writes an article, W on the desk makes one of a solved ticket."),
    "review": mark("Nothing waits for review."),
    "behind": mark("Every translation is up to date."),
    "gaps": mark("No gaps: every search found something."),
    "retired": mark("Nothing was retired."),
}
"""What an empty shelf says."""


class Library:
    """All articles and gaps as they are now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.articles = {article.id: article for article in store.articles()}
        self.gaps = {gap.id: gap for gap in store.gaps()}
        self._names = {agent.id: agent.name for agent in store.agents().values()}

    def rows(self, shelf: Shelf) -> list[ArticleRow]:
        """The rows under a heading."""
        if shelf is Shelf.GAPS:
            return [self._gap_row(gap) for gap in self.gaps.values() if gap.closed_at is None]
        return [self._row(article) for article in self._on(shelf)]

    def counts(self) -> dict[Shelf, int]:
        """How many there are under each heading."""
        open_gaps = sum(1 for gap in self.gaps.values() if gap.closed_at is None)
        return {shelf: open_gaps if shelf is Shelf.GAPS else sum(1 for _one in self._on(shelf)) for shelf in Shelf}

    def base_of(self, article: Article) -> Article | None:
        """What it is a translation of."""
        return self.articles.get(ArticleId(article.base_id)) if article.base_id else None

    def behind(self, article: Article) -> bool:
        """Whether it is a translation of an older text."""
        return is_behind(article, self.base_of(article))

    def translations(self, article: Article) -> list[Article]:
        """The others of its group."""
        group = article.group_id or article.id
        return [one for one in self.articles.values() if one.id != article.id and (one.group_id or one.id) == group]

    def facts(self, article: Article) -> str:
        """What is known of an article, in one line."""
        base = self.base_of(article)
        others = ", ".join(sorted(clean_name(one.lang) for one in self.translations(article)))
        facts: list[str] = [clean_name(article.summary) or clean_name(article.url)]
        if base is not None:
            state = _("out of date") if self.behind(article) else _("up to date")
            facts.append(_("translated from “{title}”, {state}").format(title=clean_name(base.title), state=state))
        elif others:
            facts.append(_("also in: {languages}").format(languages=others))
        if article.from_ticket_id and (ticket := self._store.ticket(article.from_ticket_id)):
            facts.append(_("from {ref}").format(ref=ticket.ref))
        if article.edited_by:
            facts.append(_("last worked on by {name}").format(name=self._name(article.edited_by)))
        return " · ".join(fact for fact in facts if fact)

    def gap_facts(self, gap: Gap) -> str:
        """What is known of a gap, in one line."""
        refs = [ticket.ref for ticket in map(self._store.ticket, gap.ticket_ids) if ticket is not None]
        n = gap.searches
        facts = [ngettext("searched {n} time without a result", "searched {n} times without a result", n).format(n=n)]
        if gap.wanted:
            facts.append(_("asked for by {names}").format(names=", ".join(map(self._name, gap.wanted))))
        if refs:
            facts.append(_("in {refs}").format(refs=", ".join(refs)))
        return " · ".join(facts)

    def _name(self, agent_id: AgentId | None) -> str:
        """Who that is."""
        return clean_name(self._names.get(agent_id, agent_id)) if agent_id else ""

    def _on(self, shelf: Shelf) -> Iterable[Article]:
        for article in self.articles.values():
            drafted = article.revision is not None and article.state is ArticleState.PUBLISHED
            belongs = {
                Shelf.PUBLISHED: article.state is ArticleState.PUBLISHED,
                Shelf.DRAFTS: article.state is ArticleState.DRAFT or (drafted and not waits_for_review(article)),
                Shelf.REVIEW: waits_for_review(article) and article.state is not ArticleState.RETIRED,
                Shelf.BEHIND: article.state is not ArticleState.RETIRED and self.behind(article),
                Shelf.RETIRED: article.state is ArticleState.RETIRED,
                Shelf.GAPS: False,
            }
            if belongs[shelf]:
                yield article

    def _row(self, article: Article) -> ArticleRow:
        marks = [_("out of date")] if self.behind(article) else []
        if article.revision is not None and article.state is ArticleState.PUBLISHED:
            marks.append(_("revision to review") if article.revision.submitted else _("revision"))
        if article.remark:
            marks.append(_("returned"))
        writer = article.revision.by if article.revision is not None else article.author_id
        return ArticleRow(
            id=article.id,
            is_gap=False,
            title=clean_name(working_text(article).title),
            lang=clean_name(article.lang),
            state="" if marks and article.state is ArticleState.PUBLISHED else word(ARTICLE_STATE, article.state),
            mark=" · ".join(marks),
            votes=f"+{article.helped} −{article.not_helped}" if article.helped or article.not_helped else "",
            uses=f"{article.uses:,}" if article.uses else "",
            updated=day(article.updated_at) if article.updated_at else "",
            author=self._name(writer),
        )

    def _gap_row(self, gap: Gap) -> ArticleRow:
        being_written = any(article.gap_id == gap.id for article in self.articles.values())
        return ArticleRow(
            id=gap.id,
            is_gap=True,
            title=clean_name(gap.query),
            lang=clean_name(gap.lang),
            state=_("being written") if being_written else "",
            votes=f"{len(gap.wanted):,}" if gap.wanted else "",
            uses=f"{gap.searches:,}" if gap.searches else "",
            updated=day(gap.at) if gap.at else "",
        )


def saved_sentence(article: Article | None) -> str:
    """What became of a text that was just saved."""
    if article is not None and article.state is ArticleState.PUBLISHED and article.revision is not None:
        return _("The revision is saved; customers read it once somebody else published it.")
    return _("The article is saved.")
