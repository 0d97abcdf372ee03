"""``python -m bench.real_data DATA OUT``: real conversations and mails in the formats ``console-backend import`` reads.

``DATA`` is the folder of real data, a folder a source with its SOURCE.md; ``OUT`` gets one ``NAME.jsonl`` a source and
``mail_raw.mbox``. Texts stay as people wrote them; what a source does not say (times, names) is left out, so that
imports have to find it. Nothing of it belongs in this repository.
"""

import base64
import gzip
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
TicketRows: TypeAlias = Iterator[Row]

_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
_SMALL_TALK = {
    *("openinggreeting", "closinggreeting", "confirmation", "rejection", "contentonly", "outofdomain", "thankyou"),
}
_CHAT_AUTHORS = {"customer": "customer", "agent": "agent", "action": "bot"}


def rows_of(path: Path) -> Iterator[Row]:
    """Every line of a JSON Lines file, plain or gzipped."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def said(body: str, author: str = "customer", kind: str = "reply") -> Row:
    """One message."""
    return {"author": author, "kind": kind, "body": body}


def queries(path: Path, lang: str = "en") -> TicketRows:
    """A labelled question a line: each is a ticket of one message, tagged with its label."""
    source = path.parent.name
    for number, row in enumerate(rows_of(path), 1):
        yield {
            "id": f"{source}:{number}",
            "lang": row.get("lang", lang),
            "channel": "chat",
            "tags": [row["label"]],
            "messages": [said(row["text"])],
        }


def finance_chats(path: Path) -> TicketRows:
    """The customer's side of chats with a bank; the agents' side is not in the source."""
    for row in rows_of(path):
        turns = row["customer_turns"]
        intents = dict.fromkeys(intent for turn in turns for intent in turn["intents"])
        yield {
            "id": f"multidogo:{row['id']}",
            "lang": "en",
            "channel": "chat",
            "tags": [intent for intent in intents if intent not in _SMALL_TALK],
            "messages": [said(turn["text"]) for turn in turns],
        }


def shop_chats(path: Path) -> TicketRows:
    """Whole chats: customer, agent, and what the agent did as a note."""
    for row in rows_of(path):
        yield {
            "id": f"abcd:{row['id']}",
            "lang": "en",
            "channel": "chat",
            "tags": [row["flow"], row["subflow"]],
            "messages": [
                said(text, _CHAT_AUTHORS[who], "note" if who == "action" else "reply") for who, text in row["turns"]
            ],
        }


def answered_questions(path: Path) -> TicketRows:
    """Chinese questions with a department and the reply that was given."""
    for row in rows_of(path):
        yield {
            "id": f"zh:{row['id']}",
            "subject": row["title"],
            "lang": "zh",
            "channel": "chat",
            "status": "solved",
            "tags": [row["label"]],
            "messages": [said(row["text"]), said(row["answer"], "agent")],
        }


def quoted_mails(path: Path) -> TicketRows:
    """Bodies of mails with what they quote and how they are signed, in a dozen languages."""
    for row in rows_of(path):
        yield {
            "id": f"quotes:{path.stem}:{row['id']}",
            "subject": row["id"].rpartition("/")[2].replace("_", " "),
            "channel": "email",
            "messages": [said(row["raw"])],
        }


def hostile_lines(path: Path) -> TicketRows:
    """Strings that break programs, each as name, subject, tag and text of a ticket."""
    texts = json.loads(path.read_text("utf-8")) if path.suffix == ".json" else [row["text"] for row in rows_of(path)]
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        yield {
            "id": f"{path.stem}:{number}",
            "subject": text,
            "customer": {"id": f"{path.stem}:{number}", "name": text, "contacts": [text]},
            "tags": [text],
            "messages": [said(text), said(text, "agent"), said(text, "agent", "note")],
        }


def terminal_output(path: Path) -> TicketRows:
    """Escape sequences and recorded terminal sessions, in both spellings of the bytes above 127."""
    for row in rows_of(path):
        sent = base64.b64decode(row["bytes_b64"])
        texts = dict.fromkeys((sent.decode("utf-8", "replace"), sent.decode("latin-1")))
        yield {
            "id": f"terminal:{path.stem.removesuffix('.jsonl')}:{row['id']}",
            "subject": f"{row['id']} {sent[:80].decode('latin-1')}",
            "customer": {"name": sent[:60].decode("latin-1") or "?"},
            "channel": "chat",
            "messages": [said(f"before {text} after") for text in texts],
        }


SOURCES: dict[str, tuple[Callable[[Path], TicketRows], str]] = {
    "multidogo_finance": (finance_chats, "multidogo_finance/conversations.jsonl.gz"),
    "abcd": (shop_chats, "abcd/conversations.jsonl"),
    "zh_medical_tickets": (answered_questions, "zh_medical_tickets/tickets.jsonl.gz"),
    "banking77": (queries, "banking77/train.jsonl"),
    "bitext_intents": (queries, "bitext_intents/queries.jsonl"),
    "clinc150": (queries, "clinc150/queries.jsonl"),
    "xsid": (queries, "xsid/queries.jsonl"),
    "mail_quotes_parser": (quoted_mails, "mail_quotes/reply_parser_raw.jsonl"),
    "mail_quotes_trimmer": (quoted_mails, "mail_quotes/reply_trimmer.jsonl"),
    "hostile_strings": (hostile_lines, "hostile_strings/blns.json"),
    "hostile_lines": (hostile_lines, "hostile_strings/trojan_source_lines.jsonl"),
    "terminal_sequences": (terminal_output, "terminal_streams/sequences.jsonl"),
    "terminal_recordings": (terminal_output, "terminal_streams/recordings.jsonl.gz"),
}
"""Which source is read how, and from which file."""


def tickets_of(name: str, data: Path) -> TicketRows:
    """The tickets of one source."""
    convert, file = SOURCES[name]
    return convert(data / file)


def write_tickets(name: str, data: Path, out: Path) -> int:
    """One source as a tickets file; gives the number of tickets."""
    count = 0
    with (out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        for row in tickets_of(name, data):
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def write_mails(data: Path, out: Path) -> int:
    """Every raw mail in one mbox, byte for byte but for the quoting of lines that begin with From; gives how many."""
    count = 0
    with (out / "mail_raw.mbox").open("wb") as mbox:
        for path in sorted((data / "mail_raw").glob("*.jsonl.gz")):
            for row in rows_of(path):
                raw = base64.b64decode(row["raw_b64"]).removesuffix(b"\n")
                mbox.write(b"From real-data Thu Jan  1 00:00:00 1970\n" + _FROM_LINE.sub(rb">\1", raw) + b"\n\n")
                count += 1
    return count


def main(argv: list[str]) -> int:
    """Convert everything and say how much it was."""
    if len(argv) != 2:
        print("usage: python -m bench.real_data DATA OUT", file=sys.stderr)
        return 2
    data, out = Path(argv[0]), Path(argv[1])
    if not (data / "README.md").is_file():
        print(f"{data} is not the folder of real data.", file=sys.stderr)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        print(f"{write_tickets(name, data, out):6} tickets  {name}.jsonl")
    print(f"{write_mails(data, out):6} mails    mail_raw.mbox")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
