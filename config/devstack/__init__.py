"""Starts and ends everything one installation needs on one machine, PostgreSQL and Valkey included.

`python -m config.devstack` runs the system, `python -m config.devstack exec CMD…` runs one command with the
servers up. Nothing here knows a business rule, and nothing here is used by the web process itself except the
places where the servers' sockets are.
"""
