"""The client in Chromium, with Microsoft's own runtime: what it sends, remembers and shows."""

import json
import time
from math import isclose

import pytest

from excel_addin import auth
from excel_addin.auth import Scope
from excel_addin.batch import spoken
from formulas.functions import FUNCTIONS, TRACED, Setting
from formulas.functions.arguments import Fault
from templates.scorecard import load as scorecard
from templates.words import LANGUAGES, load
from tests.addin.browser import call, chromium, office, open_pane
from tests.addin.serving import desk_of, server_of
from tests.formulas.calls import calls

pytestmark = [pytest.mark.chromium, pytest.mark.office]

ODD = ("abc", True, "1 000,5", "1\N{NO-BREAK SPACE}200", "\N{MINUS SIGN}3", "12 руб.", " ", "2.5")
MANY = """
const [asked, done] = arguments;
const one = ([id, ...given]) => {
  const run = CustomFunctions._association.mappings[id];
  return Promise.resolve().then(() => run(...given)).catch((error) => `${error.code}`);
};
Promise.all(asked.map(one)).then(done);
"""


class Spoiled:
    """An application whose next answers to batches are somebody else's."""

    def __init__(self, app):
        self.app = app
        self.planned = []
        self.seen = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/batch":
            self.seen += 1
            if self.planned:
                status, headers = self.planned.pop(0)
                sent = [(name.encode(), value.encode()) for name, value in headers.items()]
                await send({"type": "http.response.start", "status": status, "headers": sent})
                await send({"type": "http.response.body", "body": b"<html>"})
                return
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def key(synced):
    return auth.make(desk_of(synced).numbers.workspace.state, Scope.DATA, rate=10_000)


@pytest.fixture(scope="module")
def spoiled():
    return []


@pytest.fixture(scope="module")
def url(synced, key, spoiled):  # noqa: ARG001 - the key is made first
    def wrapped(app):
        spoiled.append(Spoiled(app))
        return spoiled[0]

    server = server_of([desk_of(synced)], time.monotonic)
    server.door.visits.rate = server.door.visits.size = 10**6
    with office(server, wrapped) as found:
        yield found


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def excel(browser, url):
    """The pane as Excel opens it; all functions are asked of the server."""
    open_pane(browser, url, local=False)
    browser.execute_script("SMK.LIMITS.pause = 5")
    return browser


def requests(driver):
    return [json.loads(body) for body in driver.execute_script("return window.requests")]


def many(driver, *asked):
    return driver.execute_async_script(MANY, asked)


def test_every_function_is_associated(browser, url):
    assert open_pane(browser, url) == list(FUNCTIONS)


def test_calls_at_once_leave_together_and_equal_ones_once(excel):
    asked = [["CPL", n % 100, 7, None, {}] for n in range(1_500)]
    assert many(excel, *asked) == [pytest.approx(n % 100 / 7) for n in range(1_500)]
    assert [len(each["calls"]) for each in requests(excel)] == [100]
    assert many(excel, *asked[:5]) == [pytest.approx(n / 7) for n in range(5)]
    assert len(requests(excel)) == 1, "answered from memory"


def test_no_request_holds_more_than_a_thousand_calls(excel):
    many(excel, *(["CPL", n, 7, None, {}] for n in range(2_500)))
    assert [len(each["calls"]) for each in requests(excel)] == [1_000, 1_000, 500]


def test_a_range_that_is_shared_travels_once_and_a_small_one_as_it_is(excel):
    shared = [[n] for n in range(8)]
    many(excel, *(["CPL", shared, n, None, {}] for n in (1, 2)), ["CPL", [[1], [2]], 1, None, {}])
    [sent] = requests(excel)
    assert sent["ranges"] == {"1": shared}
    given = [each["args"] for each in sent["calls"]]
    assert given == [[{"$": "1"}, 1], [{"$": "1"}, 2], [[[1], [2]], 1]]


