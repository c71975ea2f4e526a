"""A plan or a graph as text: for people, for programs, for GitHub. Pure; prints nothing and knows no terminal."""
