"""`python -m grader`: the same as the `grade` command.

Imports nothing before `main` has cleaned `sys.path`: the current folder may hold a student's `random.py`.
"""

from grader.cli import main

if __name__ == "__main__":
    main()
