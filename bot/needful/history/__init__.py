"""Recorded runs → what each job and step of a workflow took, waited and ended with."""
