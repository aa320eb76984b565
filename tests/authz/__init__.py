"""The authorization matrix: every address and method, for every role and object, as `authz.toml` says."""