def test_no_request_grows_beyond_its_size(excel):
    excel.execute_script("SMK.LIMITS.bytes = 2000")
    try:
        ranges = ([[place * 100 + n] for n in range(100)] for place in range(1, 13))
        many(excel, *(["CPL", each, 1, None, {}] for each in ranges))
        assert len(requests(excel)) > 3
        assert sum(len(each["calls"]) for each in requests(excel)) == 12
    finally:
        excel.execute_script("SMK.LIMITS.bytes = 2000000")


def test_what_is_omitted_blank_and_wrong_is_told_apart(excel):
    assert call(excel, "QUALIFIEDSHARE", 90, 30, None, {}) == {"value": 0.75}
    assert call(excel, "QUALIFIEDSHARE", 90, 30, "", {}) == {"value": 0.75}
    assert call(excel, "CPL", "", 5, {})["message"] == "no data"
    assert call(excel, "CPL", [["1 000,5"]], 5, {}) == {"value": 200.1}
    assert call(excel, "CPL", {"code": "#NUM!"}, 5, {})["code"] == "#NUM!"
    assert call(excel, "CPL", [[1], [{"code": "#DIV/0!"}]], 5, {})["code"] == "#N/A"


def test_errors_are_those_of_excel_with_words_where_it_shows_them(excel):
    assert call(excel, "CPL", 10, 0, {}) == {
        "code": "#N/A",
        "message": "nothing to divide by",
        "name": "Error",
    }
    wrong = call(excel, "CPL", "ten", 5, {})
    assert (wrong["code"], wrong["message"]) == ("#VALUE!", "spend: number expected, got 'ten'")
    outside = call(excel, "CONVERSION", 19, 18, {})
    assert (outside["code"], outside["message"]) == ("#NUM!", "")


def test_results_spill_and_errors_inside_are_errors(excel):
    [[low, high]] = call(excel, "CONVCI", 18, 90, None, {})["value"]
    assert (round(low, 4), round(high, 4)) == (0.1304, 0.2941)
    cells = excel.execute_script(
        'const rows = SMK.shown({ value: [["a", null, { error: "na", message: "why" }]] });'
        "return rows[0].map((cell) => cell.code || cell)"
    )
    assert cells == ["a", "", "#N/A"]


def test_a_call_that_is_cancelled_while_it_waits_is_not_sent(excel):
    found = excel.execute_async_script("""
      const done = arguments[0];
      const run = CustomFunctions._association.mappings.CPL;
      const gone = {}, stays = {};
      let isSettled = false;
      run(111, 1, gone).then(() => { isSettled = true; });
      const kept = run(222, 1, stays);
      const again = {};
      run(333, 1, again);
      const taken = run(333, 1, {});
      gone.onCanceled();
      again.onCanceled();
      Promise.all([kept, taken]).then(([one, two]) => done([one, two, isSettled]));
    """)
    assert found == [222, 333, False]
    sent = [each["args"][0] for body in requests(excel) for each in body["calls"]]
    assert sent == [222, 333]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_tried_again(excel, spoiled, status):
    spoiled[0].planned = [(status, {}), (status, {})]
    spoiled[0].seen = 0
    assert call(excel, "CPL", 10, 5, {}) == {"value": 2}
    assert spoiled[0].seen == 3


def test_it_waits_as_long_as_it_is_told(excel, spoiled):
    spoiled[0].planned = [(503, {"retry-after": "1"})]
    begun = time.perf_counter()
    assert call(excel, "CPL", 10, 5, {}) == {"value": 2}
    assert time.perf_counter() - begun > 1


def test_what_does_not_pass_is_told_and_not_remembered(excel, spoiled):
    spoiled[0].planned = [(503, {})] * 3
    failed = call(excel, "CPL", 10, 5, {})
    assert (failed["code"], failed["message"]) == (
        "#N/A",
        "the smarketing server cannot be reached; is it running?",
    )
    spoiled[0].planned, spoiled[0].seen = [(413, {})], 0
    assert call(excel, "CPL", 10, 5, {})["code"] == "#N/A"
    assert spoiled[0].seen == 1, "what is too large is not sent again"
    assert call(excel, "CPL", 10, 5, {}) == {"value": 2}


