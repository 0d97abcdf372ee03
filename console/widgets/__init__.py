"""Widgets: they show what they are given and post messages. They know the desk and each other, nothing else."""
