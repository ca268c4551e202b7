"""Keys, scopes and rates: who comes in, and how often."""

import pytest

from excel_addin import auth
from excel_addin.auth import Scope
from excel_addin.batch import Unusable
from excel_addin.door import Door
from tests.addin.serving import Clock, desk_of
from tests.cli.calls import cli, done

HOME, AWAY = "127.0.0.1", "10.0.0.7"


class Memory(dict):
    def put(self, name, value):
        self[name] = value


@pytest.fixture
def folder(tmp_path):
    from tests.cli.company import write_deals

    done("init", tmp_path, "--deals", write_deals(tmp_path))
    return tmp_path


def door_of(*folders, url="http://localhost:8765"):
    clock = Clock()
    return Door([desk_of(each) for each in folders], url, clock), clock


def refused(action, *arguments):
    with pytest.raises(Unusable) as found:
        action(*arguments)
    return found.value.status, found.value.id


def test_of_a_key_only_its_hash_is_kept():
    memory = Memory()
    key = auth.make(memory, Scope.DATA)
    assert len(key) >= len("smk_") + 43, "256 bits"
    assert key not in str(memory)
    assert auth.matching(auth.keys(memory), key).scope is Scope.DATA
    assert auth.matching(auth.keys(memory), key[:-1]) is None
    assert auth.make(memory, Scope.FORMULAS) != key
    assert auth.forget(memory) == 2
    assert auth.keys(memory) == ()


def test_every_key_is_compared_in_constant_time(monkeypatch):
    memory = Memory()
    keys = [auth.make(memory, Scope.FORMULAS) for _ in range(5)]
    compared = []
    monkeypatch.setattr(
        auth.hmac, "compare_digest", lambda one, other: compared.append(one) or one == other
    )
    for given in (keys[0], keys[-1], "wrong", ""):
        compared.clear()
        auth.matching(auth.keys(memory), given)
        assert len(compared) == 5


def test_the_command_makes_a_key_and_forgets_it(folder):
    door, clock = door_of(folder)
    key = done("addin", "key", "--dir", folder).out.strip()
    data = done("addin", "key", "--dir", folder, "--data").out.strip()
    assert door.admit(AWAY, f"Bearer {key}").scope is Scope.FORMULAS
    assert door.admit(AWAY, f"Bearer {data}").scope is Scope.DATA
    assert "2" in done("addin", "key", "--dir", folder, "--forget").out
    clock.seconds += 10
    assert refused(door.admit, AWAY, f"Bearer {key}") == (401, "wrong_key")


def test_formulas_need_no_key_at_this_computer_alone(folder):
    door, _ = door_of(folder)
    entry = door.admit(HOME, None)
    assert entry.scope is Scope.FORMULAS
    assert refused(entry.need_data) == (403, "no_scope")
    assert refused(door.admit, AWAY, None) == (401, "no_key")
    behind_a_proxy, _ = door_of(folder, url="https://smk.example.com")
    assert refused(behind_a_proxy.admit, HOME, None) == (401, "no_key")


def test_a_key_opens_its_own_workspace(folder, tmp_path_factory):
    from tests.cli.company import write_deals

    other = tmp_path_factory.mktemp("other")
    done("init", other, "--deals", write_deals(other))
    door, _ = door_of(folder, other)
    key = done("addin", "key", "--dir", other).out.strip()
    assert door.admit(AWAY, f"Bearer {key}").desk.numbers.workspace.folder == other


def test_wrong_keys_come_ten_at_once_and_right_ones_go_on(folder):
    door, clock = door_of(folder)
    key = done("addin", "key", "--dir", folder).out.strip()
    for _ in range(10):
        assert refused(door.admit, AWAY, "Bearer wrong") == (401, "wrong_key")
    assert refused(door.admit, AWAY, "Bearer wrong") == (429, "too_often")
    assert door.admit(AWAY, f"Bearer {key}")
    assert refused(door.admit, HOME, "Bearer wrong") == (401, "wrong_key")
    clock.seconds += 5.1
    assert refused(door.admit, AWAY, "Bearer wrong") == (401, "wrong_key")


def test_a_key_has_a_rate(folder):
    door, clock = door_of(folder)
    state = door.desks[0].numbers.workspace.state
    key = auth.make(state, Scope.FORMULAS, rate=2)
    for _ in range(20):
        door.admit(AWAY, f"Bearer {key}")
    assert refused(door.admit, AWAY, f"Bearer {key}") == (429, "too_often")
    clock.seconds += 0.6
    assert door.admit(AWAY, f"Bearer {key}")


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {"host": "localhost:8765"}, None),
        ("GET", {"host": "127.0.0.1:8765"}, None),
        ("GET", {"host": "[::1]:8765"}, None),
        ("GET", {"host": "evil.example"}, (421, "wrong_host")),
        ("GET", {"host": "[::1"}, (421, "wrong_host")),
        ("GET", {}, (421, "wrong_host")),
        ("POST", {"host": "localhost:8765", "origin": "http://localhost:8765"}, None),
        ("POST", {"host": "localhost:8765"}, None),
        ("POST", {"host": "localhost:8765", "origin": "http://localhost:9"}, (403, "wrong_origin")),
        ("POST", {"host": "localhost:8765", "origin": "null"}, (403, "wrong_origin")),
        ("POST", {"host": "localhost:8765", "origin": "http://[x"}, (403, "wrong_origin")),
        ("GET", {"host": "localhost:8765", "origin": "http://evil"}, None),
    ],
)
def test_the_names_that_a_request_gives(folder, method, headers, expected):
    door, _ = door_of(folder)
    if expected is None:
        door.check_names(method, headers)
    else:
        assert refused(door.check_names, method, headers) == expected


def test_other_computers_are_answered_with_tls_an_address_and_a_key(folder):
    open_ = ("serve", folder, "--bind", "0.0.0.0")  # noqa: S104
    assert "TLS" in cli(*open_).err
    assert "--url" in cli(*open_, "--cert").err
    assert "addin key" in cli(*open_, "--cert", "--url", "https://smk.example.com").err
