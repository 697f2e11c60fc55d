"""The worker's reading of a submission and of what a method returned, without a process: pure functions on bytes."""

# ruff: noqa: E501 - submissions are written on one line

import ast
import codecs
import json
import textwrap

import numpy as np
import pytest

from grader.worker import facts, finding, pieces, raising
from grader.worker.answers import normalise
from grader.worker.decoding import Unreadable, decode
from grader.worker.plaintext import clean
from grader.worker.selecting import select
from grader.worker.source import read

RELU = "class Relu:\n    def forward(self, x):\n        return x\n"


def found(source, class_name="Relu", name="relu.py"):
    """What is found in one file."""
    return finding.find([(name, source if isinstance(source, bytes) else textwrap.dedent(source).encode())], class_name)


def told(source, kind, class_name="Relu", name="relu.py"):
    """One kind of fact about one file."""
    return facts.collect(found(source, class_name, name), class_name)[kind]


def method(body, arguments="self, x"):
    """A class with one method of this body, whose first line is line 3."""
    return f"class Relu:\n    def forward({arguments}):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8)


def notebook(*cells, version=4):
    """The bytes of a notebook; a cell is source, or (type, source)."""
    listed = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
    if version == 3:
        told = [{"cell_type": kind, "input" if kind == "code" else "source": text} for kind, text in listed]
        return json.dumps({"worksheets": [{"cells": told}], "nbformat": 3}).encode()
    told = [{"cell_type": kind, "source": text.splitlines(keepends=True)} for kind, text in listed]
    return json.dumps({"cells": told, "nbformat": 4}).encode()


# --- answers


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (3, "int64"), (True, "bool"), (1.5, "float64"), (np.float32(2), "float32"), (np.int8(2), "int8"),
        (np.bool_(1), "bool"), (np.longdouble(3), "float64"), (np.array(2.0), "float64"), (10**30, "float64"),
    ],
)  # fmt: skip
def test_a_real_number_becomes_an_array_of_rank_0(value, dtype):
    """Python's and NumPy's scalars are answers like any array."""
    answer = normalise(value)

    assert (np.ndarray, (), dtype, float(value)) == (type(answer), answer.shape, answer.dtype.name, float(answer))


class Disguised(np.ndarray):
    """An array that compares by rules of its own."""

    def __array_function__(self, *_):
        """Say yes to everything."""
        return True


@pytest.mark.parametrize(
    "value",
    [
        np.ones((2, 3)).view(Disguised), np.array([[1.0, 2.0]]).view(np.matrix), np.ma.array([1.0, 2.0], mask=[True, False]),
        np.ones(3, ">f8"), np.array([1, 2.5, True], dtype=object), np.ones((4, 4))[::2, ::-1], np.ones((3, 3), order="F"),
    ],
)  # fmt: skip
def test_every_kind_of_real_array_becomes_a_plain_one(value):
    """Subclasses, byte orders, strides and objects that are numbers do not reach the wire."""
    answer = normalise(value)

    assert type(answer) is np.ndarray
    assert answer.flags["C_CONTIGUOUS"]
    assert answer.dtype.isnative
    assert np.asarray(value, dtype=float).tolist() == answer.tolist()


def test_an_answer_shares_no_memory_with_what_was_returned():
    """A later call of the student's cannot change it."""
    value = np.zeros(3)
    answer = normalise(value)
    value[:] = 1

    assert answer.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("value", "described"),
    [
        (None, ("NoneType", "None", [])),
        ([1, np.ones(2)], ("list", "[1, array([1., 1.])]", ["int", "float64 (2,)"])),
        ((np.ones((3, 4)), None), ("tuple", None, ["float64 (3, 4)", "NoneType"])),
        ("a\x1b[31m\u202e", ("str", "'a\\x1b[31m\\u202e'", [])),
        (1j, ("complex", "1j", [])),
        (np.ones(2, complex), ("ndarray", "complex128 (2,)", [])),
        (np.array([1, None]), ("ndarray", "object (2,)", [])),
        (np.array(["a"]), ("ndarray", "<U1 (1,)", [])),
        (np.broadcast_to(1.0, (10**6, 10**6)), ("ndarray", "float64 (1000000, 1000000)", [])),
        (10**400, ("int", None, [])),
        (Disguised, ("type", None, [])),
    ],
)  # fmt: skip
def test_what_is_no_real_array_is_described(value, described):
    """A name, a short text, and the types of the items."""
    answer = normalise(value)
    kind, summary, items = described

    assert (kind, items) == (answer["type_name"], answer["items"])
    assert len(answer["summary"]) <= 200
    assert summary in {None, answer["summary"]}


