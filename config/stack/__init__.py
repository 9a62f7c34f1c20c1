"""Runs all of Conveyor in one terminal: servers, web, workers, beat and Flower.

Each process is a child in its own session. It gets one signal to stop, sent to its main process
only: a second signal makes Celery drop the jobs that it runs.
"""
