"""What is held before it goes out, and what must pass."""

import gzip
import json
import time
from pathlib import Path

import pytest

from desk.outgoing import check_outgoing

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ZH_PHRASE = "的 的 的 的 的 的 的 的 的 的 的 在"
WIF = "5HpHagT65TZzG1PH3CSu63k8DbpvD8s5ip4nEB3kEsreAnchuDf"
HEX = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def kinds(text: str) -> list[str]:
    return [finding.kind for finding in check_outgoing(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Please send me your seed phrase.", "seed-request"),
        ("Could you tell us the 12 words?", "seed-request"),
        ("kindly provide your wallet's full 24-word recovery phrase so I can check", "seed-request"),
        ("Don't worry! Just reply with your secret recovery phrase", "seed-request"),
        ("Enter your recovery phrase here: https://example.org", "seed-request"),
        ("Send us a photo of your backup words", "seed-request"),
        ("Your seed phrase must be sent to support", "seed-request"),
        ("We need your private key to return the coins.", "key-request"),
        ("please upload your keystore file", "key-request"),
        ("What's your password?", "password-request"),
        ("If you cannot log in, send us your password.", "password-request"),
        ("password please", "password-request"),
        ("We will never ask for your password, but please send me the 2FA code", "code-request"),
        ("Can you give me the SMS code that you received?", "code-request"),
        ("请把助记词发给我", "seed-request"),
        ("能不能提供一下您的助记词？", "seed-request"),
        ("不好意思，麻烦将您钱包的12个单词发过来", "seed-request"),
        ("需要您提供私钥才能找回", "key-request"),
        ("请告知您的登录密码", "password-request"),
        ("验证码是多少", "code-request"),
        ("收到短信后把验证码告诉我", "code-request"),
        ("请在下方链接输入您的助记词", "seed-request"),
    ],
)
def test_asking_for_a_secret_is_held(text: str, kind: str) -> None:
    assert kind in kinds(text)
    assert kind in kinds(f"Hello,\n\nthank you for waiting. {text}\n\nKind regards")


@pytest.mark.parametrize(
    "text",
    [
        "Never share your seed phrase with anyone.",
        "Please do not send us your private key, under any circumstances.",
        "Nobody at our desk will ask you to send your password.",
        "If somebody asks you to share your recovery phrase, it is a scam.",
        "Scammers ask users to enter their seed phrase here.",
        "We have sent a verification code to your phone.",
        "The system will send you the one-time password by SMS.",
        "You can reset your password in Settings.",
        "Use the password reset link below.",
        "You will need your recovery phrase in order to restore the wallet in the app.",
        "Write your seed phrase down on paper and keep it safe.",
        "Open the app and enter your recovery phrase on the restore screen.",
        "Please send me the transaction id and the address.",
        "What is a seed phrase?",
        "Please confirm your e-mail address so that we can send the code.",
        "请勿泄露助记词。",
        "切勿将助记词发给任何人，包括客服。",
        "我们不会向您索要密码或验证码。",
        "我们已将验证码发送到您的邮箱。",
        "系统会发送验证码到您的手机",
        "您可以在设置里修改登录密码",
        "如有人要求您提供助记词，请立即举报。",
        "请提供交易哈希和钱包地址。",
        "什么是助记词？",
        "请在应用的恢复页面输入您的助记词",
    ],
)
def test_warnings_lessons_and_plain_questions_pass(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"your phrase: {PHRASE}", "seed-phrase"),
        (PHRASE.upper().replace(" ", ", "), "seed-phrase"),
        ("\n".join(f"{number}. {word}" for number, word in enumerate(PHRASE.split(), 1)), "seed-phrase"),
        (PHRASE.replace("yellow", "wellow"), "seed-phrase"),
        (ZH_PHRASE, "seed-phrase"),
        ("助记词：" + ZH_PHRASE.replace(" ", ""), "seed-phrase"),
        (WIF, "private-key"),
        (f"private key {HEX}", "private-key"),
        (f"私钥是 0x{HEX}", "private-key"),
    ],
)
def test_key_material_is_found_where_it_is(text: str, kind: str) -> None:
    (finding,) = check_outgoing(text)
    assert finding.kind == kind
    assert 0 <= finding.start < finding.end <= len(text)
    assert check_outgoing(text[: finding.start] + text[finding.end :]) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"transaction 0x{HEX} is confirmed",
        " ".join(PHRASE.split()[:10]),
        WIF[:-1] + "g",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "我们的助记词功能可以帮助您在任何设备上恢复钱包而不需要联系客服",
    ],
)
def test_what_only_looks_like_it_passes(text: str) -> None:
    assert kinds(text) == []


def test_published_vectors(shared_data: Path) -> None:
    raw = gzip.decompress((shared_data / "secret_vectors" / "vectors.jsonl.gz").read_bytes()).decode()
    rows = [json.loads(line) for line in raw.splitlines()]
    for row in rows:
        found = kinds(f"here: {row['value']} thanks")
        if row["kind"] in ("wif", "bip38") and row["valid"]:
            assert found, row
        if row["kind"] in ("address", "btc_address", "txid", "block_hash", "xpub"):
            assert not found, row


def test_every_published_english_phrase_is_found(shared_data: Path) -> None:
    words = (shared_data / "bip39" / "english.txt").read_text("utf-8").split()
    for first in range(0, len(words) - 12, 12):
        assert kinds(" ".join(words[first : first + 12])) == ["seed-phrase"]


def test_real_articles_hardly_ever_ask(shared_data: Path) -> None:
    """Read as replies, a thousand real paragraphs about wallets and keys hold next to no request."""
    paragraphs = [
        paragraph
        for name in ("kb_electrum", "kb_bitcoin_org", "kb_decred")
        for line in (shared_data / name / "articles.jsonl").read_text("utf-8").splitlines()
        for paragraph in json.loads(line)["body_md"].split("\n\n")
    ]
    asking = [text for text in paragraphs if any(kind.endswith("-request") for kind in kinds(text))]
    assert len(paragraphs) > 1_000
    assert len(asking) <= 1, asking


@pytest.mark.parametrize(
    "unit", ["send me ", "your seed phrase ", "legal ", "把", "密码", "5", "a, ", "please send the "]
)
def test_the_time_grows_with_the_length_only(unit: str) -> None:
    def seconds(count: int) -> float:
        text = unit * count
        started = time.process_time()
        check_outgoing(text)
        return time.process_time() - started

    check_outgoing(unit)
    small, large = min(seconds(500) for _ in range(3)), min(seconds(8_000) for _ in range(3))
    assert large < 16 * 6 * max(small, 0.000_1)
