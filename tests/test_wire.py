"""The wire: every message comes back as it was, and any bytes at all are a message or a WireError."""

# ruff: noqa: FBT003 - a table of arguments

import json
import random
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from grader.worker import wire

LIMIT = 1 << 20
TYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")


class TooShortError(Exception):
    """The bytes ended inside a message."""


def reading(data, chunk=1 << 16):
    """An inbox over given bytes, which arrive in chunks."""
    left = [data]

    def more(buffers):
        if not left[0]:
            raise TooShortError
        count = 0
        for buffer in buffers:
            part = left[0][: min(len(buffer), chunk - count)]
            buffer[: len(part)] = part
            left[0] = left[0][len(part) :]
            count += len(part)
        return count

    return wire.Inbox(more)


def there_and_back(head, arrays, chunk=1 << 16):
    """What arrives of a message."""
    return wire.read(reading(b"".join(wire.pack(head, arrays)), chunk).fill, LIMIT)


def message(head, body=b""):
    """The bytes of a message with any head."""
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return len(text).to_bytes(4, "big") + text + body


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (0,), (2, 0, 3), (2, 1, 3, 2)])
def test_arrays_arrive_as_they_were(kind, shape):
    """Every plain dtype and any shape, of rank 0 and without elements too, comes back bit for bit."""
    array = np.arange(np.prod(shape)).reshape(shape).astype(kind)

    head, [arrived] = there_and_back({"do": "it"}, [array])

    assert ({"do": "it"}, array.dtype, array.shape, array.tobytes()) == (
        head,
        arrived.dtype,
        arrived.shape,
        arrived.tobytes(),
    )


def test_nan_infinity_and_negative_zero_survive():
    """Bits, not values, travel."""
    array = np.array([np.nan, -np.inf, -0.0, 5e-324])

    _, [arrived] = there_and_back({}, [array])

    assert array.tobytes() == arrived.tobytes()


def test_a_view_with_strides_arrives_in_its_own_order():
    """A transposed or stepped view is sent as what it shows."""
    array = np.arange(24.0).reshape(4, 6)

    _, arrived = there_and_back({}, [array.T, array[::2, ::-3]])

    assert [array.T.tolist(), array[::2, ::-3].tolist()] == [one.tolist() for one in arrived]


@pytest.mark.parametrize("chunk", [1, 3, 7, 4096])
def test_a_message_may_come_in_pieces(chunk):
    """However the bytes are cut, the messages are the same; two in a row do not run into each other."""
    array = np.arange(100.0)
    inbox = reading(b"".join(wire.pack({"n": 1}, [array]) + wire.pack({"n": 2}, [])), chunk)

    first, [arrived] = wire.read(inbox.fill, LIMIT)
    second, none = wire.read(inbox.fill, LIMIT)

    assert ({"n": 1}, {"n": 2}, [], array.tolist()) == (first, second, none, arrived.tolist())


def test_a_large_message_is_sent_in_parts():
    """Arrays beyond what is joined are written from where they lie."""
    array = np.arange(50_000.0)

    parts = wire.pack({}, [array])

    assert len(parts) == 2
    assert array.tobytes() == bytes(parts[1])


def test_a_head_that_is_too_long_is_not_packed():
    """The writer sees its own mistake."""
    with pytest.raises(wire.WireError):
        wire.pack({"text": "x" * (64 << 10)})


