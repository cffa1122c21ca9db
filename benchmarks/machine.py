"""The machine in words, without which a figure means nothing."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["is_busy", "words"]


def words() -> str:
    """Processor, cores, memory, load and the versions that matter, in one line."""
    packages = ("keras", "torch", "tensorflow", "jax", "numpy")
    versions = ", ".join(f"{name} {_version(name)}" for name in packages if _version(name))
    threads = os.environ.get("OMP_NUM_THREADS")
    return (
        f"{_processor()}, {_cores()} cores{f' (OMP_NUM_THREADS={threads})' if threads else ''}, "
        f"{_memory_gb():.0f} GB, {platform.system()}; load {os.getloadavg()[0]:.1f} at the start; "
        f"Python {platform.python_version()}, {versions}"
    )


def is_busy() -> bool:
    """Whether something else is running: ratios hold, their spread does not."""
    return os.getloadavg()[0] > 0.5


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError):
        return float("nan")
