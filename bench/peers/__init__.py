"""The contenders: each is a program of its own, which the benchmark drives by JSON lines.

They run in other virtual environments. Import nothing here but the standard library, `protocol`
and the library that the program is about.
"""
