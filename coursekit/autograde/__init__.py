"""Autograde a class: executed by a pool, written to the gradebook by one writer, resumed at will.

`jobs` says what there is to execute, `left` what of it is still to do, `pool` executes, `writer`
writes marks through nbgrader's own converter, `lock` keeps a second grader out. `run` joins them.
"""
