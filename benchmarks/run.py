"""Time the kernels beside PyTorch's own, in turns, in one process on one thread.

Writes benchmarks/results.md and benchmarks/ratios.svg. The turns make a ratio fair on a
busy machine, and CPU time keeps other processes out of it. Run with `make bench`.
"""

import collections.abc
import ctypes
import math
import os
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import array_api_compat
import matplotlib
import torch
import torch.nn.functional as F
from matplotlib import pyplot as plt
from textbook import attention as att
from textbook import conv, normalization, spatial

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
HERE = Path(__file__).parent
ROUNDS, SECONDS, SHORTEST = 41, 1.5, 2e-3  # turns and seconds at most; a turn at least


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
        if n <= 4096:  # quadratic in memory; not counted, as chunked_attention is
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

    ctypes.CDLL(None).malloc_trim(0)  # give back what earlier calls have left
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here
    before = status("VmRSS")
    call()
    return status("VmHWM") - before


@dataclass
class Result:
    """What was measured: PyTorch's seconds, and ratios as (median, quartiles)."""

    case: Case
    seconds: float
    forward: tuple[float, float, float]
    backward: tuple[float, float, float]
    numpy: tuple[float, float, float]


def measure(case: Case) -> Result:
    """Time one case: forward in turns of three, with backward in turns of two."""
    ndarrays = [a.numpy() for a in case.arrays]
    calls = {
        "ours": lambda: case.ours(*case.arrays),
        "torch's": lambda: case.torchs(*case.arrays),
        "NumPy": lambda: case.ours(*ndarrays),
    }
    forward = in_turns(calls)
    both = {"ours": case.ours, "torch's": case.torchs}
    both = in_turns({name: with_backward(f, case.arrays) for name, f in both.items()})
    return Result(
        case,
        statistics.median(forward["torch's"]),
        ratio(forward["ours"], forward["torch's"]),
        ratio(both["ours"], both["torch's"]),
        ratio(forward["NumPy"], forward["ours"]),
    )


def mean(ratios: list[float]) -> float:
    """Return the geometric mean."""
    return math.exp(statistics.mean(map(math.log, ratios)))


def memory() -> list[str]:
    """Measure peak memory beyond the input: attention and the largest convolution."""
    rows = []
    for n in (4096, 16384):
        qkv = [torch.randn(1, 1, n, 64) for _ in range(3)]
        calls = {
            "chunked_attention": partial(att.chunked_attention, *qkv, 512),
            "PyTorch's": partial(F.scaled_dot_product_attention, *qkv),
        }
        if n <= 4096:
            calls["attention"] = partial(att.attention, *qkv)
        for name, call in calls.items():
            rows.append(f"| {name}, n = {n} | {peak_memory(call):.0f} |")
        tracemalloc.start()
        att.chunked_attention(*(a.numpy() for a in qkv), 512)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        rows.append(f"| chunked_attention on NumPy, n = {n} | {peak:.0f} |")
    return rows


def teaching() -> list[str]:
    """Time the chapter's loop, and numpy-ml where it is installed, beside conv2d."""
    x, w = torch.randn(2, 3, 16, 16), torch.randn(4, 3, 3, 3)
    calls = {
        "F.conv2d": lambda: F.conv2d(x, w),
        "conv2d": lambda: conv.conv2d(x, w),
        "conv2d on NumPy": lambda: conv.conv2d(x.numpy(), w.numpy()),
        "conv2d_loop on NumPy": lambda: conv.conv2d_loop(x.numpy(), w.numpy()),
        "conv2d_loop": lambda: conv.conv2d_loop(x, w),
    }
    # numpy-ml is older than Python 3.10
    collections.Hashable = collections.abc.Hashable
    try:
        from numpy_ml.neural_nets.utils import conv2D
    except ImportError:
        pass
    else:
        images, filters = x.permute(0, 2, 3, 1).numpy(), w.permute(2, 3, 1, 0).numpy()
        name = f"numpy-ml {version('numpy-ml')}, conv2D"
        calls[name] = lambda: conv2D(images, filters, stride=1, pad=0)
    times = in_turns(calls)
    return [
        f"| {name} | {statistics.median(seconds) * 1e6:,.0f} "
        f"| {ratio(seconds, times['F.conv2d'])[0]:,.1f} |"
        for name, seconds in times.items()
    ]


