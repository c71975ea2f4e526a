"""What a job makes, reads and may do: artifacts, credentials, irreversible work."""
