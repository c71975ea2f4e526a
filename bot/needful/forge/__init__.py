"""Where code lives and is talked about: branches, commits, pull requests, comments, runs; on GitHub or in plain git."""
