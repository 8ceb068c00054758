// Arrays of numbers with NumPy's rules: broadcasting, @, sums over axes, slices, .T.
const nd = (() => {
  /** What is wrong with a formula, in words for its reader; `code` in backticks. */
  class Fault extends Error {}

  const count = (shape) => shape.reduce((product, size) => product * size, 1);
  const array = (shape, data) => ({ shape, data });
  const scalar = (value) => array([], Float64Array.of(value));
  const strides = (shape) => shape.map((_, k) => count(shape.slice(k + 1)));

  // "(B, D)": sizes are shown by their letters where `letters` knows them
  const say = (shape, letters) => {
    const parts = shape.map((size) => (letters && letters.get(size)) || String(size));
    return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`;
  };

  /** Calls visit(places of all `sources` in their own data) for each entry of `shape`, in order. */
  const walk = (shape, sources, visit) => {
    const steps = sources.map((source) => {
      const own = strides(source);
      const gap = shape.length - source.length;
      return shape.map((_, k) => (k < gap || source[k - gap] === 1 ? 0 : own[k - gap]));
    });
    const index = shape.map(() => 0);
    const places = sources.map(() => 0);
    for (let n = count(shape); n > 0; n--) {
      visit(places, index);
      for (let k = shape.length - 1; k >= 0; k--) {
        index[k]++;
        steps.forEach((step, s) => (places[s] += step[k]));
        if (index[k] < shape[k]) break;
        steps.forEach((step, s) => (places[s] -= step[k] * shape[k]));
        index[k] = 0;
      }
    }
  };

  /** The shape that several shapes give together, or null. */
  const common = (...shapes) => {
    const rank = Math.max(...shapes.map((shape) => shape.length));
    const out = Array(rank).fill(1);
    for (const shape of shapes) {
      for (let k = 0; k < shape.length; k++) {
        const at = rank - shape.length + k;
        if (shape[k] === 1) continue;
        if (out[at] !== 1 && out[at] !== shape[k]) return null;
        out[at] = shape[k];
      }
    }
    return out;
  };

  const map = (a, f) => array(a.shape, a.data.map(f));

  /** f on all pairs of entries; null where the shapes do not fit. */
  const zip = (a, b, f) => {
    const shape = common(a.shape, b.shape);
    if (!shape) return null;
    const data = new Float64Array(count(shape));
    let n = 0;
    walk(shape, [a.shape, b.shape], ([p, q]) => (data[n++] = f(a.data[p], b.data[q])));
    return array(shape, data);
  };

  /** a @ b as NumPy has it; null where the shapes do not fit. */
  const matmul = (a, b) => {
    if (!a.shape.length || !b.shape.length) return null;
    const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
    const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
    const [rows, inner] = left.slice(-2);
    const [inner2, columns] = right.slice(-2);
    const batch = common(left.slice(0, -2), right.slice(0, -2));
    if (inner !== inner2 || !batch) return null;
    const data = new Float64Array(count(batch) * rows * columns);
    let n = 0;
    walk(batch, [left.slice(0, -2), right.slice(0, -2)], ([p, q]) => {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++, n++) {
          for (let k = 0; k < inner; k++) {
            data[n] += a.data[(p * rows + r) * inner + k] * b.data[(q * inner + k) * columns + c];
          }
        }
      }
    });
    const shape = [...batch];
    if (a.shape.length > 1) shape.push(rows);
    if (b.shape.length > 1) shape.push(columns);
    return array(shape, data);
  };

  const transpose = (a) => {
    const shape = [...a.shape].reverse();
    const steps = strides(a.shape).reverse();
    const data = new Float64Array(a.data.length);
    let n = 0;
    walk(shape, [], (_, index) => {
      data[n++] = a.data[index.reduce((place, i, k) => place + i * steps[k], 0)];
    });
    return array(shape, data);
  };

  const axisOf = (a, axis) => {
    const rank = a.shape.length;
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      const have = rank === 1 ? "one axis (0)" : rank ? `axes 0 to ${rank - 1}` : "no axis";
      throw new Fault(`axis ${axis} does not exist: the array has ${have}`);
    }
    return axis < 0 ? axis + rank : axis;
  };

  /** f on the entries along one axis, a list in, a list out; the other axes stay. */
  const along = (a, axis, f) => {
    const k = axisOf(a, axis);
    const size = a.shape[k];
    const inner = count(a.shape.slice(k + 1));
    const outer = count(a.shape.slice(0, k));
    const lists = [];
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        lists.push(f(Array.from({ length: size }, (_, s) => a.data[(o * size + s) * inner + i])));
      }
    }
    const many = lists.length ? lists[0].length : size;
    const data = new Float64Array(outer * many * inner);
    lists.forEach((list, n) => {
      const [o, i] = [Math.floor(n / inner), n % inner];
      list.forEach((value, s) => (data[(o * many + s) * inner + i] = value));
    });
    return array([...a.shape.slice(0, k), many, ...a.shape.slice(k + 1)], data);
  };

  /** One number for each list of entries along the axes (null: all of them). */
  const reduce = (a, axes, keep, f) => {
    const flat = array([a.data.length], a.data);
    if (axes === null) {
      const value = along(flat, 0, (list) => [f(list)]).data;
      return array(keep ? a.shape.map(() => 1) : [], value);
    }
    const places = axes.map((axis) => axisOf(a, axis)).sort((p, q) => p - q);
    if (new Set(places).size < places.length) throw new Fault("the same axis is named twice");
    const kept = a.shape.map((_, k) => k).filter((k) => !places.includes(k));
    const moved = permute(a, [...kept, ...places]);
    const many = count(places.map((k) => a.shape[k]));
    const outer = kept.map((k) => a.shape[k]);
    const out = along(array([count(outer), many], moved.data), 1, (list) => [f(list)]);
    return array(
      keep ? a.shape.map((size, k) => (places.includes(k) ? 1 : size)) : outer,
      out.data,
    );
  };

  const permute = (a, order) => {
    const own = strides(a.shape);
    const shape = order.map((k) => a.shape[k]);
    const data = new Float64Array(a.data.length);
    let n = 0;
    walk(shape, [], (_, index) => {
      data[n++] = a.data[index.reduce((place, i, k) => place + i * own[order[k]], 0)];
    });
    return array(shape, data);
  };

  /** Start, stop and step of a slice of `size` entries, as Python counts them. */
  const bounds = ({ start, stop, step }, size) => {
    const by = step ?? 1;
    if (by === 0) throw new Fault("the step of a slice is not 0");
    const low = by > 0 ? 0 : -1;
    const high = by > 0 ? size : size - 1;
    const fit = (value, otherwise) => {
      if (value === null) return otherwise;
      return Math.min(Math.max(value < 0 ? value + size : value, low), high);
    };
    const first = fit(start, by > 0 ? low : high);
    const last = fit(stop, by > 0 ? high : low);
    return { first, by, many: Math.max(0, Math.ceil((last - first) / by)) };
  };

  /** items: a number, {start, stop, step}, "new" (None) or "..." for each axis. */
  const index = (a, items) => {
    const used = items.filter((item) => item !== "new" && item !== "...").length;
    if (used > a.shape.length) {
      throw new Fault(`${used} indices for an array with ${a.shape.length} axes`);
    }
    const rest = Array(a.shape.length - used).fill({ start: null, stop: null, step: null });
    const dots = items.indexOf("...");
    const all =
      dots < 0 ? [...items, ...rest] : [...items.slice(0, dots), ...rest, ...items.slice(dots + 1)];
    if (all.includes("...")) throw new Fault("`...` may stand only once");
    const own = strides(a.shape);
    const shape = [];
    const steps = [];
    let start = 0;
    let k = 0;
    for (const item of all) {
      if (item === "new") {
        shape.push(1);
        steps.push(0);
        continue;
      }
      const size = a.shape[k];
      if (typeof item === "number") {
        if (item < -size || item >= size) {
          throw new Fault(`index ${item} is outside an axis of size ${size}`);
        }
        start += own[k] * (item < 0 ? item + size : item);
      } else {
        const { first, by, many } = bounds(item, size);
        start += many ? own[k] * first : 0;
        shape.push(many);
        steps.push(own[k] * by);
      }
      k++;
    }
    const data = new Float64Array(count(shape));
    let n = 0;
    walk(shape, [], (_, place) => {
      data[n++] = a.data[place.reduce((sum, i, s) => sum + i * steps[s], start)];
    });
    return array(shape, data);
  };

  return {
    Fault,
    count,
    array,
    scalar,
    say,
    common,
    walk,
    map,
    zip,
    matmul,
    transpose,
    along,
    reduce,
    index,
  };
})();