def test_addresses_are_left_out():
    """A report says the same whenever it is made; what a student wrote down as a number stays."""
    seen = normalise([object(), lambda: 0, 0xFF00])["summary"]

    assert seen == "[<object object at 0x…>, <function test_addresses_are_left_out.<locals>.<lambda> at 0x…>, 65280]"
    assert raising.describe(ValueError(object()), ())["message"] == "<object object at 0x…>"


def test_a_repr_that_raises_is_said_to():
    """Describing never fails."""

    class Grim:
        def __repr__(self):
            raise SystemExit

    assert normalise(Grim())["summary"] == "<SystemExit in its repr>"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("한글 ö 数", "한글 ö 数"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("a\r\nb\tc", "a  b c"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("\ud800", "\ufffd"),
        ("x" * 50, "x" * 19 + "…"),
    ],
)
def test_text_of_others_is_made_plain(text, cleaned):
    """No control characters, no direction changes, one line, a length."""
    assert cleaned == clean(text, 20)


def test_newlines_stay_where_they_are_wanted():
    """Captured output keeps its lines."""
    assert clean("a\n\tb\x1b", 99, keep="\n\t") == "a\n\tb\ufffd"


def test_an_exception_is_described_by_its_innermost_line_in_the_students_file():
    """Frames of NumPy below it, and of ours above it, are not theirs."""
    code = compile("import numpy as np\ndef f():\n    np.linalg.inv('a')\n", "relu.py", "exec")
    names = {}
    exec(code, names)  # noqa: S102 - written above
    with pytest.raises(Exception) as caught:  # noqa: PT011
        names["f"]()

    described = raising.describe(caught.value, {"relu.py"})

    assert (described["file"], described["line"], described["function"]) == ("relu.py", 3, "f")


def test_an_exception_whose_message_raises_is_described():
    """`__str__` may be anything."""

    class Odd(Exception):  # noqa: N818
        def __str__(self):
            raise KeyboardInterrupt

    described = raising.describe(Odd(), set())

    assert (described["type_name"], described["message"]) == ("Odd", "<KeyboardInterrupt in its message>")


# --- decoding

KOREAN = "# 렐루 층\nx = 1\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (KOREAN.encode(), "utf-8"),
        (KOREAN.encode("utf-8-sig"), "utf-8-sig"),
        (KOREAN.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + KOREAN.encode("utf-16-be"), "utf-16"),
        (KOREAN.encode("utf-16-le"), "utf-16-le"),
        (KOREAN.encode("utf-32"), "utf-32"),
        (KOREAN.encode("cp949"), "cp949"),
        (b"# -*- coding: euc-kr -*-\n" + KOREAN.encode("euc-kr"), "euc_kr"),
        (b"#!x\n# vim: set fileencoding=cp949 :\n" + KOREAN.encode("cp949"), "cp949"),
        (b"# coding: utf-8\n" + KOREAN.encode("cp949"), "cp949"),
        (KOREAN.replace("\n", "\r\n").encode(), "utf-8"),
        (KOREAN.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_every_editors_encoding_is_read(data, encoding):
    """Marks, coding lines, and what Korean Windows writes without either."""
    decoded = decode(data)

    assert encoding == decoded.encoding
    assert decoded.text.endswith(KOREAN)


def test_a_coding_line_that_python_does_not_know_is_noted():
    """Neither an unknown name nor a codec that is no text encoding stops the reading."""
    assert [decode(f"# coding: {name}\nx = 1".encode()).unknown_encoding for name in ("utf-9", "rot13", "zlib")] == [
        "utf-9", "rot13", "zlib",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"x = 1\n\0\n", "null_bytes"),
        (b"import numpy as np  # one \0 in it\n", "null_bytes"),
        (bytes(1000), "no_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + bytes(100), "document"),
        (b"PK\x03\x04 word/document.xml", "document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document"),
        (b"%PDF-1.7\nclass Relu:\n", "document"),
        (bytes(range(1, 256)), "no_text"),
        (b"\xff\xfe\x00", "no_text"),
    ],
)
def test_what_is_no_text_is_said_to_be_none(data, reason):
    """Each with its own reason."""
    with pytest.raises(Unreadable) as caught:
        decode(data)

    assert reason == caught.value.reason