def test_signed_out_the_cell_says_where_to_sign_in(excel):
    excel.execute_script('SMK.key = "smk_wrong"')
    found = call(excel, "CPL", 10, 5, {})
    assert (found["code"], found["message"]) == (
        "#N/A",
        "Sign in: smarketing pane, on the tab Home",
    )


def test_a_number_of_the_sync_is_remembered_for_a_minute_and_until_the_next_sync(excel, key):
    excel.execute_script("SMK.key = arguments[0]; SMK.now = () => window.at; window.at = 1e9", key)
    ask = ("METRIC", "leads", "2026-11", None, None, {})
    for _ in range(2):
        assert call(excel, *ask) == {"value": 130}
    assert len(requests(excel)) == 1
    excel.execute_script("window.at += 61000")
    call(excel, *ask)
    assert len(requests(excel)) == 2
    excel.execute_script('SMK.store = "another"; SMK.onStore = () => { window.told = true; }')
    call(excel, *ask)
    assert len(requests(excel)) == 3
    assert excel.execute_script("return window.told") is True, "the pane hears of it"


def test_memory_has_its_limits(excel):
    excel.execute_script("SMK.LIMITS.entries = 10")
    try:
        many(excel, *(["CPL", n, 7, {}] for n in range(25)))
        assert excel.execute_script("return SMK.memory.entries.size") == 10
        excel.execute_script("SMK.LIMITS.remembered = 500")
        many(excel, *(["CPL", n, 9, {}] for n in range(25)))
        assert 0 < excel.execute_script("return SMK.memory.size") <= 500
    finally:
        excel.execute_script("SMK.LIMITS.entries = 20000; SMK.LIMITS.remembered = 32000000")


def test_calls_that_come_while_a_request_is_under_way_leave_together(excel):
    excel.execute_async_script("""
      const done = arguments[0];
      const run = CustomFunctions._association.mappings.CPL;
      const first = run(1, 1, {});
      setTimeout(() => {
        const others = Array.from({ length: 50 }, (_, n) => run(n + 2, 1, {}));
        Promise.all([first, ...others]).then(() => done());
      }, 2);
    """)
    counts = [len(each["calls"]) for each in requests(excel)]
    assert counts[0] == 1
    assert len(counts) <= 3
    assert sum(counts) == 51


QUESTIONS = [
    (function.id, given) for function in TRACED.values() for given in calls(function, 300, ODD)
]


def wire(cell):
    return {"error": cell.code.value} if isinstance(cell, Fault) else cell


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_computes_what_the_server_computes(browser, url, language):
    open_pane(browser, url)
    words, setting = load(language), Setting(language, scorecard())
    asked = [
        {
            "id": id_,
            "args": [
                None if rows is None else [[wire(cell) for cell in row] for row in rows]
                for rows in given
            ],
        }
        for id_, given in QUESTIONS
    ]
    found = browser.execute_script(
        "return SMK.local.send({ lang: arguments[0], calls: arguments[1] })", language, asked
    )
    differing = []
    for (id_, given), local in zip(QUESTIONS, found, strict=True):
        expected = spoken(FUNCTIONS[id_].answer(given, setting), words)
        is_same = local == expected or (
            "value" in local
            and "value" in expected
            and isclose(local["value"], expected["value"], rel_tol=1e-12)
        )
        if not is_same:
            differing.append((id_, given, local, expected))
    assert differing == []


def test_what_the_page_computes_is_not_sent(browser, url):
    open_pane(browser, url)
    assert call(browser, "CPL", 10, 5, {}) == {"value": 2}
    assert call(browser, "CPL", 10, 0, {})["message"] == "nothing to divide by"
    assert requests(browser) == []
    assert "value" in call(browser, "CONVCI", 18, 90, None, {})
    assert len(requests(browser)) == 1
