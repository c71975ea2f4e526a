"""Scripts as commands: what stands in `run:` and in the scripts of a repository, without running anything."""