def test_a_lone_surrogate_does_no_harm():
    """UTF-7 can spell one; it is replaced."""
    assert "# ?\n" in decode(b"# coding: utf-7\n# +2AA-\nx = 1").text


# --- pieces, notebooks


def test_a_notebook_is_read_cell_by_cell():
    """Code cells in order, numbered among all cells; both formats."""
    cells = [("markdown", "# Title"), "import numpy as np", ("raw", "x"), RELU]

    layouts = [pieces.of_notebook(notebook(*cells, version=version).decode()) for version in (4, 3)]

    assert [layout.marks for layout in layouts] == [[(2, 1), (4, 2)]] * 2
    assert [layout.text for layout in layouts] == ["import numpy as np\n" + RELU] * 2


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("%%time\n" + RELU, True),
        ("\n%%capture out\n" + RELU, True),
        ("%%writefile relu.py\n" + RELU, True),
        ("%%html\n" + RELU, False),
        ("%%bash\n" + RELU, False),
        ("%%writefile notes.txt\n" + RELU, False),
        ("%matplotlib inline\n!pip install x\n" + RELU, True),
        ("?np\nnp?\nnp.dot??\n" + RELU, True),
        ("files = !ls\nhere = %pwd\n" + RELU, True),
        ("!echo it's ( here\n" + RELU, True),
        ("def f():\n    %time x = 1\n" + RELU, True),
    ],
)
def test_magic_costs_only_its_own_line(cell, kept):
    """Lines of another language vanish; cells of another language do too."""
    assert kept == (found(notebook(cell), name="a.ipynb").status == "ready")


def test_magic_is_recognised_by_what_does_not_parse():
    """A `%` at the start of a line inside brackets is arithmetic; a string may hold anything."""
    source = read("a.ipynb", notebook("x = (7\n%4)\ny = '''\n!ls\n'''\n"))

    assert [ast.unparse(statement) for statement in source.statements] == ["x = 7 % 4", "y = '\\n!ls\\n'"]


def test_lines_keep_their_numbers_under_magic():
    """What follows a removed line is where it was."""
    assert told(notebook("%%time\n!ls\n", "%pwd\n" + RELU), "class", name="a.ipynb")["line"] == 4


def test_a_cell_that_does_not_parse_costs_only_itself():
    """A broken experiment above or below the class is a note."""
    result = found(notebook("def (:", RELU, "x ="), name="a.ipynb")

    assert (result.status, [key for key, _ in result.notes]) == ("ready", ["broken_elsewhere"] * 2)


def test_the_cell_with_the_class_does_not_parse():
    """Then the file is unreadable, with the line of the error in the whole text."""
    result = found(notebook("import numpy", "class Relu:\n    def forward(self x):\n        pass"), name="a.ipynb")

    assert (result.status, result.reason, result.broken.line) == ("unreadable", "syntax", 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"print(1)", "not_a_notebook"),
        (b"[]", "not_a_notebook"),
        (b'{"cells": 3}', "not_a_notebook"),
        (b'{"cells": []}', "empty"),
        (b'{"cells": [1, null, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]}', "empty"),
        (b"[" * 100_000, "not_a_notebook"),
        (notebook("x = '\0'\nclass Relu: pass"), "null_bytes"),
    ],
)
def test_a_notebook_that_is_none_is_unreadable(data, reason):
    """Whatever JSON holds."""
    result = found(data, name="a.ipynb")

    assert ("unreadable", reason) == (result.status, result.reason)


def test_a_notebook_is_recognised_under_any_name():
    """Some save it as `.py`."""
    assert found(notebook(RELU), name="relu.py").status == "ready"


def test_a_surrogate_in_a_notebook_is_replaced():
    """JSON can spell what Python cannot compile."""
    data = json.dumps({"cells": [{"cell_type": "code", "source": "# \ud800\n" + RELU}], "nbformat": 4}).encode()

    assert found(data, name="a.ipynb").status == "ready"


EXPORTED = """
    # In[1]:
    get_ipython().run_line_magic('matplotlib', 'inline')
    # In[2]:
    !ls
    class Relu:
        def forward(self, x):
            return x
    # In[ ]:
    x = = 1
"""