def ticks() -> list[str]:
    """Time what one move of a slider computes: one small image, or 16 tokens."""
    x, w, theta = (
        torch.randn(1, 1, 28, 28),
        torch.randn(8, 1, 3, 3),
        torch.eye(2, 3)[None],
    )
    tokens, one = torch.randn(16, 32), torch.ones(32)

    def transform(x, theta):
        return spatial.grid_sample(x, spatial.affine_grid(theta, 28, 28))

    calls = {
        "conv2d": (partial(conv.conv2d, padding=1), [x, w]),
        "max_pool2d": (partial(conv.max_pool2d, kernel_size=2), [x]),
        "layer_norm": (normalization.layer_norm, [tokens, one, one]),
        "attention": (att.attention, [tokens] * 3),
        "local_attention": (partial(att.local_attention, window=2), [tokens] * 3),
        "spatial transformer": (transform, [x, theta]),
    }
    rows = []
    for name, (f, tensors) in calls.items():
        ndarrays = [a.numpy() for a in tensors]
        times = in_turns(
            {"torch": partial(f, *tensors), "NumPy": partial(f, *ndarrays)}
        )
        micro = [f"{statistics.median(t) * 1e6:.0f}" for t in times.values()]
        rows.append(f"| {name} | {micro[0]} | {micro[1]} |")
    return rows


def table(results: list[Result]) -> list[str]:
    """Lay out the ratios, one row a case."""

    def cell(triple):
        return f"{triple[0]:.2f} ({triple[1]:.2f}–{triple[2]:.2f})"

    rows = [
        "| kernel | size | PyTorch's, ms | forward | with backward | NumPy ÷ torch |",
        "|---|---|---|---|---|---|",
    ]
    for r in results:
        name = r.case.kernel + ("" if r.case.counted else " *")
        ratios = " | ".join(map(cell, (r.forward, r.backward, r.numpy)))
        rows.append(f"| {name} | {r.case.size} | {r.seconds * 1e3:.3g} | {ratios} |")
    return rows


def draw(results: list[Result]) -> None:
    """Draw the ratios, forward and with backward, and 1 as a line."""
    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "ratios"
    figure, axes = plt.subplots(figsize=(8, 0.24 * len(results) + 1), layout="tight")
    places = range(len(results))
    axes.plot(
        [r.forward[0] for r in results], places, "o", color="#0072B2", label="forward"
    )
    backward = [r.backward[0] for r in results]
    axes.plot(backward, places, "s", color="#D55E00", label="forward with backward")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_xticks([0.125, 0.25, 0.5, 1, 2, 4, 8], list("⅛¼½1248"))
    labels = [f"{r.case.kernel} {r.case.size}" for r in results]
    axes.set_yticks(places, labels, fontsize=7)
    axes.invert_yaxis()
    axes.grid(axis="x", linewidth=0.3)
    axes.set_xlabel("time ÷ time of PyTorch's own kernel (one thread, CPU time)")
    axes.legend()
    figure.savefig(HERE / "ratios.svg", metadata={"Date": None})


def main() -> None:
    """Measure everything, and write the tables and the picture."""
    if any(os.environ.get(name) != value for name, value in SETTINGS.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | SETTINGS)
    torch.set_num_threads(1)
    results = []
    for case in cases():
        results.append(measure(case))
        print(table(results)[-1], flush=True)
    counted = [r for r in results if r.case.counted]
    forward, backward = (
        [getattr(r, k)[0] for r in counted] for k in ("forward", "backward")
    )
    versions = ", ".join(
        f"{n} {version(n)}" for n in ("torch", "numpy", "array-api-compat")
    )
    settings = (
        f"{os.cpu_count()}-core {platform.machine()} VM under {platform.system()}"
    )
    text = [
        "# The kernels beside PyTorch's own",
        "",
        f"Measured on a {settings}, Python {platform.python_version()}, {versions};",
        "one process, one thread, float32, CPU time, in turns on the same arrays.",
        f"Allocator: glibc malloc, `{ALLOCATOR}` (freed memory is kept).",
        "Not measured on CUDA.",
        "A ratio is our time ÷ PyTorch's: median of the paired ratios (quartiles).",
        "",
        f"Over the {len(counted)} sizes of batch ≥ 32 or n ≥ 1024 (* is not counted):",
        f"geometric mean forward **{mean(forward):.2f}**, with backward",
        f"**{mean(backward):.2f}**; largest {max(forward):.2f}, {max(backward):.2f}.",
        f"NumPy ÷ torch: geometric mean {mean([r.numpy[0] for r in results]):.2f}.",
        "",
        *table(results),
        "",
        *(HERE / "notes.md").read_text().splitlines(),
        "",
        "## A slider's tick, µs (28×28 image, or 16 tokens of 32 features)",
        "",
        "| kernel | torch | NumPy |",
        "|---|---|---|",
        *ticks(),
        "",
        "## The loop of the chapter: 2×3×16×16 → 4 filters 3×3",
        "",
        "| implementation | µs | ÷ F.conv2d |",
        "|---|---|---|",
        *teaching(),
        "",
        "## Peak memory beyond the input, MB (the result is 1 MB and 4 MB of it)",
        "",
        "| call | MB |",
        "|---|---|",
        *memory(),
        "",
    ]
    (HERE / "results.md").write_text("\n".join(text))
    draw(results)


if __name__ == "__main__":
    main()
