"""Document → Workflow, Job, Step, Matrix, Trigger …, each with its span."""
