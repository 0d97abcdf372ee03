"""Whatever state the file is in, opening it works or says in one sentence why not."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from console.kb.search import search
from console.store import Store, filesystems
from console.store.errors import NetworkFilesystem, StoreTooNew, StoreUnwritable
from console.store.glance import glance
from console.store.versions import VERSION
from desk.ids import ArticleId
from desk.records import Article


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_private_and_durable(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "desk" / "local.db")
    assert (mode(store.path), mode(store.path.parent)) == (0o600, 0o700)
    assert store.reader().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store.notice == ""
    store.close()


def test_opening_an_existing_file_loads_neither_sqlite_utils_nor_filelock(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    Store.open(path).close()
    code = (
        "import sys; from pathlib import Path; from console.store import Store; from desk.views import VIEWS\n"
        "store = Store.open(Path(sys.argv[1])); assert not store.queue(VIEWS['all'], 0).window(0, 50)\n"
        "print([name for name in ('sqlite_utils', 'filelock', 'httpx', 'keyring') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_damaged_file_is_replaced_and_own_words_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    store = Store.open(path)
    store.save_draft("ticket-1", "reply", "half a sentence", 0, 1)
    store.close()
    content = bytearray(path.read_bytes())
    with sqlite3.connect(path) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ticket'").fetchone()[0]
    connection.close()
    content[100:108] = b"\xff" * 8
    assert root > 1
    path.write_bytes(content)
    again = Store.open(path)
    assert "damaged" in again.notice
    assert (tmp_path / "local.db.damaged-1").exists()
    again.save_draft("ticket-2", "reply", "works", 0, 1)
    assert again.draft("ticket-2", "reply") is not None
    again.close()


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    path.write_bytes(b"<html>sign in to the network</html>" * 100)
    store = Store.open(path)
    assert "damaged" in store.notice
    assert store.outbox_count() == 0
    store.close()


def test_a_newer_file_opens_for_reading_only(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    store = Store.open(path)
    store.set_setting("theme", "dark")
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    newer = Store.open(path)
    assert "newer" in newer.notice
    assert newer.setting("theme") == "dark"
    with pytest.raises(StoreTooNew):
        newer.set_setting("theme", "light")
    newer.close()


def test_a_folder_that_refuses_writing_opens_for_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "desk" / "local.db"
    Store.open(path).close()
    permitted = os.access
    monkeypatch.setattr(os, "access", lambda at, how: how != os.W_OK and permitted(at, how))
    store = Store.open(path)
    assert "cannot be written" in store.notice
    assert store.outbox_count() == 0
    with pytest.raises(StoreUnwritable):
        store.set_setting("theme", "dark")
    store.close()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnwritable) as caught:
        Store.open(tmp_path / "file" / "local.db")
    assert "--db" in caught.value.sentence


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/home {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(filesystems, "MOUNTS", mounts)
    with pytest.raises(NetworkFilesystem) as caught:
        Store.open(tmp_path / "local.db")
    assert "nfs4" in caught.value.sentence
    assert not (tmp_path / "local.db").exists()


def test_two_consoles_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    store = Store.open(path)
    code = (
        "import sys; from pathlib import Path; from console.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "for n in range(30): store.save_draft(f'lane-{sys.argv[2]}-{n}', 'reply', 'text', 0, n)\n"
        "store.close()"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(path), str(n)]) for n in range(2)]
    before = store.data_version()
    for n in range(30):
        store.save_draft(f"mine-{n}", "reply", "text", 0, n)
    assert [other.wait() for other in others] == [0, 0]
    assert len(store.drafts()) == 90
    assert store.data_version() != before
    assert store.reader().execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


def test_a_full_disk_is_one_sentence_and_loses_nothing_before(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from console.store import Store; from console.store.errors import StoreError\n"
        "store = Store.open(Path(sys.argv[1])); store.save_draft('lane', 'reply', 'kept', 0, 1)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "try: store.save_draft('lane', 'reply', 'x' * 5_000_000, 1, 2)\n"
        "except StoreError as error: print(error.sentence)\n"
        "print(store.draft('lane', 'reply').body)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    sentence, kept = done.stdout.splitlines()
    assert "disk" in sentence
    assert kept == "kept"


def test_an_article_search_of_another_format_is_filled_anew(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    article = Article(id=ArticleId("local:fees"), v=1, lang="en", title="Fees", body_md="What a withdrawal costs.")
    store = Store.open(path)
    store.put_articles([article])
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'article_search_format'")
        connection.execute(f"PRAGMA user_version={VERSION - 1}")
    connection.close()
    assert glance(path) is None
    reopened = Store.open(path)
    assert search(reopened, "withdrawal") == []
    while reopened.index_pending():
        pass
    assert [hit.title for hit in search(reopened, "withdrawal")] == ["Fees"]
    reopened.close()
    assert not path.with_name(f"local.db.v{VERSION - 1}").exists(), "nothing was lost, so nothing is backed up"
    opened = glance(path)
    assert opened is not None
    opened.close()
