"""The stranger's room: everything that runs in the process that holds a student's code.

Started by `grader.workshop`, which believes nothing that comes out of here. Imports the standard library and NumPy
only, and nothing of ours: no suite, no solution and no expected value can be found from here.
"""
