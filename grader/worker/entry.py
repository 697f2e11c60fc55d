"""Where a worker's process begins: load what is permitted, forget the way in, then serve.

`grader.workshop` starts Python with a few lines that import this module under a name of its own, from its folder and
NumPy's alone; neither the grader nor other packages can be found from here.
"""

from __future__ import annotations

import os

from . import death, preloading, serving, zygote


def run(role: str, parent: int) -> None:
    """Be a zygote, with its orders on descriptor 0, or a single worker on 0, 1 and 2."""
    preloading.preload()
    serving.prepare()
    preloading.forget_paths()
    if role == "zygote":
        serving.rehearse()
        zygote.run(0)
        os._exit(0)
    death.follow(parent)
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    status = 1
    try:
        serving.serve(incoming, outgoing)
        status = 0
    finally:
        os._exit(status)
