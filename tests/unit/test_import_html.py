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
        "<p style='font-size:1px'>secret</p>",
        "<p style='font-size: .5pt; color: red'>secret</p>",
        "<p style='opacity:0'>secret</p>",
        "<div style='max-height:0; overflow:hidden'>secret</div>",
        "<p style='color:#FFF; background:white'>secret</p>",
        "<p style='position:absolute; left:-9999px'>secret</p>",
        "<p style='color:transparent'>secret</p>",
        "<style>.x, p.y { display : none !important }</style><b class='x'>sec</b><p class=y>ret</p>",
        "<style>/* p{} */ @import 'a'; #z{visibility:hidden}</style><p id=z>secret</p>",
        "<div>" * 300 + "<p hidden>secret</p>" + "</div>" * 300,
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


@pytest.mark.parametrize(
    "shown",
    [
        "<p style='font-size:10px; opacity:0.05'>words</p>",
        "<p style='background-color:#fff; color:#000'>words</p>",
        "<p style='height:0'>words</p>",
        "<p style='max-width:600px; overflow:hidden'>words</p>",
        "<p style='margin-left:-20px; border-color:transparent'>words</p>",
        "<style>@media (max-width:600px) { .phone { display:none } } .a .b {display:none}</style>"
        "<p class='phone b'>words</p>",
        "<style>.c{color:red</style><p class=c>words</p>",
    ],
)
def test_what_was_seen_stays(shown: str) -> None:
    page = html_to_text(shown)
    assert (page.text, page.hidden) == ("words", 0)


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://evil.example.net", "Log in at bank.example.com, please"),
        ("//evil.example.net/", "https://bank.example.com/login"),
        ("https://bank.example.com@evil.example.net/", "bank.example.com"),
        ("ht\ntps://evil.example.net", "www.bank.example.com"),
    ],
)
def test_a_text_that_names_another_host_is_flagged(href: str, text: str) -> None:
    assert "[leads to another host: " in html_to_text(f"<a href='{href}'>{text}</a>").text


def test_an_address_that_is_not_the_one_shown_is_flagged() -> None:
    text = html_to_text("<a href='mailto:thief@example.net?subject=x'>help@bank.example.com</a>").text
    assert text == "help@bank.example.com [writes to another address: thief@example.net]"
    assert html_to_text("<a href='mailto:Help@x.example.com'>help@x.example.com</a>").text == "help@x.example.com"


def test_the_name_of_a_file_is_no_host() -> None:
    text = html_to_text("<a href='https://files.example.com/1'>statement.pdf</a>").text
    assert text == "statement.pdf (https://files.example.com/1)"


def test_what_is_cut_off_says_so() -> None:
    assert html_to_text("<p>" + "word " * 60_000).is_cut
    assert html_to_text("<i>" * 400_000).is_cut
    assert html_to_text("x" + " " * 2_000_000).is_cut
    assert not html_to_text("<p>word</p>").is_cut


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
    assert html_to_text("<b style='color:red;'>a</b>" * 100_000).is_cut
    assert html_to_text("<style>" + ".a{display:none}" * 10_000 + "@media{" * 10_000 + "</style>x").text == "x"
    assert perf_counter() - started < 12


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
