"""Engines that hand work to other machines, beside each other: two workers on the loopback.

An engine a run, each in an environment of its own, as none but the chosen one is installed here:
`uv run --no-project --with psutil --with distributed python benchmarks/cluster.py dask`
(`--with ray`; for celery `--with celery --with redis --with packaging`, and a redis-server).
Prints the seconds until two workers answer, those of 200 tasks that do nothing, the memory of all
programs while idle, and whether a task whose worker is killed is run again, and when.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

import psutil
from _goal import noted

TASKS = 200
PATIENCE = 90.0
PORT = "18786"
BIN = Path(sys.executable).parent

Submit = Callable[..., Callable[[], object]]
"""Hand out a function with its arguments; return what waits for its end."""


def nothing(_: int) -> int:
    return os.getpid()


def slow(marks: str) -> int:
    """Leave a mark, and take a while the first time."""
    with Path(marks).open("a") as file:
        print(os.getpid(), file=file)
    sleep(60 if Path(marks).read_text().count("\n") == 1 else 0.1)
    return os.getpid()


@contextmanager
def programs(*calls: list[str]) -> Iterator[None]:
    """Start programs of this environment; end them with all that they began."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    begun = [subprocess.Popen(call, env=here, **quiet) for call in calls]
    try:
        yield
    finally:
        for program in begun:
            family = [psutil.Process(program.pid), *psutil.Process(program.pid).children(True)]
            program.terminate()
            for each in psutil.wait_procs(family, timeout=10)[1]:
                each.kill()
            program.wait()


@contextmanager
def dask(_: Path) -> Iterator[Submit]:
    from distributed import Client

    address = f"tcp://127.0.0.1:{PORT}"
    worker = [str(BIN / "dask"), "worker", address, "--nworkers", "2", "--nthreads", "1"]
    scheduler = [str(BIN / "dask"), "scheduler", "--host", "127.0.0.1", "--port", PORT]
    with (
        programs([*scheduler, "--no-dashboard"], [*worker, "--no-dashboard"]),
        Client(address, timeout=PATIENCE) as client,
    ):
        client.wait_for_workers(2, PATIENCE)
        yield lambda task, *given: client.submit(task, *given, pure=False).result


@contextmanager
def ray(_: Path) -> Iterator[Submit]:
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    import ray as engine

    engine.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        remote = {task: engine.remote(task) for task in (nothing, slow)}

        def submit(task: Callable[..., object], *given: object) -> Callable[[], object]:
            future = remote[task].remote(*given)
            return lambda: engine.get(future)

        yield submit
    finally:
        engine.shutdown()


@contextmanager
def celery(folder: Path) -> Iterator[Submit]:
    redis = shutil.which("redis-server") or sys.exit("needs redis-server")
    broker = [redis, "--port", PORT, "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    app = tasks_of_celery()
    worker = [str(BIN / "celery"), "-A", "cluster:CELERY", "worker", "--concurrency", "1"]
    with programs(broker, [*worker, "-n", "a@here"], [*worker, "-n", "b@here"]):
        until = monotonic() + PATIENCE
        while monotonic() < until:
            try:
                if len(app.control.ping(timeout=0.3) or ()) == 2:
                    break
            except OSError:  # the broker is not there yet
                sleep(0.1)

        def submit(task: Callable[..., object], *given: object) -> Callable[[], object]:
            future = app.tasks[f"cluster.{task.__name__}"].delay(*given)
            return lambda: future.get(timeout=PATIENCE)

        yield submit


def tasks_of_celery() -> object:
    from celery import Celery

    place = f"redis://127.0.0.1:{PORT}/0"
    app = Celery("cluster", broker=place, backend=place)
    app.conf.update(
        task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1
    )
    for task in (nothing, slow):
        app.task(name=f"cluster.{task.__name__}")(task)
    return app


def __getattr__(name: str) -> object:
    """Let Celery's worker find its tasks."""
    if name == "CELERY":
        return tasks_of_celery()
    raise AttributeError(name)


def resting() -> tuple[int, float]:
    """Return how many programs there are by now, and the megabytes that they alone hold."""
    programs = psutil.Process().children(recursive=True)
    return len(programs), sum(each.memory_full_info().pss for each in programs) / 1e6


def killed(submit: Submit, folder: Path) -> float | None:
    """Kill the worker of a task; return the seconds until it has been run again."""
    marks = folder / "marks"
    wait = submit(slow, str(marks))
    while not (marks.exists() and marks.read_text().strip()):
        sleep(0.05)
    first = int(marks.read_text())
    start = perf_counter()
    os.kill(first, signal.SIGKILL)
    try:
        wait()
    except Exception as error:  # noqa: BLE001
        print(f"the task of a killed worker is lost: {type(error).__name__}")
        return None
    return perf_counter() - start


def main() -> None:
    engine = sys.argv[1] if len(sys.argv) > 1 else "dask"
    sys.path.insert(0, str(Path(__file__).parent))
    import cluster  # tasks are found by the name of their module

    with TemporaryDirectory() as scratch:
        start = perf_counter()
        with getattr(cluster, engine)(Path(scratch)) as submit:
            for wait in [submit(cluster.nothing, n) for n in range(2)]:
                wait()
            noted(f"{engine}: until two workers have answered", perf_counter() - start, "s")
            for wait in [submit(cluster.nothing, n) for n in range(TASKS)]:
                wait()
            start = perf_counter()
            for wait in [submit(cluster.nothing, n) for n in range(TASKS)]:
                wait()
            noted(f"{engine}: {TASKS} tasks of nothing", perf_counter() - start, "s")
            count, megabytes = resting()
            noted(f"{engine}: memory of its {count} programs", megabytes, "MB")
            again = killed(lambda _, *given: submit(cluster.slow, *given), Path(scratch))
            if again is not None:
                noted(f"{engine}: a killed worker's task done again after", again, "s")


if __name__ == "__main__":
    main()
