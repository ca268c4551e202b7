"""What messages say: short, nobody named unless the firm wants that, and harmless."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from templates.meeting.digest import MOST
from templates.meeting.plaintext import harmless
from templates.messages import Rule, failure_line, task_lines, written
from templates.words import load
from tests.templates.made_up import EMPTY
from tests.templates.meeting.made_up import HOSTILE

RU, EN = load("ru"), load("en")
TODAY = EMPTY.synced_at.date()


def task(text="Позвонить", due=TODAY, **more):
    known = {"task_id": "T", "text": text, "due": due, "status": "late", "dept": "sales",
             "owner": "Ольга Ким"}  # fmt: skip
    return {**known, **more}


def firm(*tasks, **settings):
    return replace(EMPTY, tables={"tasks_due": tasks}, settings={**EMPTY.settings, **settings})


def message(facts, words=RU, **more):
    return written(Rule.TASKS, task_lines(facts, TODAY, words), facts, words, **more)


def test_tasks_of_today_and_late_ones_reads_well():
    facts = firm(
        task(), task("Сверить отчёт", date(2026, 11, 2)), task("Потом", date(2026, 11, 20)),
        task("Готово", status="done"), task("Без срока", None),
    )  # fmt: skip
    assert message(facts).splitlines() == [
        "Тёплый дом, задачи на 13.11.2026",
        "Срок сегодня:",
        "• Позвонить (продажи)",
        "Просрочено:",
        "• Сверить отчёт (продажи, срок 02.11.2026)",
    ]
    assert message(firm()).splitlines() == ["Тёплый дом, задачи на 13.11.2026"]


def test_people_are_named_where_the_firm_wants_them():
    assert "Ким" not in message(firm(task()))
    assert "• Позвонить (Ольга Ким)" in message(firm(task(), names="full"))


@given(
    st.lists(st.text(max_size=200), max_size=60),
    st.sampled_from([RU, EN]),
    st.sampled_from(["", "https://docs.google.com/spreadsheets/d/abc/edit"]),
    st.booleans(),
)
def test_a_long_message_is_cut_at_a_line_and_says_so(texts, words, link, is_again):
    facts = firm(*(task(text) for text in texts))
    text = message(facts, words, link=link, is_again=is_again)
    shown = text.count("\n• ")
    assert len(text) <= MOST
    assert shown == len(texts) or words("message.more", n=words.number(len(texts) - shown)) in text
    assert (words("message.again") in text) is is_again
    assert link in text


@given(st.text(max_size=2000))
def test_a_digest_that_may_come_again_stays_short(text):
    again = written(Rule.DIGEST, [text], EMPTY, RU, is_again=True)
    assert len(again) <= MOST
    assert RU("message.again") in again


def test_what_others_wrote_stays_on_its_line():
    lines = message(firm(task(HOSTILE), names="full")).splitlines()
    assert len(lines) == 3
    assert len(failure_line(HOSTILE, HOSTILE * 50, RU).splitlines()) == 1


@given(st.text("@<[]()!*_ax", max_size=30))
def test_harmless_texts_look_the_same_and_mean_nothing(text):
    safe = harmless(text)
    assert safe.replace("\u2060", "") == text
    for sign in ("@a", "<@", "<!", "](", "]["):
        assert sign not in safe
