"""``docs/keys.md`` from the key table: ``python -m console.key_docs > docs/keys.md``. A test compares the two."""

import sys

from console.keys import CONTEXTS, in_context

_HEAD = """# Keys

Written from `console/keys.py` by `python -m console.key_docs`. Change a key in `settings.toml`:

```toml
[keys]
"desk.reply" = "R"
```

Printable keys never act while text has focus. Full-width forms from a Chinese input method (ｊ ？ ／) are the keys that
were meant. Where two keys stand with a space between, press one after the other.
"""


def keys_markdown() -> str:
    """The whole document, in English."""
    parts = [_HEAD]
    for context, heading in CONTEXTS.items():
        if keys := in_context(context):
            parts.append(f"\n## {heading}\n\n| key | does | id |\n|---|---|---|\n")
            parts += [f"| {_code(key.keys, key.shown_keys)} | {key.label} | `{key.id}` |\n" for key in keys]
    return "".join(parts).replace("View {n}", "The view with that number")


def _code(keys: str, shown: str) -> str:
    """Each alternative as code; a sequence stays together."""
    alternatives = [shown] if " " in keys else shown.split(" ")
    return " ".join(f"`{key}`" for key in alternatives)


if __name__ == "__main__":
    sys.stdout.write(keys_markdown())