REFUSED = {
    "no head": b"\0\0\0\0",
    "a head of 4 GiB": b"\xff\xff\xff\xff",
    "no JSON": message(b"{]"),
    "not UTF-8": message(b'{"\xff": 1}'),
    "a list": message([]),
    "deeply nested": message(b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    "an endless number": message(b'{"a":' + b"9" * 60_000 + b"}"),
    "NaN": message(b'{"a": NaN}'),
    "arrays that are no list": message({"arrays": {}}),
    "an array that is a word": message({"arrays": ["<f8"]}),
    "three parts": message({"arrays": [["<f8", [1], 0]]}, bytes(8)),
    "an object array": message({"arrays": [["|O", [1]]]}, bytes(8)),
    "an object array by another name": message({"arrays": [["O", [1]]]}, bytes(8)),
    "a swapped array": message({"arrays": [[">f8", [1]]]}, bytes(8)),
    "a structured array": message({"arrays": [[[["a", "<f8"]], [1]]]}, bytes(8)),
    "a complex array": message({"arrays": [["<c16", [1]]]}, bytes(16)),
    "a text array": message({"arrays": [["<U1", [1]]]}, bytes(4)),
    "a date array": message({"arrays": [["<M8[s]", [1]]]}, bytes(8)),
    "a dtype that is no text": message({"arrays": [[8, [1]]]}, bytes(8)),
    "a shape that is no list": message({"arrays": [["<f8", 1]]}, bytes(8)),
    "a negative side": message({"arrays": [["<f8", [-1]]]}, bytes(8)),
    "a true side": message({"arrays": [["<f8", [True]]]}, bytes(8)),
    "half a side": message({"arrays": [["<f8", [1.0]]]}, bytes(8)),
    "a huge side": message({"arrays": [["|b1", [10**30]]]}),
    "a product beyond the limit": message({"arrays": [["|b1", [1 << 11, 1 << 11]]]}),
    "a product that overflows": message({"arrays": [["|b1", [1 << 16] * 4 + [0]]]}),
    "33 sides": message({"arrays": [["<f8", [1] * 33]]}, bytes(8)),
    "too many arrays": message({"arrays": [["|b1", [0]]] * 65}),
    "arrays beyond the limit together": message({"arrays": [["|b1", [1 << 19]]] * 3}, bytes(3 << 19)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_message_is_refused(name):
    """Each kind of nonsense is a WireError, before anything large is allocated."""
    with pytest.raises(wire.WireError):
        wire.read(reading(REFUSED[name] + bytes(64)).fill, LIMIT)


SPLICES = [b"[", b"{", b"9" * 20, b'"|O"', b'"arrays"', b"-1", b"null", b"\xff", b"\0\0\0\x02{}", b"1e999", b",", b'"']


def mutated(generator, message):
    """A message with a few bytes changed, added or left out."""
    data = bytearray(message)
    for _ in range(generator.randint(1, 4)):
        place = generator.randrange(len(data) + 1)
        match generator.randrange(4):
            case 0:
                data[place : place + 1] = bytes([generator.randrange(256)])
            case 1:
                data[place:place] = generator.choice(SPLICES)
            case 2:
                del data[place : place + generator.randint(1, 8)]
            case 3:
                data[place : place + generator.randint(1, 4)] = generator.randbytes(generator.randint(0, 4))
    return bytes(data)


def read_mutated(count, seed):
    """How many mutated messages ended in which way."""
    generator = random.Random(seed)  # noqa: S311 - to be repeated
    seeds = [
        b"".join(wire.pack({"value": 0, "number": 7, "changed": {"1": 0}}, [np.arange(6.0).reshape(2, 3)])),
        b"".join(wire.pack({"value": {"raised": {"type_name": "E", "line": 3}}}, [np.array(True), np.zeros((0, 2))])),
        b"".join(wire.pack({"level": "full", "reasons": []}, [])),
    ]
    endings = {"message": 0, "refused": 0, "short": 0}
    for _ in range(count):
        data = mutated(generator, generator.choice(seeds))
        try:
            _, arrays = wire.read(reading(data).fill, LIMIT)
        except wire.WireError:
            endings["refused"] += 1
        except TooShortError:
            endings["short"] += 1
        else:
            endings["message"] += 1
            assert all(type(array) is np.ndarray and array.dtype.kind in "biuf" for array in arrays)
    return endings


def test_mutated_messages_end_as_messages_or_refusals():
    """20,000 mutated messages: no other exception, no object arrays."""
    endings = read_mutated(20_000, 20261121)

    assert min(endings.values()) > 100, endings


def test_mutated_messages_take_no_memory_beyond_the_limit():
    """Every allocation is taken note of, in a process of its own: threads of other tests allocate as well."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, encoding="utf-8", timeout=60, check=True)

    assert 0 < int(done.stdout) < 4 * LIMIT


if __name__ == "__main__":
    tracemalloc.start()
    read_mutated(4_000, 20261122)
    sys.stdout.write(str(tracemalloc.get_traced_memory()[1]))
