"""Instructor tools for Assignment 1: release, collect, grade, give feedback, export."""
