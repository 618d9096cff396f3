"""What crosses between judge and kernel, over a pair of sockets: values, calls, changes, errors."""

import numpy as np
import pytest
from judge_pair import judge_of

from coursekit.judge import wire
from coursekit.judge.remote import BrokenAnswer, JudgeError, OutOfTime

PLAIN = [
    None, True, ..., NotImplemented, 0, -1, 10**300, -(2**64), 1.5, float("inf"), 1 + 2j, "", "é",
    b"", b"\x00\xff", [], [1, [2, "three"]], (), (1, (2,)), {}, {"a": 1, 2: (3,)}, {1, 2},
    frozenset({"x"}), slice(1, None, 2), range(3, 9, 2), np.float32(1.5), np.int64(-3),
    np.bool_(True), np.dtype("float32"),
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_a_plain_value_goes_there_and_back(value):
    with judge_of("def same(x): return x") as session:
        back = session.names(["same"])["same"](value)
    assert type(back) is type(value)
    assert back == value


@pytest.mark.parametrize("dtype", ["?", "u1", "i8", ">i4", "f2", "f4", "f8", "c16", "U3", "S2"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_goes_there_and_back(dtype, shape, order):
    count = int(np.prod(shape))
    array = np.arange(count).astype("i8").reshape(shape).astype(dtype).copy(order=order)
    with judge_of("def same(x): return x.copy(order='K')") as session:
        back = session.names(["same"])["same"](array)
    assert type(back) is np.ndarray
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.flags.f_contiguous == array.flags.f_contiguous
    assert back.flags.writeable and back.base is None
    np.testing.assert_array_equal(back, array)


def test_subclasses_arrive_as_what_they_are_based_on():
    with judge_of(
        """
import numpy as np
class Int(int):
    __eq__ = lambda self, other: True
class Array(np.ndarray):
    __eq__ = lambda self, other: True
class Dict(dict):
    def __getitem__(self, key): return 42
    def items(self): return [(1, 42)]
values = [Int(3), np.zeros(2).view(Array), Dict(a=1), np.str_("text")]
"""
    ) as session:
        values = session.names(["values"])["values"]
    assert [type(value) for value in values] == [int, np.ndarray, dict, str]
    assert values[0] == 3 and values[0] != 4
    assert values[2] == {"a": 1}


def test_a_named_tuple_keeps_its_names_and_nothing_else():
    with judge_of(
        """
from collections import namedtuple
class Pair(namedtuple("Pair", "first second")):
    def __eq__(self, other): return True
pair = Pair(1, [2])
"""
    ) as session:
        pair = session.names(["pair"])["pair"]
    assert (pair.first, pair.second) == (1, [2])
    assert pair != (1, [3])


def test_changes_in_place_come_back_to_the_objects_themselves():
    weights, extra, numbers, rng = np.ones(3), {"W": np.zeros(2)}, [1, 2], np.random.default_rng(0)
    inner, model = extra["W"], {"weights": weights, "extra": extra}
    with judge_of(
        """
def change(model, numbers, rng):
    model["weights"][0] = 7
    model["extra"]["W"] += 1
    model["new"] = model["weights"]
    numbers.append(rng.random())
    return model
"""
    ) as session:
        result = session.names(["change"])["change"](model, numbers, rng)
    assert result is model and model["new"] is weights
    assert weights[0] == 7
    assert extra["W"] is inner and inner.tolist() == [1, 1]
    same = np.random.default_rng(0)
    assert numbers == [1, 2, same.random()]
    assert rng.random() == same.random()


def test_a_function_of_the_test_sees_what_was_changed_before_it_is_called():
    weights = np.zeros(2)
    with judge_of(
        """
def slope(loss, weights):
    weights[1] += 1
    up = loss()
    weights[1] -= 1
    return up - loss()
"""
    ) as session:
        slope = session.names(["slope"])["slope"]
        assert slope(lambda: float(weights @ [3, 5]), weights) == 5


def test_an_error_of_the_student_is_the_builtin_one_and_names_the_line():
    code = "\ndef boom():\n    raise KeyError('no')"
    with judge_of(code) as session, pytest.raises(KeyError) as caught:
        session.names(["boom"])["boom"]()
    assert caught.value.student_line == "raise KeyError('no')"
    assert (caught.value.line_number, caught.value.cell_head) == (3, "def boom():")


def test_an_error_in_a_called_function_of_the_student_brings_the_calls_along():
    code = "def inner(x):\n    return x / 0\ndef outer(x):\n    return [inner(i) for i in x]"
    with judge_of(code) as session, pytest.raises(ZeroDivisionError) as caught:
        session.names(["outer"])["outer"]([1])
    wanted = (("outer", "return [inner(i) for i in x]"), ("inner", "return x / 0"))
    assert tuple(call for call in caught.value.student_calls if call[0] != "<code>") == wanted


def test_an_error_of_the_students_own_has_its_name():
    code = "class Odd(ValueError): pass\ndef boom(): raise Odd('no')"
    with judge_of(code) as session, pytest.raises(ValueError, match="no") as caught:
        session.names(["boom"])["boom"]()
    assert type(caught.value).__name__ == "Odd"


def test_stop_iteration_does_not_end_a_loop_of_the_test():
    with judge_of("def f(x): raise StopIteration") as session:
        f = session.names(["f"])["f"]
        with pytest.raises(Exception, match=r"^$") as caught:
            list(map(f, [1, 2]))
    assert type(caught.value).__name__ == "StopIteration"
    assert not isinstance(caught.value, StopIteration)


@pytest.mark.parametrize(
    "use",
    [
        lambda r: r == 1, lambda r: np.int64(1) == r, lambda r: r != 1, lambda r: r < 1,
        bool, float, int,
        np.asarray, lambda r: np.asarray([r]), lambda r: np.zeros(2) == r, hash,
        lambda r: np.isfinite(r), lambda r: [1, 2][r],
    ],
)  # fmt: skip
def test_an_object_refuses_what_would_let_it_decide(use):
    liar = """
class Liar:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __hash__ = __bool__ = __float__ = __int__ = __index__ = __eq__
    def __array__(self, *args, **kwargs): return self.array
liar = Liar()
"""
    with judge_of(liar) as session:
        remote = session.names(["liar"])["liar"]
        with pytest.raises((JudgeError, TypeError)):
            use(remote)


def test_objects_answer_like_the_student_s_own():
    code = """
class Data:
    size = 3
    def __len__(self): return self.size
    def __getitem__(self, i): return i * 10
    def __iter__(self): return (self[i] for i in range(3))
class Plain: pass
data, plain = Data(), Plain()
"""
    with judge_of(code) as session:
        found = session.names(["data", "plain", "Data", "absent"])
        data, plain = found["data"], found["plain"]
        assert found.keys() == {"data", "plain", "Data"}
        assert (len(data), data[2], list(data), data.size) == (3, 20, [0, 10, 20], 3)
        data.size = 5
        assert len(data) == 5 and len(found["Data"]()) == 3
        assert callable(found["Data"]) and not callable(plain) and not hasattr(plain, "size")
        assert type(plain).__name__ == "Plain"
        with pytest.raises(TypeError):
            iter(plain)


def test_one_time_limit_covers_all_calls():
    code = "import time\ndef wait(s): time.sleep(s)"
    with judge_of(code, seconds=0.6) as session:
        wait = session.names(["wait"])["wait"]
        with pytest.raises(OutOfTime):
            for _ in range(10):
                wait(0.2)
        with pytest.raises(OutOfTime):
            wait(0)
    assert session.calls <= 5


@pytest.mark.parametrize(
    "message",
    [
        b"", b"?", b"l\xff\xff\xff\xff", b"a\x00\x03\x01<f8" + b"\x7f" * 8 + b"\x00" * 8,
        b"l\x00\x00\x00\x01" * 100, b"#\x00\x00\x00\x05", b"R\x00\x00\x00\x00", b"a\x00\x02\x00|O",
        b"k\x02|O", b"i\x00\x00\xff\xff", b"e\x00\x00\x00\x01l\x00\x00\x00\x00", b"s\xff",
    ],
)  # fmt: skip
def test_nonsense_is_refused(message):
    reader = wire.Reader(memoryview(message), lambda reference: reference)
    with pytest.raises(wire.WireError):
        reader.read()


def test_a_new_shape_of_an_argument_comes_back():
    code = """
def flatten(x): x.shape = (6,)
def cut(x): x.resize((2,), refcheck=False)
"""
    x = np.arange(6).reshape(2, 3)
    with judge_of(code) as session:
        session.names(["flatten"])["flatten"](x)
        assert x.tolist() == [0, 1, 2, 3, 4, 5]
        with pytest.raises(BrokenAnswer, match="size of an array"):
            session.names(["cut"])["cut"](np.arange(6))


def test_a_generator_made_over_there_goes_on_from_call_to_call():
    """Also where a generator function draws from it later."""
    code = """
def now(rng): return rng.random()
def later(rng): yield rng.random()
"""
    with judge_of(code) as session:
        found = session.names(["now", "later"])
        rng = session.made_there(np.random.default_rng, 5)
        drawn = [found["now"](rng), *found["later"](rng), *found["later"](rng), found["now"](rng)]
    assert drawn == np.random.default_rng(5).random(4).tolist()


def test_functions_of_a_program_stand_in_the_notebook_for_a_while():
    code = """
def double(x): return 3 * x
def twice(x): return double(double(x))
"""
    program = "import math\ndef double(x): return 2 * x\ndef new(): return 1"
    with judge_of(code) as session:
        twice = session.names(["twice"])["twice"]
        with session.replaced(program):
            assert twice(1) == 4
            assert session.names(["new", "math"]).keys() == {"new"}
        assert twice(1) == 9
        assert not session.names(["new"])


def test_a_matrix_and_a_masked_array_are_no_plain_arrays():
    code = """
import numpy as np
matrix, masked = np.matrix([[1, 2]]), np.ma.array([1, 2])
"""
    with judge_of(code) as session:
        for value in session.names(["matrix", "masked"]).values():
            assert type(value).__name__ in ("matrix", "MaskedArray")
            with pytest.raises(JudgeError):
                np.asarray(value)
