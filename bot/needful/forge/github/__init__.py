"""GitHub behind the protocol: REST through PyGithub's connection, and one GraphQL mutation that REST has no like of."""
