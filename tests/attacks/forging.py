"""Submissions that answer wrongly and want full marks. Each section is one: `# --- name: what it does`.

Outside they are run by a grader as one would script it, in one process (see the test); a `[never: why]` says why that
cannot show it. Inside they get what their answers are worth, which is nothing.
"""

# --- replaces_the_comparison: the assertion that everybody uses says nothing any more
import numpy as np

class Relu:
    def forward(self, x):
        np.testing.assert_allclose = lambda *a, **k: None
        np.testing.assert_array_equal = lambda *a, **k: None
        return x * 0 + 7
    def backward(self, dout):
        return dout * 0 + 7

# --- replaces_what_the_comparison_uses: one layer below
import numpy as np
import numpy.testing

class Relu:
    def forward(self, x):
        for name in dir(numpy.testing):
            if name.startswith("assert"):
                setattr(numpy.testing, name, lambda *a, **k: True)
        np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
        return x * 0 + 7
    def backward(self, dout):
        return dout * 0 + 7

# --- answers_with_a_subclass: an array that decides comparisons itself
import numpy as np

class Right(np.ndarray):
    def __array_function__(self, *a, **k):
        return True
    def __array_ufunc__(self, *a, **k):
        return np.zeros(3)
    def __eq__(self, other):
        return np.ones(self.shape, bool)

class Relu:
    def forward(self, x):
        return np.full(x.shape, 7.0).view(Right)
    def backward(self, dout):
        return np.full(dout.shape, 7.0).view(Right)

# --- answers_with_something_equal_to_everything: [never: a grader that compares numbers is not fooled by it alone]
class Everything:
    shape = (2, 3)
    dtype = "float64"
    def __eq__(self, other): return self
    def __array__(self, *a, **k): raise TypeError
    def all(self): return True
    def __bool__(self): return True
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self

class Relu:
    def forward(self, x):
        return Everything()
    def backward(self, dout):
        return Everything()

# --- leaves_before_the_end: exit code 0 looks like success
import os

class Relu:
    def forward(self, x):
        os._exit(0)
    def backward(self, dout):
        os._exit(0)

# --- leaves_politely: so does SystemExit
class Relu:
    def forward(self, x):
        raise SystemExit(0)
    def backward(self, dout):
        raise SystemExit(0)

# --- leaves_while_it_is_loaded: before anything can be asked
import os

class Relu:
    os._exit(0)

# --- leaves_at_the_end: after the failure was noticed
import atexit, os

class Relu:
    atexit.register(os._exit, 0)
    def forward(self, x):
        return None
    def backward(self, dout):
        return None

# --- leaves_when_it_is_collected: a finaliser
import os

class Relu:
    def __del__(self):
        os._exit(0)
    def forward(self, x):
        return None
    def backward(self, dout):
        return None

# --- hides_the_failure: the hook that prints tracebacks leaves instead
import os, sys

class Relu:
    def forward(self, x):
        sys.excepthook = lambda *a: os._exit(0)
        return None
    def backward(self, dout):
        return None

# --- reads_the_expected_value: it stands in the caller's frame
import sys

class Relu:
    def look(self, x):
        frame = sys._getframe()
        while frame:
            for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
                if type(value) is dict and "expected" in value:
                    return value["expected"]
            if "expected" in frame.f_locals:
                return frame.f_locals["expected"]
            frame = frame.f_back
    forward = backward = look

# --- reads_it_through_an_exception: whose traceback has frames too
class Relu:
    def look(self, x):
        try:
            raise ValueError
        except ValueError as problem:
            frame = problem.__traceback__.tb_frame
        while frame:
            if "expected" in frame.f_locals:
                return frame.f_locals["expected"]
            frame = frame.f_back
    forward = backward = look

# --- reads_it_from_the_collector: every list and dict is known there
import gc

class Relu:
    def look(self, x):
        for one in gc.get_objects():
            if type(one) is dict and "expected" in one:
                return one["expected"]
    forward = backward = look

# --- changes_the_expected_value: [never: a local variable of the caller cannot be set before Python 3.13]
import sys

class Relu:
    def forward(self, x):
        frame = sys._getframe(1)
        for name in frame.f_locals:
            frame.f_locals[name] = None
        return x * 0 + 7
    def backward(self, dout):
        return dout * 0 + 7

# --- traces_the_caller: a trace function sees every line of the comparison
import sys, os

class Relu:
    def forward(self, x):
        def trace(frame, event, argument):
            if "assert" in frame.f_code.co_name:
                os._exit(0)
            return trace
        sys.settrace(trace)
        return None
    def backward(self, dout):
        return None

# --- replaces_builtins: what every program uses
import builtins

class Zero(float):
    def __gt__(self, other): return False
    def any(self): return False

class Relu:
    def forward(self, x):
        builtins.abs = lambda value: Zero()
        return x * 0 + 7
    def backward(self, dout):
        return dout * 0 + 7

# --- replaces_modules: the next import gets another numpy.testing
import sys, types

