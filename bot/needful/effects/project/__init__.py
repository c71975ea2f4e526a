"""Looking through: from a command that names a script, target or image of the repository to the commands in it."""