def test_an_exported_notebook_is_a_file_with_magic():
    """`# In[2]:` marks, magic lines, and a broken cell that costs only itself."""
    assert (found(EXPORTED).status, [key for key, _ in found(EXPORTED).notes]) == ("ready", ["broken_elsewhere"])


def test_a_syntax_error_costs_only_the_class_it_is_in():
    """Four classes in one file: three can be graded."""
    file = RELU + "class Affine:\n    def forward(self x):\n        return x\n\nclass Sigmoid:\n    pass\n"

    statuses = {name: found(file, name).status for name in ("Relu", "Affine", "Sigmoid")}

    assert statuses == {"Relu": "ready", "Affine": "unreadable", "Sigmoid": "ready"}


@pytest.mark.parametrize(
    "broken",
    ["x = (1,\n2,\n\n3))\n", '"""never closed\n', "if True:\nprint(1)\n", "@decorator\n", "x = 'a\n"],
)
def test_a_class_survives_what_is_broken_elsewhere(broken):
    """Before it or after it."""
    assert [found(RELU + broken).status, found("x = 1\n" + RELU + broken).status] == ["ready"] * 2
    if '"""' not in broken and "decorator" not in broken:
        assert found(broken + RELU).status == "ready"


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("class Relu:\n    def backward(self):\n        dx = (self.y = self.t) / 3\n", "SyntaxError", 3),
        ("class Relu:\ndef forward(self):\npass\n", "IndentationError", 2),
        ("class Relu:\n    def f(self):\n\tpass\n        x\n", "TabError", 3),
        ("class Relu\n    pass\n", "SyntaxError", 1),
        ("// relu\nclass Relu: pass\nx = {\n", "SyntaxError", 3),
        ("def Relu:\n    pass\n", "SyntaxError", 1),
    ],
)
def test_a_class_that_does_not_parse_is_unreadable_with_the_line(source, kind, line):
    """What Python says, in the file's own numbering."""
    syntax = told(source, "syntax")
    if source.startswith("//"):
        assert found(source).status == "ready"
        return

    assert (kind, line) == (syntax["kind"], syntax["line"])
    assert source.split("\n")[line - 1].rstrip().replace("\t", " ") == syntax["source"]


DEEP = {
    "brackets": "class Relu:\n    x = " + "(" * 150 + ")" * 150,
    "a long sum": "class Relu:\n    x = " + "+".join(["1"] * 100_000),
    "signs": "class Relu:\n    x = " + "-" * 50_000 + "1",
    "calls": "class Relu:\n    x = f" + "()" * 50_000,
    "attributes": "class Relu:\n    x = f" + ".a" * 50_000,
    "blocks": "".join(" " * depth + "if 1:\n" for depth in range(99)) + " " * 99 + "class Relu: pass",
    "strings": "class Relu:\n    x = " + "'a' " * 100_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_source_that_breaks_a_parser_gets_a_status(name):
    """Nesting that Python's parser, its compiler or ours gives up on."""
    result = found(DEEP[name])
    facts.told(result, "Relu")

    assert result.status in {"ready", "unreadable"}


def test_a_source_of_50_mb_is_not_even_sent():
    """It costs neither time nor memory; a notebook may be that long, for its pictures."""
    assert pieces.is_too_large(b"x = 1\n" * 8_000_000)
    assert not pieces.is_too_large(b" {" + bytes(50_000_000))
    assert finding.find([("relu.py", b"")], "Relu", ["relu.py"]).reason == "too_large"


def test_a_source_beyond_what_a_student_types_is_refused():
    """Before it is parsed."""
    assert found(b"x = 1\n" * 200_000).reason == "too_large"


# --- finding


@pytest.mark.parametrize(
    ("source", "name", "notes"),
    [
        ("class Relu: pass", "Relu", []),
        ("class ReLU: pass", "ReLU", ["name_differs"]),
        ("class relu: pass", "relu", ["name_differs"]),
        ("class ReLU: pass\nclass Relu: pass", "Relu", []),
        ("class ReLULayer: pass\nRelu = ReLULayer", "Relu", []),
        ("class Relu: pass\nrelu = Relu()", "Relu", []),
        ("class RELU: pass\nrelu = RELU()", "RELU", ["name_differs"]),
        ("if True:\n    class Relu: pass", "Relu", []),
        ("try:\n    class Relu: pass\nexcept: pass", "Relu", []),
        ("class Relu: a = 1\nclass Relu: a = 2", "Relu", ["several_definitions"]),
        ("class Relu: a = 1\nclass Relu: a = 1", "Relu", []),
    ],
)
def test_the_class_is_found_by_its_name(source, name, notes):
    """The exact name first, then one that differs in case, an alias too; a layer object is no class."""
    result = found(source)

    assert ("ready", name, notes) == (result.status, result.name, [key for key, _ in result.notes])


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        ("Relu", "Rleu"), ("Relu", "ReluLayer"), ("Affine", "AffineLayer"), ("Affine", "Afine"), ("Sigmoid", "Sigmod"),
        ("SoftmaxWithLoss", "SoftmaxWithLos"), ("SoftmaxWithLoss", "Softmax_with_loss"), ("SoftmaxWithLoss", "SoftMaxLoss"),
    ],
)  # fmt: skip
def test_a_misspelt_class_is_missing_and_named(wanted, written):
    """It is not graded under another name, but the student learns what it was taken for."""
    result = found(f"class {written}: pass\nclass Other: pass", wanted)

    assert ("missing", [written]) == (result.status, [entry["name"] for entry in result.near])