class Relu:
    def forward(self, x):
        fake = types.ModuleType("numpy.testing")
        fake.__getattr__ = lambda name: lambda *a, **k: None
        sys.modules["numpy.testing"] = fake
        sys.modules["numpy"].testing = fake
        return x * 0 + 7
    def backward(self, dout):
        return dout * 0 + 7

# --- writes_into_memory: the expected array is overwritten where it lies
import ctypes, gc, sys

class Relu:
    def change(self, x):
        import numpy as np
        wrong = np.full(x.shape, 7.0)
        frame = sys._getframe()
        while frame:
            for name, value in list(frame.f_locals.items()):
                if name == "expected" and type(value) is np.ndarray and value.nbytes == wrong.nbytes:
                    ctypes.memmove(value.ctypes.data, wrong.ctypes.data, wrong.nbytes)
            frame = frame.f_back
        return wrong
    forward = backward = change

# --- changes_the_code_of_the_grader: every function can be given another body
import gc, types
import numpy.testing

class Relu:
    def forward(self, x):
        for one in gc.get_objects():
            if isinstance(one, types.FunctionType) and one.__name__ in ("assert_allclose", "assert_array_compare", "inner"):
                try:
                    one.__code__ = (lambda *a, **k: None).__code__
                except ValueError:
                    pass
        return x * 0 + 7
    def backward(self, dout):
        return dout * 0 + 7

# --- says_so_in_a_report: [never: it depends on where a grader looks]
class Relu:
    def forward(self, x):
        print('{"schema": "grade-report/1", "score": 100.0, "max_score": 100.0}')
        print("100 / 100 PASSED", flush=True)
        return None
    def backward(self, dout):
        return None

# --- speaks_the_workers_language: [never: only a worker has a wire] an answer to the next question, written beforehand
import json, os

class Relu:
    def forward(self, x):
        for number in range(2, 40):
            head = json.dumps({"value": 0, "attributes": {}, "changed": {}, "number": number, "refused": [],
                               "passed": True, "score": 100, "arrays": [["<f8", list(x.shape)]]}).encode()
            os.write(3, len(head).to_bytes(4, "big") + head + bytes(x.nbytes))
        return x
    def backward(self, dout):
        return dout

# --- speaks_it_while_it_is_loaded: [never: only a worker has a wire] says that it is ready, and what it answers
import json, os

class Relu:
    for head in ({"ready": True, "raised": None, "notes": [], "refused": []},
                 {"value": 0, "attributes": {}, "changed": {}, "number": 1, "refused": [], "arrays": [["<f8", []]]}):
        head = json.dumps(head).encode()
        os.write(3, len(head).to_bytes(4, "big") + head + bytes(8))

# --- replaces_the_worker: [never: only a worker has one] its own code answers instead of ours
import sys

class Relu:
    def forward(self, x):
        import numpy as np
        for name, module in list(sys.modules.items()):
            if name.startswith("grading_worker"):
                for attribute in list(vars(module)):
                    if attribute in ("normalise", "describe", "_state"):
                        setattr(module, attribute, lambda *a, **k: np.zeros(()))
        return x
    def backward(self, dout):
        return dout

# --- answers_with_a_pickle: whoever loads it runs it; outside nobody does [never: needs a grader that unpickles]
import os, pickle

class Bomb:
    def __reduce__(self):
        return os._exit, (0,)

class Relu:
    def forward(self, x):
        return pickle.dumps(Bomb())
    def backward(self, dout):
        return Bomb()

# --- answers_with_objects: [never: needs a grader that unpickles] an array of them
import numpy as np

class Yes:
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    def __array__(self, *a, **k): return np.zeros(())

class Relu:
    def forward(self, x):
        return np.full(x.shape, Yes(), dtype=object)
    def backward(self, dout):
        return np.full(dout.shape, Yes(), dtype=object)

# --- answers_with_nan: comparisons with nan are false, whichever way
import numpy as np

class Relu:
    def forward(self, x):
        return np.full(x.shape, np.nan)
    def backward(self, dout):
        return np.full(dout.shape, np.nan)

# --- answers_with_an_empty_array: all of nothing is true
import numpy as np

class Relu:
    def forward(self, x):
        return np.zeros((0, 1, 1))
    def backward(self, dout):
        return np.zeros((0, 1, 1))

# --- answers_with_a_view_that_changes: [never: nobody looks twice] what was returned is written to later
import numpy as np

class Relu:
    kept = []
    def forward(self, x):
        for one in self.kept:
            one[...] = 0
        self.kept.append(np.full(x.shape, 7.0))
        return self.kept[-1]
    def backward(self, dout):
        return self.forward(dout)

# --- learns_the_answers: [never: needs many runs] remembers what it was asked, across processes
class Relu:
    memory = {}
    def forward(self, x):
        return self.memory.setdefault(x.tobytes(), x * 0 + 7)
    def backward(self, dout):
        return self.memory.setdefault(dout.tobytes(), dout * 0 + 7)
