"""What people ask for in comments and by checkboxes: text → Command; pure, knows nothing of GitHub's API."""
