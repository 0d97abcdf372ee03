"""The knowledge base of the sample desk as it is lived with: votes, uses, revisions under way, translations that fell
behind, drafts, and what was searched for in vain. What is said of pages and gaps is in ``knowledge.toml``.
"""

from functools import cache
from random import Random

import msgspec
from msgspec.structs import replace

from backend.demo.content import FOLDER
from backend.demo.pages import pages
from desk.gaps import gap_id_of
from desk.ids import AgentId, ArticleId, Instant
from desk.records import Article, ArticleState, Gap, Revision

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


class _Revision(msgspec.Struct, frozen=True):
    slug: str
    lang: str
    by: str
    submitted: bool
    append: str


class _Outdated(msgspec.Struct, frozen=True):
    slug: str


class _Draft(msgspec.Struct, frozen=True):
    id: ArticleId
    lang: str
    state: ArticleState
    by: str
    title: str
    tags: tuple[str, ...]
    body: str


class _Gap(msgspec.Struct, frozen=True):
    lang: str
    query: str
    searches: int
    wanted: tuple[str, ...]


class _Knowledge(msgspec.Struct, frozen=True):
    revision: tuple[_Revision, ...]
    outdated: tuple[_Outdated, ...]
    draft: tuple[_Draft, ...]
    gap: tuple[_Gap, ...]


@cache
def _knowledge() -> _Knowledge:
    return msgspec.toml.decode((FOLDER / "knowledge.toml").read_bytes(), type=_Knowledge)


def articles(now: Instant, seed: int) -> list[Article]:
    """Every article as it stands at ``now``: the pages, then those that are not public yet."""
    rng = Random(f"{seed}/articles")
    return [
        *(_lived_with(page, now, rng) for page in pages().values()),
        *(_draft(one, now) for one in _knowledge().draft),
    ]


def _lived_with(page: Article, now: Instant, rng: Random) -> Article:
    """A page with its votes, its place among the translations, and the change that somebody is making to it."""
    helped = rng.randrange(2, 140)
    moved_on = any(one.slug == page.group_id for one in _knowledge().outdated)
    origin = ArticleId(f"article-{page.group_id}-en")
    lived = replace(
        page,
        helped=helped,
        not_helped=rng.randrange(0, 18),
        uses=helped * rng.randrange(1, 5),
        updated_at=now - rng.randrange(1, 300) * _DAY_MS,
        text_v=2 if moved_on and page.id == origin else 1,
    )
    if page.id != origin:
        lived = replace(lived, base_id=origin, base_text_v=1)
    changes = [one for one in _knowledge().revision if (one.slug, one.lang) == (page.group_id, page.lang)]
    return replace(lived, revision=_revision(changes[0], page, now)) if changes else lived


def _revision(change: _Revision, page: Article, now: Instant) -> Revision:
    return Revision(
        title=page.title,
        body_md=f"{page.body_md}\n\n{change.append.strip()}",
        summary=page.summary,
        tags=page.tags,
        by=AgentId(f"agent-{change.by}"),
        at=now - 5 * _HOUR_MS,
        submitted=change.submitted,
    )


def _draft(draft: _Draft, now: Instant) -> Article:
    return Article(
        id=draft.id,
        v=1,
        lang=draft.lang,
        title=draft.title,
        body_md=draft.body.strip(),
        state=draft.state,
        group_id=draft.id,
        tags=draft.tags,
        author_id=AgentId(f"agent-{draft.by}"),
        text_v=1,
        updated_at=now - 3 * _HOUR_MS,
    )


def gaps(now: Instant) -> list[Gap]:
    """What was searched for and not found."""
    return [
        Gap(
            id=gap_id_of(gap.lang, gap.query),
            v=1,
            query=gap.query,
            lang=gap.lang,
            searches=gap.searches,
            wanted=tuple(AgentId(f"agent-{handle}") for handle in gap.wanted),
            at=now - (number * 9 + 2) * _HOUR_MS,
        )
        for number, gap in enumerate(_knowledge().gap)
    ]
