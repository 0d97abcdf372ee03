"""Procedures: how they are written, what is wrong with them, and what running one does to a ticket."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import backend
from backend.demo.content import macros
from backend.procedures import shipped
from desk.commands import AnswerStep, Envelope, SaveProcedure, StopProcedure
from desk.decide import decide
from desk.ids import AgentId, CommandId, CustomerId, ProcedureId, TeamId, TicketId
from desk.outcome import Outcome, Refusal, View
from desk.procedure_text import read_procedure
from desk.procedures import TYPED, Script, StepKind, scripts_of, steps_left, suggested
from desk.procedures import given as given_to
from desk.records import Agent, Channel, MessageKind, Policy, Procedure, Role, Ticket

MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", team_ids=(TeamId("w"),))
LI = replace(MEI, id=AgentId("li"), handle="li", name="Li")
LEAD = replace(MEI, id=AgentId("lead"), role=Role.LEAD)
TICKET = Ticket(
    id=TicketId("t1"), v=1, ref="T-1", subject="Where is it?", customer_id=CustomerId("c"), customer_name="Anna",
    team_id=TeamId("w"), channel=Channel.CHAT, created_at=0, updated_at=0, urgency_at=0, last_n=3,
)  # fmt: skip
FRONT = '+++\nname = "Lost"\ntags = ["withdrawal"]\nwords = ["where is", "没到账"]\n+++\n'
SMALL = f"""{FRONT}
When somebody asks where it is.

## way: Which way?

Tell them to wait.

* a list that is text

- Out -> amount
- In → done

## amount: How much?
- [amount] -> checked

## checked: Is it on the chain?

Look it up.

- [yes] -> done
- [no] No, nowhere -> stuck

## stuck: It is nowhere.
- [escalate] senior

