"""Server-sent events are parsed as the standard says, wherever the network splits them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.client.events import Message, Parser, lines


def read(*chunks: bytes) -> list[tuple[str, str]]:
    return [(message.name, message.data) for message in Parser().read(chunks)]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [("message", "a")]),
        (b"data:a\ndata: b\ndata\n\n", [("message", "a\nb\n")]),
        (b"data:  two spaces\n\n", [("message", " two spaces")]),
        (b"event: end\r\ndata: {}\r\n\r\n", [("end", "{}")]),
        (b"event: end\rdata: {}\r\r", [("end", "{}")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("message", "a")]),
        (b": comment\ndata: a\nunknown: b\n\n", [("message", "a")]),
        (b"event: lost\n\ndata: a\n\n", [("message", "a")]),
        (b"data: a\n\nevent: end\ndata: cut off\n", [("message", "a")]),
        (b"data:\n\n", [("message", "")]),
    ],
)
def test_a_stream_gives_its_events(stream: bytes, events: list[tuple[str, str]]) -> None:
    assert read(stream) == events


def test_an_id_holds_until_the_next_one() -> None:
    parser = Parser()
    stream = b"id: 7\ndata: a\n\ndata: b\n\nid: 8\n\nid: \0\ndata: c\n\nid\ndata: d\n\nid: 9\n"
    assert [parser.last_id for _ in parser.read([stream])] == ["7", "7", "8", ""]
    assert parser.last_id == ""  # a block that was cut off sets nothing


def test_the_server_sets_the_reconnection_time() -> None:
    parser = Parser()
    assert list(parser.read([b"retry: 2500\nretry: soon\nretry: -1\ndata: a\n\n"])) == [
        Message(name="message", data="a")
    ]
    assert parser.retry == 2.5


@given(
    text=st.lists(st.sampled_from([b"data: a", b"\r", b"\n", b"\r\n", b"x" * 9]), max_size=30),
    cuts=st.lists(st.integers(0, 120), max_size=8),
)
def test_lines_do_not_depend_on_the_chunks_of_the_network(
    text: list[bytes], cuts: list[int]
) -> None:
    whole = b"".join(text)
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[a:b] for a, b in itertools.pairwise(edges)]
    ended = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:-1]
    assert list(lines(pieces)) == list(lines([whole])) == ended
