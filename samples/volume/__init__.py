"""Data set S: a company's three years as large as the goals of speed ask for, made by seed and loaded by COPY.

Everything agrees with everything: `check_ledgers` finds nothing. What `bench` measures, it measures on this set.
"""
