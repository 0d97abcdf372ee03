"""HTML to text: what the reader saw, and nothing else."""

from pathlib import Path
from time import perf_counter

import pytest

from backend.importing.html_text import MAX_OUT, html_to_text


def test_blocks_become_lines_and_headings_marks() -> None:
    page = html_to_text(
        "<html><head><title>T &amp; U</title><style>p{}</style></head><body><h1>Head</h1><p>one <b>two</b></p>"
        "<ul><li>a</li><li>b</li></ul>x<br>y</body></html>"
    )
    assert page.title == "T & U"
    assert page.text == "# Head\n\none two\n\n- a\n- b\n\nx\ny"


@pytest.mark.parametrize(
    "hidden",
    [
        "<span style='display:none'>secret</span>",
        "<div style='font-size: 0px'>secret</div>",
        "<p hidden>secret</p>",
        "<p style='visibility : hidden'>secret</p>",
        "<p style='mso-hide:all'>secret</p>",
    ],
)
def test_what_was_hidden_is_removed_and_counted(hidden: str) -> None:
    page = html_to_text(f"<p>seen</p>{hidden}")
    assert page.text == "seen"
    assert page.hidden == len("secret")


@pytest.mark.parametrize(
    "dropped", ["<script>x()</script>", "<!-- x -->", "<template>x</template>", "<style>x</style>"]
)
def test_what_is_no_text_is_dropped(dropped: str) -> None:
    assert html_to_text(f"<p>seen</p>{dropped}").text == "seen"


def test_a_link_that_lies_says_where_it_leads() -> None:
    text = html_to_text("<a href='https://evil.example.net/x'>https://bank.example.com/login</a>").text
    assert "[leads to another host: https://evil.example.net/x]" in text


def test_an_honest_link_is_left_alone() -> None:
    assert html_to_text("<a href='https://a.example.com/'>a.example.com</a>").text == "a.example.com"
    assert html_to_text("<a href='https://a.example.com/'>here</a>").text == "here (https://a.example.com/)"


def test_a_zero_point_five_font_is_not_hidden() -> None:
    assert html_to_text("<p style='font-size:0.8em;opacity:0.5'>small</p>").text == "small"


def test_quotes_stay_quotes() -> None:
    assert html_to_text("<p>new</p><blockquote>old<br>older</blockquote>").text == "new\n\n> old\n> older"


def test_controls_do_not_pass() -> None:
    assert "\x1b" not in html_to_text("<p>a&#27;[31mb\x9b2J</p>").text


def test_deep_nesting_and_large_pages_are_bounded() -> None:
    started = perf_counter()
    assert "deep" in html_to_text("<div>" * 20_000 + "deep").text
    assert len(html_to_text("<p>" + "word " * 1_000_000).text) <= MAX_OUT
    assert perf_counter() - started < 8


def test_unfinished_pages_are_read() -> None:
    assert html_to_text("<p>one<div>two<").text.replace("\n", " ").startswith("one")
    assert html_to_text("").text == ""


def test_real_mails_in_html_become_text(shared_data: Path) -> None:
    import base64
    import gzip
    import json

    from backend.importing.mail_text import read_mail

    read = 0
    for path in sorted((shared_data / "mail_raw").glob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            for line in lines:
                mail = read_mail(base64.b64decode(json.loads(line)["raw_b64"]))
                assert "\x1b" not in mail.text + mail.subject + mail.name
                assert "\r" not in mail.text
                read += 1
    assert read > 300
