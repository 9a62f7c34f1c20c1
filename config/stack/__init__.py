"""The whole of Conveyor in one terminal: servers, web, workers, beat and Flower.

Each process is a child in a session of its own. It is signalled once and by its main process only:
a second signal makes Celery drop the jobs it runs.
"""
