"""The states of a job, its allowed transitions, and the kinds of event log entries."""

from enum import StrEnum


class State(StrEnum):
    """The state of a job, as stored in its row in PostgreSQL."""

    WAITING = "waiting"
    SCHEDULED = "scheduled"
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})
ACTIVE = frozenset(State) - TERMINAL
RETRYABLE = frozenset({State.FAILED, State.CANCELLED})

TRANSITIONS: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.PENDING, State.SCHEDULED, State.CANCELLED}),
    State.SCHEDULED: frozenset({State.PENDING, State.CANCELLED}),
    State.PENDING: frozenset({State.RUNNING, State.SCHEDULED, State.FAILED, State.CANCELLED}),
    State.RUNNING: frozenset(
        {
            State.COMPLETED,
            State.FAILED,
            State.SCHEDULED,
            State.PENDING,
            State.WAITING,
            State.CANCELLED,
        }
    ),
    State.COMPLETED: frozenset(),
    State.FAILED: frozenset({State.PENDING, State.WAITING, State.SCHEDULED}),
    State.CANCELLED: frozenset({State.PENDING, State.WAITING, State.SCHEDULED}),
}


class Event(StrEnum):
    """Kind of an event log entry."""

    SUBMITTED = "submitted"
    DEBOUNCED = "debounced"
    RELEASED = "released"
    PROMOTED = "promoted"
    STARTED = "started"
    STEP_STARTED = "step_started"
    STEP_COMPLETED = "step_completed"
    STEP_RESTORED = "step_restored"
    BACKED_OFF = "backed_off"
    SNOOZED = "snoozed"
    SPLIT = "split"
    HANDED_BACK = "handed_back"
    RESCUED = "rescued"
    CANCEL_REQUESTED = "cancel_requested"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    RETRIED = "retried"


STEP_EVENTS = frozenset({Event.STEP_STARTED, Event.STEP_COMPLETED, Event.STEP_RESTORED})
