"""APScheduler: what is due is begun, once, and not again while it is under way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    JobEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

if TYPE_CHECKING:
    from apscheduler.executors.base import BaseExecutor

Next = Callable[[datetime], datetime]
"""Returns the first time after a moment."""


class Times(BaseTrigger):
    """Times of our own.

    Its own reading of cron may take a time twice, or never, when clocks are put back or forward,
    and counts weekdays from Monday.
    """

    def __init__(self, following: Next) -> None:
        """Take what follows a moment."""
        self.following = following

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return the time after the one before, or after now."""
        return self.following(previous or now)


class Clockwork(BaseScheduler):
    """Begins things, each by its name, when they are due; `hands` of them at once.

    What was missed while the computer slept is begun once. What is due while it is still under way,
    or waits for its turn, is left out: `late` is told, and `ended` once it may be begun again.
    """

    def __init__(
        self,
        begin: Callable[[str], None],
        late: Callable[[str], None],
        ended: Callable[[str], None],
        hands: int | BaseExecutor,
    ) -> None:
        """Wind it up; nothing is begun until `turn` is called."""
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        executor = ThreadPoolExecutor(hands) if isinstance(hands, int) else hands
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        super().__init__(timezone=UTC, executors={"default": executor}, job_defaults=defaults)
        self.begin = begin

        def told(tell: Callable[[str], None]) -> Callable[[JobEvent], None]:
            return lambda event: tell(event.job_id)

        self.add_listener(told(late), EVENT_JOB_MAX_INSTANCES)
        self.add_listener(told(ended), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self.start()

    def put(self, name: str, following: Next, first: datetime) -> None:
        """Begin something at a moment, and then at the times that follow; also if it is planned."""
        self.add_job(
            self.begin,
            Times(following),
            args=[name],
            id=name,
            next_run_time=first,
            replace_existing=True,
        )

    def drop(self, name: str) -> None:
        """Begin something no more; what is under way goes on."""
        try:
            self.remove_job(name)
        except JobLookupError:
            return

    def turn(self) -> float:
        """Begin what is due; return in how many seconds something is due again."""
        wait: float | None = self._process_jobs()
        return TIMEOUT_MAX if wait is None else wait

    def shutdown(self, wait: bool = True) -> None:
        """Begin nothing more; wait for what is under way."""
        super().shutdown(wait)

    def wakeup(self) -> None:
        """Do nothing: who turns it looks often enough."""
