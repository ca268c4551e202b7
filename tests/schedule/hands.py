"""Hands that work in made-up time: what they begin takes as long as it says, and nobody waits."""

import heapq
from collections import deque
from datetime import timedelta

from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.base import BaseExecutor


class Hands(BaseExecutor):
    """So many at once; the others wait for their turn, as in a pool of threads."""

    def __init__(self, count, took):
        super().__init__()
        self.free, self.took = count, took
        self.waiting, self.busy = deque(), []

    def _do_submit_job(self, job, _run_times):
        self.waiting.append(job)

    def work(self, now):
        """Put down what is done by now, and take up what waits."""
        while self.busy and self.busy[0][0] <= now:
            _, name = heapq.heappop(self.busy)
            self.free += 1
            done = JobExecutionEvent(EVENT_JOB_EXECUTED, name, "default", now)
            self._run_job_success(name, [done])
        while self.free and self.waiting:
            job = self.waiting.popleft()
            self.free -= 1
            job.func(*job.args)
            heapq.heappush(self.busy, (now + timedelta(seconds=self.took(job.id)), job.id))

    def next_end(self):
        return self.busy[0][0] if self.busy else None
