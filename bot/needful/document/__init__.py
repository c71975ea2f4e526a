"""Text → nodes with exact spans; symbolic operations → edits."""