def test_the_file_named_first_is_preferred_and_the_others_are_searched():
    """A class is taken from wherever it stands."""
    files = [("relu.py", b"x = 1\n"), ("layers.py", RELU.encode()), ("old.py", RELU.encode())]

    assert finding.find(files, "Relu").file == "layers.py"


def test_a_broken_file_with_the_class_is_unreadable_though_others_parse():
    """Not `missing`: it is there."""
    files = [("relu.py", b"class Relu:\n    def forward(self x): pass\n"), ("affine.py", b"class Affine: pass\n")]

    assert finding.find(files, "Relu").status == "unreadable"


def test_what_nobody_has_begun_counts_only_where_nothing_else_is():
    """An untouched stub, an empty class, and what a call has made, which may be anything."""
    stub = ("relu.py", method("raise NotImplementedError").encode())
    empty, made = ("empty.py", b"class Relu: pass\n"), ("made.py", b"Relu = make()\n")
    layer, full = ("demo.py", b"from layers import Relu\nrelu = Relu()\n"), ("layers.py", RELU.encode())
    wanted = {
        (stub, empty, made, layer, full): "layers.py",
        (stub, empty, made, layer): "made.py",
        (stub, layer, empty): "relu.py",
        (layer, empty): "empty.py",
    }

    chosen = {files: finding.find(files, "Relu", (), ("forward", "backward")) for files in wanted}

    assert {files: found.file for files, found in chosen.items()} == wanted
    assert [found.notes for found in chosen.values()][2:] == [[], []]


# --- selecting


def selected(source, *roots):
    """The lines of the statements that are run."""
    return [ast.unparse(statement) for statement in select(ast.parse(textwrap.dedent(source)).body, roots)[0]]


