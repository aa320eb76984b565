"""How quick the standard work is on data set S; `make bench` writes the answer into docs/BENCHMARKS.md."""
