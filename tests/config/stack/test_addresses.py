"""A requested port is used or refused; without a request the next free one is used."""

import socket
from collections.abc import Iterator

import pytest

from config.stack import addresses


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setenv("PORT", str(taken))
    with pytest.raises(addresses.PortInUse, match=f"PORT={taken} is in use"), addresses.reserve():
        pytest.fail("it must not come so far")


def test_the_next_free_port_is_used_without_a_request(
    monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(addresses, "WEB_PORT", taken)
    with addresses.reserve() as chosen:
        assert taken < chosen.port < taken + addresses.MAX_PORTS_TRIED


def test_a_chosen_port_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with addresses.reserve() as first, addresses.reserve() as second:
        assert first.port != second.port


def test_two_stacks_that_start_together_have_different_ports_for_flower() -> None:
    # neither Flower listens yet
    with addresses.reserve() as first, addresses.reserve() as second:
        assert first.flower_port != second.flower_port


def test_flower_gets_a_password_if_it_listens_beyond_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with addresses.reserve() as alone:
        assert alone.flower_login == ""
    monkeypatch.setenv("FLOWER_ADDRESS", "0.0.0.0")
    with addresses.reserve() as reachable:
        assert reachable.flower_login.startswith("admin:")
        assert reachable.flower_environment["FLOWER_BASIC_AUTH"] == reachable.flower_login
        assert reachable.flower_url.startswith("http://127.0.0.1:")
