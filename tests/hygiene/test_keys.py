"""The key table: no two keys clash in one place, every action exists, the docs are as the table says."""

from collections import Counter
from pathlib import Path

import pytest
from textual.app import App
from textual.keys import _character_to_key

from console.app import ConsoleApp
from console.key_docs import keys_markdown
from console.keys import CONTEXTS, FULL_WIDTH, GROUPS, KEYS, WHY_DISABLED, Key, bindings, clashes, sequences
from console.screens.desk import DeskScreen
from console.screens.form_screen import FormScreen
from console.screens.help import KeyHelp
from console.screens.login import LoginScreen
from console.screens.outbox import OutboxScreen
from console.screens.picker import Picker
from console.screens.ticket_search import TicketSearch
from console.widgets.composer import Composer
from console.widgets.conversation import Conversation
from console.widgets.customer_pane import CustomerPane
from console.widgets.knowledge_panel import KnowledgePanel
from console.widgets.queue_list import QueueList

ACTORS = {
    "everywhere": ConsoleApp,
    "desk": DeskScreen,
    "list": QueueList,
    "queue": QueueList,
    "conversation": Conversation,
    "composer": Composer,
    "knowledge": KnowledgePanel,
    "customer": CustomerPane,
    "outbox": OutboxScreen,
    "login": LoginScreen,
    "form": FormScreen,
    "picker": Picker,
    "search": TicketSearch,
    "help": KeyHelp,
}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "keys.md"


def test_no_two_keys_clash_in_one_context() -> None:
    assert clashes() == []


def test_a_clash_is_found() -> None:
    twice = Key("a.b", "j", "label", "move", "list", "move(1)")
    assert clashes([twice, Key("a.c", "x,j", "label", "move", "list", "move(1)")]) == [("j", "a.b", "a.c")]


def test_ids_are_unique() -> None:
    assert [key_id for key_id, n in Counter(key.id for key in KEYS).items() if n > 1] == []


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_every_key_is_complete(key: Key) -> None:
    assert key.group in GROUPS
    assert key.context in CONTEXTS
    assert key.label
    assert not key.needs or key.needs in WHY_DISABLED
    assert bool(key.why_disabled()) == bool(key.needs)


@pytest.mark.parametrize("key", [key for key in KEYS if key.context in ACTORS], ids=lambda key: key.id)
def test_every_action_exists_where_its_key_acts(key: Key) -> None:
    name = "action_" + key.action.split("(")[0].removeprefix("app.")
    assert hasattr(ACTORS[key.context], name) or hasattr(App, name)


def test_bindings_carry_the_ids_a_keymap_names() -> None:
    assert {binding.id for binding in bindings("queue")} == {key.id for key in KEYS if key.context == "queue"}  # type: ignore[union-attr]


def test_sequences_begin_with_a_bound_key() -> None:
    assert "q" in sequences()
    assert any(key.keys == "g" and key.action == "prefix" for key in KEYS)


def test_full_width_forms_mean_the_key() -> None:
    assert [FULL_WIDTH[c] for c in "ｊ？／！：【】、"] == ["j", "?", "/", "!", ":", "[", "]", "/"]
    assert _character_to_key(FULL_WIDTH["？"]) == "question_mark"


def test_alt_letters_are_not_used() -> None:
    assert not [key.id for key in KEYS if "alt+" in key.keys]


def test_the_docs_are_as_the_table_says() -> None:
    assert DOCS.read_text(encoding="utf-8") == keys_markdown(), "run `python -m console.key_docs > docs/keys.md`"
