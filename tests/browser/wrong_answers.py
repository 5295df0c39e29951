"""Wrong answers that students give to the exercises that ask for a function."""

WRONG = {
    "ex-strides": [
        "def strides(shape):\n    return [n for n in shape[1:]] + [1]",
        """
def strides(shape):
    steps = [1]
    for size in shape[1:]:
        steps.append(steps[-1] * size)
    return list(reversed(steps))
""",
    ],
    "ex-bad-afford": [
        """
import math
def affordable(n, eps, delta):
    return math.floor(delta * math.exp(2 * n * eps**2))
""",
        """
import math
def affordable(n, eps, delta):
    return delta / 2 * math.exp(2 * n * eps**2)
""",
    ],
    "ex-two-way": [
        """
def fewest_mistakes(x, y):
    return min(sum((v >= t) != label for v, label in zip(x, y)) for t in x)
""",
        """
def fewest_mistakes(x, y):
    mistakes = []
    for t in x:
        wrong = sum((v > t) != label for v, label in zip(x, y))
        mistakes += [wrong, len(x) - wrong]
    return min(mistakes) + 1
""",
    ],
    "ex-p9-tips": [
        "def tips(k):\n    return [j / 2**k for j in range(2**k)]",
        "def tips(k):\n    return [(2 * j + 1) / 2**k for j in range(2**k)]",
    ],
    "ex-p9-choose": [
        "def choose_bins(n, delta, losses):\n    return 2 ** losses.index(min(losses))",
        """
import math
def choose_bins(n, delta, losses):
    def bound(b):
        return losses[b] + math.sqrt(2**b * math.log(2) / (2 * n))
    return min(range(len(losses)), key=bound)
""",
    ],
    "ex-bn-fold": [
        """
def fold(w, b, gamma, beta, r, q):
    return gamma / q * w, beta + gamma / q * (b - r)
""",
        """
def fold(w, b, gamma, beta, r, q):
    scale = gamma / q**0.5
    return scale * w, beta + b - r
""",
    ],
    "ex-surface-steps": [
        """
import math
def steps_at_best_rate(kappa, tau):
    return math.ceil(math.log(1 / tau) / math.log((kappa + 1) / (kappa - 1)))
""",
        """
import math
def steps_at_best_rate(kappa, tau):
    return math.ceil(kappa * math.log(1 / tau))
""",
    ],
    "ex-norm-sets": [
        """
def sets(kind, n, c, h, w, groups):
    count = {"batch": n, "layer": c, "instance": n * c, "group": n * groups}[kind]
    return count, n * c * h * w // count
""",
        """
def sets(kind, n, c, h, w, groups):
    count = {"batch": c, "layer": n, "instance": n * c, "group": groups}[kind]
    return count, n * c * h * w / count
""",
    ],
    "ex-features-fit": [
        """
def by_training(train, new):
    mean = sum(train) / len(train)
    variance = sum((x - mean) ** 2 for x in train) / len(train)
    return [(x - mean) / variance**0.5 for x in new]
""",
        """
def by_training(train, new):
    mean = sum(new) / len(new)
    return [x - mean for x in new]
""",
    ],
    "ex-small-renorm": [
        """
def renormalized(x, batch_mean, batch_std, mean, std, r_max, d_max):
    return (x - mean) / std
""",
        """
def renormalized(x, batch_mean, batch_std, mean, std, r_max, d_max):
    r = min(batch_std / std, r_max)
    d = min((batch_mean - mean) / std, d_max)
    return (x - batch_mean) / batch_std * r + d
""",
    ],
    "ex-p10-size": [
        """
import math
def examples_needed(k, eps):
    return math.ceil(math.log(k) / eps**2)
""",
        """
import math
def examples_needed(k, eps):
    return math.log(k) / (2 * eps**2)
""",
    ],
    "ex-layer-connected": [
        "def connected(n, k, p):\n    return (n + 2 * p - k + 1) ** 2 * k**2",
        "def connected(n, k, p):\n    return n**2 * k**2",
    ],
    "ex-effective-paths": [
        """
def path_counts(dilations):
    counts = [1]
    for d in dilations:
        counts = [sum(counts[max(0, i - 2) : i + 1]) for i in range(len(counts) + 2)]
    return counts
""",
        "def path_counts(dilations):\n    return [1] * (1 + 2 * sum(dilations))",
    ],
    "ex-count-holes": [
        "def unread(dilations):\n    return sum(d - 1 for d in dilations) * 2",
        """
def unread(dilations):
    ends = {0}
    for d in dilations:
        ends = {end + u * d for end in ends for u in range(3)}
    return 2 * sum(dilations) - len(ends)
""",
    ],
    "ex-safe": [
        """
def safe_shifts(strides, most):
    return list(range(max(strides), most + 1, max(strides)))
""",
        """
def safe_shifts(strides, most):
    total = 1
    for stride in strides:
        total *= stride
    return [total]
""",
    ],
    "ex-same": [
        "def same_padding(kernel_size, dilation):\n    return kernel_size // 2",
        """
def same_padding(kernel_size, dilation):
    return dilation * (kernel_size - 1) / 2
""",
    ],
    "ex-own-filter": [
        """
def only_horizontal(rows):
    return all(sum(column) == 0 for column in zip(*rows))
""",
        "def only_horizontal(rows):\n    return any(sum(row) for row in rows)",
    ],
    "ex-facts-neighbors": [
        """
def still_neighbors(order):
    return sum(b - a == 1 for a, b in zip(order, order[1:]))
""",
        """
def still_neighbors(order):
    return sum(place == i for i, place in enumerate(order))
""",
    ],
    "ex-stable-softmax": [
        """
import math
def probabilities(logits, tau):
    powers = [math.exp(z / tau) for z in logits]
    return [round(power / sum(powers), 3) for power in powers]
""",
        """
import math
def probabilities(logits, tau):
    powers = [math.exp(z - max(logits)) for z in logits]
    return [round(power / sum(powers), 3) for power in powers]
""",
    ],
    "ex-attention-longest": [
        """
import math
def longest(room, heads):
    return math.floor(math.sqrt(room / 4) / heads)
""",
        """
import math
def longest(room, heads):
    return math.floor(math.sqrt(room / heads))
""",
    ],
    "ex-sets-best": [
        """
def best_accuracy(counts):
    return sum(max(row) / sum(row) for row in counts) / len(counts)
""",
        """
def best_accuracy(counts):
    total = sum(sum(row) for row in counts)
    return sum(max(row) for row in counts) / total
""",
    ],
    "ex-outputs-merge": [
        """
def merged(labels, blank):
    kept = [label for label in labels if label != blank]
    return "".join(a for a, b in zip(kept, kept[1:] + [""]) if a != b)
""",
        'def merged(labels, blank):\n    return labels.replace(blank, "")',
    ],
    "ex-transformer-count": [
        """
def parameters(blocks, width, wide, letters):
    return blocks * (4 * width**2 + 2 * width * wide) + letters * width
""",
        """
def parameters(blocks, width, wide, letters):
    return blocks * (3 * width**2 + 2 * width * wide) + 2 * letters * width
""",
    ],
    "ex-window-pairs": [
        "def window_pairs(n, w):\n    return n * (2 * w + 1) - 2 * w",
        "def window_pairs(n, w):\n    return n * (2 * w + 1) - w * (w + 1)",
    ],
    "ex-attconv-head": [
        "def shift_of(k, head):\n    return (head % k - k // 2, head // k - k // 2)",
        "def shift_of(k, head):\n    return (head / k - k / 2, head % k - k / 2)",
    ],
    "ex-attconv-reached": [
        """
def reached(edges, start, layers):
    known = {start}
    for _ in range(layers):
        known |= {b for a, b in edges if a in known}
    return sorted(known)
""",
        """
def reached(edges, start, layers):
    known = [start]
    for _ in range(layers):
        for a, b in edges:
            if a in known or b in known:
                known += [a, b]
    return known
""",
    ],
    "ex-lm-next": [
        """
def next_after(text, letter):
    return max(set(text), key=lambda b: (text.count(letter + b), b))
""",
        """
def next_after(text, letter):
    followers = [b for a, b in zip(text, text[1:]) if a == letter]
    return max(sorted(followers), key=followers.count) if followers else None
""",
    ],
    "ex-scan-joins": [
        "def scan_joins(n):\n    return sum(n - i for i in range(1, n))",
        """
import math
def scan_joins(n):
    return n * math.ceil(math.log(n) / math.log(2) - 1e-9)
""",
    ],
    "ex-leaky": [
        "def share(a, dy):\n    return dy if a >= 0 else dy / 2",
        "def share(a, dy):\n    return dy if a > 0 else a / 2",
    ],
    "ex-draws-needed": [
        "def draws_needed(sigma, error):\n    return (sigma / error) ** 2",
        "def draws_needed(sigma, error):\n    return -(-sigma // error)",
    ],
    "ex-steps": [
        "def steps(examples, batch, epochs):\n    return examples / batch * epochs",
        """
def steps(examples, batch, epochs):
    return -(-examples * epochs // batch)
""",
    ],
}
