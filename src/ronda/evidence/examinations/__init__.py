"""Examinations: looking through a case's footage for vehicles and persons, their plates and how they look."""