def test_only_what_a_class_needs_is_run():
    """Imports, definitions and constants; assignments the class reads; nothing that shows it off."""
    source = """
        import numpy as np
        SIZE = 3
        table = np.zeros(SIZE)
        unused = np.ones(10 ** 9)
        class Relu:
            def forward(self, x):
                return x * table
        relu = Relu()
        print(relu.forward(1))
        for _ in range(10 ** 9):
            pass
        with open('x') as f:
            data = f.read()
        if __name__ == '__main__':
            import torch
        while True:
            pass
    """

    assert [statement.splitlines()[0] for statement in selected(source, "Relu")] == [
        "import numpy as np", "SIZE = 3", "table = np.zeros(SIZE)", "class Relu:",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("class A: pass\nRelu = A", 2),
        ("class Relu: pass\ndef f(self): pass\nRelu.forward = f", 3),
        ("class Relu:\n    def f(self): return g()\ndef g(): return eps\neps = compute()", 3),
        ("class Relu:\n    def f(self, x=size()): return x\nother = size()", 1),
        ("class Relu:\n    k = kernel\nkernel = make()\nkernel += 1", 3),
        ("class Relu:\n    def f(self):\n        x = 1\n        return x\nx = heavy()", 1),
        ("class Relu:\n    def f(self): return [x for x in self.a]\nx = heavy()", 1),
        ("class Relu:\n    def f(self, x): return lambda y: x + y + z\nz = heavy()", 2),
        ("try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np", 1),
        ("try:\n    print(1)\nexcept: pass", 0),
        ("if gpu:\n    import cupy\ngpu = check()", 2),
        ("a, b = 1, 2\nc = [1, 'x', (None, -2.5)]", 2),
        ("a = 10 ** 10 ** 10\nb = [0] * 10 ** 9\nc = 1 << 10 ** 10", 0),
        ("x = f()\nx.y = 3\ndel x\nassert x\nx", 0),
        ("class Relu:\n    k = t\nt = f()\nfor n in u: t[n] = n\nu = g()", 4),
        ("class Relu:\n    k = t\nt = f()\nfor n in u: print(t)\nu = g()", 2),
        ("class Relu:\n    k = t\nt = f()\nt.add(u)\nt.a.b[0].add(1)\nh(t)\nu = g()", 5),
        ("class Relu:\n    k = np\nimport numpy as np\nnp.random.seed(u)\nRelu.test()\nu = g()", 2),
        ("class Relu:\n    k = t\nt = f()\ndel t[0]\ndel t", 3),
        ("class Relu:\n    k = t\nwith f() as g:\n    t = g.read(u)\n    show(t)\nu = h()", 3),
        ("for n in range(3):\n    class Relu: pass\nfor n in range(3):\n    class Other: pass", 1),
    ],
)
def test_names_are_followed_by_pythons_scoping_rules(source, kept):
    """Locals, parameters and comprehensions hide a module's names; bodies, bases and defaults read them."""
    assert kept == len(selected(source, "Relu"))


def test_blocks_are_run_without_their_demo_code():
    """A try around an import keeps its shape."""
    source = """
        try:
            from google.colab import drive
            drive.mount('/content')
        except ImportError:
            print('not on colab')
    """

    assert selected(source) == ["try:\n    from google.colab import drive\nexcept ImportError:\n    pass"]


# --- facts


def test_methods_are_listed_with_what_is_known_of_each():
    """Lines, arguments, and how each ends."""
    source = '''
        class Relu:
            """Zeroes."""
            def __init__(self):
                """TODO"""
                pass
            @staticmethod
            def forward(x, *rest, y=1, **more):
                print(x)
                if x:
                    return x
            def backward(self, dout):
                """TODO"""
                raise NotImplementedError("later")
    '''

    listed = told(source, "methods")

    assert [
        (
            one["name"], one["line"], one["end_line"], one["arguments"], one["static"], one["stub"],
            one["raises_not_implemented"], one["falls_through"], one["prints"],
        )
        for one in listed
    ] == [
        ("__init__", 4, 6, ["self"], False, True, False, True, []),
        ("forward", 8, 11, ["x", "rest", "y", "more"], True, False, False, True, [9]),
        ("backward", 12, 14, ["self", "dout"], False, True, True, False, []),
    ]  # fmt: skip
    assert listed[1]["returns"] == [{"line": 11, "value": True}]


def test_inherited_and_patched_methods_belong_to_the_class():
    """Whatever a layer object will have."""
    source = """
        class Base:
            def forward(self, x): return x
            def backward(self, dout): pass
        class Relu(Base):
            def backward(self, dout): return dout
        def reset(self): pass
        Relu.reset = reset
    """

    assert [(one["name"], one["class"]) for one in told(source, "methods")] == [
        ("backward", "Relu"),
        ("reset", "Relu"),
        ("forward", "Base"),
    ]


@pytest.mark.parametrize(
    ("body", "falls"),
    [
        ("return x", False),
        ("raise ValueError", False),
        ("x = 1", True),
        ("if x:\n    return 1\nelse:\n    return 2", False),
        ("if x:\n    return 1\nelif x:\n    return 2", True),
        ("while True:\n    return 1", False),
        ("while True:\n    break", True),
        ("while x:\n    return 1", True),
        ("for i in x:\n    return i", True),
        ("with x:\n    return 1", False),
        ("try:\n    return 1\nexcept E:\n    pass", True),
        ("try:\n    y = 1\nexcept E:\n    return 2\nelse:\n    return 1", False),
        ("try:\n    y = 1\nfinally:\n    return 2", False),
        ("match x:\n    case 1:\n        return 1\n    case _:\n        return 2", False),
        ("match x:\n    case 1:\n        return 1", True),
        ("def g():\n    return 1", True),
    ],
)
def test_running_off_the_end_is_seen(body, falls):
    """Where no `return` is reached, None comes back."""
    assert falls == told(method(body), "methods")[0]["falls_through"]


