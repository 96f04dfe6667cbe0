"""An examination: some minutes of one camera of a case, looked through for vehicles and persons. Only inside a case."""
