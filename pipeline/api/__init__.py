"""From Python: a project as an object, what it left as pandas frames; installed as ``undertow``."""
