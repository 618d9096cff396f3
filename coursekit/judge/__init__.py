"""The judge: graded test cells run in a trusted process, beside the student's kernel.

`client` is the runner's side, `process` the judge's loop, `remote` what a student's object looks
like in there. `wire` and `changes` are spoken by both ends; `bridge` is the end in the student's
kernel, to which it is sent as text, so it may import nothing but its neighbours and NumPy.
"""
