"""The words of the sample desk: complete in both languages, every slot known, nothing that must not go out."""

import re
from random import Random

import pytest

from backend.demo.assets import ASSETS
from backend.demo.content import macros, policy, staff, teams
from backend.demo.pages import LANGS, pages
from backend.demo.people import CustomerFile, people
from backend.demo.phrase import fill
from backend.demo.plot import ARCS
from backend.demo.scenario import Scenario, Told, common, scenarios
from backend.demo.slots import free_slots
from desk.macros import mistake_in
from desk.outgoing import check_outgoing
from desk.records import Article, Role

NOW = 1_790_000_000_000
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def customers() -> dict[str, CustomerFile]:
    by_language = {one.customer.language: one for one in people(30, NOW, 1)}
    return {lang: by_language[lang] for lang in LANGS}


def told(scenario: Scenario, lang: str) -> Told:
    return scenario.zh if lang == "zh" else scenario.en


def test_there_is_enough_to_read() -> None:
    slugs = {slug for slug, _ in pages()}
    assert len(slugs) >= 60
    assert {(slug, lang) for slug in slugs for lang in LANGS} == set(pages())
    assert len(scenarios()) >= 35
    assert len(macros()) >= 15


@pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.id)
def test_a_page_has_a_title_a_summary_and_substance(page: Article) -> None:
    assert page.title and page.summary and page.tags
    length = len(HAN.findall(page.body_md)) if page.lang == "zh" else len(page.body_md.split())
    assert length >= (150 if page.lang == "zh" else 110)
    assert bool(HAN.search(page.title)) == (page.lang == "zh") or page.group_id in {"xrp-tag"}
    assert not check_outgoing(page.summary)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.id)
def test_every_wording_can_be_said(scenario: Scenario, lang: str, customers: dict[str, CustomerFile]) -> None:
    rng = Random(scenario.id)
    slots = {**free_slots(scenario, customers[lang], ASSETS[scenario.assets[0]], rng), "agent": "Mei", "handle": "li"}
    words = told(scenario, lang)
    steps = (words.subject, words.open, words.ask, words.detail, words.answer)
    assert all(steps)
    for template in (
        t for step in (*steps, words.more, words.note, words.hold, words.thanks, words.back) for t in step
    ):
        said = fill(template, slots, rng)
        assert said.strip() and "{" not in said and "}" not in said
        assert bool(HAN.search(template)) == (lang == "zh") or template.isascii(), template
    for template in (*words.ask, *words.answer, *words.hold):
        for seed in range(6):
            assert not check_outgoing(fill(template, slots, Random(seed))), template


@pytest.mark.parametrize("lang", LANGS)
def test_common_wordings_can_be_said(lang: str, customers: dict[str, CustomerFile]) -> None:
    scenario, words = scenarios()[0], common(lang)
    slots = {**free_slots(scenario, customers[lang], ASSETS["BTC"], Random(1)), "agent": "Mei", "handle": "li"}
    for field in words.__struct_fields__:
        assert getattr(words, field)
        for template in getattr(words, field):
            assert "{" not in fill(template, slots, Random(1))


def test_scenarios_name_what_exists() -> None:
    known_teams, slugs, tags = {team.id for team in teams()}, {slug for slug, _ in pages()}, set(policy().tags)
    for scenario in scenarios():
        assert scenario.team in known_teams
        assert scenario.article in slugs
        assert set(scenario.tags) <= tags
        assert set(scenario.assets) <= set(ASSETS)
    assert len({scenario.id for scenario in scenarios()}) == len(scenarios())


def test_macros_may_be_sent_in_both_languages() -> None:
    known_teams = {team.id for team in teams()}
    for macro in macros():
        assert set(macro.title) == set(macro.body) == set(LANGS)
        assert macro.team_id is None or macro.team_id in known_teams
        assert not any(check_outgoing(body) for body in macro.body.values()), macro.shortcut
        assert mistake_in(macro.body, macro.condition) is None, macro.shortcut


def test_somebody_of_each_role_works_here_and_each_team_has_its_languages() -> None:
    assert {person.role for person in staff()} == set(Role)
    for team in teams():
        spoken = {lang for person in staff() if team.id in person.teams for lang in person.languages}
        assert {"en", "zh"} <= spoken
    assert next(person for person in staff() if person.handle == "mei").role is Role.AGENT
    assert next(person for person in staff() if person.handle == "li").role is Role.SENIOR


def test_every_state_has_a_story() -> None:
    active = {"new", "open", "waiting", "on_hold", "snoozed", "escalated", "in_review", "reopened"}
    assert {*active, "solved", "closed"} == set(ARCS)
