"""What a person at the terminal is told, in one line, instead of a traceback."""


class CannotStart(Exception):
    """The system can't be started; the message says what to do about it."""


class StopRequested(BaseException):
    """Somebody asked the supervisor to end: Ctrl-C, SIGTERM or a closed terminal."""
