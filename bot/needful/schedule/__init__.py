"""A workflow under durations and runners → when every job and step runs: replay, critical path, minutes, money."""
