"""Time the kernels beside PyTorch's own, in turns, in one process on one thread.

Writes benchmarks/results.md and benchmarks/ratios.svg. The turns make a ratio fair on a
busy machine, and CPU time keeps other processes out of it. Run with `make bench`.
"""

import os
import sys

# One thread; and freed memory stays with the process, as with CUDA's allocator. Else
# every large result is fetched anew from the system, page by page, at a cost that hides
# the kernels'.
ALLOCATOR = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184"
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "GLIBC_TUNABLES": ALLOCATOR,
}
if __name__ == "__main__" and any(os.environ.get(k) != v for k, v in SETTINGS.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | SETTINGS)

import math
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import array_api_compat
import matplotlib
import numpy as np
import torch
import torch.nn.functional as F

from textbook import attention as att
from textbook import conv, normalization, spatial

HERE = Path(__file__).parent
ROUNDS, SECONDS, SHORTEST = (
    41,
    2.5,
    2e-3,
)  # turns at most, for so long a case; one turn at least


@dataclass
class Case:
    """One kernel at one size: ours, PyTorch's own, and what both are called with."""

    kernel: str
    size: str
    ours: Callable
    torchs: Callable
    arrays: list[torch.Tensor]
    counted: bool = True  # in the geometric means: batch >= 32 or n >= 1024


def cases() -> Iterator[Case]:
    """List what is timed."""
    torch.manual_seed(0)
    r = torch.randn
    for n, c, h, o, k, s in [
        (32, 3, 32, 16, 3, 1),
        (32, 3, 32, 16, 3, 2),
        (32, 3, 32, 16, 5, 1),
        (32, 3, 32, 16, 5, 2),
        (32, 3, 32, 64, 3, 1),
        (32, 3, 32, 64, 3, 2),
        (32, 3, 32, 64, 5, 1),
        (32, 3, 32, 64, 5, 2),
        (64, 64, 56, 64, 3, 1),
        (64, 64, 56, 64, 3, 2),
        (1, 1, 28, 8, 3, 1),
    ]:
        options = dict(stride=s, padding=k // 2)
        yield Case(
            "conv2d",
            f"{n}×{c}×{h}×{h} → {o}, {k}×{k}, stride {s}",
            partial(conv.conv2d, **options),
            partial(F.conv2d, **options),
            [r(n, c, h, h), r(o, c, k, k), r(o)],
            n >= 32,
        )
    for k, s in [(2, 2), (3, 2)]:
        size = f"64×64×56×56, {k}×{k}, stride {s}"
        options = dict(kernel_size=k, stride=s)
        for ours, theirs in [
            (conv.max_pool2d, F.max_pool2d),
            (conv.avg_pool2d, F.avg_pool2d),
        ]:
            x = [r(64, 64, 56, 56)]
            yield Case(
                ours.__name__,
                size,
                partial(ours, **options),
                partial(theirs, **options),
                x,
            )
    yield from norms(r)
    for n in (128, 1024, 4096, 16384):
        qkv = [r(1, 1, n, 64) for _ in range(3)]
        theirs = F.scaled_dot_product_attention
        if (
            n <= 4096
        ):  # readable, and quadratic in memory: not counted, chunked_attention is
            yield Case("attention", f"n = {n}", att.attention, theirs, qkv, False)
        ours = partial(att.chunked_attention, block=512)
        yield Case("chunked_attention", f"n = {n}", ours, theirs, qkv, n >= 1024)
        if n >= 1024:
            causal = partial(att.chunked_attention, block=512, causal=True)
            theirs = partial(theirs, is_causal=True)
            yield Case(
                "chunked_attention", f"n = {n}, causal", causal, theirs, qkv, True
            )

    def transform(x, theta):
        return spatial.grid_sample(x, spatial.affine_grid(theta, 32, 32))

    def torchs_transform(x, theta):
        grid = F.affine_grid(theta, list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, align_corners=False)

    theta = torch.tensor([[0.9, 0.2, 0.1], [-0.2, 0.9, 0.0]]).repeat(64, 1, 1)
    arrays = [r(64, 16, 32, 32), theta]
    yield Case(
        "spatial transformer", "64×16×32×32", transform, torchs_transform, arrays
    )


def norms(r: Callable) -> Iterator[Case]:
    """List the normalization layers."""
    images, size = [r(256, 64, 32, 32), r(64), r(64)], "256×64×32×32"
    zero, one = torch.zeros(64), torch.ones(64)

    def batch_norm(x, gamma, beta):
        xp = array_api_compat.array_namespace(x)
        running = xp.asarray(zero), xp.asarray(one)
        return normalization.batch_norm(x, gamma, beta, *running)[0]

    def torchs_batch_norm(x, gamma, beta):
        return F.batch_norm(x, zero.clone(), one.clone(), gamma, beta, training=True)

    def group_norm(x, gamma, beta):
        return normalization.group_norm(x, 8, gamma, beta)

    def torchs_instance_norm(x, gamma, beta):
        return F.instance_norm(x, weight=gamma, bias=beta)

    yield Case("batch_norm", size, batch_norm, torchs_batch_norm, images)
    yield Case(
        "group_norm", size, group_norm, lambda x, g, b: F.group_norm(x, 8, g, b), images
    )
    yield Case(
        "instance_norm", size, normalization.instance_norm, torchs_instance_norm, images
    )
    vectors, size = [r(16384, 512), r(512), r(512)], "16384×512"
    theirs = lambda x, g, b: F.layer_norm(x, (512,), g, b)  # noqa: E731
    yield Case("layer_norm", size, normalization.layer_norm, theirs, vectors)
    theirs = lambda x, g: F.rms_norm(x, (512,), g, 1e-5)  # noqa: E731
    yield Case("rms_norm", size, normalization.rms_norm, theirs, vectors[:2])


def with_backward(f: Callable, arrays: list[torch.Tensor]) -> Callable:
    """Make a call that computes f and the gradient of every array."""
    arrays = [a.clone().requires_grad_() for a in arrays]
    dy = torch.ones_like(f(*arrays)).contiguous()
    return lambda: torch.autograd.grad(f(*arrays), arrays, dy)


def in_turns(calls: dict[str, Callable]) -> dict[str, list[float]]:
    """Run the calls in turns, round after round; return the CPU seconds of each."""
    repeats = {}
    for name, call in calls.items():
        call()
        start = time.process_time()
        call()
        repeats[name] = max(
            1, math.ceil(SHORTEST / max(1e-7, time.process_time() - start))
        )
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = time.process_time() + SECONDS
    while len(times[name]) < 3 or (
        time.process_time() < end and len(times[name]) < ROUNDS
    ):
        for name, call in calls.items():
            start = time.process_time()
            for _ in range(repeats[name]):
                call()
            times[name].append((time.process_time() - start) / repeats[name])
    return times


def ratio(a: list[float], b: list[float]) -> tuple[float, float, float]:
    """Return the median of the paired ratios a / b and their quartiles."""
    low, middle, high = statistics.quantiles(
        [x / y for x, y in zip(a, b, strict=True)], n=4
    )
    return middle, low, high


def peak_memory(call: Callable) -> float:
    """Return by how many MB the resident memory peaks above that before the call."""

    def status(key):
        lines = Path("/proc/self/status").read_text().splitlines()
        return (
            int(next(line for line in lines if line.startswith(key)).split()[1]) / 1000
        )

    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here
    before = status("VmRSS")
    call()
    return status("VmHWM") - before