## done: It is there.
- [macro] ::confirm
"""
CHINESE = f"""{FRONT}
## way: 方向？
- 转出 -> amount
- 转入 -> done
## amount：多少？
- [amount] -> checked
## checked: 链上有吗？
- [yes] -> done
- [no] -> stuck
## stuck: 哪里都没有
- [escalate] senior
## done: 已到账
- [macro] confirm
"""
PROCEDURE = Procedure(id=ProcedureId("p1"), v=3, source={"en": SMALL.strip(), "zh": CHINESE.strip()})


def wrong(text: str) -> list[str]:
    return [mistake.sentence() for mistake in read_procedure({"en": text}).mistakes]


def test_a_procedure_is_read_as_it_is_meant() -> None:
    english, chinese = scripts_of(PROCEDURE)
    assert (english.name, english.tags, english.intro) == ("Lost", ("withdrawal",), "When somebody asks where it is.")
    way = english.steps[0]
    assert (way.question, way.kind, way.line) == ("Which way?", StepKind.CHOICE, 9)
    assert way.text == "Tell them to wait.\n\n* a list that is text"
    assert [(one.key, one.label, one.leads_to) for one in way.answers] == [("1", "Out", "amount"), ("2", "In", "done")]
    assert [one.label for one in english.steps[2].answers] == ["Yes", "No, nowhere"]
    assert [one.label for one in chinese.steps[2].answers] == ["是", "否"]
    assert [step.end.notice for step in english.steps if step.end] == ["escalate:senior", "macro:confirm"]
    assert [steps_left(english, step.id) for step in english.steps] == [4, 3, 2, 1, 1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: the procedure is empty; begin with its front matter between two lines of +++."),
        ("# Hi", "Line 1: the first line must be +++, and another +++ must end the front matter."),
        ("+++\nname = \n+++\n", "Line 2: the front matter is no TOML (Invalid value); write lines such as"),
        ('+++\nname = "x"\nnmae = "y"\n+++\n', "Line 3: the front matter knows no “nmae”;"),
        ('+++\nname = "x"\ntags = [1]\n+++\n', "Line 3: “tags” has a value of the wrong kind;"),
        ("+++\n+++\n## a: A?\n- [note]", "Line 1: the front matter needs a name"),
        (FRONT, "Line 6: there is no step;"),
        (FRONT + "## Where is it?\n- [note]", "Line 6: “Where is it?” needs an id before its question"),
        (FRONT + "## a:\n- [note]", "Line 6: step “a” asks nothing;"),
        (FRONT + "## a: A?\n\nText.", "Line 6: step “a” has no answers and is no end;"),
        (FRONT + "## a: A?\n- x -> b\n- y\n## b: B\n- [note]", "Line 8: an answer of step “a” leads nowhere;"),
        (FRONT + "## a: A?\n- -> b\n- y -> b\n## b: B\n- [note]", "Line 7: an answer of step “a” has no words"),
        (FRONT + "## a: A?\n- x -> b\n## b: B\n- [note]", "Line 7: step “a” offers one answer only;"),
        (FRONT + "## a: A?\n- [yes] -> b\n## b: B\n- [note]", "Line 6: step “a” has no branch for [no];"),
        (FRONT + "## a: A?\n- [done] -> b\n## b: B\n- [note]", "Line 6: step “a” has no branch for [not done];"),
        (FRONT + "## a: A?\n- x -> b\n- x -> b\n## b: B\n- [note]", "Line 8: step “a” has the answer “x” twice."),
        (FRONT + "## a: A?\n- [text] -> b\n- x -> b\n## b: B\n- [note]", "Line 7: step “a” mixes kinds of answers;"),
        (FRONT + "## a: A?\n- [maybe] -> b\n## b: B\n- [note]", "Line 7: “[maybe]” is no kind of answer;"),
        (FRONT + "## a: A?\n- [text] -> identty", "Line 6: step “a” leads to “identty”, which is not there."),
        (FRONT + "## a: A?\n- [escalate] boss", "Line 7: the end of step “a” must be [macro] and a shortcut"),
        (FRONT + "## a: A?\n- [note]\n- x -> a", "Line 8: step “a” is an end and has answers too;"),
        (FRONT + "## a: A\n- [note]\n## b: B\n- [note]", "Line 8: no answer leads to step “b”;"),
        (FRONT + "## a: A\n- [note]\n## a: B\n- [note]", "Line 8: there are two steps “a”;"),
        (FRONT + "## a: A?\n- [text] -> b\n## b: B?\n- [text] -> a", "Line 6: from step “a” no answer leads to an end"),
        (FRONT + "## a: A?\n" + "".join(f"- {n} -> b\n" for n in range(10)) + "## b: B\n- [note]", "Line 16: step “a”"),
    ],
)  # fmt: skip
def test_every_mistake_names_its_line(text: str, sentence: str) -> None:
    said = wrong(text)
    assert said and said[0].startswith(sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("## stuck: 哪里都没有\n- [escalate] senior\n", ""), "step “checked” leads to “stuck”, which is not there."),
        (("- 转出 -> amount\n- 转入 -> done", "- 转出 -> amount\n- 转入 -> stuck"), "step “way” has other answers"),
        (("[escalate] senior", "[escalate] emergency"), "step “stuck” has other answers"),
        (("## stuck: 哪里都没有\n- [escalate] senior\n## done: 已到账\n- [macro] confirm",
          "## done: 已到账\n- [macro] confirm\n## stuck: 哪里都没有\n- [escalate] senior"), "another place"),
    ],
)  # fmt: skip
def test_the_languages_must_agree(change: tuple[str, str], sentence: str) -> None:
    mistakes = read_procedure({"en": SMALL, "zh": CHINESE.replace(*change)}).mistakes
    assert mistakes and sentence in mistakes[0].sentence()
    assert scripts_of(replace(PROCEDURE, source={"en": SMALL, "zh": CHINESE.replace(*change)})) == ()


def test_the_example_of_the_documentation_can_be_run() -> None:
    page = (Path(backend.__file__).parents[1] / "docs" / "procedures.md").read_text(encoding="utf-8")
    example = page.split("```markdown\n")[1].split("```")[0]
    assert wrong(example) == []


def test_a_fence_hides_what_looks_like_a_step() -> None:
    assert wrong(FRONT + "## a: A\n```\n## b: not a step\n```\n- [note]") == []


# ---- running -------------------------------------------------------------------------------------------------------


def ran(ticket: Ticket, command: Any, actor: Agent = MEI, procedure: Procedure = PROCEDURE, **envelope: Any) -> Any:
    wanted = Envelope(id=CommandId("c1"), command=command, composed_at=5, **envelope)
    return decide(wanted, View(policy=Policy(), ticket=ticket, procedure=procedure), actor, 10)


def answer(step: str, said: str = "", lang: str = "en", run_id: str = "r1") -> AnswerStep:
    return AnswerStep(
        ticket_id=TICKET.id, procedure_id=PROCEDURE.id, run_id=run_id, step=step, answer=said, lang=lang
    )  # fmt: skip


def after(*commands: AnswerStep, ticket: Ticket = TICKET) -> Ticket:
    for command in commands:
        outcome = ran(ticket, command)
        assert isinstance(outcome, Outcome), outcome
        (ticket,) = (change for change in outcome.changes if isinstance(change, Ticket))
    return ticket


def test_a_run_begins_with_its_first_answer_and_ends_with_a_note() -> None:
    ticket = after(answer("way", "1"), answer("amount", "12,400 USDT"), answer("checked", "no"))
    assert ticket.run is not None and (ticket.run.step, ticket.run.procedure_v) == ("stuck", 3)
    assert [one.answer for one in ticket.run.answers] == ["Out", "12,400 USDT", "No, nowhere"]
    outcome = ran(ticket, answer("stuck"))
    assert outcome.notice == "escalate:senior"
    assert outcome.changes[0].run is None
    (note,) = outcome.messages
    assert (note.kind, note.command_id) == (MessageKind.NOTE, "c1")
    assert note.body == (
        "Procedure “Lost”, gone through.\n1. Which way? — Out\n2. How much? — 12,400 USDT\n"
        "3. Is it on the chain? — No, nowhere\nEnded with an escalation to the seniors: It is nowhere."
    )


def test_the_record_is_in_the_language_of_the_run() -> None:
    ticket = after(answer("way", "2", "zh-TW"))
    outcome = ran(ticket, answer("done", lang="en"))
    assert outcome.notice == "macro:confirm"
    assert outcome.messages[0].body.startswith("流程“Lost”，已走完。\n1. 方向？ — 转入\n结束：使用宏 ::confirm")


def test_somebody_else_goes_on_and_an_earlier_step_is_answered_again() -> None:
    ticket = after(answer("way", "1"), answer("amount", "1 BTC"))
    outcome = ran(ticket, answer("checked", "yes"), LI)
    assert [one.by for one in outcome.changes[0].run.answers] == ["mei", "mei", "li"]
    again = after(answer("amount", "2 BTC"), ticket=outcome.changes[0])
    assert again.run is not None and again.run.step == "checked"
    assert [one.answer for one in again.run.answers] == ["Out", "2 BTC"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (answer("checked", "yes"), "bad-value"),
        (answer("amount", "a lot"), "bad-value"),
        (answer("amount", ""), "bad-value"),
        (answer("nowhere", "1"), "bad-value"),
        (answer("way", "3"), "bad-value"),
        (answer("amount", "1 BTC", run_id="r2"), "conflict"),
        (StopProcedure(ticket_id=TICKET.id, run_id="r2"), "no-change"),
    ],
)
def test_what_does_not_fit_is_refused(command: Any, code: str) -> None:
    refusal = ran(after(answer("way", "1")), command)
    assert isinstance(refusal, Refusal) and refusal.code == code


def test_a_procedure_that_changed_under_a_run_says_so() -> None:
    ticket = after(answer("way", "1"))
    refusal = ran(ticket, answer("amount", "1 BTC"), procedure=replace(PROCEDURE, v=4))
    assert refusal.code == "conflict" and "begin again" in refusal.why
    stopped = ran(ticket, StopProcedure(ticket_id=TICKET.id, run_id="r1"), procedure=replace(PROCEDURE, v=4))
    assert stopped.changes[0].run is None
    assert stopped.messages[0].body == "Procedure “Lost”, stopped before its end.\n1. Which way? — Out"


def test_an_answer_on_top_of_anothers_is_a_conflict_and_a_late_one_too() -> None:
    ticket = after(answer("way", "1"))
    late = ran(ticket, answer("way", "2"), LI, expected_version=1)
    assert (late.code, late.what) == ("conflict", "procedure")
    ended = ran(TICKET, answer("amount", "1 BTC"))
    assert ended.code == "conflict" and "ended" in ended.why


def test_only_one_that_can_be_run_begins() -> None:
    assert ran(TICKET, answer("way", "1"), procedure=replace(PROCEDURE, archived=True)).code == "unknown-procedure"
    assert ran(TICKET, answer("way", "1"), procedure=replace(PROCEDURE, source={"en": "x"})).code == "bad-procedure"


def test_leads_save_and_nobody_saves_a_mistake() -> None:
    save = SaveProcedure(procedure_id=PROCEDURE.id, source={"en": SMALL})
    assert ran(TICKET, save).code == "not-allowed"
    outcome = ran(TICKET, save, LEAD)
    assert (outcome.changes[0].v, set(outcome.changes[0].source)) == (4, {"en"})
    broken = ran(TICKET, replace(save, source={"en": SMALL.replace("-> checked", "-> cheked")}), LEAD)
    assert (broken.code, broken.why) == (
        "bad-procedure", "Line 18: step “amount” leads to “cheked”, which is not there.",
    )  # fmt: skip
    assert ran(TICKET, save, LEAD, expected_version=2).code == "conflict"
    assert ran(TICKET, replace(save, source=PROCEDURE.source), LEAD).code == "no-change"


def test_the_likeliest_comes_first() -> None:
    other = Procedure(
        id=ProcedureId("p0"), v=1, source={"en": FRONT.replace("withdrawal", "kyc") + "## a: A\n- [note]"}
    )
    archived = replace(PROCEDURE, id=ProcedureId("p2"), archived=True)
    found = suggested([other, PROCEDURE, archived], replace(TICKET, subject="hello", tags=("withdrawal",)))
    assert [(one.id, score) for one, score in found] == [("p1", 2), ("p0", 0)]
    assert suggested([PROCEDURE], TICKET, "USDT 没到账")[0][1] == 6


# ---- the ones that come with the desk ------------------------------------------------------------------------------


SHIPPED = {procedure.id: procedure for procedure in shipped(0)}


def test_the_four_come_in_both_languages() -> None:
    assert set(SHIPPED) == {"account-recovery", "transfer-not-arrived", "order-not-filled", "wrong-network"}
    for procedure in SHIPPED.values():
        assert [mistake.sentence() for mistake in read_procedure(procedure.source).mistakes] == []
        assert {script.lang for script in scripts_of(procedure)} == {"en", "zh"}


@pytest.mark.parametrize("procedure_id", sorted(SHIPPED))
def test_every_answer_leads_on_and_every_macro_is_there(procedure_id: str) -> None:
    known = {macro.shortcut for macro in macros()}
    for script in scripts_of(SHIPPED[ProcedureId(procedure_id)]):
        questions = [step for step in script.steps if step.kind is not StepKind.END]
        assert 8 <= len(questions) <= 15
        assert {step.end.value for step in script.steps if step.end and step.end.kind == "macro"} <= known
        assert any(step.end and step.end.value == "emergency" for step in script.steps)
        assert all(step.text for step in script.steps if step.end and step.end.value == "emergency")


def walk(script: Script, choose: Any) -> Ticket:
    """Go through a procedure from its first step to its end."""
    procedure = SHIPPED[ProcedureId(choose.procedure_id)]
    ticket, step_id = TICKET, script.steps[0].id
    for _ in range(40):
        step = script.step(step_id)
        assert step is not None
        said = "120 USDT" if step.kind is StepKind.AMOUNT else "7" if step.kind in TYPED else choose(step)
        command = AnswerStep(
            ticket_id=TICKET.id, procedure_id=procedure.id, run_id="r", step=step_id, answer=said, lang=script.lang
        )  # fmt: skip
        outcome = ran(ticket, command, procedure=procedure)
        assert isinstance(outcome, Outcome), outcome
        ticket = next(change for change in outcome.changes if isinstance(change, Ticket))
        if ticket.run is None:
            return ticket
        step_id = ticket.run.step
    raise AssertionError("it never ends")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_random_walk_comes_to_an_end(data: Any) -> None:
    procedure_id = data.draw(st.sampled_from(sorted(SHIPPED)))
    script = data.draw(st.sampled_from(scripts_of(SHIPPED[procedure_id])))

    class Choose:
        def __init__(self) -> None:
            self.procedure_id = procedure_id

        def __call__(self, step: Any) -> str:
            if step.kind is StepKind.END:
                return ""
            return str(data.draw(st.sampled_from([one.key for one in step.answers])))

    ended = walk(script, Choose())
    assert ended.last_n == TICKET.last_n + 1


_PIECES = st.sampled_from([
    "+++", "\n", 'name = "x"', "tags = [", "]", "## a: A?", "## b: B", "##", "- x -> b", "- [yes] -> a", "- [no] -> b",
    "- [note]", "- [macro] tx", "- [text] -> a", "```", "> ", "  - ", "text", "- [", "->", "# ", "1. ", "|", "---",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=40).map("\n".join)))
def test_any_text_is_a_procedure_or_has_mistakes(text: str) -> None:
    for source in (text, FRONT + text):
        reading = read_procedure({"en": source})
        assert reading.mistakes or reading.scripts[0].steps
        for mistake in reading.mistakes:
            assert mistake.sentence().endswith(".")
    assert given_to(scripts_of(PROCEDURE)[0].steps[1], text) is None or any(sign.isdigit() for sign in text)
