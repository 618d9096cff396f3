"""Pages about a student's work, for students and graders, whatever that work holds.

`write` makes the class's pages, each in a process of its own (`limited`); `student_page` makes one.
The filters (`filters`) bound what formgrader and plain nbgrader render, too.
"""
