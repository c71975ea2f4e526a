"""Workflow and effects → dependences, a verdict per `needs` edge, proof obligations."""
