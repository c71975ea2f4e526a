"""`.github/needful.yml` → Settings; what is wrong with it, with line and column."""
