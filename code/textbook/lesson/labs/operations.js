// A network is a list of array operations. This script runs such lists in the page:
// those that textbook.lesson.graphs made of the book's kernels, by the names that
// PyTorch gives its core operations. Numbers are rounded to float32 where PyTorch does.
//
// An array is its numbers, in a row, and a rule for where each stands: that at
// (i, j, …) at start + i·strides[0] + j·strides[1] + …. So turning, cutting or
// repeating an array moves no number.

const KINDS = { float32: Float32Array, int64: Float64Array, bool: Uint8Array };

const product = (numbers) => numbers.reduce((a, b) => a * b, 1);
const inOrder = (shape) => shape.map((_, axis) => product(shape.slice(axis + 1)));

class Tensor {
  constructor(numbers, shape, strides = inOrder(shape), start = 0) {
    Object.assign(this, { numbers, shape, strides, start });
  }

  /** The numbers in order: row by row, the last axis fastest. */
  get flat() {
    const { numbers, shape, strides, start } = this;
    const size = product(shape);
    const isInOrder = (step, axis) => step === strides[axis] || shape[axis] < 2;
    if (inOrder(shape).every(isInOrder)) {
      return numbers.subarray(start, start + size);
    }
    const result = new numbers.constructor(size);
    const last = shape.length - 1;
    const [width, step] = [shape[last], strides[last]];
    const index = shape.map(() => 0);
    for (let to = 0, from = start; to < size; to += width) {
      for (let i = 0; i < width; i++) result[to + i] = numbers[from + i * step];
      for (let axis = last - 1; axis >= 0; axis--) {
        // as an odometer counts
        from += strides[axis];
        if (++index[axis] < shape[axis]) break;
        from -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return result;
  }

  /** The same numbers, read by another rule. */
  read(shape, strides, start = this.start) {
    return new Tensor(this.numbers, shape, strides, start);
  }

  /** The axis that is meant: -1 is the last. */
  axis(axis) {
    return axis < 0 ? axis + this.shape.length : axis;
  }
}

/** A new array of some kind; fill(numbers) writes them in order. */
const made = (kind, shape, fill) => {
  const numbers = new KINDS[kind](product(shape));
  fill?.(numbers);
  if (kind === "bool") numbers.set(numbers.map((x) => x && 1)); // true + true is true
  return new Tensor(numbers, shape);
};

/** A number among arrays is rounded as they are: x > 0.1 means float32's 0.1. */
const tensor = (x) => {
  if (x instanceof Tensor) return x;
  return new Tensor((Number.isInteger(x) ? Float64Array : Float32Array).of(x), []);
};

/** Repeat x along new axes and those of length 1: a stride of 0 moves nowhere. */
const expand = (x, shape) => {
  const more = shape.length - x.shape.length;
  const size = (axis) => x.shape[axis - more];
  const sizes = shape.map((wanted, axis) => (wanted === -1 ? size(axis) : wanted));
  const repeats = (axis) => axis < more || size(axis) !== sizes[axis];
  return x.read(
    sizes,
    sizes.map((_, axis) => (repeats(axis) ? 0 : x.strides[axis - more])),
  );
};

const broadcast = (a, b) => {
  const [long, short] = a.length < b.length ? [b, a] : [a, b];
  const more = long.length - short.length;
  const kept = (size, axis) => axis < more || size !== 1;
  return long.map((size, axis) => (kept(size, axis) ? size : short[axis - more]));
};

/** f of the numbers that stand at the same place of arrays of one shape. */
const elementwise = (f) => (kind, ...given) => {
  const arrays = given.map(tensor);
  const shape = arrays.map((x) => x.shape).reduce(broadcast);
  const [a, b, c] = arrays.map((x) => expand(x, shape).flat);
  return made(kind, shape, (y) => {
    if (c) for (let i = 0; i < y.length; i++) y[i] = f(a[i], b[i], c[i]);
    else if (b) for (let i = 0; i < y.length; i++) y[i] = f(a[i], b[i]);
    else for (let i = 0; i < y.length; i++) y[i] = f(a[i]);
  });
};

/** f of all numbers along some axes (or along all), which go or keep length 1. */
const reduce = (f) => (kind, x, axes, keep = false) => {
  const some = axes?.length && x.shape.length;
  const gone = some ? axes.map((axis) => x.axis(axis)) : [...x.shape.keys()];
  const left = [...x.shape.keys()].filter((axis) => !gone.includes(axis));
  const rows = permute(kind, x, [...left, ...gone]).flat;
  const width = product(gone.map((axis) => x.shape[axis]));
  const shape = keep
    ? x.shape.map((size, axis) => (gone.includes(axis) ? 1 : size))
    : left.map((axis) => x.shape[axis]);
  return made(kind, shape, (y) => {
    for (let i = 0; i < y.length; i++) {
      y[i] = f(rows.subarray(i * width, (i + 1) * width));
    }
  });
};

const permute = (_, x, axes) => {
  const order = axes.map((axis) => x.axis(axis));
  const inOrder = (list) => order.map((axis) => list[axis]);
  return x.read(inOrder(x.shape), inOrder(x.strides));
};

const total = (row) => {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i];
  return sum;
};

const extreme = (most, f) => (row) => {
  let found = most;
  for (let i = 0; i < row.length; i++) found = f(found, row[i]);
  return found;
};

/** The p-norm of a row, also for p of 0, which counts, and of infinity. */
const norm = (p) => (row) => {
  if (p === Infinity) return extreme(0, Math.max)(row.map(Math.abs));
  const part = p ? (x) => Math.abs(x) ** p : (x) => Math.abs(Math.sign(x));
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += part(row[i]);
  return p ? sum ** (1 / p) : sum;
};

/** Products of matrices: (…, n, k) and (…, k, m) give (…, n, m). */
const multiply = (kind, a, b) => {
  const [n, k] = a.shape.slice(-2);
  const m = b.shape.at(-1);
  const [x, w, shape] = [a.flat, b.flat, [...a.shape.slice(0, -1), m]];
  return made(kind, shape, (y) => {
    const sums = new Float64Array(m);
    for (let row = 0; row * m < y.length; row++) {
      sums.fill(0);
      const matrix = Math.floor(row / n) * k * m;
      const at = row * k;
      let i = 0;
      for (; i + 3 < k; i += 4) {
        // four rows of w at a time: sums is read and written a quarter as often
        const [p, q, r, s] = [x[at + i], x[at + i + 1], x[at + i + 2], x[at + i + 3]];
        let from = matrix + i * m;
        for (let j = 0; j < m; j++, from++) {
          sums[j] +=
            p * w[from] + q * w[from + m] + r * w[from + 2 * m] + s * w[from + 3 * m];
        }
      }
      for (; i < k; i++) {
        const from = matrix + i * m;
        for (let j = 0; j < m; j++) sums[j] += x[at + i] * w[from + j];
      }
      y.set(sums, row * m);
    }
  });
};

/**
 * Take the entries that `places` names along the axes that have some. What is taken
 * stands where these axes stood; at the front, if others lie between them.
 */
const index = (kind, x, places) => {
  const axes = [...places.keys()].filter((axis) => places[axis]);
  if (axes.at(-1) - axes[0] >= axes.length) {
    const others = [...x.shape.keys()].filter((axis) => !places[axis]);
    const inFront = permute(kind, x, [...axes, ...others]);
    return index(kind, inFront, axes.map((axis) => places[axis]));
  }
  const shape = axes.map((axis) => places[axis].shape).reduce(broadcast);
  const [first, end] = [axes[0], axes.at(-1) + 1];
  const [before, behind] = [x.shape.slice(0, first), x.shape.slice(end)];
  const [width, all] = [product(behind), product(x.shape.slice(first))];
  const numbers = x.flat;
  const found = axes.map((axis) => expand(places[axis], shape).flat);
  const starts = Array.from({ length: product(shape) }, (_, i) =>
    width * axes.reduce((sum, axis, n) => {
      const at = found[n][i];
      return sum * x.shape[axis] + (at < 0 ? at + x.shape[axis] : at);
    }, 0));
  return made(kind, [...before, ...shape, ...behind], (y) => {
    for (let to = 0, outer = 0; to < y.length; outer += all) {
      for (const start of starts) {
        for (let i = 0; i < width; i++) y[to++] = numbers[outer + start + i];
      }
    }
  });
};

const slice = (_, x, dim = 0, start = 0, end = Infinity, step = 1) => {
  const axis = x.axis(dim);
  const size = x.shape[axis];
  const inside = (at) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const from = inside(start ?? 0);
  const taken = Math.max(0, Math.ceil((inside(end ?? Infinity) - from) / step));
  const strides = x.strides.with(axis, x.strides[axis] * step);
  return x.read(x.shape.with(axis, taken), strides, x.start + from * x.strides[axis]);
};

/** Windows of `size` numbers along an axis, each `step` after the one before. */
const unfold = (_, x, dim, size, step) => {
  const axis = x.axis(dim);
  const count = Math.floor((x.shape[axis] - size) / step) + 1;
  return x.read(
    [...x.shape.with(axis, count), size],
    [...x.strides.with(axis, x.strides[axis] * step), x.strides[axis]],
  );
};

const cat = (kind, parts, dim = 0) => {
  // PyTorch passes over arrays of shape [0].
  const filled = parts.filter(({ shape }) => shape.length > 1 || shape[0]);
  const arrays = filled.length ? filled : parts;
  const [first] = arrays;
  const axis = first.axis(dim);
  const length = arrays.reduce((sum, x) => sum + x.shape[axis], 0);
  const inner = product(first.shape.slice(axis + 1));
  return made(kind, first.shape.with(axis, length), (y) => {
    let start = 0;
    for (const x of arrays) {
      const [numbers, width] = [x.flat, x.shape[axis] * inner];
      for (let row = 0; row * width < numbers.length; row++) {
        const taken = numbers.subarray(row * width, (row + 1) * width);
        y.set(taken, start + row * length * inner);
      }
      start += width;
    }
  });
};

const view = (_, x, shape) => {
  const numbers = x.flat;
  const rest = numbers.length / product(shape.filter((size) => size !== -1));
  return new Tensor(numbers, shape.map((size) => (size === -1 ? rest : size)));
};

const select = (_, x, dim, at) => {
  const axis = x.axis(dim);
  const place = at < 0 ? at + x.shape[axis] : at;
  const others = (list) => list.toSpliced(axis, 1);
  return x.read(others(x.shape), others(x.strides), x.start + place * x.strides[axis]);
};

const unsqueeze = (_, x, dim) => {
  const axis = dim < 0 ? dim + x.shape.length + 1 : dim;
  return x.read(x.shape.toSpliced(axis, 0, 1), x.strides.toSpliced(axis, 0, 0));
};

const cumsum = (kind, x, dim) => {
  const axis = x.axis(dim);
  const inner = product(x.shape.slice(axis + 1));
  const length = x.shape[axis];
  return made(kind, x.shape, (y) => {
    const numbers = x.flat;
    const sums = new Float64Array(inner);
    for (let i = 0; i < y.length; i++) {
      if (i % (length * inner) < inner) sums[i % inner] = 0;
      y[i] = sums[i % inner] += numbers[i];
    }
  });
};

const toKind = (kind, x) => made(kind, x.shape, (y) => {
  const numbers = x.flat;
  const convert = { bool: (a) => a !== 0, int64: Math.trunc, float32: (a) => a }[kind];
  for (let i = 0; i < y.length; i++) y[i] = convert(numbers[i]);
});

/** a to the power b as in C, where 1 to any power is 1. */
const power = (a, b) => {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
};

/** What is left of a over b, with the sign of b. */
const remainder = (a, b) => {
  const rest = a % b;
  return rest && (rest < 0) !== (b < 0) ? rest + b : rest;
};

const arange = (kind, start, end, step = 1) =>
  made(kind, [Math.max(0, Math.ceil((end - start) / step))], (y) => {
    for (let i = 0; i < y.length; i++) y[i] = start + i * step;
  });

const operations = {
  // numbers, each by itself
  _to_copy: toKind,
  abs: elementwise(Math.abs),
  add: elementwise((a, b, scale = 1) => a + scale * b),
  bitwise_and: elementwise((a, b) => a & b),
  clamp: (kind, x, low = -Infinity, high = Infinity) =>
    elementwise((a, b, c) => Math.min(Math.max(a, b), c))(kind, x, low, high),
  copy: (kind, x, y) => toKind(kind, expand(y, x.shape)),
  cos: elementwise(Math.cos),
  div: elementwise((a, b) => a / b),
  eq: elementwise((a, b) => a === b),
  exp: elementwise(Math.exp),
  floor: elementwise(Math.floor),
  ge: elementwise((a, b) => a >= b),
  gt: elementwise((a, b) => a > b),
  le: elementwise((a, b) => a <= b),
  log: elementwise(Math.log),
  log1p: elementwise(Math.log1p),
  lt: elementwise((a, b) => a < b),
  maximum: elementwise(Math.max),
  mul: elementwise((a, b) => a * b),
  neg: elementwise((a) => -a),
  pow: elementwise(power),
  relu: elementwise((a) => Math.max(a, 0)),
  remainder: elementwise(remainder),
  sin: elementwise(Math.sin),
  sqrt: elementwise(Math.sqrt),
  sub: elementwise((a, b, scale = 1) => a - scale * b),
  where: elementwise((condition, a, b) => (condition ? a : b)),
  // many numbers to one
  amax: reduce(extreme(-Infinity, Math.max)),
  amin: reduce(extreme(Infinity, Math.min)),
  cumsum,
  linalg_vector_norm: (kind, x, p = 2, ...more) => reduce(norm(p))(kind, x, ...more),
  mean: reduce((row) => total(row) / row.length),
  sum: reduce(total),
  // matrices
  bmm: multiply,
  mm: multiply,
  // new arrays
  arange,
  cat,
  full: (kind, shape, value) => made(kind, shape, (y) => y.fill(value)),
  full_like: (kind, x, value) => made(kind, x.shape, (y) => y.fill(value)),
  index,
  index_select: (kind, x, dim, places) =>
    index(kind, x, [...Array(x.axis(dim)).fill(undefined), view(kind, places, [-1])]),
  scalar_tensor: (kind, value) => made(kind, [], (y) => y.fill(value)),
  // the same numbers, read differently
  expand: (_, x, shape) => expand(x, shape),
  permute,
  select,
  slice,
  unfold,
  unsqueeze,
  view,
};

/** The numbers of a constant, which are kept as base64 of their bytes. */
const unpacked = ({ kind, shape, numbers }) => {
  const bytes = Uint8Array.from(atob(numbers), (letter) => letter.charCodeAt(0)).buffer;
  if (kind === "float16") {
    const halves = new Uint16Array(bytes);
    return new Tensor(Float32Array.from(halves, float16), shape);
  }
  return new Tensor(new KINDS[kind](bytes), shape);
};

/** The number of 16 bits: sign, five of the exponent, ten of the fraction. */
const float16 = (bits) => {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (!exponent) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/**
 * From a graph, its constants unpacked, a function of arrays of numbers in order; it
 * gives a Tensor for each output.
 */
const compile = ({ inputs, constants, nodes, outputs }) => {
  const weights = Object.entries(constants);
  return (...given) => {
    const values = new Map(weights);
    inputs.forEach(({ kind, shape }, i) => {
      values.set(`x${i}`, made(kind, shape, (x) => x.set(given[i])));
    });
    const meant = (argument) => {
      if (Array.isArray(argument)) return argument.map(meant);
      if (typeof argument !== "string") return argument ?? undefined;
      return values.get(argument) ?? Number(argument); // "Infinity" names no array
    };
    for (const [name, operation, args, kind = "float32"] of nodes) {
      values.set(name, operations[operation](kind, ...args.map(meant)));
    }
    const named = Object.entries(outputs);
    return Object.fromEntries(named.map(([name, node]) => [name, values.get(node)]));
  };
};