def test_attributes_are_listed_where_they_are_read_and_set():
    """By whatever name the method calls its own object."""
    source = method("this.maks = x\nthis.n += 1\nthis.a, this.b = this.mask, x.mask", "this, x")

    assert [f"{one['name']} {one['line']}" for one in told(source, "sets")] == ["maks 3", "n 4", "a 5", "b 5"]
    assert [f"{one['name']} {one['line']}" for one in told(source, "reads")] == ["n 4", "mask 5"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (method("return out"), ["out"]),
        (method("return np.exp(x) + len(x)"), ["np"]),
        ("import numpy as np\n" + method("return np.exp(x)"), []),
        ("from numpy import *\n" + method("return exp(x) + expp(x)"), ["expp"]),
        (method("return softmax(x)") + "\nfor softmax in []: pass", []),
        (method("global cache\ncache = 1") + "\n    def g(self): return cache", []),
        (method("return [y for y in x if (z := y)], z"), []),
        ("class Relu:\n    mask = 1\n    def f(self): return mask", ["mask"]),
        (method("return __class__, __name__"), []),
    ],
)
def test_names_that_nothing_binds_are_listed(source, names):
    """Builtins, imports, globals and star imports are known."""
    assert names == [one["name"] for one in told(source, "unbound")]


@pytest.mark.parametrize(
    ("body", "writes"),
    [
        ("x[x <= 0] = 0", ["x item"]),
        ("x *= 2", ["x augmented"]),
        ("x[0] += 2", ["x augmented"]),
        ("np.maximum(x, 0, out=x)", ["x out"]),
        ("out = x\nout[0] = 0", ["x alias"]),
        ("out = x.reshape(-1)[:]\nout[0] = 0", ["x alias"]),
        ("self.x = x\nself.x[0] = 0", ["x alias"]),
        ("x.sort()\nx.fill(0)", ["x method", "x method"]),
        ("np.copyto(x, 0)\nnp.add.at(x, 0, 1)", ["x method", "x method"]),
        ("x.shape = -1", ["x item"]),
        ("out = x.copy()\nout[0] = 0", []),
        ("x = x.copy()\nx[0] = 0", []),
        ("out = x[x > 0]\nout[0] = 0", []),
        ("out = np.zeros_like(x)\nout[0] = x[0]", []),
    ],
)
def test_writing_into_an_argument_is_seen(body, writes):
    """Directly, through another name for the same numbers, or by a method; copies are free."""
    assert writes == [f"{one['argument']} {one['how']}" for one in told(method(body), "argument_writes")]


def test_an_argument_that_was_kept_may_be_written_by_another_method():
    """`self.x = x` in one, `self.x[...] = 0` in the other."""
    source = "class Relu:\n    def forward(self, x):\n        self.x = x\n    def backward(self, dout):\n        self.x[0] = 0\n"

    assert told(source, "argument_writes") == [{"method": "backward", "argument": "x", "line": 5, "how": "alias"}]


def test_statements_behind_a_return_are_listed():
    """Once a block."""
    assert [
        one["line"] for one in told(method("return x\ny = 1\nif x:\n    raise E\n    x = 2\n    x = 3"), "unreachable")
    ] == [4, 7]


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __eq__(self, other): return True",
        "class A:\n    def __array_function__(self): pass",
        "import ctypes",
        "from gc import get_objects",
        "import os\nos._exit(0)",
        "import numpy as np\nnp.testing.assert_allclose = print",
        "import sys\nsys.modules['numpy'].x = sys._getframe()",
        "exec('x = 1')",
        "().__class__.__subclasses__()",
        "open('/proc/self/mem')",
    ],
)
def test_tampering_is_flagged(source):
    """For the instructor's eyes."""
    assert told(source + "\n" + RELU, "suspicious")


def test_ordinary_course_code_is_not_flagged():
    """The book's own idioms are not tampering."""
    source = """
        import sys, os, pickle, copy, time
        sys.path.append(os.pardir)
        import numpy as np
        import matplotlib.pyplot as plt
        np.random.seed(0)
        np.set_printoptions(precision=3)
        with open('sample_weight.pkl', 'rb') as f:
            network = pickle.load(f)
    """

    assert told(textwrap.dedent(source) + RELU, "suspicious") == []
