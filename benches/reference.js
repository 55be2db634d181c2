// The reference workload as a good engineer would write it by hand in
// JavaScript: a binary heap of events over typed arrays, callbacks for what
// happens, monomorphic objects, no allocation where none is needed.

const MS = 1e6; // nanoseconds
const MEAN_GAP = 10_000;
const DURATION = 10_000 * MS;
const TO_CACHE = 0.5 * MS;
const TTL = 1_000 * MS;
const QUERY = 50 * MS;

/** Events in order of (time, sequence); callbacks by slot. */
class EventLoop {
  constructor(capacity) {
    this.time = new Float64Array(capacity);
    this.sequence = new Float64Array(capacity);
    this.callback = new Array(capacity).fill(null);
    this.size = 0;
    this.next = 0;
    this.now = 0;
  }

  at(time, callback) {
    let i = this.size++;
    if (i === this.time.length) this.grow();
    const sequence = this.next++;
    const { time: times, sequence: sequences, callback: callbacks } = this;
    // A new event is the youngest, so equal times need no comparison here.
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (times[parent] <= time) break;
      times[i] = times[parent];
      sequences[i] = sequences[parent];
      callbacks[i] = callbacks[parent];
      i = parent;
    }
    times[i] = time;
    sequences[i] = sequence;
    callbacks[i] = callback;
  }

  run() {
    const { time: times, sequence: sequences, callback: callbacks } = this;
    while (this.size > 0) {
      this.now = times[0];
      const callback = callbacks[0];
      const last = --this.size;
      const time = times[last];
      const sequence = sequences[last];
      const moved = callbacks[last];
      callbacks[last] = null;
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= last) break;
        const right = child + 1;
        if (
          right < last &&
          (times[right] < times[child] ||
            (times[right] === times[child] && sequences[right] < sequences[child]))
        ) {
          child = right;
        }
        if (times[child] > time || (times[child] === time && sequences[child] > sequence)) break;
        times[i] = times[child];
        sequences[i] = sequences[child];
        callbacks[i] = callbacks[child];
        i = child;
      }
      if (last > 0) {
        times[i] = time;
        sequences[i] = sequence;
        callbacks[i] = moved;
      }
      callback(this.now);
    }
  }

  grow() {
    throw new RangeError("more events at once than the workload can have");
  }
}

/** Latencies to three significant digits, in buckets as HdrHistogram's. */
class Histogram {
  constructor() {
    this.counts = new Uint32Array(2048 + 1024 * 32);
    this.total = 0;
    this.max = 0;
  }

  record(nanos) {
    // Below 2,048 ns each value has a bucket; above, each power of two has 1,024.
    const micro = Math.floor(nanos / 1024);
    const shift = micro < 2 ? 0 : 31 - Math.clz32(micro);
    this.counts[shift * 1024 + Math.floor(nanos / (1 << shift))]++;
    this.total++;
    if (nanos > this.max) this.max = nanos;
  }

  quantile(q) {
    let left = Math.ceil(q * this.total);
    for (let i = 0; i < this.counts.length; i++) {
      left -= this.counts[i];
      if (left <= 0) {
        const shift = i < 2048 ? 0 : Math.floor(i / 1024) - 1;
        return (i - shift * 1024) * 2 ** shift;
      }
    }
    return this.max;
  }
}

/** mulberry32: small, fast, good enough for exponential gaps. */
function randomNumbers(seed) {
  let state = (seed ^ 0x9e3779b9) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One run; returns what the Wasm side returns. */
export function referenceInJavaScript(seed) {
  const loop = new EventLoop(1 << 16);
  const random = randomNumbers(seed);
  const histogram = new Histogram();
  let requests = 0;
  let hits = 0;
  let dbCalls = 0;
  let shared = 0;
  let expires = -1; // when the cached value expires; -1: not there
  let followers = null; // start times of those who wait for the leader

  const finish = (sent) => histogram.record(loop.now - sent);

  const lead = (sent) => {
    followers = [];
    dbCalls++;
    loop.at(loop.now + QUERY, () => {
      loop.at(loop.now + TO_CACHE, () => {
        expires = loop.now + TTL;
        loop.at(loop.now + TO_CACHE, () => {
          const waiting = followers;
          followers = null;
          if (waiting.length > 0) shared += waiting.length + 1;
          finish(sent);
          for (let i = 0; i < waiting.length; i++) finish(waiting[i]);
        });
      });
    });
  };

  const miss = (sent) => {
    if (followers === null) lead(sent);
    else followers.push(sent);
  };

  const send = () => {
    const sent = loop.now;
    requests++;
    loop.at(sent + TO_CACHE, (now) => {
      if (now <= expires) {
        hits++;
        loop.at(now + TO_CACHE, () => finish(sent));
      } else {
        loop.at(now + TO_CACHE, () => miss(sent));
      }
    });
  };

  let at = 0;
  const arrive = () => {
    send();
    next();
  };
  const next = () => {
    at -= Math.log(1 - random()) * MEAN_GAP;
    if (at < DURATION) loop.at(at, arrive);
  };
  next();
  loop.run();
  const p99_ms = histogram.quantile(0.99) / MS;
  return { requests, hits, db_calls: dbCalls, shared, p99_ms, events: 0 };
}
